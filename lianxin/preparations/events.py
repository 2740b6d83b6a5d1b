"""What can happen with preparing organisation-life meetings."""
