"""What a mock community is made of: a text or workbook of taxa and their shares."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from klbio.errors import Fault, InputError, StrPath, first_faults
from klbio.io.sheets.sheet import read_sheet
from klbio.io.tables.text.numbers import number_or_nan
from klbio.sheet import Sheet

__all__ = ["read_mock"]

TAXON, SHARE = "taxon", "share"


def read_mock(path: StrPath) -> dict[str, float]:
    r"""Read the shares of a mock community; in any unit, they are brought to a sum of 1.

    Parameters
    ----------
    path : path-like
        With the columns ``taxon`` and ``share``; lines of one taxon are added up.

    Returns
    -------
    dict of str to float

    Raises
    ------
    InputError
        Every line without a taxon, or whose share is no number of 0 or more; if all are 0.

    Examples
    --------
    >>> from klbio.io.files import write_text
    >>> write_text("/tmp/klbio-mock.tsv", "taxon\tshare\nBacillus\t30\nListeria\t10\n")
    >>> read_mock("/tmp/klbio-mock.tsv")
    {'Bacillus': 0.75, 'Listeria': 0.25}
    """
    sheet = read_sheet(path, (TAXON, SHARE))
    InputError.raise_any(first_faults(_faults(sheet)))
    shares: defaultdict[str, float] = defaultdict(float)
    for row in sheet:
        shares[row[TAXON].strip()] += number_or_nan(row[SHARE])
    total = sum(shares.values())
    if not total:
        raise InputError.one(path, "shares of 0 alone", "a taxon with a share above 0")
    return {taxon: share / total for taxon, share in shares.items() if share}


def _faults(sheet: Sheet) -> Iterator[Fault]:
    for row in sheet:
        if not row[TAXON].strip():
            yield sheet.fault(row, "no taxon", "its name, as tables have it")
        if not 0 <= number_or_nan(row[SHARE]) < float("inf"):
            yield sheet.fault(row, f"share {row[SHARE]!r}", "a number of 0 or more")
