"""What other modules and channels may use of appraisals."""

__all__: list[str] = []
