"""What other modules and channels may use of preparations."""

__all__: list[str] = []
