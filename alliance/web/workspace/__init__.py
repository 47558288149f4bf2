"""The member companies' face."""
