"""What subjects say together: tests of arms, taxa, spread and populations."""
