"""Annotated genes and their genome -> a training file that Prodigal reads."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from klbio.distributions import FloatArray
from klbio.errors import InputError, StrPath
from klbio.io.models import prodigal
from klbio.models.finding import Finding
from klbio.models.markov.genetic_code import STANDARD
from klbio.models.training.dicodons import N_DICODONS, dicodon_scores
from klbio.models.training.gene_model import Training
from klbio.models.training.transcript import oriented
from klbio.models.training.words import region_words
from klbio.steps.annotated import sorted_by_kind

__all__ = ["DICODON_ORDER", "write_training"]

DICODON_ORDER = 5  # bases before the sixth of a dicodon
BACTERIAL = 11  # what Prodigal calls the standard code: GTG and TTG begin genes too
NEEDS_GENOME = "Give GFF3, GTF, GenBank or EMBL with the genome: Prodigal scores genes against all of it."


def write_training(annotated: Sequence[StrPath], training: Training, out: StrPath) -> list[Finding]:
    """Write what pyrodigal learns from the genome, with the dicodons of the annotated genes; say what is whose.

    Raises
    ------
    InputError
        If there are genes alone, pyrodigal is not installed or refuses the genome, or no gene was counted.
    """
    genome = [one.sequence for one in sorted_by_kind(annotated).sequences()]
    if not genome:
        raise InputError.one(
            out, "coding sequences without their genome", "an annotated genome", NEEDS_GENOME
        )
    code = BACTERIAL if training.genetic_code == STANDARD else training.genetic_code
    scores = dicodon_scores(training.words["coding"][2].ravel(), _hexamers(genome))
    prodigal.trained(genome, code, out).with_scores(scores).write(out)
    return [
        Finding.note("coding", f"scores of dicodons are those of the annotated genes, genetic code {code}"),
        Finding.note("coding", "order and smoothing play no part: a training file holds counts of dicodons"),
        Finding.note(
            "sites",
            "start codons, ribosome binding sites and upstream composition are pyrodigal's, trained on the genome",
        ),
    ]


def _hexamers(genome: Sequence[bytes]) -> FloatArray:
    """Count the hexamers of both strands, those with an ambiguous base left out."""
    counts = np.zeros(N_DICODONS)
    for sequence in genome:
        for strand in (1, -1):
            words = region_words(oriented(sequence, 0, len(sequence), strand), DICODON_ORDER)
            counts += np.bincount(words, minlength=N_DICODONS)
    return counts
