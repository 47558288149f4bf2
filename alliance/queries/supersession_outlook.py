"""What putting a charter version in force would mean, counted by the database: for pages, and for what they depend on.

A large alliance has thousands of open pledges; of them those alone are read that return for signing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, QuerySet, Value, When

from alliance.enums import PledgeState, SignatureRule
from alliance.models import Charter, Target
from alliance.queries.charter_signatures import carried_accessions
from alliance.queries.set_digests import digest_of
from alliance.queries.supersession import (
    OpenPledge,
    Passage,
    open_pledges_to,
    passage_to,
    standing_accessions,
    without_texts,
)
from alliance.validators.lineage import VersionMapping


class Course(StrEnum):
    """What becomes of a pledge, as `Supersession` says."""

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


def _known_pledges(passage: Passage) -> QuerySet[Any]:
    """The open pledges to the superseded version but for drafts, each with its `course`."""
    rows = open_pledges_to(passage.superseded).exclude(state=PledgeState.DRAFT)
    cases = [When(_stays(passage), then=Value(Course.STAYS.value))]
    if passage.mapping is not None:
        cases.append(When(_follows(passage.mapping), then=Value(Course.FOLLOWS.value)))
    return rows.annotate(course=Case(*cases, default=Value(Course.RETURNS.value), output_field=CharField()))


def _stays(passage: Passage) -> Q:
    """Whether its member has signed the version before, and the signature does not carry over."""
    signed = standing_accessions(passage.superseded).values("organisation_id")
    stays = Q(organisation__in=signed)
    if passage.charter.signatures == SignatureRule.CARRY_OVER:
        carried = carried_accessions(passage.charter, passage.superseded).order_by().values("organisation_id")
        stays &= ~Q(organisation__in=carried)
    return stays


def _follows(mapping: VersionMapping) -> Q:
    """Whether everything that it names of the charter has one successor."""
    keys = sorted(key for key in mapping.earlier if mapping.successor(key))
    others = (
        Target.objects.filter(pledge=OuterRef("pk")).exclude(indicator_key="").exclude(indicator_key__in=keys)
    )
    return Q(~Exists(others), commitment_key__in=keys, measure_keys__contained_by=keys)
