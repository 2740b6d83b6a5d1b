"""Who sees the rows of ceremonies."""
