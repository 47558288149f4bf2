"""Who hears of an event, and the form that every notice has."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from alliance.enums import MEMBER_GRANTS, Grant, OrganisationState
from alliance.models import Organisation
from alliance.queries.actors import recipients_in, secretariat_id
from portal.kernel.access import Actor
from portal.kernel.models import Event
from portal.kernel.notices import Notice, Recipient

Who = Callable[[Event], Iterable[Recipient]]
Context = Callable[[Actor, Event], Mapping[str, Any] | None]
DRAFTERS = (Grant.EDITOR, Grant.SIGNATORY)
ALL = MEMBER_GRANTS


def notice(
    kind: str,
    who: Who,
    context: Context,
    *quotes: str,
    group: str = "",
    host_group: str = "",
    by_email: bool = True,
    shared: bool = False,
) -> Notice:
    """The notice of an event kind; its letter stands under the same name, and the subject quotes these values."""
    template = f"alliance/email/{kind.replace('.', '_')}.html"
    return Notice(
        kind, template, who, context, quotes, by_email, group=group, host_group=host_group, shared=shared
    )


def but_the_actor(event: Event, recipients: Iterable[Recipient]) -> list[Recipient]:
    """Nobody is told what they did themselves."""
    return [recipient for recipient in recipients if recipient.person_id != event.person_id]


def people_of(organisation_id: int | None, *grants: Grant) -> list[Recipient]:
    """The people of an organisation who hold one of the grants; nobody where there is no organisation."""
    return recipients_in([organisation_id], *grants) if organisation_id else []


def staff(*grants: Grant) -> list[Recipient]:
    """The people of the secretariat who hold one of the grants."""
    return people_of(secretariat_id(), *grants)


def everybody_in(organisations: Iterable[int], *grants: Grant) -> list[Recipient]:
    """The people of several organisations, those that are not active left out."""
    active = Organisation.objects.filter(pk__in=organisations, state=OrganisationState.ACTIVE)
    return recipients_in(active.values_list("pk", flat=True), *grants)
