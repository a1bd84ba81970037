"""The table of known gene models ranked on a query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from klbio.schema.columns import Count, Flag, Number, Text
from klbio.schema.table import Row

__all__ = ["NearestRow"]

Low = Annotated[
    float | None,
    Number(
        "bits per base", "lower end of its 95 % interval over genes of the query; empty for a model as query"
    ),
]
High = Annotated[float | None, Number("bits per base", "upper end")]


@dataclass(frozen=True, kw_only=True, slots=True)
class NearestRow(Row):
    """What a known gene model costs on a query: a row per model, the nearest first."""

    rank: Annotated[int, Number("", "place by `excess_bits_per_base`, 1 the nearest")]
    rank_gc_matched: Annotated[int, Number("", "place by `gc_matched_bits_per_base`")]
    model: Annotated[str, Text("name of the known model, Q")]
    gc_class: Annotated[int, Number("", "its GC class that costs least, counted from 1")]
    gc_matched_class: Annotated[int, Number("", "the class that does once GC content is matched")]
    format: Annotated[str, Text("format of its file")]
    path: Annotated[str, Text("its file or folder")] = ""
    query: Annotated[str, Text("what was asked: the query's files")] = ""
    query_kind: Annotated[str, Text("what the query is", values=("sequences", "model"))]
    n_genes: Annotated[int | None, Count("genes scored", of="genes")] = None
    n_bases: Annotated[int | None, Count("bases scored", of="bases")] = None
    own_order: Annotated[int | None, Count("order of the genes' own model", of="bases")] = None
    cross_entropy_bits_per_base: Annotated[
        float | None, Number("bits per base", "-log2 Q(genes) / bases; empty for a model as query")
    ] = None
    excess_bits_per_base: Annotated[
        float,
        Number(
            "bits per base",
            "that, less what a model learnt from the other genes pays; of a model P, D(P ‖ Q)",
        ),
    ]
    excess_low_bits_per_base: Low = None
    excess_high_bits_per_base: High = None
    above_best_bits_per_base: Annotated[
        float | None,
        Number(
            "bits per base",
            "what the model costs more than the best one; empty behind models of the query's stop codons",
        ),
    ] = None
    above_best_low_bits_per_base: Low = None
    above_best_high_bits_per_base: High = None
    gc_matched_bits_per_base: Annotated[
        float, Number("bits per base", "the excess once the model's GC content is brought to the query's")
    ]
    gc_matched_low_bits_per_base: Low = None
    gc_matched_high_bits_per_base: High = None
    gc_matched_above_best_bits_per_base: Annotated[
        float | None,
        Number(
            "bits per base",
            "what it then costs more than the best one; empty behind models of the query's stop codons",
        ),
    ] = None
    gc_matched_above_best_low_bits_per_base: Low = None
    gc_matched_above_best_high_bits_per_base: High = None
    gc_only_bits_per_base: Annotated[
        float,
        Number("bits per base", "excess of a model that knows only GC content at each codon position"),
    ]
    query_gc3: Annotated[float, Number("GC content", "of the query at codon position 3")]
    model_gc3: Annotated[float, Number("GC content", "of the model at codon position 3")]
    relative_entropy_model_query_bits_per_base: Annotated[
        float | None, Number("bits per base", "D(Q ‖ P); empty for sequences")
    ] = None
    bases_to_tell_from_best_stein: Annotated[
        float | None, Number("bases", "log2(100) / `above_best_bits_per_base`; empty for the best")
    ] = None
    bases_to_tell_from_best_chernoff: Annotated[
        float | None,
        Number("bases", "bases after which the best test errs with probability near 1 %; second row only"),
    ] = None
    query_genetic_code: Annotated[
        int | None, Number("", "NCBI's number of the genetic code the query was read under")
    ] = None
    model_genetic_code: Annotated[
        int | None, Number("", "that of the model, 1 where its file names none")
    ] = None
    same_stops: Annotated[
        bool,
        Flag(
            "whether its stop codons are those of the query; otherwise it is scored on the codons that are amino "
            "acids in both, and stands behind"
        ),
    ]
    genetic_code_note: Annotated[
        str, Text("why the query's is not 1, and that the model's is another", prose=True)
    ] = ""
    training_note: Annotated[
        str,
        Text("that the model was trained on the query's genes, so that its place says nothing", prose=True),
    ] = ""
    smoothing: Annotated[str, Text("how zeros were treated")]
    warning: Annotated[str, Text("what to beware of, in words", prose=True)] = ""
    background: Annotated[
        str,
        Text(
            "where Prodigal's scores stand: on the six frames of the query's genes, or on assumed independent bases; "
            "empty for models of probabilities",
            values=("", "query", "assumed"),
        ),
    ] = ""
    genes_from: Annotated[
        str, Text("where the query's genes come from: as given, annotated, of BUSCO, or called", prose=True)
    ] = ""
    augustus: Annotated[str, Text("option that makes AUGUSTUS run with the model")] = ""
    braker: Annotated[str, Text("options that make braker.pl run with it, without training")] = ""
    funannotate: Annotated[str, Text("option of funannotate predict, and of BUSCO --augustus")] = ""
    snap: Annotated[str, Text("the file that SNAP takes before the genome")] = ""
    geneid: Annotated[str, Text("option of geneid")] = ""
    genemark: Annotated[str, Text("option of gmhmme3")] = ""
    prodigal: Annotated[
        str, Text("option of Prodigal; of its own sets, which have none, what pyrodigal calls the set")
    ] = ""
    species: Annotated[str, Text("of a set of AUGUSTUS, as its name or AUGUSTUS' own list has it")] = ""
    deep_models: Annotated[
        str,
        Text(
            "lineages of Tiberius and Helixer known to be trained on this species or its genus; says nothing of how "
            "well they do",
            prose=True,
        ),
    ] = ""
