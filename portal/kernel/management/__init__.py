"""Commands of the platform, and the table of pages."""
