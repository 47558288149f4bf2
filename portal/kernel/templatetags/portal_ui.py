"""Template tags for the reader's language: numbers, dates, icons, links of the shell."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from django import template
from django.template import Context
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from lucide.templatetags.lucide import lucide

from portal.kernel import registry, text
from portal.kernel.access import ANYONE, Actor
from portal.kernel.publishing import revision_cache
from portal.kernel.text import NO_BREAK, format_number

register = template.Library()

DAY = {"ru": "j E Y г."}
SHORT_DAY = {"ru": "j E"}
# Zones that a language calls by letters of its own.
ZONES = {"ru": {"MSK": "МСК"}}
# Short words that must not end a line in Russian.
SHORT_WORDS = re.compile(
    r"(?<![\w-])((?:[авикосу]|во|до|за|из|ко|на|не|ни|об|от|по|со)) (?=\w)", re.IGNORECASE
)


def _language() -> str:
    return (get_language() or "en").split("-")[0]


@register.filter
def figure(value: Decimal | int | float | str | None, unit: str = "") -> str:
    """A number in the reader's language, its unit behind a no-break space; other words stay as they are."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return "" if value is None else str(value)
    if not number.is_finite():
        return str(value)
    text = format_number(number)
    return f"{text}{NO_BREAK}{unit}" if unit else text


@register.filter
def signed(value: Decimal | int | float | str, unit: str = "") -> str:
    """A change: as `figure`, with its sign always before it."""
    text = figure(value, unit)
    return f"+{text}" if Decimal(str(value)) > 0 else text


def _local(value: date | datetime) -> date | datetime:
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


def _date_of(value: date | datetime) -> date:
    local = _local(value)
    return local.date() if isinstance(local, datetime) else local


@lru_cache(maxsize=1024)
def _written_day(on: date, form: str, language: str) -> str:
    """A day in the reader's language; cached, for lists repeat it."""
    del language  # the active one, in which the months are named
    return format_date(on, form).replace(" ", NO_BREAK)


@register.filter
def day(value: date | datetime | None) -> str:
    """The date in words, unbroken: 14 August 2026; 14 августа 2026 г."""
    return "" if value is None else _written_day(_date_of(value), DAY.get(_language(), "j F Y"), _language())


@register.filter
def short_day(value: date | datetime | None) -> str:
    """Day and month, for lists where the year is shown once: 14 Aug; 14 августа."""
    return (
        "" if value is None else _written_day(_date_of(value), SHORT_DAY.get(_language(), "j M"), _language())
    )


@register.filter
def moment(value: datetime | None) -> str:
    """Date, time and zone of a moment in the portal's time zone."""
    if value is None:
        return ""
    return f"{day(value)}, {clock_time(value)}{NO_BREAK}{_zone(_local(value).strftime('%Z'))}"


def _zone(name: str) -> str:
    """What readers call it; one without letters of its own by its distance: +0545 is UTC+5:45."""
    if name[:1] in ("+", "-"):
        minutes = f":{name[3:]}" if name[3:] else ""
        return f"UTC{name[0]}{int(name[1:3])}{minutes}"
    return ZONES.get(_language(), {}).get(name, name)


@register.filter
def clock_time(value: datetime | None) -> str:
    """The time of day in the reader's format: 14:05, or 2:05 PM."""
    local = _local(value) if value else None
    return text.format_time(local) if isinstance(local, datetime) else ""


@register.filter
def minutes_up(seconds: int) -> int:
    """Whole minutes, at least one, for a time to wait."""
    return max(1, -(-int(seconds) // 60))


@register.simple_tag
def clock_time_now() -> str:
    """The time of day of this moment, in the reader's format."""
    return clock_time(timezone.now())


@register.filter
def in_utc(value: datetime) -> str:
    """Date and time in UTC: to compare moments of two time zones."""
    return f"{day(value.astimezone(UTC).date())}, {value.astimezone(UTC):%H:%M}"


@register.filter
def bound(text: str) -> str:
    """Russian prose with short words bound to what follows, dashes to what precedes; other languages as they are."""
    if _language() != "ru":
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


@register.simple_tag(takes_context=True)
def language_url(context: Context, code: str) -> str:
    """The address of this very page in the other language: only the first step of the path differs."""
    request = context.get("request")
    path = request.get_full_path() if request else "/"
    head, slash, rest = path.lstrip("/").partition("/")
    if head == _language():
        return f"/{code}{slash}{rest}"
    return f"/{code}/"


@register.simple_tag(takes_context=True)
def nav_link(context: Context, name: str, label: str) -> str:
    """A line of the navigation; nothing while no page has that name.

    Marked as current on the page itself and below it; a page that is elsewhere in the tree
    sets `nav` in its context to the name it belongs under.
    """
    url = address_of(name)
    return _line(url, _current(context, name, url), label) if url else ""


@register.simple_tag(name="address")
def address_of(name: str, *args: str | int) -> str:
    """The address of a page in the reader's language: `url`, but faster for long lists; empty where there is none."""
    return _address(name, args, get_language())


@lru_cache(maxsize=8192)
def _address(name: str, args: tuple[str | int, ...], language: str | None) -> str:
    del language  # the prefix of public addresses, which is active
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


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
