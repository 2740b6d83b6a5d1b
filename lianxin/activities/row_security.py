"""Who sees the rows of activities."""
