"""What can happen with what is due."""
