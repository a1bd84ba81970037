"""The generated part of the reference: every command with its options, and every module with its public names."""

import argparse
import importlib
import pkgutil
import re
import shutil

import klbio
from klbio.cli import parser

FOR_USE = (
    "divergences", "smoothing", "distributions", "design", "taxonomy", "shift", "models", "pairwise", "transport",
    "reads", "amplicons", "io", "errors",
)  # fmt: skip

DEFAULT = re.compile(r" \(default: (.*)\)$")  # as told at the end of an option's help

COMMANDS = """# The command line

`klbio COMMAND --help` prints the same. Faults of the input end with exit code 2, a message that says where and what to
do, and no traceback. Terms are explained in [how to read the numbers](../glossary.md).
"""

LIBRARY = """# The library

Terms are explained in [how to read the numbers](../glossary.md), the tables in [files in and out](../formats.md).

## For use

{for_use}

## Behind it

What commands, steps and the report are made of: for those who change klbio. `tests/test_architecture.py` says who may
import whom.

{behind}
"""

MODULE = """{heading}

```{{eval-rst}}
.. automodule:: {name}
   :members:
   :inherited-members: object, tuple, str, BaseException
```

"""

FACE = """# klbio

```{{eval-rst}}
.. automodule:: klbio
```

Names of `klbio` itself, each explained where it lives:

```{{eval-rst}}
{names}
```
"""

BELOW = """```{{eval-rst}}
.. toctree::
   :hidden:

{entries}

{lines}
```

"""


def write(folder):
    """Write the command line, the list of rooms and a page for each room; nothing of yesterday stays beside them."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "library").mkdir(parents=True)
    (folder / "commands.md").write_text(COMMANDS + _commands())
    rooms = submodules("klbio")
    (folder / "library.md").write_text(_library(rooms))
    (folder / "library" / "klbio.md").write_text(_face())
    for name in rooms:
        _write_room(folder / "library", name)


def _write_room(folder, name):
    """Write a page with all modules of a room; rooms within it have pages below."""
    below = submodules(name)
    within = [each for each in below if _is_package(each)]
    page = MODULE.format(heading=f"# {name}", name=name) + (_below(within, "") if within else "")
    page += "".join(
        MODULE.format(heading=f"## {each.split('.')[-1]}", name=each) for each in below if each not in within
    )
    (folder / f"{name}.md").write_text(page)
    for each in within:
        _write_room(folder, each)


def _is_package(name):
    return hasattr(importlib.import_module(name), "__path__")


def _face():
    names = [f"* :py:obj:`{name} <{module}.{name}>`" for name, module in sorted(klbio.HOME.items())]
    return FACE.format(names="\n".join(names))


def _library(rooms):
    for_use = ["klbio", *(f"klbio.{name}" for name in FOR_USE)]
    behind = [name for name in rooms if name not in for_use]
    return LIBRARY.format(for_use=_below(for_use, "library/"), behind=_below(behind, "library/"))


def _below(names, folder):
    """List modules with their first lines, and in the margin by the last part of their names."""
    entries = "\n".join(f"   {name.split('.')[-1]} <{folder}{name}>" for name in names)
    lines = "\n".join(f"* :doc:`{name} <{folder}{name}>`: {_first_line(name)}" for name in names)
    return BELOW.format(entries=entries, lines=lines)


def _first_line(name):
    documented = importlib.import_module(name).__doc__.strip()
    return documented.partition("\n\n")[0].replace("\n", " ")


def submodules(name):
    """Modules of a package to be shown beside it: not those whose public names it offers itself."""
    package = importlib.import_module(name)
    names = [module.name for module in pkgutil.iter_modules(getattr(package, "__path__", ()))]
    return [f"{name}.{each}" for each in names if each != "__main__" and _adds(package, each)]


def _adds(package, name):
    offered = set(getattr(package, "__all__", ()))
    module = importlib.import_module(f"{package.__name__}.{name}")
    public = set(getattr(module, "__all__", ()))
    hidden = getattr(package, name, module) is not module  # behind a function of the same name
    return not hidden and not (public and public <= offered)


def _commands():
    return "".join(_command(name, command) for name, command in _parsers().items())


def _parsers():
    actions = parser()._actions
    return next(action.choices for action in actions if isinstance(action, argparse._SubParsersAction))


def _command(name, command):
    command.format_help()  # which puts the step's defaults where they belong
    rows = "\n".join(
        f"| {_spelling(action)} | {_default(action)} | {_help(action)} |" for action in command._actions[1:]
    )
    example = command.epilog.removeprefix("example:\n").replace("\n  ", "\n").strip()
    table = f"| | default | |\n|---|---|---|\n{rows}\n"
    notes = f"\n```text\n{command.notes()}\n```\n" if command.notes() else ""
    return f"\n## `klbio {name}`\n\n{command.description}\n\n{table}{notes}\n```sh\n{example}\n```\n"


def _spelling(action):
    value = action.metavar or (action.dest if not action.option_strings else action.dest.upper())
    value = " ".join(value) if isinstance(value, tuple) else value
    words = action.choices or (value[1:-1].split(",") if value.startswith("{") else ())
    if words:
        value = " or ".join(map(str, words))
    named = [] if action.nargs == 0 else [str(value) + (" ..." if action.nargs == "+" else "")]
    return "`" + " ".join([*action.option_strings, *named]) + "`"


def _default(action):
    if action.required:
        return "required"
    told = DEFAULT.search(action.help or "")
    return told[1] if told else ""


def _help(action):
    return DEFAULT.sub("", action.help or "").replace("|", "\\|")
