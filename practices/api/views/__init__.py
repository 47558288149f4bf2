"""One module for each kind of thing: its addresses as endpoints."""
