"""Gene models estimated from annotated sequence."""
