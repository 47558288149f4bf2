"""What the templates of the public face need: look-ups, and values in the reader's words."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from django import template

from alliance.models import Cycle, Indicator
from alliance.queries.public import wording
from alliance.queries.public.readings import Reading
from alliance.queries.public.texts import in_reader_language
from portal.kernel.templatetags.portal_ui import day

register = template.Library()


@register.filter
def item(things: Mapping[Any, Any], key: Any) -> Any:
    """What stands under this key; nothing when nothing does."""
    return things.get(key)


@register.filter
def in_language(texts: Mapping[str, str]) -> str:
    """A text that is kept in several languages, in the reader's."""
    return in_reader_language(texts)


@register.filter
def short_cycle(cycle: Cycle) -> str:
    """A cycle as the head of a column."""
    return wording.short_cycle(cycle)


@register.filter
def iso_day(text: str) -> str:
    """A day that a document writes as 2027-06-30, in words."""
    return day(date.fromisoformat(text))


@register.filter
def unit(indicator: Indicator) -> str:
    """The unit that stands behind a number."""
    return wording.unit_of(indicator)


@register.filter
def web_address(url: str) -> str:
    """The address when a browser may follow it to a page; nothing for any other scheme."""
    return url if urlsplit(url).scheme in ("http", "https") else ""


@register.filter
def host(url: str) -> str:
    """The name of a website, without what stands before and after it."""
    return urlsplit(url).netloc.removeprefix("www.") or url


@register.filter
def shown_for(value: Decimal | None, indicator: Indicator) -> Decimal | None:
    """A number as a page shows it."""
    return wording.shown_value(indicator, value)


@register.simple_tag
def said(indicator: Indicator, reading: Reading) -> str:
    """A yes, a no or a choice in words; nothing for a number."""
    return "" if reading.withheld else wording.said_value(indicator, reading.value, reading.choice)
