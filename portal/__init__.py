"""The site: wiring, and the pages that need both apps."""

__version__ = "0.1.0"
