"""Warnings on parts of a Markdown text that are not shown as its writer may have meant them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.token import Token

from portal.kernel.text.markdown import SCHEMES

_MAX_PASSAGE = 60  # characters of a passage that a sentence quotes


@dataclass(frozen=True, slots=True)
class MarkdownWarning:
    """A passage as it was written, and what becomes of it."""

    passage: str
    sentence: str

    def __str__(self) -> str:
        return self.sentence % {"passage": self.passage}


def warnings_in(text: str) -> list[MarkdownWarning]:
    """Every passage of the text that is made harmless, once, in order; empty when it is shown as written."""
    return list(dict.fromkeys(_warnings(_permissive_parser().parse(str(text)))))


@lru_cache(maxsize=1)
def _permissive_parser() -> MarkdownIt:
    """Takes all that the portal's own parser refuses, so that it can be named."""
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # as its documentation says
    return parser


def _warnings(tokens: list[Token]) -> Iterator[MarkdownWarning]:
    for token in tokens:
        if token.type in ("html_block", "html_inline"):
            yield MarkdownWarning(
                _short(token.content), _("HTML is not run; it is shown as text: %(passage)s")
            )
        elif token.type == "image":
            address = str(token.attrs.get("src", ""))
            if _is_accepted(address):
                message = _("A picture is shown as a link to it: %(passage)s")
            else:
                message = _("This picture is left out: %(passage)s")
            yield MarkdownWarning(_short(address), message)
        elif token.type == "link_open" and not _is_accepted(str(token.attrs.get("href", ""))):
            yield MarkdownWarning(
                _short(str(token.attrs["href"])),
                _("This address cannot be a link here: %(passage)s"),
            )
        yield from _warnings(token.children or [])


def _is_accepted(address: str) -> bool:
    """Whether a link may lead there: to a page of this site, or by one of the schemes that are taken."""
    try:
        return urlsplit(address.strip()).scheme.lower() in {"", *SCHEMES}
    except ValueError:
        return False


def _short(passage: str) -> str:
    line = " ".join(passage.split())
    return f"{line[:_MAX_PASSAGE]}…" if len(line) > _MAX_PASSAGE else line
