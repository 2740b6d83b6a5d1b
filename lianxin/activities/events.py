"""What can happen with organisation life."""
