"""Named writes on the services that organisations run."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from alliance.enums import OrganisationState
from alliance.models import Organisation, Ownership, Service
from alliance.queries.last_edits import edited_meanwhile
from alliance.queries.local_dates import today
from alliance.queries.organisations import addition_refusal
from alliance.queries.service_changes import transfer_refusal
from alliance.queries.service_owners import (
    announced_end,
    still_running,
    take_back_refusal,
    transfer_finality_warning,
)
from alliance.services.organisations import clean_names
from alliance.services.people import lock_organisation
from alliance.services.search_documents import refresh_member_documents
from portal.kernel import journal
from portal.kernel.access import Actor, require
from portal.kernel.errors import Conflict, DomainError, WrongState
from portal.kernel.publishing import touch_public_revision
from portal.kernel.text import Texts

MOST_SERVICES = 100  # at a time: a report asks for figures of each


@transaction.atomic
def add_service(
    actor: Actor,
    organisation: Organisation,
    *,
    names: Texts,
    starts_on: date,
    sorts: Texts | None = None,
    slug: str = "",
    monthly_users: str = "",
) -> Service:
    """Add a service that the organisation owns from a day on; reports ask for its figures from then on.

    Raises Forbidden, WrongState for an organisation that has left, or the DomainError of a name or an address that is
    taken.
    """
    require(actor, "service.add", organisation)
    if refusal := addition_refusal(lock_organisation(organisation.pk)):
        raise WrongState(refusal)
    require_room(organisation, starts_on)
    clean = clean_names(names)
    service = Service(slug=_available_slug(slug or slugify(clean["en"])), monthly_users=monthly_users)
    for language, name in clean.items():
        setattr(service, f"name_{language}", name)
    for language, sort in (sorts or {}).items():
        setattr(service, f"sort_{language}", " ".join(sort.split()))
    service.save()
    Ownership.objects.create(service=service, organisation=organisation, starts_on=starts_on)
    journal.record(actor, "service.add", service, organisation=organisation.pk)
    refresh_member_documents(organisation)
    touch_public_revision()
    return service


@transaction.atomic
def transfer_service(
    actor: Actor,
    service: Service,
    to: Organisation,
    *,
    on: date,
    final: bool = False,
    seen: str | None = None,
) -> Ownership:
    """Record that another organisation runs the service from a day on; both are notified.

    Figures stay with who reported them: each report asks for the services that were its member's in its period, so that
    in the period of the change both report. `final` says that its maker knows that it could not be taken back, where
    that is so; `seen` is the number of the ownership that they have seen, None for any. Raises Forbidden, WrongState
    when its last day is recorded already, Conflict when it has another owner by now, or DomainError for a day after
    today, before the present owner's first or before a period for which it has submitted figures of it, an
    organisation that does not report or has it already, or without `final` where it would be for good.
    """
    require(actor, "service.transfer", service)
    present = _present_ownership(service)
    _refuse_other_owner(actor, present, seen)
    if present.ends_on is not None:
        raise WrongState(announced_end(present))
    if not to.is_reporting or to.state != OrganisationState.ACTIVE:
        raise DomainError(_("Choose a member that takes part now."), field="organisation")
    if to.pk == present.organisation_id:
        raise DomainError(_("The service is this member’s already."), field="organisation")
    if on > today():
        raise DomainError(_("Choose today or an earlier day."), field="on")
    if on <= present.starts_on:
        raise DomainError(
            _("The present owner has it since that day or later. Choose a later day."), field="on"
        )
    if refusal := transfer_refusal(present, on):
        raise DomainError(refusal, field="on")
    require_room(to, on)
    if not final and (warning := transfer_finality_warning(to, on)):
        raise DomainError(warning, field="final")
    present.ends_on = on - timedelta(days=1)
    present.save(update_fields=["ends_on"])
    following = Ownership.objects.create(service=service, organisation=to, starts_on=on)
    _record_change(actor, "service.transfer", following, present)
    return following


@transaction.atomic
def take_back_transfer(actor: Actor, service: Service, *, seen: str | None = None) -> Ownership:
    """Undo the last change of hands: the earlier owner has the service as if nothing had happened; both are notified.

    `seen` as of `transfer_service`. Raises Forbidden, Conflict, or WrongState when there was none, the earlier owner
    does not take part now (it merged, say), or the new owner has reported for a period since.
    """
    require(actor, "service.transfer", service)
    present = _present_ownership(service)
    _refuse_other_owner(actor, present, seen)
    rows = Ownership.objects.select_for_update(of=("self",)).prefetch_related("organisation")
    earlier = rows.filter(service=service, ends_on=present.starts_on - timedelta(days=1)).first()
    refusal = take_back_refusal(present, earlier)
    if earlier is None or refusal:
        raise WrongState(refusal)
    _record_change(actor, "service.take_back_transfer", earlier, present)
    present.delete()
    earlier.ends_on = None
    earlier.save(update_fields=["ends_on"])
    return earlier


def move_services(organisation: Organisation, successor: Organisation, *, on: date) -> list[int]:
    """Let the successor run every service of a member from a day on; returns the services' numbers.

    Part of recording a merger, in its transaction: it journals and notifies. Raises DomainError when the member has
    one only since that day or later, or has submitted figures of it for a period after that day, or the successor would
    have too many.
    """
    rows = Ownership.objects.select_for_update(of=("self",)).prefetch_related("service")
    present = list(rows.filter(still_running(), organisation=organisation).order_by("pk"))
    if late := [row.service.name for row in present if row.starts_on >= on]:
        message = _("It runs %(services)s only since that day or later. Choose a later day.")
        raise DomainError(message % {"services": ", ".join(late)}, field="on")
    for row in present:
        if refusal := transfer_refusal(row, on):
            raise DomainError(refusal, field="on")
        require_room(successor, on)
        end = {"ends_on": row.ends_on, "end_reason": row.end_reason}
        row.ends_on, row.end_reason = on - timedelta(days=1), ""
        row.save(update_fields=["ends_on", "end_reason"])
        Ownership.objects.create(service=row.service, organisation=successor, starts_on=on, **end)
    return [row.service_id for row in present]


def return_services(organisation: Organisation, successor: Organisation, *, on: date) -> list[int]:
    """Give back the services that the successor has run since the day of the merger; returns their numbers.

    One that has changed hands or ended since stays where it is. Part of taking a merger back, in its transaction.
    """
    rows = Ownership.objects.select_for_update(of=("self",))
    earlier = rows.filter(organisation=organisation, ends_on=on - timedelta(days=1))
    moved = list(
        rows.filter(
            still_running(),
            organisation=successor,
            starts_on=on,
            service__in=earlier.values("service"),
        )
    )
    Ownership.objects.filter(pk__in=[row.pk for row in moved]).delete()
    ends = {row.service_id: (row.ends_on, row.end_reason) for row in moved}
    for row in earlier.filter(service__in=ends):
        row.ends_on, row.end_reason = ends[row.service_id]
        row.save(update_fields=["ends_on", "end_reason"])
    return list(ends)


def _present_ownership(service: Service) -> Ownership:
    """The row of the present owner, locked: of two who change it, the second sees what the first has done."""
    rows = Ownership.objects.select_for_update(of=("self",)).prefetch_related("organisation")
    present = rows.filter(still_running(), service=service).first()
    if present is None:
        raise WrongState(_("Nobody runs this service any more."))
    return present


def _refuse_other_owner(actor: Actor, present: Ownership, seen: str | None) -> None:
    """Raise Conflict, with who changed it, where the service has another owner than the actor has seen."""
    if seen in (None, str(present.pk)):
        return
    kinds = ("service.transfer", "service.take_back_transfer")
    change = edited_meanwhile(actor, present.organisation, *kinds, service=present.service_id)
    raise Conflict(change, stored=present, sent=seen)


def _record_change(actor: Actor, kind: str, now: Ownership, before: Ownership) -> None:
    """Journal the change about both: what concerns the one that loses the service is found with it, too."""
    facts = {"service": now.service_id, "on": now.starts_on.isoformat()}
    organisations = {"organisation": now.organisation_id, "earlier_organisation": before.organisation_id}
    journal.record(actor, kind, now.organisation, **organisations, **facts)
    journal.record(actor, "service.leave", before.organisation, **organisations, **facts)
    for organisation in (now.organisation, before.organisation):
        refresh_member_documents(organisation)
    touch_public_revision()


def require_room(organisation: Organisation, first: date, last: date = date.max) -> None:
    """Refuse one service more where the organisation has as many as it can on a day of the period. One query.

    Raises DomainError.
    """
    rows = Ownership.objects.filter(still_running(first), organisation=organisation, starts_on__lte=last)
    periods = list(rows.values_list("starts_on", "ends_on"))
    # there are most of them on the first day, or on one on which another begins
    days = {first, *(starts_on for starts_on, _ends_on in periods if starts_on > first)}
    most = max(
        sum(starts_on <= day <= (ends_on or date.max) for starts_on, ends_on in periods) for day in days
    )
    if most >= MOST_SERVICES:
        message = _("An organisation can have at most %(most)d services at a time.")
        raise DomainError(message % {"most": MOST_SERVICES})


def _available_slug(slug: str) -> str:
    if not slug or slug != slugify(slug) or len(slug) > 60:
        raise DomainError(_("An address has at most 60 Latin letters, digits and hyphens."), field="slug")
    if Service.objects.filter(slug=slug).exists():
        raise DomainError(_("This address is already taken."), field="slug")
    return slug
