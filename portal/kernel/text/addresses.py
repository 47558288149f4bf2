"""Addresses of the web that somebody typed, or that a browser sent along."""

from urllib.parse import SplitResult, urlsplit


def split_address(text: str) -> SplitResult:
    """The parts of an address; all of them empty where it is none (`http://[`)."""
    try:
        return urlsplit(text)
    except ValueError:
        return urlsplit("")
