"""What practices hang on the pages of the ground floor."""

from typing import Any

from portal.kernel.access import Actor
from portal.kernel.registry import hang
from practices.queries.moderation import moderation_queue
from practices.web.organisation import people_panel
from practices.web.serving import for_measure, for_you

_SHOWN = 4
_SERVING = "practices/_serving_panel.html"


def moderation_panel(actor: Actor, subject: object) -> dict[str, Any] | None:
    """On the secretariat's home: what waits for moderation; nothing where nothing does."""
    del subject
    if not actor.is_host:
        return None
    queue = moderation_queue(actor)
    count = queue.count()
    return {"queue": queue[:_SHOWN], "count": count} if count else None


def hang_panels() -> None:
    """Called once, when the app is ready."""
    hang("workspace:people", "practices/_people_panel.html", people_panel)
    hang("secretariat:home", "practices/_moderation_panel.html", moderation_panel)
    hang("workspace:home", _SERVING, for_you)
    hang("workspace:verdicts", _SERVING, for_you)
    hang("workspace:measure", _SERVING, for_measure)
