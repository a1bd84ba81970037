"""klbio on three published data sets, beside values that were computed apart from it.

Reads the folders ``dethlefsen2011``, ``ecam2016`` and ``movingpictures2011`` (tables, sheets, taxonomy and
``expected.tsv``; they are not part of the repository) and writes ``docs/datasets.md``: what was run, what it
said, how far it is from what was expected, and what it cannot tell.  Run with ``make compare``.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from klbio.cli import main as klbio
from klbio.design import Contrast, Unit
from klbio.distributions import FloatArray
from klbio.divergences import jensen_shannon_divergence
from klbio.io import read_table
from klbio.io.results import read_rows
from klbio.io.sheets.sheet import read_samples
from klbio.io.tables.taxonomy import read_taxonomy
from klbio.pairwise import jensen_shannon_matrix
from klbio.schema import SHIFT_TABLES
from klbio.shift.cohort.permanova import SampleDistances
from klbio.shift.phase_pair import PhasePair
from klbio.shift.samples import SampleCounts, UnitCounts
from klbio.shift.settings import ShiftSettings
from klbio.shift.subject.contributions import taxon_rows
from klbio.shift.subject.pairs import pair_rows
from klbio.statistics import TestResult
from klbio.taxonomy import FEATURE, collapse, rank_name

KEYS = ["rank", "subject", "before", "after"]
N_FLOOR = 200  # draws behind the expected noise floor
# column of expected.tsv -> what it is called here
EXACT = {
    "n_ref": "samples before",
    "n_cmp": "samples after",
    "reads_ref": "reads before",
    "reads_cmp": "reads after",
    "taxa_ref": "taxa before",
    "taxa_cmp": "taxa after",
    "taxa_shared": "taxa shared",
    "n_ref_pairs": "pairs of before-samples",
}
UNSMOOTHED = {
    "jsd_pooled_bits": "JSD of the pools",
    "jsd_meanprofile_bits": "JSD of the mean proportions",
    "jsd_pairs_mean_bits": "JSD of pairs, mean",
    "jsd_pairs_min_bits": "JSD of pairs, least",
    "jsd_pairs_max_bits": "JSD of pairs, largest",
    "ref_vs_ref_mean_bits": "JSD among before-samples, mean",
    "ref_vs_ref_max_bits": "JSD among before-samples, largest",
    "cmp_vs_cmp_mean_bits": "JSD among after-samples, mean",
    "kl_cmp_from_ref_bits_a05": "D(after \\|\\| before), 0.5 added",
    "kl_ref_from_cmp_bits_a05": "D(before \\|\\| after), 0.5 added",
    "bray_curtis_pooled": "total variation of the pools (Bray-Curtis of proportions)",
    "permanova_pseudoF_sqrtJSD": "PERMANOVA pseudo-F within the subject",
}
MONTE_CARLO = {
    "noise_floor_mean_bits": "noise floor, mean",
    "noise_floor_p95_bits": "noise floor, 95th percentile",
    "permanova_p_999": "PERMANOVA p within the subject",
}


@dataclass(frozen=True)
class Study:
    """One data set and how klbio is asked about it."""

    name: str
    title: str
    sheet: Callable[[pd.DataFrame], pd.DataFrame]
    contrasts: dict[str, tuple[str, ...]]  # before -> after
    levels: tuple[str, ...]
    story: tuple[str, ...]
    cannot: tuple[str, ...]


def _dethlefsen(metadata: pd.DataFrame) -> pd.DataFrame:
    return metadata.rename(columns={"sample_id": "sample", "order_in_subject": "time"})


def _ecam(metadata: pd.DataFrame) -> pd.DataFrame:
    courses = metadata[metadata["abx_phase"] != ""]
    return courses.rename(columns={"sample_id": "sample", "day_of_life": "time", "abx_phase": "phase"})


def _pictures(metadata: pd.DataFrame) -> pd.DataFrame:
    phase = metadata["reported_antibiotic_usage"].map({"Yes": "antibiotic", "No": "later"})
    names = {"sample_id": "sample", "body_site": "arm", "day": "time"}
    return metadata.rename(columns=names).assign(phase=phase)


LATER = ("during1", "washout1", "interim", "during2", "washout2", "recovery")
STUDIES = (
    Study(
        "dethlefsen2011", "Two courses of ciprofloxacin, three adults", _dethlefsen,
        {"baseline": LATER, "interim": ("during2",)}, (FEATURE, "phylum"),
        (
            "Dethlefsen L, Relman DA (2011) PNAS 108 Suppl 1:4554-61, "
            "[doi:10.1073/pnas.1000087107](https://doi.org/10.1073/pnas.1000087107). Counts from the R package "
            "treelapse (commit 55bea7e6). 162 stool samples, 2,582 taxa, 52 to 56 samples a subject; each subject "
            "took the drug twice, and has 11 samples from before.",
            "",
            "**In short.** At feature level every phase from the first course on lies above floor and rest in all "
            "three subjects, the "
            "courses and their washouts most. The last phase still lies above rest in all three: the return is "
            "incomplete, as the authors found.",
        ),
        (
            "Times are the order of samples, not days: a half-life is in samples, and no speed per day follows from "
            "this copy.",
            "Three subjects and no control arm: what three adults would have done without the drug is known only "
            "from their own 11 samples before it. Three subjects allow no test across subjects below p = 0.25.",
            "`above_baseline` says that few ways to deal a subject's samples to the two phases lie as far apart: that "
            "the shift is more than days, not that the drug is its cause.",
        ),
    ),
    Study(
        "ecam2016", "Children with courses of antibiotics in their first two years", _ecam,
        {"pre": ("mid", "post")}, (FEATURE,),
        (
            "Bokulich NA et al. (2016) Sci Transl Med 8:343ra82, "
            "[doi:10.1126/scitranslmed.aad7121](https://doi.org/10.1126/scitranslmed.aad7121) (Qiita 10249), from "
            "the repository gemelli (commit 00e3993f). 91 stool samples of 17 children with a course of "
            "antibiotics: pre, mid, post.",
            "",
            "**In short.** Every child moved further than chance at its depth, which alone would read as an effect. "
            "Whether it is more than the children's own days, the exchange of samples within each child says; most "
            "children have too few samples to say so alone.",
        ),
        (
            "Age runs with the phase: an infant's gut matures between pre and post, drug or no drug. Children of "
            "the same age without antibiotics would be the control; they have no pre and post.",
            "Ten of 17 children have one sample from before the drug: their own variation at rest is unknown, and "
            "`above_baseline` is empty for whoever has so few samples that its p cannot fall to 0.05.",
        ),
    ),
    Study(
        "movingpictures2011", "Two adults, four body sites, an antibiotic at day 0", _pictures,
        {"antibiotic": ("later",)}, (FEATURE,),
        (
            "Caporaso JG et al. (2011) Genome Biol 12:R50, "
            "[doi:10.1186/gb-2011-12-5-r50](https://doi.org/10.1186/gb-2011-12-5-r50) (Qiita 550), the 34 samples "
            "of the QIIME 2 tutorial, from gemelli (commit 00e3993f). Body sites stand in column `arm`, so that "
            "each site of a person is followed by itself.",
            "",
            "**In short.** klbio runs and gives numbers, and leaves open what the design leaves open: nothing here "
            "is from before the drug.",
        ),
        (
            "There is no sample from before the antibiotic: day 0 is the sample under it. The numbers are shifts "
            "away from day 0, from antibiotic to later. How far anybody moved *because of* the drug, or whether "
            "the community came back, cannot be told.",
            "One sample at day 0 for each person and site: no variation at rest, so `above_baseline` is empty in "
            "every row. Above the floor means only: more than the depth of sequencing explains.",
            "Subject 1 has no left-palm sample at day 0 and is listed in `dropped.tsv`. Depth is 917 to 10,095 "
            "reads; rows with few reads per taxon carry a warning in column `note`.",
        ),
    ),
)  # fmt: skip


def write_sheet(study: Study, folder: Path, out: Path) -> Path:
    """Write the sample sheet that klbio reads."""
    metadata = pd.read_csv(folder / study.name / "metadata.tsv", sep="\t", dtype=str, keep_default_na=False)
    path = out / f"{study.name}.samples.tsv"
    study.sheet(metadata).to_csv(path, sep="\t", index=False)
    return path


def command(study: Study, before: str, folder: str, sheet: str, out: str, n_resamples: int) -> list[str]:
    """The arguments of `klbio` for one phase of reference."""
    words = ["shift", f"{folder}/{study.name}/table.tsv", "--samples", sheet, "--before", before]
    words += [word for after in study.contrasts[before] for word in ("--after", after)]
    words += ["--taxonomy", f"{folder}/{study.name}/taxonomy.tsv"]
    words += [word for level in study.levels for word in ("--rank", level)]
    return [*words, "--resamples", str(n_resamples), "--out", out]


def measured(study: Study, folder: Path, sheet: Path, n_resamples: int) -> pd.DataFrame:
    """What klbio finds for each row of ``expected.tsv``, under that table's names of columns."""
    design = read_samples(sheet)
    counts = read_table(folder / study.name / "table.tsv")
    lineages = read_taxonomy(folder / study.name / "taxonomy.tsv")
    settings = ShiftSettings(n_resamples=n_resamples)
    found = []
    for level in study.levels:
        of_unit = cache(SampleCounts(collapse(counts, lineages, level)).of)  # contrasts share their baselines
        for before, laters in study.contrasts.items():
            for contrast in (Contrast(before, after) for after in laters):
                found += [
                    {"rank": level} | _row(of_unit(unit), contrast, settings)
                    for unit in design.complete(contrast)
                ]
    return pd.DataFrame(found)


def _row(source: UnitCounts, contrast: Contrast, settings: ShiftSettings) -> dict[str, object]:
    rows, unit, pair = source.study, source.unit, PhasePair(source, contrast, settings)
    of, taxa = {row.estimand: row for row in pair_rows(pair, None)}, taxon_rows(pair)
    pooled, pairs = of["pooled"], of["pairs"]
    before, after = taxa["proportion_before"] > 0, taxa["proportion_after"] > 0
    phase = _phase(rows, unit, contrast)
    noise = noise_floor(rows, unit, contrast)
    return {
        "subject": unit.subject, "before": contrast.before, "after": contrast.after,
        "n_ref": pooled.n_before, "n_cmp": pooled.n_after,
        "reads_ref": pooled.depth_before, "reads_cmp": pooled.depth_after,
        "taxa_ref": before.sum(), "taxa_cmp": after.sum(), "taxa_shared": (before & after).sum(),
        "jsd_pooled_bits": pooled.jsd_plugin_bits, "jsd_pairs_mean_bits": pairs.jsd_plugin_bits,
        "kl_cmp_from_ref_bits_a05": pooled.relative_entropy_after_before_plugin_bits,
        "kl_ref_from_cmp_bits_a05": pooled.relative_entropy_before_after_plugin_bits,
        "bray_curtis_pooled": pooled.total_variation,
        "jsd_meanprofile_bits": _mean_profiles(rows, unit, contrast),
        "permanova_pseudoF_sqrtJSD": phase.value if phase else np.nan,
        "permanova_p_999": phase.p_value if phase else np.nan,
        **_among_samples(rows, unit, contrast),
        "noise_floor_mean_bits": float(noise.mean()), "noise_floor_p95_bits": float(np.quantile(noise, 0.95)),
        "n_ref_pairs": pairs.n_baseline_pairs,
        "floor_bits": pairs.floor_bits, "above_floor": pairs.above_floor,
        "above_baseline": pairs.above_baseline, "top_taxon": taxa["taxon"].iloc[0],
        "top_taxon_bits": taxa["jsd_contribution_bits"].iloc[0], "share_of_20": taxa["share"].iloc[:20].sum(),
    }  # fmt: skip


def _phase(rows: SampleCounts, unit: Unit, contrast: Contrast) -> TestResult | None:
    """PERMANOVA of all reads, as the expected table has it; `permanova.tsv` takes p at one depth."""
    before, after = unit.names(contrast.before), unit.names(contrast.after)
    names = [*before, *after]
    if len(names) < 3:
        return None
    squared = jensen_shannon_matrix(rows.counts.rows(names))
    is_after = [False] * len(before) + [True] * len(after)
    return (
        SampleDistances.of(squared, is_after, [unit.subject] * len(names))
        .phase(np.random.default_rng(1))
        .test
    )


def _among_samples(rows: SampleCounts, unit: Unit, contrast: Contrast) -> dict[str, float]:
    """Unsmoothed divergences between single samples, from klbio's matrix of all pairs."""
    before, after = unit.names(contrast.before), unit.names(contrast.after)
    matrix = jensen_shannon_matrix(rows.counts.rows([*before, *after]))
    n = len(before)
    resting, moved = (_upper(block) for block in (matrix[:n, :n], matrix[n:, n:]))
    return {
        "jsd_pairs_min_bits": matrix[:n, n:].min(),
        "jsd_pairs_max_bits": matrix[:n, n:].max(),
        "ref_vs_ref_mean_bits": resting.mean() if resting.size else np.nan,
        "ref_vs_ref_max_bits": resting.max() if resting.size else np.nan,
        "cmp_vs_cmp_mean_bits": moved.mean() if moved.size else np.nan,
    }


def _upper(block: FloatArray) -> FloatArray:
    return np.asarray(block[np.triu_indices(len(block), 1)])


def _mean_profiles(rows: SampleCounts, unit: Unit, contrast: Contrast) -> float:
    """Divergence between the means of the samples' proportions, each sample as heavy as the other."""
    sides = [rows.array(unit.names(phase)) for phase in (contrast.after, contrast.before)]
    after, before = ((side / side.sum(axis=1, keepdims=True)).mean(axis=0) for side in sides)
    return float(jensen_shannon_divergence(after, before))


def noise_floor(rows: SampleCounts, unit: Unit, contrast: Contrast, seed: int = 1) -> FloatArray:
    """Draws of the floor that ``expected.tsv`` defines: pairs of samples from the pooled before-samples."""
    before, after = rows.array(unit.names(contrast.before)), rows.array(unit.names(contrast.after))
    rng = np.random.default_rng(seed)
    pool = before.sum(axis=0) / before.sum()
    sides = [rng.choice(side.sum(axis=1).astype(int), N_FLOOR) for side in (before, after)]
    drawn = [rng.multinomial(depths, pool) / depths[:, None] for depths in sides]
    return jensen_shannon_divergence(*drawn)


def expected(study: Study, folder: Path) -> pd.DataFrame:
    """Read ``expected.tsv`` with the keys named as klbio names them."""
    table = pd.read_csv(folder / study.name / "expected.tsv", sep="\t")
    table = table.rename(columns={"reference": "before", "comparison": "after", "level": "rank"})
    return table.assign(rank=table["rank"].map(rank_name) if "rank" in table else FEATURE)


def beside(study: Study, folder: Path, found: pd.DataFrame) -> pd.DataFrame:
    """Put expected (``_x``) and found (``_y``) side by side; every row must be on both sides."""
    return expected(study, folder).merge(found, on=KEYS, how="outer", validate="1:1", suffixes=("_x", "_y"))


def page(folder: Path, shown_as: str, n_resamples: int) -> Iterator[str]:
    """Write the page, study by study."""
    yield HEAD
    for study in STUDIES:
        with TemporaryDirectory() as place:
            out = Path(place)
            sheet = write_sheet(study, folder, out)
            yield f"## {study.title} (`{study.name}`)\n"
            yield from study.story
            yield ""
            yield from _runs(study, folder, shown_as, sheet, out, n_resamples)
            results = [out / before for before in study.contrasts]
            yield from _headline(results)
            if (folder / study.name / "expected.tsv").is_file():
                found = beside(study, folder, measured(study, folder, sheet, 19))
                yield from _differences(found)
            yield from _phases(results[0])
            yield from _said(results)
        yield "### What it cannot tell\n"
        yield from (f"- {line}" for line in study.cannot)
        yield ""


HEAD = f"""# Three published data sets

klbio on three public studies, beside values that were computed apart from it (numpy, scipy and scikit-bio; not
with klbio). The page is written by `make compare` (`benchmarks/datasets.py`), which needs the three tables in
`../shared/data`; they are not part of this repository. Machine: {os.cpu_count()} x86-64 cores. Date: {date.today()}.

How to read the tables: bits; 95 % interval in brackets. *Pools*: the summed reads of two phases. *Pairs*: the mean
over all pairs of a before- and an after-sample. *Floor*: what chance alone gives at these depths (95th percentile).
*At rest*: the mean (and largest) divergence among the subject's own before-samples. A shift counts for something
where it lies above both.
"""


def _runs(
    study: Study, folder: Path, shown_as: str, sheet: Path, out: Path, n_resamples: int
) -> Iterator[str]:
    """Run klbio as a user would, and say what was typed and how long it took."""
    yield "```"
    seconds = 0.0
    for before in study.contrasts:
        start = time.perf_counter()
        klbio(command(study, before, str(folder), str(sheet), str(out / before), n_resamples))
        seconds += time.perf_counter() - start
        words = command(
            study, before, shown_as, f"{study.name}.samples.tsv", f"results/{before}", n_resamples
        )
        yield "klbio " + " ".join(words)
    yield "```\n"
    n_rows = sum(
        len(read_rows(out / before / "pairs.tsv", SHIFT_TABLES["pairs"])) for before in study.contrasts
    )
    yield f"{n_rows} rows in `pairs.tsv`; {seconds:.0f} s by the clock with {n_resamples} dealings for each floor.\n"


ANSWERS = {True: "yes", False: "no"}


def _headline(results: list[Path]) -> Iterator[str]:
    yield "### How far each subject moved\n"
    pairs = pd.concat([read_rows(place / "pairs.tsv", SHIFT_TABLES["pairs"]) for place in results])
    by = ["rank", "before", "after", "subject", "arm"]
    wide = pairs
    sides = (wide[wide["estimand"] == name].set_index(by) for name in ("pairs", "pooled"))
    both = next(sides).join(next(sides).add_suffix("_pooled"))
    lines = [
        {
            "rank": rank, "from, to": f"{before}, {after}", "subject": f"{subject} {arm}".strip(),
            "pools": _interval(row, "_pooled"), "pairs": _interval(row, ""), "floor": f"{row['floor_high_bits']:.4f}",
            "at rest": _resting(row), "above floor": ANSWERS[row["above_floor"]],
            "above rest": ANSWERS[row["above_baseline"]] if pd.notna(row["above_baseline"]) else "not known",
        }
        for (rank, before, after, subject, arm), row in both.iterrows()
    ]  # fmt: skip
    yield from _table(pd.DataFrame(lines))


def _interval(row: pd.Series, suffix: str) -> str:
    value, low, high = (
        row[f"{name}{suffix}"] for name in ("jensen_shannon_divergence_bits", "jsd_low_bits", "jsd_high_bits")
    )
    return f"{value:.3f} [{low:.3f}, {high:.3f}]"


def _resting(row: pd.Series) -> str:
    return f"{row['baseline_bits']:.3f} ({row['baseline_max_bits']:.3f})" if row["n_baseline_pairs"] else "-"


def _differences(found: pd.DataFrame) -> Iterator[str]:
    yield "### Expected and found\n"
    yield (
        f"All {len(found)} rows of `expected.tsv`, which holds six decimals: a difference below 0.0000005 is its own "
        "rounding. Plug-in values throughout: the corrected ones and their intervals have no counterpart there. "
        "(`tests/shift/test_real_data.py` computes the unsmoothed columns again with scipy and scikit-bio: they agree "
        "to 1e-9.)\n"
    )
    lines = []
    for column, name in {**EXACT, **UNSMOOTHED, **MONTE_CARLO}.items():
        pair = found[[f"{column}_x", f"{column}_y"]].dropna()
        apart = (pair.iloc[:, 0] - pair.iloc[:, 1]).abs()
        if column == "permanova_p_999":
            note = f"{apart.max():.1e} (999 permutations there, other ones here, of all reads)"
        elif column in MONTE_CARLO:
            note = f"{(apart / pair.iloc[:, 0]).max():.1%} (Monte Carlo, {N_FLOOR} draws each)"
        else:
            note = "0" if apart.max() == 0 else f"{apart.max():.1e}"
        lines.append({"quantity": name, "rows": len(pair), "largest difference": note})
    yield from _table(pd.DataFrame(lines))
    ratio = found["floor_bits"] / found["noise_floor_mean_bits_x"]
    yield (
        "The noise floor above follows the recipe of the expected table: samples drawn from the before-samples alone. "
        "klbio's own floor deals out the reads of both phases together, which is exact as a test; it is "
        f"{ratio.min():.2f} to {ratio.max():.2f} times that floor (median {ratio.median():.2f}), higher where the "
        "after-samples bring taxa of their own. The divergence of mean proportions is no estimand of klbio: it is "
        "computed here with klbio's divergence.\n"
    )


def _phases(results: Path) -> Iterator[str]:
    """Mean distance to the subject's own baseline, phase by phase."""
    table = read_rows(results / "trajectory.tsv", SHIFT_TABLES["trajectory"])
    table = table[table["rank"] == table["rank"].iloc[0]]
    phases = list(dict.fromkeys(table.sort_values("time")["phase"]))
    who = (table["subject"] + " " + table["arm"]).str.strip()
    wide = table.assign(subject=who).pivot_table(
        "jensen_shannon_divergence_bits", "subject", "phase", "mean", sort=False
    )
    wide = wide.reindex(columns=phases)
    yield "### Phase by phase\n"
    yield (
        "Mean divergence of single samples from the subject's other samples of the reference phase, bits "
        "(`trajectory.tsv`).\n"
    )
    shown = wide.map(lambda value: f"{value:.3f}" if pd.notna(value) else "-").reset_index()
    yield from _table(shown.sort_values("subject", kind="stable"))


def _said(results: list[Path]) -> Iterator[str]:
    yield "### What klbio says\n"
    yield (
        "Its own sentences, from `cohort.tsv` (the estimand in brackets), `recovery.tsv`, `flags.tsv` and "
        "`dropped.tsv`:\n"
    )
    for place in results:
        cohort = read_rows(place / "cohort.tsv", SHIFT_TABLES["cohort"])
        cohort = cohort[cohort["rank"] == cohort["rank"].iloc[0]] if len(cohort) else cohort
        for row in cohort.to_dict("records"):
            yield f"- {row['before']} to {row['after']} [{row['estimand']}]: {row['meaning']}"
        for lines in (_recovery_lines, _flag_lines, _dropped_lines):
            yield from lines(place)
    yield ""


def _recovery_lines(place: Path) -> Iterator[str]:
    """One line for each verdict; a peak that stands for many phases is named once."""
    recovery = read_rows(place / "recovery.tsv", SHIFT_TABLES["recovery"])
    recovery = recovery[recovery["rank"] == recovery["rank"].iloc[0]] if len(recovery) else recovery
    verdicts = recovery[recovery["peak_sample"] != ""].drop_duplicates(["subject", "arm", "peak_sample"])
    for verdict, rows in verdicts.groupby("verdict", sort=False):
        who = ", ".join(_peak(row, len(rows) == 1) for row in rows.to_dict("records"))
        yield f"- recovery, {who}: {verdict}"


def _peak(row: dict[str, object], alone: bool) -> str:
    """Name a subject, the phase from which on it was followed and, if it stands alone, its highest sample."""
    arm = f" {row['arm']}" if row["arm"] else ""
    peak = f", peak {row['peak_bits']:.3f} bits at {row['peak_time']:g}" if alone else ""
    return f"{row['subject']}{arm} (from {row['after']} on{peak})"


def _flag_lines(place: Path) -> Iterator[str]:
    """What stands against reading a shift as an effect, each sentence once."""
    flags = read_rows(place / "flags.tsv", SHIFT_TABLES["flags"])
    first = flags.drop_duplicates(["check", "severity"])
    for row in first.to_dict("records"):
        more = int(((flags["check"] == row["check"]) & (flags["severity"] == row["severity"])).sum()) - 1
        others = f" ({more} more of this kind in `flags.tsv`)" if more else ""
        where = f"{row['before']} to {row['after']}"
        yield f"- {row['severity']}, {row['check']}, {where}: {row['meaning']}{others}"


def _dropped_lines(place: Path) -> Iterator[str]:
    dropped = read_rows(place / "dropped.tsv", SHIFT_TABLES["dropped"])
    for (kind, reason), names in dropped.groupby(["kind", "reason"], sort=False)["name"]:
        shown = ", ".join(names.iloc[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
        yield f"- left out, {len(names)} {kind}{'s' if len(names) > 1 else ''}: {shown}: {reason}"


def _table(frame: pd.DataFrame) -> Iterator[str]:
    yield "| " + " | ".join(map(str, frame.columns)) + " |"
    yield "|" + "---|" * len(frame.columns)
    yield from ("| " + " | ".join(map(str, row)) + " |" for row in frame.itertuples(index=False))
    yield ""


def main() -> None:
    """Read the folder of data sets, write the page."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("data", nargs="?", default="../shared/data", help="default: %(default)s")
    parser.add_argument("--out", default="docs/datasets.md", help="default: %(default)s")
    parser.add_argument("--resamples", type=int, default=999)
    choices = parser.parse_args()
    lines = list(page(Path(choices.data), choices.data, choices.resamples))
    Path(choices.out).write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
