"""Forms of the practices app."""
