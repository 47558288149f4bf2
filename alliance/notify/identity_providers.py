"""The notice that an identity provider was changed: whoever runs it signs in as anybody of its e-mail domains there."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from alliance.enums import Role
from alliance.models import EmailDomain, IdentityProvider, Person
from alliance.notify.recipients import notice, people_in, secretariat_staff, without_actor
from alliance.queries.site import read_site
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.journal import Event
from portal.kernel.notices import Recipient


def _administrators_and_managers(event: Event) -> list[Recipient]:
    """Those of the organisation, and the secretariat's; nobody while nobody can sign in through it."""
    with acting_as(SYSTEM):
        domain = EmailDomain.objects.filter(provider=event.target_id).first()
    if domain is None:
        return []
    recipients = people_in(domain.organisation_id, Role.ADMINISTRATOR) + secretariat_staff(Role.MANAGER)
    return list({each.person_id: each for each in without_actor(event, recipients)}.values())


def _about_provider(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    rows = IdentityProvider.objects.visible_to(actor).select_related("organisation")
    provider = rows.filter(pk=event.target_id).first()
    if provider is None:
        return None
    person = Person.objects.filter(pk=event.person_id or 0).first()
    namespace = "secretariat" if actor.is_host else "workspace"
    return {
        "site": read_site(),
        "provider": provider,
        "organisation": provider.organisation,
        "by": person.name if person else "",
        "url": reverse(f"{namespace}:provider", args=[provider.pk]),
    }


NOTICES = (
    notice(
        "identity_provider.change",
        _administrators_and_managers,
        _about_provider,
        "provider.name",
        "organisation.name_genitive",
        group="security",
    ),
)
