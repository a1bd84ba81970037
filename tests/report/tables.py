"""A plausible results folder, made by formula: the columns that klbio writes, numbers nobody measured."""

import json
from collections.abc import Mapping
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

from klbio.io.result_folder import table_path
from klbio.io.results import write_rows
from klbio.report.rows import Rows
from klbio.schema import DROPPED, MODEL_TABLES, NEAREST, SHIFT_TABLES, Column, Row, Table, Text

HOSTILE = "<script>alert(1)</script>"
HOSTILE_TAXON = 'd__Bacteria;f__"onload=alert(2)";g__<img src=x onerror=alert(3)>'
LONG_TAXON = (
    "d__Bacteria;p__Firmicutes;f__Lachnospiraceae;g__Lachnospiraceae_NK4A136_group_of_an_uncultured_bacterium"
)
TAXA = (
    "d__Bacteria;f__Bacteroidaceae;g__Bacteroides",
    "d__Bacteria;f__Lachnospiraceae;g__Blautia",
    "d__Bacteria;f__Erysipelotrichaceae;g__Clostridium innocuum",
    "d__Bacteria;f__Lachnospiraceae;g__Roseburia",
    LONG_TAXON,
    HOSTILE_TAXON,
    "d__Bacteria;f__Akkermansiaceae;g__Akkermansia",
    "d__Bacteria;f__Rikenellaceae;g__Alistipes",
    "d__Bacteria;f__Lachnospiraceae;g__uncultured",
    "d__Bacteria;f__Ruminococcaceae;g__uncultured",
    "Unassigned",
)
ARMS = ("control", "western")
WAYS = {"before": "before", "after": "after"}
RANKS = ("genus", "family")
MODELS = (
    ("human", "augustus"),
    ("fly", "augustus"),
    ("caenorhabditis", "augustus"),
    ("arabidopsis", "augustus"),
    ("A.thaliana", "snap"),
    ("C.elegans", "snap"),
    (HOSTILE, "snap"),
)


PLAIN = {"text": "", "number": 0, "count": 0, "flag": False, "p": 1.0}


def save(folder: Path, table: Table, rows: list[dict]) -> None:
    """Write rows of a table; what they leave out holds something plain."""
    write_rows(folder / f"{table.name}.tsv", pd.DataFrame([plain(table) | row for row in rows]), table)


def fill(folder: Path, tables: Mapping[str, Table]) -> None:
    """Write those that are not there, without a row: a run writes all of its tables."""
    for name, table in tables.items():
        if not table_path(folder, name).is_file():
            write_rows(folder / f"{name}.tsv", table.frame([]), table)


def made(row: type[Row], rows: list[dict]) -> Rows:
    """Make rows of a table; what they leave out holds something plain."""
    table = Table("made", row)
    return Rows.of(table.arranged(pd.DataFrame([plain(table) | given for given in rows])), row)


def plain(table: Table) -> dict[str, object]:
    """A row whose values do not matter."""
    return {column.name: None if column.optional else plainest(column) for column in table.columns}


def plainest(column: Column) -> object:
    """What a column holds where its value does not matter."""
    values = column.kind.values if isinstance(column.kind, Text) else ()
    return values[0] if values else PLAIN[column.kind.name]


def write_results(
    folder: Path,
    subjects_per_arm: int = 4,
    routes: tuple[str, ...] = ("shift", "reads", "models"),
    ranks: tuple[str, ...] = RANKS,
) -> Path:
    """Write the tables of the named routes; the same arguments give the same bytes."""
    subjects = [
        {
            "subject": HOSTILE if (arm, i) == ("western", 1) else f"{arm[0].upper()}{i + 1:02d}",
            "arm": arm,
            "i": i,
        }
        for arm in ARMS
        for i in range(subjects_per_arm)
    ]
    if "shift" in routes:
        write_shift(folder / "shift", subjects, ranks, TAXA)
    if "reads" in routes:
        write_shift(folder / "reads", subjects, ("6-mer",), ("AAAAAA", "ACGTAC", "GATTAC"))
    if "models" in routes:
        write_models(folder / "models")
    for route in routes:
        fill(folder / route, MODEL_TABLES if route == "models" else SHIFT_TABLES)
    dropped = [
        {"source": "sheet.tsv", "kind": "subject", "name": "P9", "reason": "has no sample of phase 'after'"},
        {
            "source": "table.biom",
            "kind": "sample",
            "name": HOSTILE,
            "reason": "depth 12 is below the limit of 1000",
        },
    ]
    save(folder, DROPPED, dropped)
    (folder / "provenance.json").write_text(json.dumps(PROVENANCE, indent=1))
    return folder


PROVENANCE = {
    "klbio": "0.2.0",
    "packages": {"numpy": "2.3.1"},
    "seed": 1,
    "config": {"shift": {"n_resamples": 999, "min_depth": 1000}, "report": {"title": HOSTILE}},
    "inputs": {"table.biom": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"},
}


def shift_bits(subject: dict, rank: str) -> float:
    """Make up a shift: western subjects move further, coarser ranks show less of it."""
    spread = 0.012 * (subject["i"] % 7)
    return ({"control": 0.05, "western": 0.31}[subject["arm"]] + spread) * {"family": 0.6}.get(rank, 1.0)


def write_shift(folder: Path, subjects: list[dict], ranks: tuple[str, ...], taxa: tuple[str, ...]) -> None:
    pairs, contributions, clades, trajectory, sensitivity = [], [], [], [], []
    for subject, rank in product(subjects, ranks):
        who = {"subject": subject["subject"], "arm": subject["arm"]}
        bits = shift_bits(subject, rank)
        for estimand, factor in (("pooled", 1.0), ("pairs", 1.4)):
            pairs.append(
                {
                    **who,
                    **WAYS,
                    "rank": rank,
                    "estimand": estimand,
                    **pair_numbers(bits * factor, subject["i"]),
                }
            )
        for k, taxon in enumerate(taxa):
            contributions.append(
                {**who, **WAYS, "rank": rank, "taxon": taxon, **contribution_numbers(bits, k, subject["i"])}
            )
        for day in range(10):
            moved = bits if day >= 4 else 0.06 + 0.01 * (day % 3)
            trajectory.append(
                {
                    **who,
                    "phase": "before" if day < 4 else "after",
                    "time": day * 3,
                    "sample": f"{who['subject']}.{day}",
                    "depth": 9000 + day,
                    "rank": rank,
                    "baseline": "before",
                    "n_reference": 3 if day < 4 else 4,
                    "jensen_shannon_divergence_bits": moved,
                    "low_bits": moved * 0.9,
                    "high_bits": moved * 1.15,
                    "jsd_plugin_bits": moved + 0.02,
                }
            )
        for (s, smoothing), support in product(
            enumerate(("none", "additive(alpha=0.5)", "additive(alpha=1)")), ("pair union", "study")
        ):
            sensitivity.append(
                {
                    **who,
                    **WAYS,
                    "rank": rank,
                    "smoothing": smoothing,
                    "support": support,
                    "n_categories": len(taxa),
                    "jensen_shannon_divergence_bits": bits * (1 - 0.1 * s),
                    "relative_entropy_after_before_bits": np.inf if s == 0 else 4 * bits / s,
                    "relative_entropy_before_after_bits": 3 * bits / (s + 1),
                }
            )
        clades += [
            {
                **who,
                **WAYS,
                "clade": clade,
                "rank": "family",
                "n_children": 3,
                "mass_before": 0.4,
                "mass_after": 0.3,
                "within_bits": bits,
                "contribution_bits": bits * share,
                "share": share,
            }
            for clade, share in (
                ("d__Bacteria;f__Lachnospiraceae", 0.5),
                ("d__Bacteria;f__<b>bold</b>", 0.25),
            )
        ]
    frame = pd.DataFrame(pairs)
    ways = [recovery_rows(who["subject"], who["arm"], rank) for who, rank in people(pairs)]
    tables = {
        "pairs": pairs,
        "contributions": contributions,
        "clades": clades,
        "trajectory": trajectory,
        "sensitivity": sensitivity,
        "arms": arm_rows(frame),
        "cohort": cohort_rows(frame),
        "flags": flag_rows(),
        "recovery": [row for row, _ in ways],
        "recovery_curve": [point for _, curve in ways for point in curve],
        "rarefaction": rarefaction_rows(frame),
        "headline": headline_rows(ranks),
        "taxa": taxon_rows(pd.DataFrame(contributions)),
    }
    for name, rows in tables.items():
        save(folder, SHIFT_TABLES[name], rows)


def people(pairs: list[dict]) -> list[tuple[dict, str]]:
    return [(row, row["rank"]) for row in pairs if row["estimand"] == "pooled"]


def recovery_rows(subject: str, arm: str, rank: str) -> tuple[dict, list[dict]]:
    who = {"subject": subject, "arm": arm, **WAYS, "rank": rank}
    numbers = {"n_baseline": 4, "baseline_bits": 0.06, "peak_sample": f"{subject}.4", "half_life": 3.5}
    verdict = "did not come back: 0.12 bits above the baseline remain; half-life 3.5 in the unit of time"
    curve = [{**who, "time": 12 + 3 * i, "fitted_bits": 0.2 + 0.2 / 2**i} for i in range(6)]
    return {
        **who,
        **numbers,
        "residual_bits": 0.12,
        "outcome": "did not come back",
        "verdict": verdict,
    }, curve


def pair_numbers(bits: float, i: int) -> dict:
    has_baseline = i != 2
    return {
        "n_categories": 120,
        "support": "pair union",
        "smoothing_jsd": "none",
        "smoothing_relative_entropy": "additive(alpha=0.5)",
        "n_before": 3,
        "n_after": 9,
        "depth_before": 5646 + i,
        "depth_after": 19096,
        "jensen_shannon_divergence_bits": bits,
        "jsd_low_bits": bits * 0.85,
        "jsd_high_bits": bits * 1.2,
        "jsd_plugin_bits": bits + 0.03,
        "floor_bits": 0.03,
        "floor_high_bits": 0.04,
        "floor_p": 0.001 if bits > 0.03 else 0.4,
        "above_floor": bits > 0.035,
        "baseline_bits": 0.12 + 0.01 * (i % 5) if has_baseline else None,
        "baseline_max_bits": 0.19 if has_baseline else None,
        "n_baseline_pairs": 3 if has_baseline else 0,
        "above_baseline": (bits > 0.2) if has_baseline else None,
        "relative_entropy_after_before_bits": 3 * bits,
        "relative_entropy_after_before_low_bits": 2.5 * bits,
        "relative_entropy_after_before_high_bits": 3.5 * bits,
        "relative_entropy_before_after_bits": 2 * bits,
        "relative_entropy_before_after_low_bits": 1.6 * bits,
        "relative_entropy_before_after_high_bits": 2.3 * bits,
        "total_variation": 0.4,
        "pinsker_bound": 0.7,
        "note": "depth goes with phase" if i == 1 else None,
    }


def contribution_numbers(bits: float, k: int, i: int) -> dict:
    share = 0.5 ** (k + 1)
    up = (k + (i == 3)) % 3 == 0
    return {
        "direction": "up" if up else "down",
        "jsd_contribution_bits": bits * share,
        "low_bits": bits * share * 0.7,
        "high_bits": bits * share * 1.3,
        "share": share,
        "proportion_before": 0.02 if up else 0.2,
        "proportion_after": 0.2 if up else 0.02,
        "relative_entropy_after_before_contribution_bits": 3 * bits * share,
        "relative_entropy_before_after_contribution_bits": -bits * share,
    }


def arm_rows(pairs: pd.DataFrame) -> list[dict]:
    return [
        {
            **WAYS,
            "rank": rank,
            "estimand": estimand,
            "arm": arm,
            "n_subjects": len(rows),
            "n_above_floor": int(rows["above_floor"].sum()),
            "n_with_baseline": int(rows["baseline_bits"].notna().sum()),
            "n_above_baseline": int(rows["above_baseline"].eq(True).sum()),
            "median_bits": rows["jensen_shannon_divergence_bits"].median(),
            "lowest_bits": rows["jensen_shannon_divergence_bits"].min(),
            "highest_bits": rows["jensen_shannon_divergence_bits"].max(),
        }
        for (rank, estimand, arm), rows in pairs.groupby(["rank", "estimand", "arm"], sort=False)
    ]


def cohort_rows(pairs: pd.DataFrame) -> list[dict]:
    n = len(pairs["subject"].unique()) // 2
    return [
        {
            **WAYS,
            "rank": rank,
            "estimand": estimand,
            "test": "two-arm permutation",
            "arm_a": "western",
            "arm_b": "control",
            "n_a": n,
            "n_b": n,
            "effect_bits": 0.26,
            "effect_low_bits": 0.2,
            "effect_high_bits": 0.33,
            "p_value": 2 / 70,
            "smallest_p": 2 / 70,
            "n_permutations": 70,
            "exact": True,
            "meaning": "western subjects moved further than control subjects (0.26 bits); p = 0.029.",
        }
        for rank, estimand in pairs[["rank", "estimand"]].drop_duplicates().itertuples(index=False)
    ]


def rarefaction_rows(pairs: pd.DataFrame) -> list[dict]:
    """Two depths for each subject, rising as reads become few."""
    return [
        {
            **{name: row[name] for name in ("subject", "arm", "before", "after", "rank")},
            "choice": choice,
            "depth_before": depth,
            "depth_after": depth,
            "n_draws": n_draws,
            **{
                f"jsd_{kind}_{ending}": row["jensen_shannon_divergence_bits"] + more + step
                for kind, more in (("plugin", 50 / depth), ("corrected", 0))
                for ending, step in (("bits", 0), ("lowest_bits", -0.01), ("highest_bits", 0.01))
            },
        }
        for row in pairs[pairs["estimand"] == "pooled"].to_dict("records")
        for choice, depth, n_draws in (("full depth", 5646, 0), ("ladder", 1000, 20), ("ladder", 500, 20))
    ]


def headline_rows(ranks: tuple[str, ...]) -> list[dict]:
    """The number reported, one choice that agrees and one that does not."""
    return [
        {
            **WAYS,
            "rank": rank,
            "measure": "Jensen-Shannon divergence",
            "estimand": "pooled",
            "corrected": depth is None,
            "smoothing": "none",
            "support": "pair union",
            "rarefied_to": depth,
            "arm_a": "western",
            "arm_b": "control",
            "median_a_bits": 0.31,
            "median_b_bits": 0.05,
            "difference_of_means_bits": 0.26,
            "p_value": p_value,
            "reported": (rank, depth) == (ranks[0], None),
            "agrees": agrees,
        }
        for rank in ranks
        for depth, p_value, agrees in (
            (None, 0.02, "yes"),
            (1000, 0.03, "yes"),
            (500, 0.2, "no"),
        )
    ]


def flag_rows() -> list[dict]:
    """One check of each severity."""
    numbers = {"value": 1.0, "p_value": 0.002, "smallest_p": 0.002, "n_subjects": 6, "exact": True}
    return [
        {
            **WAYS,
            "check": check,
            "concerns": concerns,
            "arm_a": arm_a,
            "arm_b": arm_b,
            "severity": severity,
            "meaning": meaning,
            **(numbers if severity == "flag" else {}),
        }
        for check, concerns, arm_a, arm_b, severity, meaning in (
            ("batch and phase", "phase", "", "", "flag", f"Batch {HOSTILE!r} holds all 'before' samples."),
            ("batch and arm", "arm", "", "", "cannot tell", "Too few subjects to tell this from chance."),
            ("floor between arms", "arms", "western", "control", "ok", "No more than chance gives."),
        )
    ]


def taxon_rows(contributions: pd.DataFrame) -> list[dict]:
    return [
        {
            **WAYS,
            "rank": rank,
            "arm": arm,
            "taxon": taxon,
            "mean_contribution_bits": rows["jsd_contribution_bits"].mean(),
            "mean_share": rows["share"].mean(),
            "n_up": int((rows["direction"] == "up").sum()),
            "n_down": int((rows["direction"] == "down").sum()),
            "n_subjects": len(rows),
        }
        for (rank, arm, taxon), rows in contributions.groupby(["rank", "arm", "taxon"], sort=False)
    ]


def alignment_rows() -> list[dict]:
    """A related pair and one that chance explains."""
    return [
        {
            "model_p": p,
            "model_q": q,
            "score_bits": score,
            "n_columns": 12,
            "coverage_p": 0.5,
            "jensen_shannon_bits_per_column": 0.05,
            "n_pairs": 2,
            "expected_by_chance": expected,
            "near_duplicate": False,
            "related": expected < 0.01,
        }
        for p, q, score, expected in (("Pkinase", HOSTILE, 119.0, 1e-20), ("Pkinase", "fn3", 8.0, 0.7))
    ]


def aligned_column_rows() -> list[dict]:
    return [
        {
            "model_p": "Pkinase",
            "model_q": HOSTILE,
            "column": k,
            "node_p": k + 3,
            "node_q": k,
            "jensen_shannon_bits": 0.02 * k,
        }
        for k in range(1, 13)
    ]


def write_models(folder: Path) -> None:
    leaves = (0, 1, 2, 4, 5, 3, 6)
    models = [
        {
            "model": model,
            "kind": "gene model",
            "format": tool,
            "path": f"models/{i}",
            "group": "",
            "alphabet": "DNA",
            "components": "coding intron intergenic",
            "coding_order": 4,
            "stop_mass_per_codon": 0.002,
            "leaf": leaf,
        }
        for i, ((model, tool), leaf) in enumerate(zip(MODELS, leaves, strict=True))
    ]
    models.append(
        {
            "model": "Pkinase",
            "kind": "profile HMM",
            "format": "hmmer",
            "path": "Pkinase.hmm",
            "alphabet": "amino",
        }
    )
    save(folder, MODEL_TABLES["models"], models)
    save(
        folder,
        MODEL_TABLES["pairs"],
        [row for component in ("coding", "intron", "intergenic") for row in model_pairs(component, leaves)],
    )
    save(
        folder,
        MODEL_TABLES["states"],
        [
            {
                "model_p": p,
                "model_q": q,
                "component": "donor GT",
                "state": f"{place:+d}",
                "relative_entropy_bits": 0.2,
            }
            for p, q in (("human", "fly"), ("A.thaliana", "arabidopsis"))
            for place in (-1, 0, 1)
        ],
    )
    save(folder, MODEL_TABLES["site_letters"], site_letter_rows())
    save(folder, MODEL_TABLES["codons"], codon_rows())
    save(folder, NEAREST, nearest_rows())
    names = ("model_p", "model_q", "relative_entropy_bits")
    sites = [
        {name: row[name] for name in names} | {"site": "donor GT"} for row in model_pairs("donor", leaves)
    ]
    save(folder, MODEL_TABLES["sites"], sites)
    profiles = [
        {
            "name": name,
            "accession": accession,
            "n_match": m,
            "mean_relative_entropy_bits": 0.65,
            "information_bits": 0.7,
            "positional_relative_entropy_bits": 0.6,
            "composition_relative_entropy_bits": 0.05,
        }
        for name, accession, m in (("Pkinase", "PF00069.30", 264), ("<b>fn3</b>", "PF00041", 85))
    ]
    save(folder, MODEL_TABLES["profiles"], profiles)
    save(folder, MODEL_TABLES["alignments"], alignment_rows())
    save(folder, MODEL_TABLES["aligned_columns"], aligned_column_rows())
    rate = {"relative_entropy_rate_bits_per_symbol": 0.0394, "standard_error_bits": 0.0007}
    save(folder, MODEL_TABLES["hidden"], [{"model_p": "one", "model_q": HOSTILE, **rate}])
    save(folder, MODEL_TABLES["dendrogram"], dendrogram(len(MODELS)))
    finding = {
        "model": "A.thaliana",
        "path": "A.thaliana.hmm",
        "severity": "warning",
        "component": "coding",
        "finding": "4 rows do not sum to 1",
    }
    save(folder, MODEL_TABLES["lint"], [finding])


def site_letter_rows() -> list[dict]:
    """A donor of five positions in two models; the outermost lie outside what the states compare."""
    return [
        {
            "model": model, "site": "donor GT", "position": place, "letter": letter, "probability": p,
            "height_bits": 2 * p,
        }
        for model in ("A.thaliana", "arabidopsis")
        for place in range(-2, 3)
        for letter, p in zip("ACGT", (0.1, 0.1, 0.7, 0.1) if place == 0 else (0.1, 0.2, 0.1, 0.6), strict=True)
    ]  # fmt: skip


def codon_rows() -> list[dict]:
    """Twenty codons of one pair, each worth less than the one before."""
    pair = {"model_p": "A.thaliana", "model_q": "arabidopsis"}
    return [
        {
            **pair, "codon": f"{a}{b}A", "amino_acid": "K", "per_thousand_p": 30 - i, "per_thousand_q": 20 + i,
            "term_bits": 0.001, "contribution_bits": 0.002 / (i + 1), "per": "codon",
        }
        for i, (a, b) in enumerate(product("ACGT", "ACGT"))
    ] + [{**pair, "codon": "TTT", "amino_acid": "F", "contribution_bits": 0.0}]  # fmt: skip


def nearest_rows() -> list[dict]:
    """Three models ranked on genes, none of them close."""
    return [
        {
            "rank": rank, "rank_gc_matched": 4 - rank, "model": model, "format": "augustus", "query": "genes<1>.fasta",
            "query_kind": "sequences", "n_genes": 60, "excess_bits_per_base": excess,
            "excess_low_bits_per_base": excess - 0.002, "excess_high_bits_per_base": excess + 0.002,
            "above_best_bits_per_base": excess - 0.06, "above_best_low_bits_per_base": excess - 0.061,
            "above_best_high_bits_per_base": excess - 0.059, "gc_matched_bits_per_base": excess / 2,
            "gc_only_bits_per_base": 0.15, "warning": "no known model is close",
        }
        for rank, (model, excess) in enumerate((("fly", 0.06), (HOSTILE, 0.09), ("human", 0.2)), 1)
    ]  # fmt: skip


def model_pairs(component: str, leaves: tuple[int, ...]) -> list[dict]:
    rows = []
    for (i, (p, _)), (j, (q, _)) in product(enumerate(MODELS), repeat=2):
        bits = 0.0 if i == j else 0.002 * abs(leaves[i] - leaves[j]) ** 2 * (1.1 if i < j else 1.0)
        row = {
            "model_p": p,
            "model_q": q,
            "component": component,
            "order": 4,
            "relative_entropy_bits": bits,
            "per": "base",
        }
        frames = {f"frame{f}_bits": bits * (0.6 + 0.2 * f) for f in (1, 2, 3)}
        codon = {
            "codon_bits_per_codon": 3 * bits,
            "amino_acid_bits_per_codon": bits,
            "synonymous_bits_per_codon": 2 * bits,
        }
        stein = {"bases_to_tell_apart_stein": round(4.3 / bits) if bits else None, "note": ""}
        rows.append(row | (frames | codon if component == "coding" else {}) | stein)
    return rows


def dendrogram(n: int) -> list[dict]:
    """A comb: leaf k joins the clade of all before it at height k."""
    rows, centre, height = [], 0.0, 0.0
    for k in range(1, n):
        new = 0.01 * k
        rows += [
            {"component": "coding", "x1": centre, "y1": height, "x2": centre, "y2": new},
            {"component": "coding", "x1": k, "y1": 0.0, "x2": k, "y2": new},
            {"component": "coding", "x1": centre, "y1": new, "x2": k, "y2": new},
        ]
        centre, height = (centre + k) / 2, new
    return rows
