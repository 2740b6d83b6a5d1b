"""What other modules and channels may use of activities."""

__all__: list[str] = []
