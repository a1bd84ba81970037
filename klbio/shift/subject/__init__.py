"""What is measured of one subject: how far it moved, what carried it, along which course."""
