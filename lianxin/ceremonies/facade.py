"""What other modules and channels may use of ceremonies."""

__all__: list[str] = []
