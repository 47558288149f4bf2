"""Practices on the page of the search behind the sign-in, by the library's rules."""

from typing import Any
from urllib.parse import urlencode

from alliance.web.area import area_of
from portal.kernel.access import Actor
from practices.queries import library
from practices.queries.search import find_practices, parse_search

_MAX_ROWS = 5


def search_panel(actor: Actor, subject: object) -> dict[str, Any] | None:
    """The best few for the text that was typed, and how many there are; nothing where there are none."""
    search, area = parse_search({"text": [str(subject)]}), area_of(actor)
    result = find_practices(actor, search)
    if not search.text or not result.ids:
        return None
    rows = library.library_rows(actor, result.ids[:_MAX_ROWS], result.query)
    return {
        "rows": [(row, area.url("practice", row.practice.key)) for row in rows],
        "count": len(result.ids),
        "capped": result.capped,
        "list_url": f"{area.url('practice-list')}?{urlencode({'text': search.text})}",
    }
