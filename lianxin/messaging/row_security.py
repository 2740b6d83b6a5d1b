"""Who sees the rows of messaging."""
