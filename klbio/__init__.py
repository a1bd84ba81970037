"""klbio: how far a microbiome moved and where gene models disagree, in bits, with an error bar."""

__version__ = "0.2.0"
