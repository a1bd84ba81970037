"""Profile HMMs: described, aligned column by column, drawn as letters."""
