"""Who has solved something: by accepted answers, practices, results, thanks; within what one may read.

Only what the reader may see counts, so that nobody's standing gives away a record that is hidden from the reader.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Min, Q

from alliance.models import Membership, Organisation, Person
from portal.kernel.access import Actor
from practices.enums import AdoptionState, PracticeState
from practices.models import Adoption, AdoptionResult, AdoptionStep, Author, Post, Practice, Thanks
from practices.queries.titles import practices_with_titles

_WEIGHTS = {"answers": 3, "results": 2, "authored": 2, "thanks": 1}
MOST = 50
_FOUND = 100  # of what a search finds, so many practices count, the best first


@dataclass(frozen=True, slots=True)
class Solver:
    """A person as who they are in an organisation now, with how much of each they have done."""

    person: Person
    organisation: Organisation
    answers: int
    authored: int
    results: int
    thanks: int


@dataclass(frozen=True, slots=True)
class AdoptedPractice:
    """A practice and how many organisations took it up in a year, as far as the reader may see."""

    practice: Practice
    title: str
    organisations: int


def solvers(actor: Actor, practice_ids: Sequence[int] | None = None, limit: int = MOST) -> Sequence[Solver]:
    """Who has helped most, of others than oneself; of the first 100 of these practices, or of all that one may read."""
    counts: dict[tuple[int, int], dict[str, int]] = defaultdict(lambda: dict.fromkeys(_WEIGHTS, 0))
    first = None if practice_ids is None else practice_ids[:_FOUND]
    for kind, rows in _deeds(actor, first).items():
        for person, organisation, count in rows:
            counts[person, organisation][kind] += count
    counts.pop((actor.person_id or 0, actor.tenant_id or 0), None)
    ranked = sorted(counts, key=lambda key: (-_score(counts[key]), key))[: limit * 2]
    present = _present_people(ranked)
    rows = [(present[key], counts[key]) for key in ranked if key in present][:limit]
    return [
        Solver(person, organisation, done["answers"], done["authored"], done["results"], done["thanks"])
        for (person, organisation), done in rows
    ]


def _score(counts: dict[str, int]) -> int:
    return sum(_WEIGHTS[kind] * count for kind, count in counts.items())


def _deeds(actor: Actor, practice_ids: Collection[int] | None) -> dict[str, Any]:
    answers = Post.objects.visible_to(actor).filter(accepted_at__isnull=False, removed_at__isnull=True)
    authored = Author.objects.visible_to(actor).filter(practice__state=PracticeState.SHARED)
    results = AdoptionResult.objects.visible_to(actor).filter(before__isnull=False, withdrawn_at=None)
    if practice_ids is not None:
        answers = answers.filter(practice__in=practice_ids)
        authored = authored.filter(practice__in=practice_ids)
        results = results.filter(adoption__practice__in=practice_ids)
    else:
        # of an adoption one may see the practice may be hidden from others: it is read with both
        readable = Practice.objects.visible_to(actor)
        results = results.filter(adoption__practice__in=readable)
    return {
        "answers": _counted(answers, "person_id", "organisation_id"),
        "authored": _counted(authored, "person_id", "organisation_id"),
        "results": _counted(results, "added_by_id", "adoption__organisation_id"),
        "thanks": _thanks(actor, practice_ids),
    }


def _thanks(actor: Actor, practice_ids: Collection[int] | None) -> list[tuple[int, int, int]]:
    """Of readers, to the writers of answers and to those who said that their organisation uses something."""
    rows = Thanks.objects.visible_to(actor)
    if practice_ids is not None:
        rows = rows.filter(Q(post__practice__in=practice_ids) | Q(adoption__practice__in=practice_ids))
    else:
        readable = Practice.objects.visible_to(actor)
        rows = rows.filter(Q(post__isnull=False) | Q(adoption__practice__in=readable))
    answers = _counted(
        rows.filter(post__removed_at=None, post__isnull=False), "post__person_id", "post__organisation_id"
    )
    users = rows.filter(adoption__isnull=False).values_list("adoption__author_people__0", flat=True)
    pairs = Counter(tuple(map(int, user.split("."))) for user in users.order_by() if user)
    return [*answers, *((*pair, count) for pair, count in pairs.items())]


def _counted(rows: Any, person: str, organisation: str) -> Any:
    return rows.order_by().values_list(person, organisation).annotate(count=Count("pk"))


def _present_people(pairs: Collection[tuple[int, int]]) -> dict[tuple[int, int], tuple[Person, Organisation]]:
    """Those who still are who they were: nobody is sent to somebody who has left."""
    rows = Membership.objects.current().filter(
        person__in={person for person, _organisation in pairs}, person__is_active=True
    )
    return {
        (row.person_id, row.organisation_id): (row.person, row.organisation)
        for row in rows.select_related("person", "organisation")
    }


def most_adopted(actor: Actor, year: int) -> Sequence[AdoptedPractice]:
    """The practices that most organisations began to try or use in that year, their own source aside."""
    steps = AdoptionStep.objects.visible_to(actor).filter(
        state__in=(AdoptionState.TRIAL, AdoptionState.IN_USE)
    )
    begun = steps.order_by().values("adoption").annotate(first=Min("on"))
    in_year = begun.filter(first__range=(date(year, 1, 1), date(year, 12, 31))).values("adoption")
    uses = Adoption.objects.visible_to(actor).filter(pk__in=in_year)
    uses = uses.exclude(organisation_id=F("practice__organisation_id"))
    counted = uses.order_by().values_list("practice_id")
    by_practice = dict(counted.annotate(organisations=Count("organisation_id", distinct=True)))
    readable = practices_with_titles(actor, by_practice)
    rows = [
        AdoptedPractice(practice, title, by_practice[pk])
        for pk, (practice, title) in readable.items()
        if practice.state != PracticeState.RECALLED
    ]
    return sorted(rows, key=lambda row: (-row.organisations, row.practice.pk))[:MOST]
