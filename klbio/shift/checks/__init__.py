"""What besides the phase may have made a shift: depth, batch and time."""
