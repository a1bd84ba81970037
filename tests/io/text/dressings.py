"""One small table in the dressings of tools and spreadsheets."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

TAXA = ("Blautia", "Dorea", "Roseburia", "Bacteroides")
SAMPLES = ("P1_B", "P1_A", "P2_B", "P2_A")
VALUES = ((12, 0, 3, 40), (5, 7, 0, 1), (0, 0, 9, 2), (100, 1, 23, 8))
RANKS = ("Kingdom", "Phylum", "Class", "Order", "Family", "Genus")
LINEAGES = tuple(("Bacteria", "P", "C", "O", "F", name) for name in TAXA)
PREFIXED = tuple(
    ";".join(f"{letter}__{name}" for letter, name in zip("kpcofg", lineage, strict=True))
    for lineage in LINEAGES
)
SEQUENCES = tuple("TACGTAGGTGGCAAGCGTTGTCCGG" + base for base in "ACGT")


@dataclass(frozen=True)
class Dress:
    """How a table of counts is written; rows are taxa unless `turned`."""

    separator: str = "\t"
    corner: str | None = "taxon"
    quote: str = ""
    number: str = "{}"
    before: tuple[tuple[str, tuple[str, ...]], ...] = ()
    beside: tuple[tuple[str, tuple[str, ...]], ...] = ()
    title: str = ""
    end: str = "\n"
    encoding: str = "utf-8"
    turned: bool = False
    rows: tuple[str, ...] = TAXA
    columns: tuple[str, ...] = SAMPLES
    values: tuple[tuple[float, ...], ...] = field(default=VALUES)

    def text(self) -> str:
        if self.turned:
            values = tuple(zip(*self.values, strict=True))
            return replace(self, rows=self.columns, columns=self.rows, values=values, turned=False).text()
        before, beside = (
            [(self._name(name), fields) for name, fields in extra] for extra in (self.before, self.beside)
        )
        corner = [] if self.corner is None else [self._name(self.corner)]
        header = [name for name, _ in before] + corner + [self._name(name) for name in self.columns]
        lines = [header + [name for name, _ in beside]]
        for i, (name, row) in enumerate(zip(self.rows, self.values, strict=True)):
            cells = [fields[i] for _, fields in before] + [self._name(name)]
            cells += [self.number.format(value) for value in row] + [
                self._name(fields[i]) for _, fields in beside
            ]
            lines.append(cells)
        return self.title + "".join(self.separator.join(line) + self.end for line in lines)

    def _name(self, name: str) -> str:
        return self.quote + name + self.quote

    def bytes(self) -> bytes:
        return self.text().encode(self.encoding)


BESIDE_RANKS = tuple((rank, tuple(lineage[i] for lineage in LINEAGES)) for i, rank in enumerate(RANKS))
ROW_NUMBERS = (("", ("1", "2", "3", "4")),)

PLAIN = {
    "TSV": Dress(),
    "CSV": Dress(","),
    "CSV of Europe": Dress(";"),
    "decimal comma": Dress(";", number="{},0"),
    "decimal comma between tabs": Dress(number="{},0"),
    "decimals": Dress(number="{}.0"),
    "exponents": Dress(number="{}e0"),
    "R write.table": Dress(" ", None, '"'),
    "R write.table without quotes": Dress(" ", None),
    "R write.table between tabs": Dress("\t", None, '"'),
    "R write.table with col.names=NA": Dress("\t", "", '"'),
    "R write.csv": Dress(",", "", '"'),
    "R write.csv of a data frame": Dress(",", "taxon", '"', before=ROW_NUMBERS),
    "runs of spaces": Dress("   ", None),
    "BOM": Dress(encoding="utf-8-sig"),
    "UTF-16 of Excel": Dress(encoding="utf-16"),
    "CRLF": Dress(end="\r\n"),
    "CR": Dress(end="\r"),
    "biom convert": Dress(corner="#OTU ID", title="# Constructed from biom file\n", number="{}.0"),
    "MEGAN": Dress(corner="#Datasets"),
    "title": Dress(title="Table S3. Counts of reads\n\n"),
    "title of Excel": Dress(",", title="Table S3. Counts of reads,,,,\n,,,,\n"),
    "sep= of Excel": Dress(";", title="sep=;\n"),
    "empty columns of Excel": Dress(end="\t\t\n"),
    "empty columns of Excel, CSV": Dress(",", end=",,\n"),
}  # fmt: skip
ANNOTATED = {
    "taxonomy": Dress(beside=(("taxonomy", PREFIXED),)),
    "Taxon": Dress(beside=(("Taxon", PREFIXED),)),
    "ConsensusLineage": Dress(beside=(("Consensus Lineage", PREFIXED),)),
    "taxonomy, CSV": Dress(",", "OTU", '"', beside=(("taxonomy", PREFIXED),)),
    "ranks (ampvis, phyloseq)": Dress(beside=BESIDE_RANKS),
    "ranks with numbers": Dress(
        beside=(*BESIDE_RANKS, ("Confidence", ("0.9", "0.8", "1", "0.7")), ("length", ("253",) * 4))
    ),
}
