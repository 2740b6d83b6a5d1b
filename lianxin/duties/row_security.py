"""Who sees the rows of duties."""
