"""What can happen with ledgers."""
