"""What this module keeps of persons, what for, who sees it, and for how long."""
