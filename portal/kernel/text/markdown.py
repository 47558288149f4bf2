"""People's Markdown as HTML that cannot hurt: CommonMark with tables; no HTML, no pictures from elsewhere."""

from functools import lru_cache
from html import unescape

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

_TAGS = {
    "p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a",
    "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
SCHEMES = {"http", "https", "mailto"}
_DEEPEST = 6
_HIGHEST = 3  # the page's own headings are above those of a text


def to_html(text: str, highest: int | None = None) -> SafeString:
    """The text as HTML; a picture becomes a link to its address.

    Headings begin at the third level; given the `highest` level of the page, that of the text becomes it.
    """
    return mark_safe(_html(str(text), highest))  # nothing but _TAGS is left


def tokens_of(text: str) -> list[Token]:
    """The text as the parser sees it, for what is no web page."""
    return _parser().parse(str(text))


@lru_cache(maxsize=512)
def _html(text: str, highest: int | None = None) -> str:
    return nh3.clean(
        _parser(highest).render(text),
        tags=_TAGS,
        attributes={"*": set(), "a": {"href"}, "ol": {"start"}},
        url_schemes=SCHEMES,
        link_rel="nofollow noopener noreferrer",
    )


@lru_cache(maxsize=6)
def _parser(highest: int | None = None) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.core.ruler.push("deeper_headings", lambda state: _deepen(state.tokens, highest))
    parser.add_render_rule("image", _as_link)
    return parser


def _deepen(tokens: list[Token], highest: int | None) -> None:
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    first = min((int(token.tag[1:]) for token in headings), default=1) if highest else 1
    for token in headings:
        token.tag = f"h{min(_DEEPEST, int(token.tag[1:]) - first + (highest or _HIGHEST))}"


def _as_link(renderer: object, tokens: list[Token], number: int, options: object, environment: object) -> str:
    """Reveal no reader to another host: a picture is fetched only when the reader asks for it."""
    del renderer, options, environment
    token = tokens[number]
    address = nh3.clean_text(str(token.attrs.get("src", "")))
    return f'<a href="{address}">{nh3.clean_text(token.content or str(token.attrs.get("src", "")))}</a>'


def to_plain(text: str) -> str:
    """The words alone, on one line: for lists, feeds and descriptions."""
    return " ".join(unescape(nh3.clean(_html(text), tags=set())).split())


def plain_words(html: str) -> str:
    """The words alone of HTML, on one line: those on both sides of a tag are two."""
    return " ".join(unescape(nh3.clean(html.replace("<", " <"), tags=set())).split())
