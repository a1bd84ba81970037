"""Shotgun reads by Kraken 2: its databases, its runs, its reports."""
