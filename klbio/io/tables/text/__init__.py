"""Plain text tables: a grid of fields, which of its columns are counts, what the others say."""
