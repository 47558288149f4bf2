"""One module for each kind of record: its JSON, and the JSON accepted for it."""
