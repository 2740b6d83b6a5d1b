"""Who sees the rows of ledgers."""
