"""Named writes on the services that organisations run."""

from datetime import date

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from alliance.models import Organisation, Ownership, Service
from alliance.services.organisations import clean_names
from portal.kernel import journal
from portal.kernel.access import Actor, require
from portal.kernel.errors import DomainError
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
) -> Service:
    """Add a service that the organisation owns from a day on; reports ask for its figures from then on.

    Raises Forbidden, or the DomainError of a name or an address that is taken.
    """
    require(actor, "service.add", organisation)
    if Service.objects.all().owned_by(organisation.pk, starts_on, starts_on).count() >= MOST_SERVICES:
        message = _("An organisation can have at most %(most)d services at a time.")
        raise DomainError(message % {"most": MOST_SERVICES})
    clean = clean_names(names)
    service = Service(slug=_available_slug(slug or slugify(clean["en"])))
    for language, name in clean.items():
        setattr(service, f"name_{language}", name)
    for language, sort in (sorts or {}).items():
        setattr(service, f"sort_{language}", " ".join(sort.split()))
    service.save()
    Ownership.objects.create(service=service, organisation=organisation, starts_on=starts_on)
    journal.record(actor, "service.add", service, organisation=organisation.pk)
    touch_public_revision()
    return service


def _available_slug(slug: str) -> str:
    if not slug or slug != slugify(slug) or len(slug) > 60:
        raise DomainError(_("An address has at most 60 Latin letters, digits and hyphens."), field="slug")
    if Service.objects.filter(slug=slug).exists():
        raise DomainError(_("This address is already taken."), field="slug")
    return slug
