"""The roof: wiring, and the pages where floors meet."""
