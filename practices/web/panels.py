"""The panels of practices on pages of the alliance app."""

from typing import Any

from portal.kernel.access import Actor
from portal.kernel.registry import register_panel
from practices.queries.moderation import moderation_queue
from practices.queries.openings import waiting_openings
from practices.web.affiliations.panels import member_panel, people_panel, waiting_panel
from practices.web.library.search_panel import search_panel
from practices.web.library.suggestions import for_measure, suggested_practices

_MAX_ROWS = 4
_SUGGESTIONS_TEMPLATE = "practices/_suggestions_panel.html"


def moderation_panel(actor: Actor, subject: object) -> dict[str, Any] | None:
    """On the secretariat's home: what waits for moderation; nothing where nothing does."""
    del subject
    queue = moderation_queue(actor)
    openings = list(waiting_openings(actor))
    count = queue.count() + len(openings)
    return {"queue": queue[:_MAX_ROWS], "openings": openings[:_MAX_ROWS], "count": count} if count else None


def register_panels() -> None:
    """Called once, when the app is ready."""
    register_panel("area:search", "practices/_search_panel.html", search_panel)
    register_panel("workspace:people", "practices/_people_panel.html", people_panel)
    register_panel("secretariat:home", "practices/_moderation_panel.html", moderation_panel)
    register_panel("secretariat:home", "practices/_waiting_affiliations_panel.html", waiting_panel)
    register_panel("secretariat:member", "practices/_member_affiliations_panel.html", member_panel)
    register_panel("workspace:home", "practices/_waiting_affiliations_panel.html", waiting_panel)
    register_panel("workspace:home", _SUGGESTIONS_TEMPLATE, suggested_practices)
    register_panel("workspace:verdicts", _SUGGESTIONS_TEMPLATE, suggested_practices)
    register_panel("workspace:measure", _SUGGESTIONS_TEMPLATE, for_measure)
