"""Coding models from scores of dicodons: six bases in frame, log-ratios against the hexamers of a whole genome."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from klbio.alphabets import CODONS, STOP_CODONS
from klbio.distributions import FloatArray
from klbio.errors import InputError
from klbio.models.arrays import closed
from klbio.models.markov.content_model import ContentModel
from klbio.models.training.words import region_words

__all__ = [
    "LIMIT", "N_DICODONS", "Dicodons", "background_model", "coding_from_dicodons", "dicodon_scores", "hexamer_law",
    "on_background",
]  # fmt: skip

N_CODONS = len(CODONS)
N_DICODONS = N_CODONS**2
REVERSE_COMPLEMENT = (3 - np.indices((4,) * 6).reshape(6, -1))[::-1].T @ 4 ** np.arange(6)[::-1]
LIMIT = 5.0  # of a score, either way
ORDER = 5  # the third base of a codon after the two before it and the codon before


@dataclass(frozen=True, eq=False)
class Dicodons:
    """A coding model made from log-ratios and an assumed background.

    Parameters
    ----------
    coding : ContentModel
        Order 5: position 3 sees five bases, position 2 four and position 1 three; what lies beyond, a dicodon
        does not tell.
    background : ContentModel
        Order 0, as assumed.
    mass : float
        What the dicodons sum to under the assumption, before scaling; 1 if it held.
    """

    coding: ContentModel
    background: ContentModel
    mass: float


def coding_from_dicodons(log_ratios: FloatArray, gc: float, stops: tuple[str, ...] = STOP_CODONS) -> Dicodons:
    r"""Give the chain of codons behind scores of dicodons, the background being taken as independent bases.

    .. math:: P(w) \propto q(w)\, e^{L(w)}, \qquad q(w) = \prod_{b \in w} q(b)

    with q(G) = q(C) = gc / 2, q(A) = q(T) = (1 - gc) / 2.  From the joint distribution P of two codons follow
    P(b | c) at each codon position.

    Parameters
    ----------
    log_ratios : ndarray of shape (4096,)
        ln(P(w) / q(w)) of dicodons in lexicographic order.
    gc : float
        Share of G and C in the genome, above 0 and below 1.
    stops : tuple of str
        Codons that are ruled out.

    Returns
    -------
    Dicodons

    Raises
    ------
    InputError
        On another shape, values that are not finite, or a share outside (0, 1).

    Notes
    -----
    The true background is the genome, most of which is coding in bacteria: far from independent bases.  A table
    of 4096 log-ratios does not tell its 4096 unknowns (sum, equal codon usage of both halves and strand
    symmetry leave some 2000 of them open), so nothing better than an assumption is to be had from it.

    Examples
    --------
    Scores of 0 everywhere give the background itself, less its stop codons:

    >>> found = coding_from_dicodons(np.zeros(4096), gc=0.5, stops=())
    >>> round(found.mass, 12), found.coding.probabilities.max().item()
    (1.0, 0.25)
    """
    if log_ratios.shape != (N_DICODONS,) or not np.isfinite(log_ratios).all():
        raise InputError.one("log-ratios", f"shape {log_ratios.shape}", f"{N_DICODONS} finite values")
    if not 0 < gc < 1:
        raise InputError.one("GC content", f"{gc:g}", "a share above 0 and below 1")
    base = np.array([1 - gc, gc, gc, 1 - gc]) / 2
    codon = (base[:, None, None] * base[:, None] * base).ravel()
    joint = np.outer(codon, codon) * np.exp(log_ratios).reshape(N_CODONS, N_CODONS)
    sense = np.array([name not in stops for name in CODONS.symbols])
    joint *= sense[:, None] & sense
    return Dicodons(_chain(joint), ContentModel(base[None, None]), float(joint.sum()))


def dicodon_scores(genes: FloatArray, genome: FloatArray) -> FloatArray:
    r"""Score dicodons as Prodigal does.

    .. math:: L(w) = \ln \frac{n(w) / \sum n}{m(w) / \sum m}

    cut off at -5 and 5; -5 for what genes never hold, 0 for what the genome never holds.

    Parameters
    ----------
    genes : ndarray of shape (4096,)
        Counts n of dicodons, six bases in frame from each codon on, in lexicographic order.
    genome : ndarray of shape (4096,)
        Counts m of hexamers of both strands of the genome.

    Returns
    -------
    ndarray of shape (4096,)

    Raises
    ------
    InputError
        On another shape, or counts of which none is above 0.

    References
    ----------
    .. [1] Hyatt D et al (2010) Prodigal: prokaryotic gene recognition and translation initiation site
       identification. BMC Bioinformatics 11:119. doi:10.1186/1471-2105-11-119

    Examples
    --------
    >>> genes, genome = np.zeros(4096), np.ones(4096)
    >>> genes[:2] = 1, 3
    >>> dicodon_scores(genes, genome)[:3]  # ln(4096 / 4) and more are cut off
    array([ 5.,  5., -5.])
    """
    for name, counts in (("genes", genes), ("genome", genome)):
        if counts.shape != (N_DICODONS,) or not counts.sum() > 0:
            raise InputError.one(
                name, f"counts of shape {counts.shape}", f"{N_DICODONS} counts, some above 0"
            )
    p, q = genes / genes.sum(), genome / genome.sum()
    ratios = np.divide(p, q, out=np.ones_like(p), where=q > 0)
    logs = np.log(ratios, out=np.full_like(p, -LIMIT), where=ratios > 0)
    return np.asarray(np.clip(logs, -LIMIT, LIMIT))


def _chain(joint: FloatArray) -> ContentModel:
    """Condition each base of the second codon on what the dicodon shows before it."""
    rows = np.zeros((3, 4**ORDER, 4))
    for position in range(3):
        seen = joint.reshape(4 ** (position + 4), -1).sum(axis=1).reshape(-1, 4)
        rows[position] = np.tile(closed(seen), (4**ORDER // len(seen), 1))
    return ContentModel(closed(rows))


def hexamer_law(genes: Iterable[bytes]) -> FloatArray:
    """Give the law of hexamers in genes, in all six frames: nearly that of a bacterium's genome.

    Returns
    -------
    ndarray of shape (4096,)
        In lexicographic order; one is added to each count.

    Examples
    --------
    >>> law = hexamer_law([b"AAAAAAA"])
    >>> law.argsort()[-2:].tolist(), round(float(law.sum()), 12)  # AAAAAA and TTTTTT
    ([0, 4095], 1.0)
    """
    counts = np.zeros(N_DICODONS)
    for gene in genes:
        counts += np.bincount(region_words(gene, ORDER), minlength=N_DICODONS)
    counts += counts[REVERSE_COMPLEMENT] + 1
    return np.asarray(counts / counts.sum())


def background_model(hexamers: FloatArray) -> ContentModel:
    """Give the chain of order 5 that has a law of hexamers."""
    return ContentModel(closed(hexamers.reshape(1, 4**ORDER, 4)))


def on_background(coding: ContentModel, assumed: ContentModel, hexamers: FloatArray) -> ContentModel:
    r"""Put scores of dicodons on another background than the one they were read on.

    .. math:: P'(c_2 \mid c_1) \propto q'(c_1 c_2)\, e^{L(c_1 c_2)} \propto q'(c_1 c_2)\, P(c_2 \mid c_1) / q(c_2)

    for codons c, in each context by itself, so that the scores need not be kept beside the model.

    Parameters
    ----------
    coding, assumed : ContentModel
        As of `Dicodons`.
    hexamers : ndarray of shape (4096,)
        The law q' of hexamers, in lexicographic order.

    Returns
    -------
    ContentModel
        Of the same stop codons.

    Examples
    --------
    >>> read = coding_from_dicodons(np.linspace(-1, 1, 4096), gc=0.5)
    >>> same = on_background(read.coding, read.background, np.full(4096, 1 / 4096))
    >>> bool(np.allclose(same.probabilities, read.coding.probabilities))
    True
    """
    first, second, third = (coding.probabilities[i][: 4 ** (3 + i)] for i in range(3))
    given = (first[:, :, None] * second.reshape(N_CODONS, 4, 4)).reshape(N_CODONS, 16, 1)
    given = (given * third.reshape(N_CODONS, 16, 4)).reshape(N_CODONS, N_CODONS)
    base = assumed.probabilities[0, 0]
    codon = (base[:, None, None] * base[:, None] * base).ravel()
    chain = _chain(hexamers.reshape(N_CODONS, N_CODONS) * given / codon)
    return chain.under(coding.genetic_code)
