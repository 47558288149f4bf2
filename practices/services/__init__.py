"""Named writes of the practices app, one module for each kind of record."""
