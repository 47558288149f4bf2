"""One module for each kind of record: its endpoints."""
