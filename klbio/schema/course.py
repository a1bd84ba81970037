"""Tables of the course of a subject: every sample against its baseline, and the way back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from klbio.schema.columns import Count, Number, Text
from klbio.schema.terms import OfRank, OfSubject, Pooled, Rank, Time

__all__ = ["RecoveryCurveRow", "RecoveryRow", "TrajectoryRow"]

SheetTime = Annotated[float | None, Number("sheet's unit of time", "when that sample was taken")]


@dataclass(frozen=True, kw_only=True, slots=True)
class TrajectoryRow(OfSubject):
    """How far a sample lies from its subject's baseline: a row per sample, baseline and rank."""

    phase: Annotated[str, Text("phase of the sample")]
    time: Time
    sample: Annotated[str, Text("the sample")]
    depth: Annotated[int | None, Count("reads of the sample; empty for proportions", of="reads")]
    rank: Rank
    baseline: Annotated[str, Text("phase that is the baseline")]
    n_reference: Annotated[int, Count("baseline samples it is compared with, itself left out", of="samples")]
    jensen_shannon_divergence_bits: Annotated[
        float | None,
        Number(
            "bits",
            "divergence from the sum of these, bias-corrected; empty where there are none",
            heading="JSD, corrected (bits)",
        ),
    ] = None
    low_bits: Annotated[
        float | None, Number("bits", "lower end of its 95 % interval, which covers reads only")
    ] = None
    high_bits: Annotated[float | None, Number("bits", "upper end")] = None
    jsd_plugin_bits: Annotated[
        float | None, Number("bits", "the same as observed", heading="JSD, as observed (bits)")
    ] = None
    jsd_pairs_plugin_bits: Annotated[
        float | None, Number("bits", "mean divergence as observed from each of these samples")
    ] = None
    previous: Annotated[str, Text("the subject's sample before; empty for its first")] = ""
    step_bits: Annotated[
        float | None, Number("bits", "divergence from the sample before, bias-corrected")
    ] = None
    step_low_bits: Annotated[
        float | None, Number("bits", "lower end of its 95 % interval, which covers reads only")
    ] = None
    step_high_bits: Annotated[float | None, Number("bits", "upper end")] = None
    estimand: Pooled = "pooled"


@dataclass(frozen=True, kw_only=True, slots=True)
class RecoveryRow(OfRank):
    """Whether one subject came back after a disturbance: a row per subject, contrast and rank."""

    n_baseline: Annotated[int, Count("baseline samples with a divergence of their own", of="samples")]
    baseline_bits: Annotated[
        float | None, Number("bits", "mean divergence of a baseline sample from the others")
    ] = None
    baseline_max_bits: Annotated[float | None, Number("bits", "largest of these")] = None
    baseline_spread_bits: Annotated[
        float | None,
        Number("bits", "standard deviation of a sample at rest by the fit, days and reads together"),
    ] = None
    n_samples: Annotated[int | None, Count("samples from the peak to the next disturbance", of="samples")] = (
        None
    )
    peak_sample: Annotated[str, Text("sample furthest from the baseline after the disturbance")] = ""
    peak_time: SheetTime = None
    peak_bits: Annotated[float | None, Number("bits", "its divergence from the baseline")] = None
    peak_low_bits: Annotated[
        float | None, Number("bits", "lower end of its 95 % interval, which covers reads only")
    ] = None
    peak_high_bits: Annotated[float | None, Number("bits", "upper end")] = None
    last_time: Annotated[
        float | None, Number("sheet's unit of time", "when the last of these samples was taken")
    ] = None
    half_life: Annotated[
        float | None,
        Number(
            "sheet's unit of time",
            "time in which half the way back is made; empty where its interval leaves the time observed",
        ),
    ] = None
    half_life_low: Annotated[
        float | None,
        Number("sheet's unit of time", "lower end of its 95 % interval (profile likelihood: days and reads)"),
    ] = None
    half_life_high: Annotated[float | None, Number("sheet's unit of time", "upper end")] = None
    residual_bits: Annotated[
        float | None,
        Number(
            "bits", "what remains above the baseline in the long run, by the fitted curve; below 0 by chance"
        ),
    ] = None
    residual_low_bits: Annotated[
        float | None, Number("bits", "lower end of its 95 % interval (profile likelihood: days and reads)")
    ] = None
    residual_high_bits: Annotated[float | None, Number("bits", "upper end")] = None
    margin_bits: Annotated[
        float | None,
        Number(
            "bits",
            "what may remain of a shift that is over: two `baseline_spread_bits`, or a twentieth of the fitted rise "
            "of the peak above the baseline where that is more",
        ),
    ] = None
    outcome: Annotated[
        str,
        Text(
            "`did not come back`: the residual's interval is above 0; `came back`: it ends below `margin_bits`",
            values=("came back", "did not come back", "cannot tell"),
        ),
    ]
    verdict: Annotated[str, Text("the outcome in words, with its numbers or the reason", prose=True)]
    estimand: Pooled = "pooled"


@dataclass(frozen=True, kw_only=True, slots=True)
class RecoveryCurveRow(OfRank):
    """Fitted way back, as drawn: a row per point of a subject's curve."""

    time: Annotated[float, Number("sheet's unit of time", "when")]
    fitted_bits: Annotated[float, Number("bits", "divergence from the baseline by the fitted curve")]
    estimand: Pooled = "pooled"
