"""Template tags for the reader's language: numbers, dates, icons, links of the shell."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.template import Context
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.defaultfilters import linebreaksbr
from django.template.loader import render_to_string
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from lucide.templatetags.lucide import lucide

from portal.kernel import registry
from portal.kernel.access import ANYONE, Actor
from portal.kernel.publishing import revision_cache
from portal.kernel.text import (
    NO_BREAK,
    format_change,
    format_date,
    format_end,
    format_figure,
    format_local_time,
    format_moment,
    format_short_date,
    format_utc,
    probable_language,
    reader_language,
)
from portal.kernel.web import address_of

register = template.Library()

_HARMLESS_IN_SCRIPT = {ord(sign): f"\\u{ord(sign):04X}" for sign in "<>&\u2028\u2029"}
_LINE_ENDS = re.compile(r"[ \t\r\n]+")
# Short words that must not end a line in Russian.
SHORT_WORDS = re.compile(
    r"(?<![\w-])((?:[авикосу]|во|до|за|из|ко|на|не|ни|об|от|по|со)) (?=\w)", re.IGNORECASE
)


register.filter("figure", format_figure)
register.filter("signed", format_change)
register.filter("day", format_date)
register.filter("short_day", format_short_date)
register.filter("moment", format_moment)
register.filter("end", format_end)
register.filter("clock_time", format_local_time)
register.filter("in_utc", format_utc)
register.simple_tag(address_of, name="address")


@register.filter
def minutes_up(seconds: int) -> int:
    """Whole minutes, at least one, for a time to wait."""
    return max(1, -(-int(seconds) // 60))


@register.simple_tag
def clock_time_now() -> str:
    """The time of day of this moment, in the reader's format."""
    return format_local_time(timezone.now())


@register.filter
def bound(text: str) -> str:
    """Russian prose with short words bound to what follows, dashes to what precedes; other languages as they are."""
    if reader_language() != "ru":
        return str(text)
    return SHORT_WORDS.sub(rf"\1{NO_BREAK}", str(text)).replace(" —", f"{NO_BREAK}—")


@register.filter
def share_of(part: int | Decimal, whole: int | Decimal) -> str:
    """The part in whole per cent for `data-share`: 000 to 100, at least 001 where there is anything."""
    if not whole or not part:
        return "000"
    return f"{max(1, min(100, round(100 * part / whole))):03}"


@register.filter
def minutes(seconds: int) -> int:
    """Seconds as whole minutes, none left out."""
    return -(-int(seconds) // 60)


@register.filter
def initials(name: str) -> str:
    """The first letters of the first two words of a name."""
    return "".join(word[0] for word in str(name).split()[:2]).upper()


@register.filter
def short_digest(digest: str) -> str:
    """The two ends of a long digest; the whole of it is in the `title` attribute."""
    return digest if len(digest) <= 20 else f"{digest[:8]}…{digest[-8:]}"


@lru_cache(maxsize=256)
def _icon(name: str) -> SafeString:
    attributes = {"class": "icon", "aria-hidden": "true", "focusable": "false"}
    return mark_safe(lucide(name, size=18, **attributes))  # drawn by the icon package from its own files


@register.simple_tag
def icon(name: str) -> SafeString:
    """A decorative icon beside words; hidden from screen readers."""
    return _icon(str(name))


# what the place that draws a shape says by itself
_NOT_OF_A_SHAPE = re.compile(r' (?:width|height|class|aria-hidden|focusable)="[^"]*"')


@register.simple_tag
def icon_shapes(*names: str) -> SafeString:
    """The shapes of icons that stand on a page dozens of times, once: `repeated_icon` draws each of them."""
    shapes = [
        _NOT_OF_A_SHAPE.sub("", _icon(name)).removeprefix("<svg").removesuffix("</svg>") for name in names
    ]
    symbols = (f'<symbol id="icon-{name}"{shape}</symbol>' for name, shape in zip(names, shapes, strict=True))
    return mark_safe(f"<svg hidden>{''.join(symbols)}</svg>")  # of the icon package's own files


@register.simple_tag
def repeated_icon(name: str) -> SafeString:
    """A decorative icon whose shape the page has (`icon_shapes`)."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="#icon-{}"/></svg>', name)


@register.simple_tag(takes_context=True)
def language_url(context: Context, code: str) -> str:
    """The address of this very page in the other language: only the first step of the path differs."""
    request = context.get("request")
    path = request.get_full_path() if request else "/"
    head, slash, rest = path.lstrip("/").partition("/")
    if head == reader_language():
        return f"/{code}{slash}{rest}"
    return f"/{code}/"


@register.simple_tag
def passage_language(code: str) -> SafeString:
    """At the beginning of what somebody wrote: in which language, where that is not the reader's."""
    return _passage_language(code, reader_language()) if code else SafeString()


@lru_cache(maxsize=16)
def _passage_language(code: str, reader: str) -> SafeString:
    words = {"en": _("In English"), "ru": _("In Russian")}.get(code)
    if code == reader or words is None:
        return SafeString()
    return format_html('<span class="passage-language" lang="{}">{}</span> ', reader, words)


@register.simple_tag
def language_tag(code: str) -> SafeString:
    """In which language a text is, where that is not the reader's, as `components/language_tag.html` draws it."""
    return _language_tag(code, get_language()) if code else SafeString()


@lru_cache(maxsize=64)
def _language_tag(code: str, reader: str | None) -> SafeString:
    del reader  # the active one, of the template
    html = render_to_string("components/language_tag.html", {"language": code}).strip()
    return mark_safe(f" {html}" if html else "")  # a template


register.filter("probable_language", probable_language)


@register.simple_tag
def passage(text: str) -> SafeString:
    """What somebody wrote, whose language is not on record: marked with that of its letters, with its line breaks."""
    if not text:
        return SafeString()
    code = probable_language(text)
    return format_html('<span lang="{}">{}{}</span>', code, passage_language(code), linebreaksbr(text))


@register.simple_tag(takes_context=True)
def block_text(context: Context, name: str) -> SafeString:
    """A block of the page once more, as an attribute: without line ends. For a base template alone."""
    block = context.render_context[BLOCK_CONTEXT_KEY].get_block(name)
    return mark_safe(_LINE_ENDS.sub(" ", block.render(context)).strip().replace('"', "&quot;"))


@register.filter
def as_linked_data(data: Mapping[str, Any]) -> SafeString:
    """JSON-LD in a page: no text of it ends the element, or begins another."""
    content = json.dumps(data, ensure_ascii=False).translate(_HARMLESS_IN_SCRIPT)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(content))


@register.simple_tag(takes_context=True)
def nav_link(context: Context, name: str, label: str) -> str:
    """A line of the navigation; nothing while no page has that name.

    Marked as current on the page itself and below it; a page that is elsewhere in the tree
    sets `nav` in its context to the name it belongs under.
    """
    url = address_of(name)
    return _line(url, _current(context, name, url), label) if url else ""


@lru_cache(maxsize=512)
def _line(url: str, current: str, label: str) -> SafeString:
    return format_html('<li><a href="{}"{}>{}</a></li>', url, mark_safe(current), label)


def _current(context: Context, name: str, url: str) -> str:
    request = context.get("request")
    if context.get("nav"):
        return ' aria-current="true"' if context["nav"] == name else ""
    if request is None:
        return ""
    if request.path == url:
        return ' aria-current="page"'
    deep = url.count("/") > 2 and request.path.startswith(url)
    return ' aria-current="true"' if deep else ""


class CachedPartNode(template.Node):
    """Renders its part, or gives what an earlier page of this language and with these values has rendered."""

    child_nodelists = ("nodelist",)

    def __init__(self, name: str, values: list[FilterExpression], nodelist: NodeList) -> None:
        self.name, self.values, self.nodelist = name, values, nodelist

    def render(self, context: Context) -> SafeString:
        entries = revision_cache.page_entries()
        if entries is None:
            return self.nodelist.render(context)
        key = (self.name, get_language(), *(value.resolve(context) for value in self.values))
        if key not in entries:
            entries[key] = self.nodelist.render(context)
        return mark_safe(str(entries[key]))  # rendered by the same node


@register.tag("cached_part")
def do_cached_part(parser: Parser, token: Token) -> Any:
    """`{% cached_part "name" value … %}` … `{% endcached_part %}`.

    While a public page is made, the part is cached for each language.

    Only for what is the same on every page where the values are the same. Nothing it sets is seen behind it.
    """
    _tag, name, *values = token.split_contents()
    nodelist = parser.parse(("endcached_part",))
    parser.delete_first_token()
    return CachedPartNode(name.strip("\"'"), [parser.compile_filter(value) for value in values], nodelist)


@register.simple_tag(takes_context=True)
def panels(context: Context, place: str, subject: object) -> SafeString:
    """The panels of a place for this subject, as the reader may see them; nothing where none is registered."""
    actor: Actor = context.get("actor") or ANYONE
    request = context.get("request")
    contents = registry.panels(place, actor, subject)
    return mark_safe(
        "".join(render_to_string(name, values, request) for name, values in contents)
    )  # templates
