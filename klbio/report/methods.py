"""The methods in words, to be pasted into a paper: as far as tables and settings go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from klbio.phrases.numbers import count
from klbio.report.formatting import listing, tool
from klbio.report.nearest_methods import nearest_methods, program
from klbio.report.provenance import of_amplicons
from klbio.report.rows import Rows, contrasts
from klbio.report.tables import Results, Route, visible
from klbio.schema import CohortRow, ModelPairRow, ModelRow, PairRow

__all__ = ["methods"]

GROUPS = " Interval and floor rest on groups of whole reads, since the words of one read are no independent draws; "
OF_LIBRARY = {
    "shotgun": "copies of a fragment, which begin alike, stand in one group.",
    "amplicon": "reads of amplicons were dealt to them in turn, since equal sequences are no copies there: the scatter "
    "of PCR is in neither.",
}
OF_PROPORTIONS = (
    "The numbers of reads behind the proportions were not known: samples were brought to sum 1 and weigh alike.",
    "The shift of a subject is the Jensen-Shannon divergence in bits between its samples of the two phases, as "
    "observed: neither smoothed nor corrected for the depth of sequencing.",
    "It is given for estimands that are reported apart: between the mean proportions of the phases; as the mean over "
    "all pairs of a sample before and a sample after; and, where a subject has two samples or more in both phases, as "
    "their excess over the mean of pairs within the phases, half of each, which is 0 where only days differ and depths "
    "are alike.",
    "The last two have a 95% interval for days, from the projections of the U-statistic, with variances moderated "
    "over the cohort (Smyth 2004); no interval counts reads.",
    "The baseline is the mean divergence among a subject's own samples of one phase.",
    "Relative entropies were not smoothed, and are given where they are finite.",
)
TESTS = {
    "two-arm permutation": "arms were compared by permutation of subjects",
    "crossover": "arms were compared by flipping signs within subjects that were in both",
    "shift above baseline": "shifts were held against the subjects' own days by exchanging the samples of each subject "
    "between its phases, one-sided",
}


def methods(results: Results) -> list[str]:
    """Write a paragraph per route that was run.

    Parameters
    ----------
    results : Results
        Tables and provenance.

    Returns
    -------
    list of str
        Plain text; nothing that no setting tells.
    """
    return _Methods(results).paragraphs()


@dataclass(frozen=True)
class _Methods:
    """What was done, put together from the tables and the settings."""

    results: Results

    def paragraphs(self) -> list[str]:
        """Write them."""
        shift, reads = (route.rows(PairRow) for route in (self.results.shift, self.results.reads))
        paragraphs = []
        if len(shift):
            paragraphs.append(self._taxa(shift) + self._shift(self.results.shift))
        if len(reads):
            same = (
                " Shifts were then measured as for taxa." if paragraphs else self._shift(self.results.reads)
            )
            paragraphs.append(self._reads(reads) + same + GROUPS + self._of_library())
        if len(self.results.models.rows(ModelRow)):
            paragraphs.append(self._models())
        return paragraphs + nearest_methods(self.results)

    def _setting(self, section: str, name: str) -> str:
        config = self.results.provenance.get("config", {})
        part = config.get(section, {}) if isinstance(config, Mapping) else {}
        value: object = part.get(name, "") if isinstance(part, Mapping) else ""
        return visible(value)

    def _of_library(self) -> str:
        return OF_LIBRARY["amplicon" if of_amplicons(self.results.provenance) else "shotgun"]

    @property
    def _version(self) -> str:
        return program(self.results)

    def _taxa(self, pairs: Rows[PairRow]) -> str:
        what = "Counts" if self.results.shift.of_reads else "Proportions"
        return (
            f"{what} of taxa of {_who(pairs)} were compared between {_between(pairs)}, "
            f"by {listing(self.results.shift.ranks)}, with {self._version}."
        )

    def _reads(self, pairs: Rows[PairRow]) -> str:
        canonical = self._setting("reads", "canonical")
        strands = ", a word and its reverse complement counted as one," if canonical == "True" else ""
        return (
            f"Without any reference, the {listing(self.results.reads.ranks)} composition{strands} of the reads of "
            f"{_who(pairs)} was compared between {_between(pairs)} with {self._version}."
        )

    def _shift(self, route: Route) -> str:
        if not route.of_reads:
            return f" {' '.join(filter(None, [*OF_PROPORTIONS, _tests(route.rows(CohortRow))]))}"
        first = route.rows(PairRow)[0]
        min_depth = self._setting("shift", "min_depth")
        sentences = [
            "The shift of a subject is the Jensen-Shannon divergence in bits between its samples of the two phases, "
            "unsmoothed and corrected for the bias of finite depth.",
            "It is given for estimands that are reported apart: between the counts pooled per phase, with a 95% "
            "interval that covers the reads of these samples alone; as the mean over all pairs of a sample before "
            "and a sample after; and, where a subject has two samples or more in both phases, as their excess over the "
            "mean of pairs within the phases, half of each, which is 0 where only days differ.",
            "The last two have a 95% interval for reads and days, from the projections of the U-statistic, with "
            "variances moderated over the cohort (Smyth 2004).",
            "The floor is the uncorrected divergence to be expected at the same depths if nothing had changed, found "
            f"by dealing the counts of a subject to its samples at random{self._resamples()}; a shift lies above it "
            "where at most 5% of the dealings reach the observed value.",
            "The baseline is the mean divergence among a subject's own samples of one phase.",
            f"Relative entropies in both directions were smoothed ({first.smoothing_relative_entropy}; "
            f"support: {first.support}); they and their intervals are of the compositions that these depths give on "
            "average. Lower bounds of the communities' own relative entropies are one-sided 95% limits, with rare taxa "
            "merged into one.",
            f"Samples with a depth below {min_depth} were left out." if min_depth else "",
            _tests(route.rows(CohortRow)),
        ]
        return " " + " ".join(filter(None, sentences))

    def _resamples(self) -> str:
        n_resamples, seed = self._setting("shift", "n_resamples"), self.results.provenance.get("seed")
        parts = [f"{n_resamples} dealings"] if n_resamples else []
        parts += [f"seed {visible(seed)}"] if seed is not None else []
        return f" ({', '.join(parts)})" if parts else ""

    def _models(self) -> str:
        formats = self.results.models.rows(ModelRow).by(lambda row: row.format)
        tools = [
            count(len(rows), f"{tool(name).removesuffix(' model')} model") for name, rows in formats.items()
        ]
        text = f"{listing(tools)} were read with {self._version}."
        coding = self.results.models.rows(ModelPairRow).where(lambda row: row.component == "coding")
        if not len(coding):
            return text
        orders = listing([f"{order:g}" for order in coding.distinct(lambda row: row.order)])
        epsilon = self._setting("models", "epsilon")
        added = f", with {epsilon} added to every other emission" if epsilon else ""
        return (
            f"{text} Content models were compared by the relative entropy rate D(p ‖ q) in bits per base, in both "
            f"directions, under the stationary law of p; coding sequence at order {orders} with period 3, both models "
            f"conditioned on no in-frame stop{added}. The dendrogram is average linkage on the mean of both "
            "directions; it orders models by likeness and is no phylogeny."
        )


def _who(pairs: Rows[PairRow]) -> str:
    arms = list(filter(None, pairs.distinct(lambda row: row.arm)))
    people = count(len(pairs.distinct(lambda row: row.subject)), "subject")
    return f"{people} in {len(arms)} arms ({listing(arms)})" if len(arms) > 1 else people


def _between(pairs: Rows[PairRow]) -> str:
    return listing([f"{before} and {after}" for before, after in contrasts(pairs)])


def _tests(tests: Rows[CohortRow]) -> str:
    done = set(tests.distinct(lambda row: row.test))
    sentences = [sentence for test, sentence in TESTS.items() if test in done]
    if not sentences:
        return ""
    text = listing(sentences)
    most = max((row.n_comparisons or 0 for row in tests), default=0)
    adjusted = (
        f" The p values of {most} comparisons of arms are also given adjusted, by Holm's rule and, by closed testing, "
        "with permutations that the comparisons share."
    )
    return (
        f"{text[0].upper()}{text[1:]}, exactly where the permutations could be enumerated; "
        "p values are two-sided if nothing else is said."
        f"{adjusted if most > 1 else ''}"
    )
