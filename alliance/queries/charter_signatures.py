"""Whose signatures carry over to an announced version of a charter, and who objects."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.db.models import Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext as _

from alliance.enums import AccessionState, CharterState, OrganisationState, SignatureRule
from alliance.models import Accession, Charter, Organisation, SignatureObjection
from alliance.queries.absences import signing_absences
from alliance.queries.local_dates import day_of, today
from alliance.queries.reminder_steps import ReminderStep, reached_step
from portal.kernel.access import Actor, VisibleQuerySet, can
from portal.kernel.publishing import Publication

BEFORE_OBJECTIONS_END = (7, 1)


def accessions_in_force(charter: Charter | None = None) -> VisibleQuerySet:
    """The accessions by which organisations stand: to each charter the last version that they have signed.

    An earlier one stays published in the record, and is not in force any more; whoever has ended the last one stands by
    none. With a version only it and those before it count, for those that have not ended a later one.
    """
    signed = Accession.objects.filter(state__in=(AccessionState.PUBLISHED, AccessionState.ENDED))
    of_member = signed.filter(organisation=OuterRef("organisation"), charter__key=OuterRef("charter__key"))
    rows = signed.filter(state=AccessionState.PUBLISHED)
    if charter is not None:
        last_state = Subquery(of_member.order_by("-charter__version").values("state")[:1])
        rows = rows.alias(last_state=last_state).filter(
            charter__key=charter.key,
            charter__version__lte=charter.version,
            last_state=AccessionState.PUBLISHED,
        )
        of_member = of_member.filter(charter__version__lte=charter.version)
    later = of_member.filter(charter__version__gt=OuterRef("charter__version"))
    return rows.filter(~Exists(later.order_by()))


def signed_versions(charter: Charter, organisations: Collection[int] | None = None) -> dict[int, int]:
    """By organisation the version that it stands by, of this one and those before it: the last that it has signed.

    The numbers are those of rows. `organisations`: of these alone. One query.
    """
    rows = accessions_in_force(charter).order_by()
    if organisations is not None:
        rows = rows.filter(organisation__in=organisations)
    return dict(rows.values_list("organisation_id", "charter_id"))


def earlier_versions_signed(charter: Charter, organisations: QuerySet[Organisation]) -> dict[int, int]:
    """By organisation the number of the version that it stands by, where it is earlier than this one. One query.

    To that version these members answer in a cycle on this one.
    """
    rows = accessions_in_force(charter).filter(organisation__in=organisations.order_by().values("pk"))
    return dict(rows.exclude(charter=charter).order_by().values_list("organisation_id", "charter__version"))


def stands_by_earlier_version(organisation: int, charter: Charter) -> bool:
    """Whether an organisation stands by a version of the charter before this one: it reports already. One query."""
    return signed_versions(charter, [organisation]).get(organisation, charter.pk) != charter.pk


def end_refusal(accession: Accession) -> str:
    """Why an accession cannot be ended: its member has signed a later version; empty where it can. One query."""
    is_published = accession.state == AccessionState.PUBLISHED
    if not is_published or accessions_in_force().filter(pk=accession.pk).exists():
        return ""
    return _(
        "This accession is no longer in force: the member has signed a later version of the charter. End its accession "
        "to that version."
    )


@dataclass(frozen=True)
class SignatureOutlook:
    """What becomes of signatures once the version is in force: those that carry over, and who objects."""

    carried: Sequence[Accession]
    objections: Sequence[SignatureObjection]


def version_in_force(charter: Charter) -> Charter | None:
    """The version that this draft would supersede. One query."""
    rows = Charter.objects.filter(key=charter.key, state=CharterState.IN_FORCE)
    return rows.exclude(pk=charter.pk).first()


def standing_objections(charter: Charter) -> QuerySet[SignatureObjection]:
    """The objections to a version that were not withdrawn."""
    return SignatureObjection.objects.filter(charter=charter, withdrawn_at=None)


def published_accessions(charter: Charter) -> QuerySet[Accession]:
    """The accessions to a version that are published and not ended."""
    return Accession.objects.filter(charter=charter, state=AccessionState.PUBLISHED)


def carried_accessions(charter: Charter, superseded: Charter) -> QuerySet[Accession]:
    """The accessions to a version that carry over to the next: their members had notice, and have not objected."""
    objecting = standing_objections(charter).values("organisation_id")
    return noticed_accessions(charter, superseded).exclude(organisation__in=objecting)


def noticed_accessions(
    charter: Charter, superseded: Charter, organisation: int | None = None
) -> QuerySet[Accession]:
    """The published accessions to a version whose members had the whole notice of the next, by address.

    Not those that were signed or published after it was announced, whose members read that they do not carry over, and
    not those of members that are suspended or were when it was announced or since, or that had nobody who could sign
    an objection on one of its days: these were not notified, or could not object in time. `organisation`: of this one
    alone. Two queries, and the one that reads them.
    """
    rows = published_accessions(superseded).filter(organisation__state=OrganisationState.ACTIVE)
    if organisation is not None:
        rows = rows.filter(organisation=organisation)
    if charter.announced_at is not None:
        later = Publication.objects.filter(published_at__gt=charter.announced_at)
        # an active member whose state was published since was not active all the time
        interruptions = later.filter(type="organisation", record=OuterRef("organisation__slug"))
        # a signature that carried over itself has no publication of its own
        countersigned = later.filter(
            type="accession",
            record=Concat(OuterRef("organisation__slug"), Value(f"/{superseded.key}/{superseded.version}")),
        )
        rows = rows.filter(
            ~Exists(interruptions), ~Exists(countersigned), signed_at__lte=charter.announced_at
        )
    rows = rows.exclude(
        organisation__in=_unable_to_object(charter, rows.values_list("organisation_id", flat=True))
    )
    return rows.select_related("organisation").order_by("organisation__slug")


def _unable_to_object(charter: Charter, organisations: Iterable[int]) -> list[int]:
    """Those of these members for which nobody could sign on a day of the notice; before it begins, as it is today."""
    first = day_of(charter.announced_at) if charter.announced_at else today()
    last = charter.objections_until or today()
    absences = signing_absences(organisations)
    return [number for number, absence in absences.items() if absence.reaches_into(first, last)]


def unnoticed_accessions(charter: Charter, superseded: Charter) -> QuerySet[Accession]:
    """The other published accessions to that version: they stay on it, although nobody has objected."""
    rows = published_accessions(superseded)
    noticed = noticed_accessions(charter, superseded).order_by().values("pk")
    return rows.exclude(pk__in=noticed).select_related("organisation").order_by("organisation__slug")


def signature_outlook(actor: Actor, charter: Charter) -> SignatureOutlook | None:
    """For the secretariat, of a draft that was announced; None of others. Five queries."""
    if not charter.announced_at or not actor.is_host:
        return None
    earlier = version_in_force(charter)
    objections = SignatureObjection.objects.visible_to(actor).filter(charter=charter, withdrawn_at=None)
    return SignatureOutlook(
        list(carried_accessions(charter, earlier))
        if earlier is not None and charter.signatures == SignatureRule.CARRY_OVER
        else [],
        list(objections.select_related("organisation")),
    )


def _carried_over_versions(actor: Actor) -> Iterator[tuple[Charter, Charter]]:
    """The announced versions to which signatures carry over, each with the version in force."""
    for charter in announced_charters(actor):
        if charter.announced_at is None or charter.signatures != SignatureRule.CARRY_OVER:
            continue
        earlier = version_in_force(charter)
        if earlier is not None:
            yield charter, earlier


def versions_to_carry_over_to(actor: Actor, organisation: int) -> list[Charter]:
    """The announced versions to which the signature of a member carries over as long as it takes part.

    One query, and five for each of them.
    """
    return [
        charter
        for charter, earlier in _carried_over_versions(actor)
        if carried_accessions(charter, earlier).filter(organisation=organisation).exists()
    ]


def versions_not_carried_to(actor: Actor, organisation: int) -> list[Charter]:
    """The announced versions to which signatures carry over, and not that of this member, which has not objected.

    It signed the version in force, and had not the whole notice. One query, and seven for each of them.
    """
    return [
        charter
        for charter, earlier in _carried_over_versions(actor)
        if published_accessions(earlier).filter(organisation=organisation).exists()
        and not standing_objections(charter).filter(organisation=organisation).exists()
        and not would_carry_over(organisation, charter)
    ]


def own_objection(actor: Actor, charter: Charter) -> SignatureObjection | None:
    """The objection of the actor's organisation that stands. One query."""
    rows = SignatureObjection.objects.visible_to(actor).filter(charter=charter, withdrawn_at=None)
    return rows.filter(organisation_id=actor.tenant_id).first()


def can_object_now(charter: Charter) -> bool:
    """Whether objections to the version can be made or withdrawn today."""
    is_draft = charter.state == CharterState.DRAFT
    return is_draft and charter.objections_until is not None and today() <= charter.objections_until


def would_carry_over(organisation_id: int | None, charter: Charter) -> bool:
    """Whether an organisation has a signature under the version in force that can carry over. Four queries."""
    earlier = version_in_force(charter)
    if earlier is None or organisation_id is None:
        return False
    return noticed_accessions(charter, earlier, organisation_id).exists()


def open_objections(actor: Actor) -> list[Charter]:
    """The announced versions to which the actor's organisation can object, and has not. One query, seven for each."""
    return [
        charter
        for charter in announced_charters(actor)
        if can_object_now(charter)
        and would_carry_over(actor.tenant_id, charter)
        and own_objection(actor, charter) is None
    ]


def due_objection_reminders() -> list[tuple[Charter, ReminderStep]]:
    """The announced versions of whose last day to object signatories are to be reminded by now. One query."""
    now = today()
    soon = (now, now + timedelta(days=max(BEFORE_OBJECTIONS_END) + 2))  # a step on a weekend is due earlier
    reminders: list[tuple[Charter, ReminderStep]] = []
    for charter in Charter.objects.filter(state=CharterState.DRAFT, objections_until__range=soon):
        assert charter.objections_until is not None, "it was filtered"
        announced_on = day_of(charter.announced_at) if charter.announced_at else None
        step = reached_step(charter.objections_until, now, BEFORE_OBJECTIONS_END, announced_on)
        if step is not None:
            reminders.append((charter, step))
    return reminders


def members_to_remind(charter: Charter) -> list[int]:
    """The members whose signature carries over to an announced version unless they object, and have not objected."""
    earlier = version_in_force(charter)
    if earlier is None or not can_object_now(charter):
        return []
    return list(carried_accessions(charter, earlier).values_list("organisation_id", flat=True))


def may_object(actor: Actor, charter: Charter) -> bool:
    """Whether the actor may sign or withdraw an objection of their organisation now. Five queries at most."""
    if not can_object_now(charter) or not would_carry_over(actor.tenant_id, charter):
        return False
    organisation = Organisation.objects.visible_to(actor).filter(pk=actor.tenant_id).first()
    return can(actor, "objection.make", organisation)


class AnnouncementVariant(StrEnum):
    """The two letters of one announcement."""

    CARRIES_OVER = "carries_over"
    SIGNS_ANEW = "signs_anew"


def carried_if_announced(charter: Charter, superseded: Charter, rule: str) -> set[int]:
    """The organisations whose signature carries over unless they object, where the version is announced by this rule.

    Three queries at most.
    """
    if rule != SignatureRule.CARRY_OVER:
        return set()
    return set(noticed_accessions(charter, superseded).values_list("organisation_id", flat=True))


def announced_charters(actor: Actor) -> list[Charter]:
    """The drafts that members can read: announced, or with a day on which they come into force. One query."""
    rows = Charter.objects.visible_to(actor).filter(state=CharterState.DRAFT)
    return list(rows.order_by("key", "version"))
