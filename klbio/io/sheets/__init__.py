"""What a user writes by hand: sample sheets, model sheets, the config."""
