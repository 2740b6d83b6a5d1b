"""What other modules and channels may use of duties."""

__all__: list[str] = []
