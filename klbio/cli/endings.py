"""How a command ends: in words and an exit code, whatever went wrong; what is to be known is said on the way."""

from __future__ import annotations

import faulthandler
import sys
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from typing import NoReturn, TextIO

from klbio.cli.signals import BY_SIGNAL
from klbio.errors import MORE_MEMORY, InputError, InputNote, InputWarning, KlbioError
from klbio.io.elsewhere import called
from klbio.io.writable import remedy_for
from klbio.strictness import STRICT

__all__ = ["exit_on_fault", "logged", "refuse", "shown_warnings", "tell"]

USER_ERROR = 2
SIGPIPE = 13
NESTED = "something in something, more levels deep than can be followed"
OF_THE_MACHINE = (OSError, MemoryError, RecursionError)


@contextmanager
def exit_on_fault(debug: bool = False) -> Iterator[None]:
    """Say a fault of the input, or of the machine, and end in 2; without a traceback but where that is asked for."""
    try:
        yield
    except BrokenPipeError:  # whoever was told has heard enough, as `head` does
        sys.stdout = None  # Python would try once more to tell it
        raise SystemExit(BY_SIGNAL + SIGPIPE) from None
    except (KlbioError, *OF_THE_MACHINE) as error:
        if debug:
            traceback.print_exc()
        if isinstance(error, KlbioError):
            refuse(error)
        print(f"klbio: error: {_words(error)}", file=sys.stderr)
        raise SystemExit(USER_ERROR) from None


def tell(result: object) -> None:
    """Print what came of a command; where that cannot be told, it is a fault too.

    Raises
    ------
    OSError
        Naming standard output.
    """
    if sys.stdout is None:  # as where a service closed it
        return
    try:
        print(result, flush=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        sys.stdout = None  # Python would try once more to tell it, and end in a code of its own
        raise OSError(error.errno, error.strerror, "standard output") from error


def refuse(error: KlbioError) -> NoReturn:
    """Say what is at fault, warnings that are taken for faults too, and end."""
    faults = error.faults if isinstance(error, InputError) else ()
    whole = InputError(list(dict.fromkeys([*faults, *STRICT.faults]))) if faults else error
    for line in called(str(whole)).splitlines():
        print(f"klbio: error: {line}", file=sys.stderr)
    raise SystemExit(USER_ERROR) from None


def _words(error: OSError | MemoryError | RecursionError) -> str:
    """Say what the machine would not do: a folder that cannot be written, a full disk, no more memory."""
    if isinstance(error, RecursionError):
        return f"{NESTED}; expected an input that is not. --debug shows where."
    if isinstance(error, OSError):
        found = f"{error.filename or 'file system'}: {error.strerror or error}"
        return f"{found}; expected a place that can be written. {remedy_for(error)}"
    return f"memory: the machine gave no more{f' ({error})' if str(error) else ''}. {MORE_MEMORY}"


@contextmanager
def shown_warnings() -> Iterator[None]:
    """Say what is to be known of an input in klbio's words, once each; other warnings stay as they are."""
    with warnings.catch_warnings():
        warnings.simplefilter("always", InputWarning)
        others = warnings.showwarning
        shown: set[str] = set()  # a sheet may be read for several reasons

        def show(
            message: Warning | str,
            category: type[Warning],
            filename: str,
            lineno: int,
            file: TextIO | None = None,
            line: str | None = None,
        ) -> None:
            """Print it."""
            if isinstance(message, InputWarning):
                if str(message) in shown or STRICT.keep(message):
                    return
                shown.add(str(message))
                kind = "note" if isinstance(message, InputNote) else "warning"
                print(f"klbio: {kind}: {called(str(message))}", file=sys.stderr)
            else:
                others(message, category, filename, lineno, file, line)

        warnings.showwarning = show
        yield


@contextmanager
def logged(log: TextIO) -> Iterator[None]:
    """Write to a log what is printed, and the words or the traceback of what goes wrong."""
    crashes = not faulthandler.is_enabled()
    if crashes:
        faulthandler.enable(log)
    try:
        with redirect_stderr(log), shown_warnings():
            yield
    except KlbioError as error:
        log.write(called(f"{error}\n"))
        raise
    except OF_THE_MACHINE as error:
        log.write(f"{_words(error)}\n")
        raise
    except BaseException:
        traceback.print_exc(file=log)
        raise
    finally:
        if crashes:
            faulthandler.disable()
