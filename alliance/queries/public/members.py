"""Reads of members: the list, one member, its services, names, accessions, pledges and timeline."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Prefetch, QuerySet
from django.utils.translation import get_language

from alliance.enums import REPORTING_KINDS, OrganisationState
from alliance.models import (
    Accession,
    Organisation,
    Ownership,
    PublishedPledge,
    PublishedReport,
    TimelineEntry,
    WithdrawnPublication,
)
from alliance.queries.absences import ends_by_merger
from alliance.queries.charter_contents import without_charter_texts
from alliance.queries.charter_signatures import accessions_in_force
from alliance.queries.service_owners import is_over, name_other_owners, still_running
from portal.kernel.access import ANYONE
from portal.kernel.alphabet import ByAlphabet
from portal.kernel.publishing import cached_for_page

MOST_TO_CHOOSE = 250  # from which a select sends all of them only where that is asked for
# a certificate says that an accession is in force
STATES_WITHOUT_CERTIFICATE = (OrganisationState.SUSPENDED, OrganisationState.FORMER)


@dataclass(frozen=True, slots=True)
class WithdrawnPledge:
    """A pledge whose publication is withdrawn, as it was until then."""

    withdrawal: WithdrawnPublication
    pledge: PublishedPledge


@dataclass(frozen=True)
class MembersToChoose:
    """The members that a select offers, read where it is drawn.

    Of more than `MOST_TO_CHOOSE`, or than `most`, the chosen one alone, unless `every` one is asked for: thousands
    would be most of the page.
    """

    chosen: str = ""
    every: bool = False
    most: int | None = None

    @property
    def _limit(self) -> int:
        return MOST_TO_CHOOSE if self.most is None else self.most

    @cached_property
    def _first(self) -> list[tuple[str, str]]:
        rows = members().values_list("slug", "name")
        return list(rows if self.every else rows[: self._limit + 1])

    @property
    def are_all(self) -> bool:
        """Whether none is left out. One query."""
        return self.every or len(self._first) <= self._limit

    @cached_property
    def rows(self) -> list[tuple[str, str]]:
        """Address and name of each. Two queries at most."""
        if self.are_all:
            return self._first
        return list(members().filter(slug=self.chosen).values_list("slug", "name")) if self.chosen else []


def members() -> QuerySet[Organisation]:
    """Members and associates, those that have left among them, by name."""
    return Organisation.objects.visible_to(ANYONE).filter(kind__in=REPORTING_KINDS)


def comparable_organisations() -> QuerySet[Organisation]:
    """The organisations of which a report or a notice instead of one is published, by name."""
    obliged = PublishedReport.objects.current().values("organisation_id")
    return Organisation.objects.visible_to(ANYONE).filter(pk__in=obliged)


def comparable_by_name() -> Sequence[Organisation]:
    """All of them in the reader's alphabet, read once for all public pages of a revision. One query at most."""
    return _comparable_by_name(get_language())


@cached_for_page
def _comparable_by_name(language: str | None) -> list[Organisation]:
    del language  # the active one, in whose alphabet they stand
    return list(comparable_organisations())


def ids_by_name(among: Iterable[int] | None = None) -> list[int]:
    """The public organisations, or those of these, by name: their ids alone. One query."""
    rows = Organisation.objects.visible_to(ANYONE)
    if among is not None:
        rows = rows.filter(pk__in=among)
    return list(rows.order_by(ByAlphabet("name"), "pk").values_list("pk", flat=True))


def member_list(*, former: bool = False) -> QuerySet[Organisation]:
    """Members with the services that they run now (`current_ownerships`); those that left apart."""
    rows = _former_members() if former else _present_members()
    now = Ownership.objects.filter(still_running()).select_related("service").order_by("pk")
    return rows.prefetch_related(Prefetch("ownerships", now, to_attr="current_ownerships"))


def member_choices() -> list[tuple[str, str]]:
    """Address and name of each member that has not left, by name, and nothing else of them. One query."""
    return list(_present_members().values_list("slug", "name"))


def _present_members() -> QuerySet[Organisation]:
    return members().exclude(state=OrganisationState.FORMER)


def _former_members() -> QuerySet[Organisation]:
    return members().filter(state=OrganisationState.FORMER).select_related("successor")


def ends_of_membership(organisations: Iterable[Organisation]) -> dict[int, date]:
    """The first day on which each of those that have left was a member no more. One query if one has, else none."""
    left = {each.pk: each.merged_on for each in organisations if each.state == OrganisationState.FORMER}
    return ends_by_merger(left)


def merged_into(organisation: Organisation, day: date) -> list[Organisation]:
    """The members that had merged into this one by that day, the first before the others. One query."""
    rows = members().filter(state=OrganisationState.FORMER, successor=organisation, merged_on__lte=day)
    return list(rows.order_by("merged_on", "pk"))


def member(slug: str) -> Organisation | None:
    """The member at this address."""
    return members().filter(slug=slug).first()


def members_with_services() -> QuerySet[Organisation]:
    """Members with all that they run and ran (`all_ownerships`), and who has taken over those that left."""
    owned = Ownership.objects.select_related("service").order_by("starts_on", "pk")
    rows = members().select_related("successor")
    return rows.prefetch_related(Prefetch("ownerships", owned, to_attr="all_ownerships"), "former_names")


def moved_member(slug: str) -> str | None:
    """The present address of the member that had this one before."""
    return moved_members([slug]).get(slug)


def member_now_at(slug: str) -> Organisation | None:
    """The member that has this address, or had it before. One query, two where none has it now."""
    return member(slug) or members().filter(former_slugs__slug=slug).first()


def moved_members(slugs: Collection[str]) -> dict[str, str]:
    """By each of these addresses that a member had before, its present one. One query, none of no address."""
    if not slugs:
        return {}
    known = members().filter(former_slugs__slug__in=slugs)
    return dict(known.values_list("former_slugs__slug", "slug"))


def services_of(organisation: Organisation) -> list[Ownership]:
    """What it runs and what it ran, with the dates; what it runs now comes first.

    Each with `is_over`, and with who ran it before and after (`name_other_owners`).
    """
    rows = organisation.ownerships.select_related("service").prefetch_related("service__former_names")
    rows = rows.annotate(is_over=~still_running()).order_by("starts_on", "pk")
    services: list[Ownership] = sorted(rows, key=is_over)
    name_other_owners(services)
    return services


def accessions_of(organisation: Organisation) -> list[Accession]:
    """The accessions by which it stands; the others stay in the record but are not listed here."""
    rows = accessions_in_force().visible_to(ANYONE).filter(organisation=organisation)
    signed = without_charter_texts(rows.select_related("charter"), "charter")
    return list(signed.order_by("-signed_at"))


def pledges_of(organisation: Organisation) -> list[PublishedPledge]:
    """Its public pledges: to commitments by key, then those beyond the charter."""
    rows = list(PublishedPledge.objects.current().filter(organisation=organisation))
    for row in rows:
        row.organisation = organisation  # at hand: not read with each
    return sorted(rows, key=lambda row: (row.state != "published", not row.commitment_key, row.valid_from))


def withdrawn_pledges_of(organisation: Organisation) -> list[WithdrawnPledge]:
    """The pledges whose publication is withdrawn: what they were to and why, not what they said. Two queries."""
    withdrawals = WithdrawnPublication.objects.current().filter(organisation=organisation, type="pledge")
    by_number = {row.valid_from: row for row in withdrawals.order_by("-valid_from")}
    if not by_number:
        return []
    ended = PublishedPledge.objects.filter(organisation=organisation, valid_to__in=by_number)
    pledges = {row.valid_to: row for row in ended}
    return [WithdrawnPledge(row, pledges[number]) for number, row in by_number.items() if number in pledges]


def timeline(organisation: Organisation, limit: int) -> Sequence[TimelineEntry]:
    """The latest entries of its public timeline."""
    return list(
        TimelineEntry.objects.current().filter(organisation=organisation).order_by("-valid_from")[:limit]
    )
