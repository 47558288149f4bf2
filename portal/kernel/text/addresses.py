"""Addresses of the web that somebody typed, or that a browser sent along."""

from urllib.parse import SplitResult, urlsplit


def split_address(text: str) -> SplitResult:
    """The parts of an address; all of them empty where it is none (`http://[`)."""
    try:
        return urlsplit(text)
    except ValueError:
        return urlsplit("")


def is_web_address(text: str) -> bool:
    """Whether a browser may follow it to a page; not so any other scheme."""
    return split_address(text).scheme in ("http", "https")
