"""The recipients of an event, and the form that every notice has."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from alliance.enums import MEMBER_ROLES, OrganisationState, Role
from alliance.models import Organisation
from alliance.queries.actors import recipients_in, secretariat_id
from alliance.queries.local_dates import end_of_day, today
from portal.kernel.access import SYSTEM, Actor
from portal.kernel.journal import Event
from portal.kernel.notices import CompulsoryReason, Notice, Recipient, Timing

FindRecipients = Callable[[Event], Iterable[Recipient]]
BuildContext = Callable[[Actor, Event], Mapping[str, Any] | None]
ALL_ROLES = MEMBER_ROLES


def notice(
    kind: str,
    recipients: FindRecipients,
    context: BuildContext,
    *subject_values: str,
    group: str = "",
    host_group: str = "",
    by_email: bool = True,
    shared: bool = False,
    timing: Callable[[Event], Timing | None] | None = None,
    compulsory: CompulsoryReason | None = None,
) -> Notice:
    """The notice of an event kind; its letter has the same name, and the subject quotes these values."""
    template = f"alliance/email/{kind.replace('.', '_')}.html"
    return Notice(
        kind,
        template,
        recipients,
        context,
        subject_values,
        by_email,
        group=group,
        host_group=host_group,
        shared=shared,
        timing=timing,
        compulsory=compulsory,
    )


def in_the_morning(event: Event) -> Timing | None:
    """What the schedule did, at night, waits for the recipient's morning; what a person did goes out at once."""
    return Timing() if event.actor_kind == SYSTEM.kind else None


def until_its_day(event: Event) -> Timing:
    """Before the day that the event is about is over; on that day itself it waits for no working day."""
    day = date.fromisoformat(event.data["on"])
    return Timing(end_of_day(day), is_last=day <= today())


def without_actor(event: Event, recipients: Iterable[Recipient]) -> list[Recipient]:
    """Leave out the person who did it."""
    return [recipient for recipient in recipients if recipient.person_id != event.person_id]


def people_in(organisation_id: int | None, *roles: Role) -> list[Recipient]:
    """The people of an organisation who hold one of the roles; nobody where there is no organisation."""
    return recipients_in([organisation_id], *roles) if organisation_id else []


def secretariat_staff(*roles: Role) -> list[Recipient]:
    """The people of the secretariat who hold one of the roles."""
    return people_in(secretariat_id(), *roles)


def people_in_each(organisations: Iterable[int], *roles: Role) -> list[Recipient]:
    """The people of several organisations, those that are not active left out."""
    active = Organisation.objects.filter(pk__in=organisations, state=OrganisationState.ACTIVE)
    return recipients_in(active.values_list("pk", flat=True), *roles)


def managers(event: Event) -> list[Recipient]:
    """The secretariat's managers, except who acted."""
    return without_actor(event, secretariat_staff(Role.MANAGER))
