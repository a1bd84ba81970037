"""What is left of a shift within batches: by hand, on worlds of known truth, and where nothing can be told."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from klbio import ShiftSettings, Study
from klbio.design import Contrast, Design, Sample
from klbio.distributions import Counts
from klbio.divergences import mutual_information
from klbio.read_groups import ReadGroups
from klbio.shift.phase_pair import PhasePair
from klbio.shift.samples import SampleCounts
from klbio.shift.subject.batches import WithinBatches

TAXA = [f"t{k}" for k in range(60)]


def rng(seed=1):
    return np.random.default_rng(seed)


def sampled(batches_before, batches_after, shares, seed=1, reads=2000):
    """Samples of one subject: a batch for each, drawn from shares[phase][batch]."""
    samples, rows, generator = [], [], rng(seed)
    for phase, batches in (("before", batches_before), ("after", batches_after)):
        for k, batch in enumerate(batches):
            samples.append(Sample(f"{phase}{k}", "S", phase, batch=batch))
            rows.append(generator.multinomial(reads, shares[phase][batch]))
    return Counts([sample.name for sample in samples], TAXA, np.array(rows)), Design(samples)


def within(counts, design):
    (unit,) = design.units
    return WithinBatches(PhasePair(SampleCounts(counts).of(unit), Contrast(), ShiftSettings()))


def world(shift, seed=2):
    """Shares of each phase in two batches that see taxa with different efficiency."""
    generator = rng(seed)
    before = generator.dirichlet(np.full(60, 0.5))
    after = before * np.exp(shift * generator.normal(size=60))
    efficiency = {"A": np.ones(60), "B": np.exp(0.7 * generator.normal(size=60))}
    return {
        phase: {batch: share * e / (share * e).sum() for batch, e in efficiency.items()}
        for phase, share in (("before", before), ("after", after))
    }


MOSTLY = ("A" * 9 + "B", "A" + "B" * 9)


def test_a_batch_alone_leaves_nothing():
    measured = within(*sampled(*MOSTLY, world(0)))
    low, high = measured.interval()
    pooled = measured.pair.jsd.value
    assert pooled > 0.02
    assert low == 0 < high < pooled / 3
    assert measured.bits < 0.005
    test = measured.test()
    assert (test.p_value > 0.05, test.n_permutations, test.exact) == (True, 100, True)


def test_a_shift_is_found_within_batches():
    shares = world(0.8)
    measured = within(*sampled(*MOSTLY, shares))
    truth = np.mean([jsd(shares["after"][batch], shares["before"][batch]) for batch in "AB"])
    assert measured.bits == pytest.approx(truth, abs=0.01)
    low, high = measured.interval()
    assert low < truth < high
    assert measured.pair.jsd.value > truth + 0.01  # the batch comes on top
    assert measured.test().p_value == 0.01


def jsd(p, q):
    m = (p + q) / 2
    return float((p * np.log2(p / m)).sum() + (q * np.log2(q / m)).sum()) / 2


def test_information_of_phase_and_batch_follows_the_chain_rule():
    """I(T; phase, batch) = I(T; batch) + I(T; phase | batch); within a batch it is a weighted divergence."""
    counts, design = sampled(*MOSTLY, world(0.5))
    batch = np.array([sample.batch for sample in design.samples])
    after = np.array([sample.phase == "after" for sample in design.samples])
    table = counts.dense() / counts.dense().sum()
    cells = {(p, b): table[(after == p) & (batch == b)].sum(axis=0) for p in (True, False) for b in "AB"}
    whole = mutual_information(np.array(list(cells.values())))
    of_batch = mutual_information(np.array([cells[True, b] + cells[False, b] for b in "AB"]))
    conditional = 0.0
    for b in "AB":
        pair = np.array([cells[True, b], cells[False, b]])
        conditional += pair.sum() * mutual_information(pair / pair.sum())
    assert whole == pytest.approx(of_batch + conditional, abs=1e-12)
    # with as many reads of each phase in a batch the conditional information is the divergence within it
    even, same = sampled("AABB", "AABB", world(0.5))
    measured = within(even, same)
    plugins = [estimate.plugin for estimate in measured.estimates]
    cells = np.array([even.dense()[[i, i + 1]].sum(axis=0) for i in (0, 4)]) / 8000
    assert plugins[0] == pytest.approx(float(mutual_information(cells)), abs=1e-12)


def test_samples_of_a_batch_are_exchanged_at_one_depth():
    """One sample of each batch is twenty times deeper: whichever phase it is in, it would weigh as much as the rest."""
    shares, found = world(0), []
    for seed in range(20):
        generator = rng(seed)
        samples, rows = [], []
        for phase, k, batch in product(("before", "after"), range(4), "AB"):
            day = shares["before"][batch] * generator.lognormal(0, 0.3, 60)
            samples.append(Sample(f"{phase}{batch}{k}", "S", phase, batch=batch))
            deep = k == 0 and phase == "after"
            rows.append(generator.multinomial(20_000 if deep else 1_000, day / day.sum()))
        measured = within(Counts([sample.name for sample in samples], TAXA, np.array(rows)), Design(samples))
        exchanged = measured.exchangeable
        assert set(exchanged.sum(axis=1)) == {1_000}
        found.append(measured.test().p_value)
    assert np.mean(np.array(found) <= 0.05) <= 0.2


def test_batches_have_equal_weights_and_independent_errors():
    measured = within(*sampled("AAAB", "ABBB", world(0.6)))
    values = [estimate.value for estimate in measured.estimates]
    assert measured.bits == pytest.approx(np.mean(values))
    low, high = measured.interval()
    ends = np.array([estimate.interval() for estimate in measured.estimates])
    assert high - measured.bits == pytest.approx(np.sqrt(((ends[:, 1] - values) ** 2).sum()) / 2)
    assert measured.bits - low == pytest.approx(np.sqrt(((values - ends[:, 0]) ** 2).sum()) / 2)


APART = "cannot tell: no batch holds samples of both phases, so that shift and batch cannot be told apart"


@pytest.mark.parametrize(
    ("before", "after", "n_both", "note"),
    [
        ("AA", "BB", 0, APART),
        ("AB", "BB", 1, ""),
        ("AA", "AA", 1, ""),
    ],
)  # fmt: skip
def test_what_the_row_says(before, after, n_both, note):
    rows = Study(*sampled(before, after, world(0.5)), settings=ShiftSettings(n_resamples=19)).pairs
    row = rows.set_index("estimand").loc["pooled"]
    assert (row["n_batches_with_both"], row["within_batch_note"]) == (n_both, note)
    assert np.isfinite(row["within_batch_bits"]) == (n_both > 0)
    if before == after:
        assert row["batch_share_bits"] == pytest.approx(0, abs=1e-12)
        assert np.isnan(row["within_batch_p"])


def test_without_batches_nothing_is_said():
    counts, design = sampled("AA", "AA", world(0.5))
    plain = Design([Sample(sample.name, "S", sample.phase) for sample in design.samples])
    row = Study(counts, plain, settings=ShiftSettings(n_resamples=19)).pairs.iloc[0]
    assert row["within_batch_note"] == ""
    assert not np.isfinite(row[["within_batch_bits", "n_batches_with_both"]].astype(float)).any()


def test_samples_without_a_batch_are_not_counted():
    counts, design = sampled("AB", "AB", world(0.5))
    some = Design([s if s.name != "after1" else Sample("after1", "S", "after") for s in design.samples])
    assert len(within(counts, some).estimates) == 1


def test_days_are_taken_off_within_batches_too():
    """Samples that differ from day to day: the mean within batches sees days, its excess does not."""
    found = []
    for seed in range(12):
        generator, shares = rng(seed), world(0, seed)
        samples, rows = [], []
        for phase, batches in zip(("before", "after"), MOSTLY, strict=True):
            for k, batch in enumerate(batches):
                day = shares[phase][batch] * generator.lognormal(0, 0.5, 60)
                samples.append(Sample(f"{phase}{k}", "S", phase, batch=batch))
                rows.append(generator.multinomial(2000, day / day.sum()))
        measured = within(Counts([sample.name for sample in samples], TAXA, np.array(rows)), Design(samples))
        found.append((measured.bits, measured.excess))
    pooled, excess = np.mean(found, axis=0)
    assert pooled > 0.02
    assert abs(excess) < pooled / 4


def test_the_rows_of_every_estimand_by_hand():
    counts, design = sampled("AAB", "ABB", world(0.6))
    rows = Study(counts, design, settings=ShiftSettings(n_resamples=19)).pairs.set_index("estimand")
    measured = within(counts, design)
    apart = measured.pair.source.jensen_shannon

    def mean(*pairs):
        return np.mean([apart((x,), (y,)).value for x, y in pairs])

    in_a, in_b = (
        mean(("after0", "before0"), ("after0", "before1")),
        mean(("after1", "before2"), ("after2", "before2")),
    )
    assert rows.loc["pairs", "within_batch_bits"] == pytest.approx((in_a + in_b) / 2)
    assert np.isnan(rows.loc["pairs", "within_batch_low_bits"])
    days = (mean(("before0", "before1")) + mean(("after1", "after2"))) / 2
    assert measured.excess == pytest.approx((in_a + in_b) / 2 - days)
    assert rows.loc["excess", "within_batch_bits"] == pytest.approx(measured.excess)
    assert rows.loc["excess", "batch_share_bits"] == pytest.approx(
        rows.loc["excess", "jensen_shannon_divergence_bits"] - measured.excess
    )
    lone = Study(*sampled("AB", "AB", world(0.6)), settings=ShiftSettings(n_resamples=19)).pairs.iloc[0]
    assert (lone["estimand"], lone["n_batches_with_both"], np.isnan(lone["within_batch_bits"])) == (
        "excess",
        2,
        True,
    )
    assert lone["within_batch_note"].startswith("cannot tell: no batch holds two samples of a phase")


def test_counts_in_groups_of_reads():
    """Words of reads: each sample in four groups, whose sums are exchanged as one."""
    counts, design = sampled("AAB", "ABB", world(0.6))
    parts = rng(5).multinomial(1, np.full(4, 1 / 4), size=counts.dense().shape).transpose(0, 2, 1)
    shares = np.floor(counts.dense()[:, None] / 4) + parts * (counts.dense() % 4)[:, None]
    names = [f"{sample}/{g}" for sample in counts.samples for g in range(1, 5)]
    groups = Counts(names, TAXA, shares.reshape(-1, 60))
    (unit,) = design.units
    pair = PhasePair(SampleCounts(counts, ReadGroups.held(groups)).of(unit), Contrast(), ShiftSettings())
    grouped, plain = WithinBatches(pair), within(counts, design)
    assert grouped.test() == replace(plain.test(), value=grouped.bits)
    assert grouped.bits == pytest.approx(plain.bits, abs=0.02)
    low, high = grouped.interval()
    assert low < plain.bits < high
