"""The roof: wiring, and the pages where floors meet."""

__version__ = "0.1.0"
