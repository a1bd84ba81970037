"""The reverse complement of a profile HMM: the same law of sequences, read on the other strand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from klbio.distributions import FloatArray
from klbio.errors import InputError
from klbio.models.profiles.profile_hmm import DD, DM, II, IM, MD, MI, MM, ProfileHMM

__all__ = ["reverse_complement"]

COMPLEMENT = slice(None, None, -1)  # of ACGT and ACGU alike
BASES = 4


def reverse_complement(profile: ProfileHMM) -> ProfileHMM:
    r"""Turn a nucleotide profile round: its chain backwards, every base its complement.

    .. math:: t'(y \to x) = \frac{v(x)\, t(x \to y)}{v(y)}

    with v(x) the number of visits a path pays to state x on average.  So each sequence has under it the
    probability that its reverse complement has under the profile.

    Parameters
    ----------
    profile : ProfileHMM
        Over DNA or RNA.

    Returns
    -------
    ProfileHMM
        Node k is node M + 1 - k of the other strand.

    Raises
    ------
    InputError
        For amino acids.

    Examples
    --------
    >>> from klbio.alphabets import DNA
    >>> taa = ProfileHMM("TAA", "", DNA, np.eye(4)[[3, 0, 0]], np.full(4, 0.25), ProfileHMM.ungapped(3))
    >>> reverse_complement(taa).match_emissions.argmax(axis=1)  # TTA
    array([3, 3, 0])
    """
    if len(profile.alphabet) != BASES:
        found = f"the {profile.alphabet.name} alphabet"
        raise InputError.one(f"profile {profile.name!r}", found, "DNA or RNA")
    return replace(
        profile, match_emissions=profile.match_emissions[::-1, COMPLEMENT],
        background=profile.background[COMPLEMENT], transitions=_backwards(profile),
    )  # fmt: skip


def _backwards(profile: ProfileHMM) -> FloatArray:
    """Give the transitions of the chain read from its end."""
    t, used = profile.transitions, profile.match_occupancy
    match = np.concatenate([[1.0], used, [1.0]])  # the begin node, the match states, the end
    delete = 1 - match
    inserts = np.divide(match[:-1] * t[:, MI], 1 - t[:, II], out=np.zeros(len(t)), where=t[:, II] < 1)
    flow = np.zeros_like(t)  # by the state that is left, once the chain is read backwards
    flow[:, MM] = match[:-1] * t[:, MM]
    flow[:, MI] = inserts * t[:, IM]
    flow[:, MD] = delete[:-1] * t[:, DM]
    flow[:, IM], flow[:, II] = match[:-1] * t[:, MI], inserts * t[:, II]
    flow[:, DM], flow[:, DD] = match[:-1] * t[:, MD], delete[:-1] * t[:, DD]
    rows = [_shares(flow[:, part]) for part in (slice(MM, IM), slice(IM, DM), slice(DM, DD + 1))]
    return np.concatenate(rows, axis=1)[::-1]


def _shares(flow: FloatArray) -> FloatArray:
    """Divide rows by their sums; a state that is never visited leads to the match state."""
    sums = flow.sum(axis=1, keepdims=True)
    to_match = np.eye(flow.shape[1])[:1]
    return np.where(sums > 0, flow / np.where(sums > 0, sums, 1.0), to_match)
