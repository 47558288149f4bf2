"""Suggested practices on pages of reports: those that serve a measure, or the measures with weak verdicts."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.kernel.access import Actor
from practices.queries import library
from practices.queries.search import Search


def suggested_practices(actor: Actor, subject: object) -> dict[str, Any] | None:
    """For the organisation's weak measures, on the first page of the workspace and next to the verdicts."""
    del subject
    return _panel(
        actor,
        library.weak_measures(actor),
        _("Practices for you"),
        _("They help with measures on which your last verdict was “Limited” or lower."),
    )


def for_measure(actor: Actor, measure: Any) -> dict[str, Any] | None:
    """Next to the answer to one measure."""
    return _panel(actor, [measure.key], _("Practices for this measure"), "")


def _panel(actor: Actor, measures: list[str], heading: str, lead: str) -> dict[str, Any] | None:
    rows = library.practices_for_measures(actor, measures)
    if not rows:
        return None
    address = Search(filters={"measures": tuple(measures)}).to_query_string()
    more = f"{reverse('workspace:practice-list')}?{address}"
    return {"rows": rows, "heading": heading, "lead": lead, "area": "workspace", "more": more}
