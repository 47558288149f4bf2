"""Named writes of an owner on its services: a new name, the end, another first day, and mistakes taken back."""

from datetime import date, timedelta

from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from alliance.enums import StartReason, UserBand
from alliance.models import FormerServiceName, Organisation, Ownership, Service
from alliance.queries.last_edits import edited_meanwhile, refuse_other_values
from alliance.queries.local_dates import today
from alliance.queries.service_changes import (
    announced_refusal,
    end_refusal,
    ended_refusal,
    first_day_of_name,
    is_called,
    name_removal_refusal,
    remove_refusal,
    resume_refusal,
    start_day_refusal,
    start_refusal,
)
from alliance.services.organisations import clean_names
from alliance.services.ownership import require_room
from alliance.services.search_documents import refresh_member_documents
from portal.kernel import journal
from portal.kernel.access import Actor, require
from portal.kernel.errors import Conflict, DomainError, WrongState
from portal.kernel.publishing import touch_public_revision
from portal.kernel.text import LANGUAGES, Texts, format_date, require_reason

LONGEST_NOTICE = timedelta(days=730)  # before the last day of a service: a later one is a slip of the pen


@transaction.atomic
def change_service(
    actor: Actor,
    organisation: Organisation,
    service: Service,
    *,
    names: Texts,
    sorts: Texts,
    on: date | None = None,
    monthly_users: str | None = None,
    seen: str | None = None,
) -> Service:
    """Give a service another name from a day on, by default today, another kind, or another published number of users.

    The earlier name stays with its last day, also where the service gets back a name that it bore before; a new name
    from the first day of the present one says that it never bore that. What is published keeps the name that it was
    published with. `seen`: the key of the `service_values` that the actor has seen, None for any. Raises Forbidden,
    WrongState when it has ended or is another member's, Conflict when it was changed in between, or the DomainError of
    a name or of a day that cannot be.
    """
    require(actor, "service.change", organisation)
    present = _last_ownership(organisation, service)
    if refusal := ended_refusal(present):
        raise WrongState(refusal)
    locked = Service.objects.select_for_update(of=("self",)).get(pk=service.pk)
    values = service_values(locked)
    refuse_other_values(actor, organisation, values, seen, "service.change", service=locked.pk)
    clean = clean_names(names)
    earlier = {language: getattr(locked, f"name_{language}") for language in clean}
    facts: dict[str, object] = {"service": locked.pk}
    if clean != earlier:
        day = on or max(today(), present.starts_on)
        _record_former_name(present, locked, earlier, clean, day)
        facts["on"] = day.isoformat()
    for language, name in clean.items():
        setattr(locked, f"name_{language}", name)
    for language, sort in sorts.items():
        setattr(locked, f"sort_{language}", " ".join(sort.split()))
    if monthly_users is not None:
        locked.monthly_users = UserBand(monthly_users) if monthly_users else ""
    locked.save()
    _record(actor, "service.change", organisation, **facts)
    return locked


def service_values(service: Service) -> dict[str, object]:
    """What a change of a service replaces, by column."""
    texts = [f"{stem}_{language}" for stem in ("name", "sort") for language in LANGUAGES]
    return {name: getattr(service, name) for name in (*texts, "monthly_users")}


def _record_former_name(
    present: Ownership, service: Service, earlier: dict[str, str], clean: dict[str, str], on: date
) -> None:
    first = first_day_of_name(service)
    _refuse_day_of_name(present, first, on)
    if on > first:
        former = FormerServiceName(service=service, until=on - timedelta(days=1))
        for language, name in earlier.items():
            setattr(former, f"name_{language}", name)
        former.save()
        return
    if refusal := name_removal_refusal(present, earlier):
        raise DomainError(refusal, field="on")
    last = service.former_names.first()
    if last is not None and is_called(last, clean):
        last.delete()


def _refuse_day_of_name(present: Ownership, first: date, on: date) -> None:
    """Raise DomainError where the owner cannot give the service another name from the day on."""
    earliest = max(first, present.starts_on)
    if on < earliest or on > max(earliest, today()):
        message = _("Choose today or an earlier day.")
        if earliest > today():
            message = _("The service is yours from %(day)s. Choose that day.")
        elif on < present.starts_on:
            message = _("The service is yours from %(day)s. Choose that day or a later one.")
        elif on < first:
            message = _("It has its present name since %(day)s. Choose that day or a later one.")
        raise DomainError(message % {"day": format_date(earliest)}, field="on")


@transaction.atomic
def end_service(
    actor: Actor, organisation: Organisation, service: Service, *, on: date, reason: str
) -> Ownership:
    """Record the last day of a service, with a public reason.

    The day may be still to come: until then everything stays as it is. Reports ask for its figures up to the period of
    that day. Nothing is deleted. Raises Forbidden, WrongState when it has ended already or its last day is recorded, or
    DomainError without a reason, for a day that is years away, before the first, or before a period for which figures
    of it were submitted.
    """
    require(actor, "service.end", organisation)
    present = _last_ownership(organisation, service)
    if refusal := ended_refusal(present) or announced_refusal(present):
        raise WrongState(refusal)
    cleaned_reason = require_reason(reason)
    if on > today() + LONGEST_NOTICE:
        message = _("Choose a day until %(day)s.")
        raise DomainError(message % {"day": format_date(today() + LONGEST_NOTICE)}, field="on")
    if on < present.starts_on:
        message = _("The service is yours from %(day)s. Choose that day or a later one.")
        raise DomainError(message % {"day": format_date(present.starts_on)}, field="on")
    if refusal := end_refusal(present, on):
        raise DomainError(refusal, field="on")
    present.ends_on, present.end_reason = on, cleaned_reason
    present.save(update_fields=["ends_on", "end_reason"])
    _record(actor, "service.end", organisation, service=service.pk, on=on.isoformat())
    return present


@transaction.atomic
def correct_service_start(
    actor: Actor,
    organisation: Organisation,
    service: Service,
    *,
    on: date,
    reason: str,
    seen: str | None = None,
) -> Ownership:
    """Put right the first day of a service, with a reason (`StartReason`) that the journal has beside the day before.

    `seen` is the day, in ISO 8601, that the actor has seen, None for any. Raises Forbidden, WrongState when it was
    taken over from another member, Conflict when it has another day by now, or DomainError for another reason, for the
    day that it has, one that is years away, one that its names, a filed report or a published page speak against, or
    one on which the organisation has as many services as it can already.
    """
    require(actor, "service.correct_start", organisation)
    present = _last_ownership(organisation, service)
    if refusal := start_refusal(present):
        raise WrongState(refusal)
    if reason not in StartReason.values:
        raise DomainError(_("Choose a reason."), field="reason")
    before = present.starts_on
    if seen not in (None, before.isoformat()):
        change = edited_meanwhile(actor, organisation, "service.correct_start", service=service.pk)
        raise Conflict(change, stored=present, sent=on)
    if on == before:
        raise DomainError(_("This is its first day already."), field="on")
    if on > today() + LONGEST_NOTICE:
        message = _("Choose a day until %(day)s.")
        raise DomainError(message % {"day": format_date(today() + LONGEST_NOTICE)}, field="on")
    if refusal := start_day_refusal(present, on):
        raise DomainError(refusal, field="on")
    if on < before:
        require_room(organisation, on, before - timedelta(days=1))
    present.starts_on = on
    present.save(update_fields=["starts_on"])
    facts = {"on": on.isoformat(), "on_before": before.isoformat(), "start_reason": reason}
    _record(actor, "service.correct_start", organisation, service=service.pk, **facts)
    return present


@transaction.atomic
def resume_service(actor: Actor, organisation: Organisation, service: Service) -> Ownership:
    """Take the end of a service back: it is its owner's as if it had never ended. Raises Forbidden, WrongState."""
    require(actor, "service.resume", organisation)
    present = _last_ownership(organisation, service)
    if refusal := resume_refusal(present):
        raise WrongState(refusal)
    present.ends_on, present.end_reason = None, ""
    present.save(update_fields=["ends_on", "end_reason"])
    _record(actor, "service.resume", organisation, service=service.pk)
    return present


@transaction.atomic
def remove_service(actor: Actor, organisation: Organisation, service: Service) -> None:
    """Take the addition of a service back: it and its address are gone.

    Raises Forbidden, or WrongState once anything refers to it, also what the actor may not see.
    """
    require(actor, "service.remove", organisation)
    present = _last_ownership(organisation, service)
    if refusal := remove_refusal(actor, present):
        raise WrongState(refusal)
    key = service.slug
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            # what hides behind row-level security holds the row all the same, and says so now, not at the commit
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            service.delete()
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    except (ProtectedError, IntegrityError) as error:
        raise WrongState(_("Something refers to the service already. End it instead.")) from error
    _record(actor, "service.remove", organisation, key=key)


def _last_ownership(organisation: Organisation, service: Service) -> Ownership:
    """Locked: of two who change it at once, the second sees what the first has done."""
    rows = Ownership.objects.select_for_update(of=("self",)).prefetch_related("service", "organisation")
    row = rows.filter(organisation=organisation, service=service).order_by("-starts_on", "-pk").first()
    if row is None:
        raise WrongState(_("The service is not of this organisation any more."))
    return row


def _record(actor: Actor, kind: str, organisation: Organisation, **facts: object) -> None:
    journal.record(actor, kind, organisation, **facts)
    refresh_member_documents(organisation)
    touch_public_revision()
