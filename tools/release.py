"""Make the version of a release: ``make release VERSION=0.3.0``.

The version stands in ``klbio/__init__.py``.  What repeats it (CITATION.cff, the heading in CHANGELOG.md) is
written here, once nothing speaks against the release.  Nothing is committed or tagged: the last lines say how.
"""

import re
import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parents[1]
UNRELEASED = "## Unreleased\n"
VERSION = re.compile(r"\d+\.\d+\.\d+")


def main(version):
    """Check, then write; faults are named all at once, and then nothing is written."""
    texts = {
        name: (ROOT / name).read_text() for name in ("klbio/__init__.py", "CITATION.cff", "CHANGELOG.md")
    }
    faults = [*wrong_version(version, texts["klbio/__init__.py"]), *nothing_to_release(texts["CHANGELOG.md"])]
    faults += [*not_locked(), *not_committed()]
    if faults:
        raise SystemExit("\n".join(f"release: {fault}" for fault in faults))
    for name, text in released(texts, version, date.today().isoformat()).items():
        (ROOT / name).write_text(text)


def wrong_version(version, module):
    """A version is three numbers, greater than the last."""
    if not VERSION.fullmatch(version):
        return [f"version '{version}'; expected three numbers, as in: make release VERSION=0.3.0"]
    last = VERSION.search(module)[0]
    return [] if numbers(version) > numbers(last) else [f"version {version}; expected one above {last}"]


def numbers(version):
    """The parts of a version, to be compared."""
    return tuple(int(part) for part in version.split("."))


def nothing_to_release(changes):
    """A release has something to tell."""
    section = changes.partition(UNRELEASED)[2].partition("\n## ")[0]
    return [] if section.strip() else ["CHANGELOG.md: nothing below 'Unreleased'; expected what changed"]


def not_locked():
    """Every dependency stands in its lock."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = {
        "requirements.lock": project["dependencies"],
        "requirements-dev.lock": project["optional-dependencies"]["dev"],
    }
    return [
        f"{lock}: no {name}; run make lock"
        for lock, needs in wanted.items()
        for name in (re.match(r"[\w.-]+", need)[0].lower() for need in needs)
        if not re.search(rf"^{re.escape(name)}==", (ROOT / lock).read_text(), re.MULTILINE)
    ]


def not_committed():
    """What is released is what is committed."""
    changed = subprocess.run(
        ["git", "status", "--short"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return [f"not committed: {line[3:]}" for line in changed.splitlines()]


def released(texts, version, day):
    """Write the version and its day where they stand."""
    module, citation, changes = texts.values()
    module = re.sub(r'__version__ = "[^"]*"', f'__version__ = "{version}"', module)
    citation = re.sub(r"(?m)^version: .*", f"version: {version}", citation)
    citation = re.sub(r"(?m)^date-released: .*", f"date-released: {day}", citation)
    changes = changes.replace(UNRELEASED, f"{UNRELEASED}\n## {version} ({day})\n", 1)
    return dict(zip(texts, (module, citation, changes), strict=True))


if __name__ == "__main__":
    main(*sys.argv[1:] or [""])
