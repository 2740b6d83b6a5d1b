"""Who sees the rows of appraisals."""
