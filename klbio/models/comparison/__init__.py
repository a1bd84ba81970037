"""Every pair of models compared: the rows of each table."""
