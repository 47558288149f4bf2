"""What putting a charter version in force would mean, counted by the database: for pages, and for what they depend on.

A large alliance has thousands of open pledges; of them those alone are read that return for signing.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Case, CharField, Count, QuerySet, Value, When

from alliance.enums import PledgeState
from alliance.models import Charter
from alliance.queries.set_digests import digest_of
from alliance.queries.supersession import (
    OpenPledge,
    Passage,
    Supersession,
    passage_to,
    pledges_of_passage,
    without_texts,
)
from alliance.validators.lineage import VersionMapping


class Course(StrEnum):
    """What becomes of a pledge, by what `pledges_of_passage` says of it."""

    FOLLOWS = "follows"
    RETURNS = "returns"
    STAYS = "stays"


@dataclass(frozen=True)
class SupersessionOutlook:
    """What `Supersession` says of the pledges that the secretariat knows of, without reading those that come along."""

    passage: Passage
    counts: Mapping[Course, int]  # of undertakings: one may have a published revision and a signed one
    digests: Mapping[Course, str]  # of which revisions these are

    @property
    def superseded(self) -> Charter:
        return self.passage.superseded

    @property
    def charter(self) -> Charter:
        return self.passage.charter

    @property
    def mapping(self) -> VersionMapping | None:
        return self.passage.mapping

    def returning(self) -> list[OpenPledge]:
        """Those that return for signing. Two queries, or none."""
        if not self.counts[Course.RETURNS]:
            return []
        return without_texts(_known_pledges(self.passage).filter(course=Course.RETURNS))

    def moved_of(self, organisation_id: int) -> dict[str, int]:
        """How many pledges of an organisation follow, and how many return; what is none is left out. One query."""
        rows = _known_pledges(self.passage).filter(organisation=organisation_id)
        counts = dict(rows.values_list("course").annotate(Count("record", distinct=True)))
        names = {"following": Course.FOLLOWS, "returning": Course.RETURNS}
        return {name: counts[course] for name, course in names.items() if course in counts}

    def first_moved(self, organisation_ids: Sequence[int]) -> int | None:
        """The first of these organisations that has a pledge which follows or returns. One query."""
        rows = (
            _known_pledges(self.passage)
            .filter(organisation__in=organisation_ids)
            .exclude(course=Course.STAYS)
        )
        moved = set(rows.values_list("organisation_id", flat=True).distinct())
        return next((pk for pk in organisation_ids if pk in moved), None)


def supersession_outlook(charter: Charter) -> SupersessionOutlook | None:
    """What the version would supersede; None where no version of the charter is in force. Eight queries."""
    passage = passage_to(charter)
    if passage is None:
        return None
    rows: dict[str, tuple[int, str]] = {
        course: (count, digest)
        for course, count, digest in _known_pledges(passage)
        .values_list("course")
        .annotate(undertakings=Count("record", distinct=True), digest=digest_of("pk"))
    }
    return SupersessionOutlook(
        passage,
        {course: rows.get(course, (0, ""))[0] for course in Course},
        {course: rows.get(course, (0, ""))[1] for course in Course},
    )


def pledge_counts(passage: Passage) -> dict[Course, dict[int, int]]:
    """By what becomes of them, how many pledges each organisation has; drafts do not count. Five queries at most."""
    counts: dict[Course, dict[int, int]] = {course: {} for course in Course}
    rows = _known_pledges(passage).values_list("course", "organisation")
    for course, organisation, count in rows.annotate(undertakings=Count("record", distinct=True)):
        counts[Course(course)][organisation] = count
    return counts


def counts_of_pledges(supersession: Supersession) -> dict[Course, dict[int, int]]:
    """The same of pledges that have been read. No query."""
    groups = {
        Course.FOLLOWS: supersession.following,
        Course.RETURNS: supersession.returning,
        Course.STAYS: supersession.known_staying,
    }
    # of an undertaking one revision may be published and another one signed
    undertakings = {
        course: {(row.organisation.pk, row.record) for row in rows} for course, rows in groups.items()
    }
    return {course: Counter(pk for pk, _record in each) for course, each in undertakings.items()}


def _known_pledges(passage: Passage) -> QuerySet[Any]:
    """The open pledges to the superseded version but for drafts, each with its `course`."""
    course = Case(
        When(stays=True, then=Value(Course.STAYS.value)),
        When(follows=True, then=Value(Course.FOLLOWS.value)),
        default=Value(Course.RETURNS.value),
        output_field=CharField(),
    )
    return pledges_of_passage(passage).exclude(state=PledgeState.DRAFT).annotate(course=course)
