"""Who sees the rows of preparations."""
