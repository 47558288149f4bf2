"""When nobody of a member could act in the portal, or sign, and which day a term ends on without such days."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from operator import itemgetter
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from alliance.access import with_portal_access
from alliance.enums import AccountDecisionKind, OrganisationState, Role
from alliance.models import AccountDecision, Membership, Organisation
from alliance.queries.local_dates import day_of, today
from alliance.workflows import ORGANISATION
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.journal import Event

ENDS = [ORGANISATION.rule(step) for step in ("withdraw", "expel", "merge")]
LOSSES = [ORGANISATION.rule("suspend"), *ENDS]
RETURNS = [ORGANISATION.rule(step) for step in ("reinstate", "take_back_merger")]

LOSS_OF_SIGNATORIES, RETURN_OF_SIGNATORIES = (
    "organisation.lose_signatories",
    "organisation.regain_signatories",
)
# why nobody can act, and whether this event begins or ends it
_Causes = Mapping[str, tuple[str, bool]]
_ACCESS: _Causes = {**dict.fromkeys(LOSSES, ("access", True)), **dict.fromkeys(RETURNS, ("access", False))}
_SIGNING: _Causes = {
    **_ACCESS,
    LOSS_OF_SIGNATORIES: ("signatories", True),
    RETURN_OF_SIGNATORIES: ("signatories", False),
}

Period = tuple[date, date]  # the first day that does not count, and the first one that counts again


@dataclass(slots=True)
class Absence:
    """When nobody of a member could act: the periods that are over, and since when it is so again."""

    ended: list[Period] = field(default_factory=list)
    since: date | None = None  # None where somebody can

    @property
    def periods(self) -> list[Period]:
        """All of them; one that goes on ends today."""
        return self.ended if self.since is None else [*self.ended, (self.since, today())]

    def reaches_into(self, first: date, last: date) -> bool:
        """Whether a day from the first to the last was lost; of one that goes on, the day on which it began too."""
        if self.since is not None and self.since <= last:
            return True
        end = last + timedelta(days=1)
        return any(max(since, first) < min(again, end) for since, again in self.ended)


def access_changes(organisations: Iterable[int]) -> list[tuple[int, str, datetime]]:
    """Each loss and return of access of these members, in their order: member, kind of event, moment. One query.

    Read as SYSTEM: some of the entries are the secretariat's own, and all readers are told the same.
    """
    return [(organisation, kind, at) for organisation, kind, at, _data in _changes(organisations, _ACCESS)]


def _changes(
    organisations: Iterable[int], causes: _Causes
) -> list[tuple[int, str, datetime, Mapping[str, Any]]]:
    with acting_as(SYSTEM):
        events = Event.objects.filter(
            target_type=Organisation._meta.label_lower,
            target_id__in=set(organisations),
            kind__in=causes,
        )
        return list(events.order_by("pk").values_list("target_id", "kind", "at", "data"))


def _days_of_changes(organisations: Iterable[int], causes: _Causes) -> list[tuple[int, str, date]]:
    """The same by day, in their order: a loss that was noted later than it happened names its day."""
    days = []
    for organisation, kind, at, data in _changes(organisations, causes):
        is_late = kind == LOSS_OF_SIGNATORIES and "on" in data
        days.append((organisation, kind, date.fromisoformat(data["on"]) if is_late else day_of(at)))
    return sorted(days, key=itemgetter(2))


def access_absences(organisations: Iterable[int]) -> dict[int, Absence]:
    """By member the days on which its people had no access. One query."""
    return _absences(organisations, _ACCESS)


def signing_absences(organisations: Iterable[int]) -> dict[int, Absence]:
    """By member the days on which nobody could sign for it: without access, or without a signatory. One query."""
    return _absences(organisations, _SIGNING)


def members_unable_to_sign(organisations: Iterable[int]) -> set[int]:
    """Those of these members for which nobody can sign since a loss that the journal has: their days stand still.

    One query.
    """
    return {
        organisation
        for organisation, absence in signing_absences(organisations).items()
        if absence.since is not None
    }


def _absences(organisations: Iterable[int], causes: _Causes) -> dict[int, Absence]:
    absences: dict[int, Absence] = {}
    standing: dict[int, set[str]] = {}
    for organisation, kind, day in _days_of_changes(organisations, causes):
        cause, is_loss = causes[kind]
        absence, reasons = (
            absences.setdefault(organisation, Absence()),
            standing.setdefault(organisation, set()),
        )
        if is_loss:
            reasons.add(cause)
            absence.since = absence.since or day
        else:
            reasons.discard(cause)
            if absence.since is not None and not reasons:
                absence.ended.append((absence.since, day))
                absence.since = None
    return absences


def active_signatories(organisations: Iterable[int]) -> QuerySet[Membership]:
    """The memberships in these organisations whose people can sign for it, were it not without access."""
    return _signatories().filter(organisation__in=set(organisations))


def with_signatory(path: str = "organisation") -> Exists:
    """The rows of organisations that have a signatory whose account is open; `path` leads to them."""
    return Exists(_signatories().filter(organisation=OuterRef(path)))


def _signatories() -> QuerySet[Membership]:
    rows: QuerySet[Membership] = Membership.objects.current().filter(
        roles__overlap=[Role.SIGNATORY], person__is_active=True
    )
    return rows


def members_with_signatories(organisations: Iterable[int]) -> set[int]:
    """Those of these organisations that have a signatory whose account is open. One query."""
    return set(active_signatories(organisations).order_by().values_list("organisation_id", flat=True))


def last_signatory_left_at(organisation: int) -> datetime | None:
    """When the last signatory of a member without any could sign no more, by their accounts and memberships.

    None where they do not say it, or it never had one. Two queries, for SYSTEM.
    """
    rows = list(
        Membership.objects.filter(organisation=organisation, roles__contains=[Role.SIGNATORY]).select_related(
            "person"
        )
    )
    decisions = AccountDecision.objects.filter(
        kind__in=(AccountDecisionKind.CLOSE, AccountDecisionKind.REOPEN),
        person__in=[row.person_id for row in rows if not row.person.is_active],
    )
    closed_at: dict[int, datetime | None] = {}
    for person, kind, at in decisions.order_by("pk").values_list("person_id", "kind", "decided_at"):
        closed_at[person] = at if kind == AccountDecisionKind.CLOSE else None
    ends = [
        [moment for moment in (row.ended_at, row.person.frozen_at, closed_at.get(row.person_id)) if moment]
        for row in rows
    ]
    return max(map(min, ends), default=None) if all(ends) else None


def answering_members(organisations: Iterable[int]) -> set[int]:
    """Those of these members for which a signatory with access to the portal can agree or object. One query."""
    rows = active_signatories(organisations).filter(with_portal_access())
    return set(rows.order_by().values_list("organisation_id", flat=True))


def membership_ends(organisations: Collection[int]) -> dict[int, date]:
    """The first day on which each of these organisations that have left was a member no more. Two queries at most."""
    left = Organisation.objects.filter(pk__in=organisations, state=OrganisationState.FORMER)
    return ends_by_merger(dict(left.order_by().values_list("pk", "merged_on")) if organisations else {})


def ends_by_merger(merged_on: Mapping[int, date | None]) -> dict[int, date]:
    """The same of organisations that have left, each with the day of its merger: the others' is the journal's.

    One query, none where all have merged.
    """
    merged = {pk: day for pk, day in merged_on.items() if day is not None}
    others = merged_on.keys() - merged.keys()
    changes = access_changes(others) if others else []
    return merged | {pk: day_of(at) for pk, kind, at in changes if kind in ENDS}


def signing_again_since(moment: datetime) -> set[int]:
    """The members for which somebody could sign again since then. One query."""
    with acting_as(SYSTEM):
        events = Event.objects.filter(
            target_type=Organisation._meta.label_lower,
            kind__in=(*RETURNS, RETURN_OF_SIGNATORIES),
            at__gte=moment,
        )
        return set(events.order_by().values_list("target_id", flat=True))


def last_day_without(periods: Iterable[Period], begin: date, until: date) -> date:
    """The last day of a term from `begin` to `until`, where the days of these periods do not count.

    A day of two of them is left out once.
    """
    reached = begin
    for since, again in sorted(periods):
        first = max(since, reached)
        if first <= until and again > first:
            until, reached = until + (again - first), again
    return until
