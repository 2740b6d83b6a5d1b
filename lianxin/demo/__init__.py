"""Demonstration data: a deterministic generator of a county, a city or a province; see README.md."""
