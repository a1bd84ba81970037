"""What every table holds, as checksums: a gate for changes that must not move a number.

``python -m tests.golden`` writes the checksums again; name studies to renew only those.
"""
