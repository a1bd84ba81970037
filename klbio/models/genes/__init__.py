"""The other parts of a gene model: lengths, sites, GC classes; and which known model is nearest."""
