"""What other modules and channels may use of ledgers."""

__all__: list[str] = []
