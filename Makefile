# demo   run the whole workflow on the bundled examples      check  format, lint, types (seconds)
# test   make the environment and pass every test            explore  the laws on other examples
# docs   build the site: docs/_build/index.html              unlock after a killed run
PYTHON ?= python3
ENV := .venv
BIN := $(ENV)/bin
CORES ?= 2

.PHONY: demo test explore check bench calibrate docs unlock clean
.DELETE_ON_ERROR:

demo: $(ENV)/.demo
	$(BIN)/klbio check config/config.yaml
	$(BIN)/snakemake --cores $(CORES) --quiet rules
	@if command -v vsearch >/dev/null; then \
	  $(BIN)/klbio amplicons examples/amplicons/samples.tsv --rank genus --out results/amplicons-example && \
	  $(BIN)/klbio report results/amplicons-example --title "Genera of simulated amplicon reads"; \
	else \
	  echo "No vsearch: the example of taxa from amplicon reads is left out (apt-get install vsearch)."; \
	fi
	@echo "The report: results/report/report.html   The tables: results/"
	@echo "For the command klbio: . $(BIN)/activate"

test: export OPENBLAS_NUM_THREADS = 1
test: $(ENV)/.dev
	$(BIN)/python -m pytest -n $(CORES) --dist loadfile --no-loadscope-reorder

# The laws once more, by examples that nobody has tried; a failure prints the line that brings its example back.
explore: export OPENBLAS_NUM_THREADS = 1
explore: $(ENV)/.dev
	$(BIN)/python -m pytest -n $(CORES) -m hypothesis --hypothesis-profile others

check: $(ENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/snakefmt --check Snakefile workflow
	$(BIN)/python tests/lint_workflow.py

bench: $(ENV)/.dev
	$(BIN)/python benchmarks/pairwise.py
	$(BIN)/python benchmarks/reads.py
	$(BIN)/python benchmarks/shift.py
	$(BIN)/python benchmarks/permanova.py
	$(BIN)/python benchmarks/gene_models.py
	$(BIN)/python benchmarks/coding_matrix.py
	$(BIN)/python benchmarks/profiles.py

# Does what is printed hold?  Log-normal worlds, real communities, days, studies in which nothing changed: about two
# hours of one core.
# The first writes its figures into the pages; those of the others go to results/calibration.
DATA ?= ../shared/data
CLAIMS := results/calibration
calibrate: $(ENV)/.dev
	$(BIN)/python benchmarks/calibration.py --out docs/calibration --page docs/method-shift.md
	mkdir -p $(CLAIMS)
	$(BIN)/python -m benchmarks.real_truths $(DATA) --cells 220 --draws 40 --processes $(CORES) > $(CLAIMS)/real_truths.txt
	$(BIN)/python -m benchmarks.relative_entropies --draws 100 > $(CLAIMS)/relative_entropies.md
	$(BIN)/python -m benchmarks.days > $(CLAIMS)/days.md
	$(BIN)/python -m benchmarks.baseline_test > $(CLAIMS)/baseline_test.md
	$(BIN)/python -m benchmarks.days_rare > $(CLAIMS)/days_rare.md
	$(BIN)/python -m benchmarks.days_real $(DATA)/dethlefsen2011 > $(CLAIMS)/days_real.md
	for settings in null tight few usual many most truth; do \
		$(BIN)/python -m benchmarks.null_tests --settings $$settings || exit; \
	done > $(CLAIMS)/null_tests.md
	$(BIN)/python -m benchmarks.mixed_depths null --strengths 2000 --studies 200 > $(CLAIMS)/mixed_depths.md
	$(BIN)/python -m benchmarks.population > $(CLAIMS)/population.md
	$(BIN)/python -m benchmarks.recovery > $(CLAIMS)/recovery.md
	$(BIN)/python benchmarks/batches.py > $(CLAIMS)/batches.md
	$(BIN)/python benchmarks/arms.py > $(CLAIMS)/arms.md

.PHONY: compare
compare: $(ENV)/.dev
	$(BIN)/python -m benchmarks.datasets

.PHONY: study
study: $(ENV)/.dev
	$(BIN)/python benchmarks/smoothing.py --out docs/smoothing

# Coverage-guided fuzzing of every reader: minutes of each format, all formats or those named.
MINUTES ?= 1
.PHONY: fuzz faults
fuzz: $(ENV)/.dev
	@$(BIN)/python -c 'import atheris' 2>/dev/null || $(BIN)/python -m pip install --quiet --require-hashes -r requirements-fuzz.lock
	$(BIN)/python -m benchmarks.fuzz --minutes $(MINUTES) --cores $(CORES) $(FORMATS)

# What klbio survives, thousands of times over: damaged files, disks that are full, little memory, kills, two runs at
# once, odd names and homes.  All kinds or those named; QUICK=1 takes seconds and is part of the tests.
faults: export OPENBLAS_NUM_THREADS = 1
faults: $(ENV)/.dev
	$(BIN)/python -m benchmarks.faults $(if $(QUICK),--short) $(KINDS)

docs: $(ENV)/.dev
	rm -rf docs/_build
	$(BIN)/sphinx-build -q -W docs docs/_build
	@echo "The site: docs/_build/index.html"

# Version, date and change log of a release; then everything is checked, and the rest is said.
.PHONY: release
release: $(ENV)/.dev
	$(BIN)/python tools/release.py "$(VERSION)"
	$(MAKE) check docs test
	@echo "Now: git commit --all --message 'Version $(VERSION)'"
	@echo "     git tag --annotate v$(VERSION) --message 'klbio $(VERSION)'"
	@echo "     git push origin HEAD v$(VERSION)"

unlock: $(ENV)/.demo
	$(BIN)/snakemake --unlock

clean:
	rm -rf $(ENV) results .snakemake .pytest_cache .hypothesis .mypy_cache .ruff_cache docs/_build docs/reference

# The environment, from hashed locks.  uv is used where it stands; it must be told to compile,
# or each job pays seconds for it.
$(ENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "klbio needs Python 3.11 or newer; say which with: make PYTHON=python3.12 ..."; exit 1; }
	@$(PYTHON) -m venv $(ENV) || \
	  { echo "No venv module: on Debian and Ubuntu, apt-get install python3-venv, then try again."; rm -rf $(ENV); exit 1; }

define install
	@if command -v uv >/dev/null; then \
	  uv pip install --quiet --python $(BIN)/python --compile-bytecode --require-hashes -r $(1); \
	else \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1); \
	fi
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q klbio
	@$(BIN)/python tools/machine_code.py
	@touch $@
endef

$(ENV)/.demo: requirements.lock pyproject.toml | $(ENV)/bin/python
	$(call install,requirements.lock)

$(ENV)/.dev: requirements-dev.lock pyproject.toml | $(ENV)/bin/python
	$(call install,requirements-dev.lock)
	@touch $(ENV)/.demo

# Locks for Python 3.11 to 3.13, without the name of any registry (needs uv).
.PHONY: lock
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet \
	  --extra build -c tools/lock_constraints.txt pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet \
	  --extra build --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock
	grep -o 'atheris[^"]*' pyproject.toml | head -1 | uv pip compile --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --quiet - -o requirements-fuzz.lock
