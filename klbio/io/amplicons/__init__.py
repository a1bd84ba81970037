"""Amplicons on their way through vsearch: reads as it takes them, and what it writes, read."""
