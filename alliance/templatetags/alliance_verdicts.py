"""A verdict's shape and word, rendered once for each language: pages repeat them hundreds of times."""

from collections.abc import Sequence
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from alliance.queries.review_queue import QueueRow

register = template.Library()


@register.simple_tag
def verdict_shape(verdict: str) -> SafeString:
    """The shape alone; it needs a word beside it."""
    return _part("shape", verdict, "")


@register.simple_tag
def verdict_word(verdict: str) -> SafeString:
    """The word of a verdict."""
    return _part("verdict_word", verdict, get_language())


@register.simple_tag
def verdict_mini(verdict: str) -> SafeString:
    """A small tile, whose word is for screen readers only."""
    return _part("mini_tile", verdict, get_language())


@register.simple_tag
def verdict_chip(verdict: str, size: str = "") -> SafeString:
    """A verdict in a line, as `components/chip.html` draws it."""
    return _chip(verdict, size, get_language())


@lru_cache(maxsize=64)
def _chip(verdict: str, size: str, language: str | None) -> SafeString:
    del language  # the active one, of the template
    html = render_to_string("components/chip.html", {"verdict": verdict, "size": size})
    return mark_safe(html.strip())  # a template


@register.simple_tag
def verdict_tile(
    verdict: str, url: str, code: str, name: str, corrected: str, mini: bool = False
) -> SafeString:
    """A tile of the matrix as `components/tile.html` draws it: a page has hundreds, most alike but for the URL."""
    before, after = _tile(verdict, bool(url), code, name, corrected, mini, get_language())
    return mark_safe(f"{before}{escape(url)}{after}")  # the parts are of a template


@lru_cache(maxsize=4096)
def _tile(
    verdict: str, is_link: bool, code: str, name: str, corrected: str, mini: bool, language: str | None
) -> tuple[str, str]:
    """What stands before the URL of a tile, and after it."""
    del language  # the active one, of the template
    context = {
        "verdict": verdict,
        "url": "\0" if is_link else "",
        "code": code,
        "name": name,
        "corrected": corrected,
        "mini": mini,
    }
    before, _url, after = render_to_string("components/tile.html", context).strip().partition("\0")
    return before, after


@register.simple_tag
def tally_line(counts: Sequence[tuple[str, int]]) -> SafeString:
    """Verdicts counted, small: tile, number, word for those who listen; noughts are left out."""
    items = ((verdict_mini(verdict), count) for verdict, count in counts if count)
    return format_html('<ul class="tally-line">{}</ul>', format_html_join("", "<li>{} {}</li>", items))


@lru_cache(maxsize=256)
def _part(name: str, verdict: str, language: str | None) -> SafeString:
    del language  # the active one, of the template
    return mark_safe(render_to_string(f"components/{name}.html", {"verdict": verdict}).strip())  # a template


@register.simple_tag
def verdict_strip(row: QueueRow) -> SafeString:
    """A mark for each measure of a report in the queue: its verdict, none where it has none or is read blind."""
    marks = ["" if row.hides_verdicts else value for value in row.verdicts] + [""] * len(row.missing)
    return mark_safe("".join(map(_mark, marks)))  # written by `format_html`, once for each verdict


@lru_cache(maxsize=64)
def _mark(verdict: str) -> SafeString:
    return format_html('<i data-verdict="{}"></i>', verdict)
