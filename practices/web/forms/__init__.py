"""Forms of the first floor."""
