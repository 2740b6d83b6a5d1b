"""What can happen with democratic appraisal."""
