"""Documents name nothing that is not there: files, headings, tests, make targets, commands, modules, tables."""

import ast
import re
from doctest import script_from_examples
from pathlib import Path
from pkgutil import resolve_name

import pytest
import yaml

from klbio.cli import parser
from klbio.schema import (
    DROPPED,
    MODEL_TABLES,
    NEAREST,
    QUALITY,
    QUALITY_DIFFERENCES,
    SHIFT_TABLES,
    TRAINING_TABLES,
)
from tests.columns import OF_AMPLICONS

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "config/README.md"]
PAGES += [page for page in sorted(ROOT.glob("docs/**/*.md")) if "reference" not in page.parent.parts]
PAGES = [page for page in PAGES if "_build" not in page.parts]
FENCE = re.compile(r"^(```|~~~)(\S*)[^\n]*\n(.*?)^\1", re.DOTALL | re.MULTILINE)
TREE = [path.name for path in ROOT.iterdir() if path.is_dir() and path.name != "results"]
OPTIONS = {
    name: {option for action in command._actions for option in action.option_strings}
    for name, command in next(a.choices for a in parser()._actions if isinstance(a.choices, dict)).items()
}
# files of the reader's own, in examples
EXAMPLES = (
    "genome. annotation. mine. my. near. kmers. reads.fastq tree.nwk matrix. expected. kmers. words. near. worm. "
    "otu_table. tax_table. sample_data."
)
SNAKEMAKE = {
    "--default-storage-provider", "--directory", "--forceall", "--groups", "--job-deploy-sources", "--jobs",
    "--keep-going", "--persistence-backend", "--profile", "--rerun-triggers", "--retries", "--set-resources",
    "--shared-fs-usage", "--slurm-array-jobs", "--unlock",
}  # fmt: skip


def prose(page):
    return FENCE.sub("", page.read_text())


def code(page):
    """What a page sets in a fixed font: words between backticks, and the lines of its blocks."""
    blocks = [
        block.replace("\\\n", " ")
        for _, language, block in FENCE.findall(page.read_text())
        if language != "{include}"
    ]
    indented = re.findall(r"^    +(\S.*)$", prose(page), re.MULTILINE)
    return (
        re.findall(r"`([^`\n]+)`", prose(page))
        + [line for block in blocks for line in block.splitlines()]
        + indented
    )


def anchor(heading):
    words = re.sub(r"[^\w\- ]", "", re.sub(r"\]\([^)]*\)", "", heading).strip().lower())
    return words.replace(" ", "-")


def anchors(page):
    return {anchor(heading) for heading in re.findall(r"^#+ (.*)$", prose(page), re.MULTILINE)}


def everywhere(find):
    """One case for each thing that a page names."""
    named = [(page, thing) for page in PAGES for thing in dict.fromkeys(find(page))]
    return pytest.mark.parametrize(
        ("page", "thing"),
        [pytest.param(*each, id=f"{each[0].relative_to(ROOT)}: {each[1]}") for each in named],
    )


def links(page):
    return [link for link in re.findall(r"\]\(([^)\s]+)\)", prose(page)) if ":" not in link]


@everywhere(links)
def test_link_leads_to_a_page_and_its_heading(page, thing):
    target, _, heading = thing.partition("#")
    there = (page.parent / target).resolve() if target else page
    assert there.exists()
    assert not heading or heading in anchors(there)


def paths(page):
    words = [word.strip(",;:()\"'") for line in code(page) for word in line.split()]
    return [word for word in words if word.split("/")[0] in TREE and "/" in word]


@everywhere(paths)
def test_path_is_in_the_repository(page, thing):
    path, _, test = thing.partition("::")
    assert any(ROOT.glob(path.rstrip("/."))), path
    assert not test or f"def {test}(" in (ROOT / path).read_text()


def unplaced_tests(page):
    return re.findall(r"`\.\.\.::(\w+)", page.read_text())


@everywhere(unplaced_tests)
def test_test_is_in_some_file(page, thing):
    assert any(f"def {thing}(" in path.read_text() for path in ROOT.glob("tests/**/test_*.py"))


def make_targets(page):
    return [target for line in code(page) for target in re.findall(r"(?:^|[$;] ?)make ([a-z]+)", line)]


@everywhere(make_targets)
def test_make_target(page, thing):
    assert re.search(rf"^{thing}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


def commands(page):
    return [part for line in code(page) for part in re.findall(r"\bklbio (?:[a-z]+\b[^|;&]*)", line)]


@everywhere(commands)
def test_command_and_its_options(page, thing):
    _, verb, *words = thing.split()
    assert verb in OPTIONS
    assert {word.partition("=")[0] for word in words if word.startswith("--")} <= OPTIONS[verb]


def options(page):
    return [line.split()[0] for line in code(page) if line.startswith("--")]


@everywhere(options)
def test_option_of_some_command(page, thing):
    assert thing in SNAKEMAKE.union(*OPTIONS.values())


def modules(page):
    imported = [
        f"{node.module}.{name.name}"
        for _, language, block in FENCE.findall(page.read_text())
        if language == "python"
        for node in ast.walk(ast.parse(script_from_examples(block) if ">>> " in block else block))
        if isinstance(node, ast.ImportFrom) and node.module.startswith("klbio")
        for name in node.names
    ]
    return [*imported, *(line for line in code(page) if re.fullmatch(r"klbio(\.\w+)+", line))]


@everywhere(modules)
def test_name_can_be_imported(page, thing):
    assert resolve_name(thing) is not None


def tables(page):
    return [word for line in code(page) for word in re.findall(r"(?:^|[ /])(\w+\.tsv)\b", line)]


@everywhere(tables)
def test_table_is_one_that_klbio_writes_or_the_repository_has(page, thing):
    others = [table.name for table in (DROPPED, NEAREST, QUALITY, QUALITY_DIFFERENCES)]
    written = {f"{name}.tsv" for name in [*SHIFT_TABLES, *MODEL_TABLES, *TRAINING_TABLES, *others]} | {
        Path(name).name for name in OF_AMPLICONS
    }
    assert thing in written or any(ROOT.glob(f"*/**/{thing}")) or thing.startswith(tuple(EXAMPLES.split()))


def test_every_key_of_the_configuration_is_explained():
    schema = yaml.safe_load((ROOT / "klbio/io/sheets/config.schema.yaml").read_text())["properties"]
    keys = {f"{name}.{key}" for name, part in schema.items() for key in part.get("properties", {})}
    keys |= {name for name, part in schema.items() if "properties" not in part}
    explained = set(re.findall(r"^\| `([\w.]+)` \|", (ROOT / "config/README.md").read_text(), re.MULTILINE))
    assert keys <= explained
