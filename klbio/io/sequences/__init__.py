"""Reads, GenBank and GFF3."""
