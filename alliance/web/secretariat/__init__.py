"""The secretariat's area."""
