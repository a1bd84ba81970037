"""Words of the field: what columns and rows are called that hold no counts."""

from __future__ import annotations

import re
from collections.abc import Iterable

from klbio.io.numbers import finite_number
from klbio.taxonomy import is_taxon

__all__ = [
    "LINEAGE", "NAMES_OF_ROWS", "OF_SAMPLES", "OF_TAXA", "RANKS", "STATISTICS", "VAGUE", "are_ranks", "is_blank",
    "is_rank", "is_taxon_or_none", "is_word", "meaning", "number",
]  # fmt: skip

MISSING = {"", "na", "nan", "n/a", "null", "none", "-", "--", ".", "#n/a"}
NUMERIC = re.compile(r"[+-]?\d[\d.,' _\u00a0\u202f]*([eE][+-]?\d+)?%?|[+-]?(\.\d+([eE][+-]?\d+)?|[iI]nf)")
RANKS = {
    "domain", "superkingdom", "kingdom", "phylum", "class", "order", "family", "genus", "species", "strain",
    "supergroup", "division", "subspecies",
}  # fmt: skip
LEVEL = re.compile(r"(taxon|taxonomy|tax|rank|level|lvl)[ ._]?\d+", re.IGNORECASE)
LINEAGE = {
    "taxonomy", "taxon", "taxa", "lineage", "consensuslineage", "classification", "taxonomiclineage", "taxlineage",
    "taxonomylineage", "silvataxonomy", "gtdbtaxonomy", "fulltaxonomy", "taxonomyname", "assignment", "taxpath",
    "phylogeny", "otuconsensuslineage",
}  # fmt: skip
NAMES_OF_ROWS = RANKS | LINEAGE | {
    "otuid", "asvid", "featureid", "otu", "asv", "feature", "name", "id", "sample", "sampleid", "samplename", "index",
    "cladename", "clade", "datasets", "taxid", "taxonomyid", "representativesequence", "sequence", "classification",
}  # fmt: skip
# of taxa, as words or as numbers
OF_TAXA = {
    "sequence", "seq", "repseq", "repset", "representativesequence", "dnasequence", "asvsequence", "amplicon", "name",
    "taxname", "scientificname", "taxonname", "speciesname", "rank", "taxrank", "taxonomyrank", "taxonrank", "taxid",
    "taxonid", "taxonomyid", "ncbitaxid", "ncbitaxonid", "ncbitaxonomyid", "ncbiid", "cladetaxid", "taxpathsn",
    "lineageids", "idlineage", "ranklineage", "additionalspecies", "confidence", "consensus", "bootstrap", "boot",
    "length", "len", "seqlength", "seqlen", "sequencelength", "ampliconlength", "size", "cloud", "spread", "chimera",
    "quality", "identity", "pident", "evalue", "bitscore", "score", "references", "reference", "accession", "strand",
    "method", "hash", "md5", "id", "otu", "asv", "otuid", "asvid", "featureid", "feature", "cluster", "description",
    "function", "prevalence", "gc", "gccontent", "blasthit", "besthit", "blastidentity", "blastsubject", "seedid",
    "observationname", "observationsum", "blastperccoverage", "blastpercidentity", "blastevalue", "blastalnlength",
    "seedsequence", "comment", "mean", "median", "sd", "level", "ranklevel", "lvltype", "taxlvl", "taxonomylvl",
    "taxlevel", "rankid", "daughterlevels", "kingdomtaxid", "guild", "trophicmode", "nsamples", "abundance",
    "clade", "cladename", "basemean", "log2foldchange", "log2fc", "logfc", "foldchange", "lfcse", "stat", "pvalue",
    "pval", "tid", "txid", "padj", "qvalue", "fdr", "adjpval", "stdev", "sem", "minimum", "maximum",
}  # fmt: skip
# of these, what may be said of samples too
VAGUE = {
    "name", "description", "id", "comment", "method", "reference", "references", "score", "size", "quality", "length",
    "mean", "median", "sd", "level", "cluster", "function", "abundance", "rank", "identity", "strand", "gc",
    "len",
}  # fmt: skip
# of samples, as numbers: an age is none of the reads
OF_SAMPLES = {
    "age", "ageyears", "agemonths", "bmi", "weight", "height", "day", "days", "week", "weeks", "month", "months",
    "year", "time", "timepoint", "visit", "visitnumber", "ph", "temperature", "latitude", "longitude", "elevation",
    "altitude", "replicate", "batch", "run", "lane", "plate", "depth", "depthm", "readdepth", "sequencingdepth",
    "librarysize", "nreads", "readcount", "totalreads", "rawreads", "shannon", "chao1", "simpson", "observed",
    "observedotus", "observedfeatures", "faithpd", "evenness", "pielou",
}  # fmt: skip
# of rows below the counts
STATISTICS = {
    "mean",
    "median",
    "average",
    "avg",
    "sd",
    "stdev",
    "stddev",
    "sem",
    "mittelwert",
    "minimum",
    "maximum",
}
UNASSIGNED = {
    "unassigned", "unclassified", "unknown", "other", "others", "unmapped", "nohit", "noblasthit", "noassignment", "na",
    "ambiguous",
}  # fmt: skip


def meaning(name: str) -> str:
    """Reduce the name of a column to its letters and digits.

    >>> meaning("#OTU ID"), meaning("NCBI_tax_id"), meaning("tax.Kingdom")
    ('otuid', 'ncbitaxid', 'kingdom')
    """
    word = re.sub(r"[^a-z0-9]+", "", name.lower())
    for prefix in ("tax", "x"):  # of merged tables; of R, for a first # or digit
        bare = word.removeprefix(prefix)
        if bare in RANKS or (prefix == "x" and bare in OF_TAXA | LINEAGE):
            return bare
    return word


def is_rank(name: str) -> bool:
    """Whether a column is called like a rank, or numbered as one.

    >>> is_rank("Genus"), is_rank("Rank1"), is_rank("Sample1")
    (True, True, False)
    """
    return meaning(name) in RANKS or bool(LEVEL.fullmatch(name.strip()))


def are_ranks(names: Iterable[str]) -> bool:
    """Whether names are all those of ranks or of lineages; one rank alone may be the class of a patient.

    >>> are_ranks(["Class", "Order"]), are_ranks(["Class"]), are_ranks(["taxonomy"])
    (True, False, True)
    """
    names = set(names)
    alone = LINEAGE | {"kingdom", "phylum", "genus", "species"}
    all_are = all(is_rank(name) or meaning(name) in LINEAGE for name in names)
    return all_are and (len(names) > 1 or all(meaning(name) in alone for name in names))


def is_blank(field: str) -> bool:
    """Whether a field is empty or a word for what is missing."""
    return field.strip().lower() in MISSING


def number(field: str) -> float | None:
    """Give the number of a field as programs write them: no plus, no underscore, no word; None where it is none.

    >>> [number(field) for field in ("12", "1e3", " 1.0", "1_00", "+5", "nan", "1,5")]
    [12.0, 1000.0, 1.0, None, None, None, None]
    """
    return None if field.lstrip().startswith("+") else finite_number(field)


def is_word(field: str) -> bool:
    """Whether a field holds what was never meant as a number."""
    return not is_blank(field) and not NUMERIC.fullmatch(field.strip())


def is_taxon_or_none(name: str) -> bool:
    """Whether a name is that of a taxon for certain, or says that there is none.

    >>> [is_taxon_or_none(name) for name in ("k__Bacteria;p__X", "Unassigned", "P1_B1")]
    [True, True, False]
    """
    return is_taxon(name) or meaning(name) in UNASSIGNED
