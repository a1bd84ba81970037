"""What klbio survives: faults of the machine and of files, thousands of times over: ``make faults``."""
