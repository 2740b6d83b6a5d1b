"""What can happen with ceremonies."""
