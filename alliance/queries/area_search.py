"""The search behind the sign-in: what the actor may read of reports in the making, pledges, people, members and cycles.

Nothing of it is in an index: these rows are few for each organisation, and are searched as they are.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import QuerySet

from alliance.enums import ReportState
from alliance.models import Answer, Cycle, Membership, Organisation, Pledge
from portal.kernel.access import Actor
from portal.kernel.search import Query

_CONFIG = "portal_words"
_MAX_ROWS = 8  # of each


@dataclass(frozen=True, slots=True)
class AreaFindings:
    """What was found beside the public record and the library, each in a list of its own."""

    answers: list[Answer]
    pledges: list[Pledge]
    people: list[Membership]
    members: list[Organisation]
    cycles: list[Cycle]


def area_findings(actor: Actor, query: Query) -> AreaFindings:
    """A few of each that have all words, as far as the actor sees them. Five queries; none for no words."""
    if not query.wanted:
        return AreaFindings([], [], [], [], [])
    answers: Any = Answer.objects.none()
    if (
        not actor.is_host
    ):  # those of all members are too many to be read one by one, and are public in the end
        answers = Answer.objects.visible_to(actor).exclude(report__state=ReportState.PUBLISHED)
        answers = answers.select_related("report__cycle", "indicator__measure")
    return AreaFindings(
        _matching(answers, query, "text"),
        _matching(Pledge.objects.visible_to(actor).select_related("organisation"), query, "title", "text"),
        _matching(_people(actor), query, "person__name", "office"),
        _matching(Organisation.objects.visible_to(actor), query, "name_en", "name_ru"),
        _matching(Cycle.objects.visible_to(actor), query, "title_en", "title_ru"),
    )


def _people(actor: Actor) -> QuerySet[Membership]:
    rows: QuerySet[Membership] = Membership.objects.visible_to(actor).filter(ended_at__isnull=True)
    return rows.select_related("person", "organisation")


def _matching(rows: Any, query: Query, *fields: str) -> list[Any]:
    words = SearchQuery(query.as_tsquery(), config=_CONFIG, search_type="raw")
    return list(rows.annotate(words=SearchVector(*fields, config=_CONFIG)).filter(words=words)[:_MAX_ROWS])
