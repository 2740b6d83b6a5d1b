"""What other modules and channels may use of messaging."""

__all__: list[str] = []
