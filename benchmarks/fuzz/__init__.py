"""Coverage-guided fuzzing of every reader: ``make fuzz MINUTES=1``; see CONTRIBUTING.md."""
