"""The first write of all: the site, the secretariat and its first manager."""

from collections.abc import Mapping

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from alliance.enums import OrganisationKind, OrganisationState, Role, TextKind
from alliance.models import Membership, Organisation, Person, Site
from alliance.queries.actors import actor_for
from alliance.queries.local_dates import today
from alliance.services.organisations import clean_names
from alliance.services.search_pages import refresh_pages
from alliance.services.search_site import refresh_texts
from alliance.services.site import set_logo
from alliance.services.texts import write_default_texts, write_text
from alliance.validators.addresses import canonical_address
from portal.kernel import clock, journal
from portal.kernel.access import SYSTEM
from portal.kernel.errors import DomainError
from portal.kernel.publishing import touch_public_revision
from portal.kernel.text import Texts, clean_name

# settings of the site that may be given at setup, beside its names
SITE_FIELDS = ("contact", "time_zone", "sender_name", "sender_address")


def has_manager() -> bool:
    """Whether somebody runs this portal already."""
    managers = Membership.objects.current().filter(
        organisation__kind=OrganisationKind.SECRETARIAT,
        person__is_active=True,
        roles__contains=[Role.MANAGER],
    )
    return bool(managers.exists())


@transaction.atomic
def set_up_portal(
    *,
    site: Texts,
    secretariat: Texts,
    email: str,
    name: str,
    office: str,
    password: str,
    language: str,
    short_names: Texts | None = None,
    logo: UploadedFile | None = None,
    texts: Mapping[TextKind, Texts] | None = None,
    **settings: str,
) -> Membership:
    """Make the site, its starting texts, the secretariat and a manager who may do everything there is to do in it.

    Where `short_names` are empty the names are used. `texts` are the manager's words, in the place of starting texts.
    `settings` are further settings of the site: contact, time_zone, sender_name, sender_address.

    Raises DomainError when the secretariat has a manager: that one invites the others; or for no possible logo.
    """
    if has_manager():
        raise DomainError(_("The secretariat already has a manager, who can invite others on the portal."))
    if Person.objects.filter(email=canonical_address(email)).exists():
        raise DomainError(_("Another account already uses this address."), field="email")
    write_site(site, short_names or {}, settings)
    write_default_texts()
    refresh_texts()
    refresh_pages()
    organisation = _secretariat(clean_names(secretariat))
    person = Person.objects.create_user(
        email, password, name=clean_name(name, field="name"), language=language
    )
    roles = [Role.AUDITOR, Role.REVIEWER, Role.MANAGER]
    membership: Membership = Membership.objects.create(
        person=person,
        organisation=organisation,
        roles=roles,
        office=clean_name(office, field="office"),
        started_at=clock.now(),
    )
    journal.record(SYSTEM, "portal.found", organisation, membership=membership.pk)
    manager = actor_for(person.pk, organisation.pk)
    if logo:
        set_logo(manager, logo)
    for kind, translations in (texts or {}).items():
        write_text(manager, kind, translations, expected_revision=1)
    touch_public_revision()
    return membership


def write_site(names: Texts, short_names: Texts, settings: Mapping[str, str]) -> None:
    """Save the site's names and settings, unless it has a name."""
    site = Site.objects.first() or Site()
    if site.name:
        return
    for language, name in names.items():
        setattr(site, f"name_{language}", name)
        setattr(site, f"sender_name_{language}", settings.get("sender_name", ""))
        setattr(site, f"short_name_{language}", short_names.get(language) or name[:80])
    for field in SITE_FIELDS:
        setattr(site, field, settings.get(field, ""))
    site.save()


def _secretariat(names: Texts) -> Organisation:
    secretariat: Organisation | None = Organisation.objects.filter(kind=OrganisationKind.SECRETARIAT).first()
    if secretariat:
        return secretariat
    organisation = Organisation(
        slug="secretariat", kind=OrganisationKind.SECRETARIAT, state=OrganisationState.ACTIVE, since=today()
    )
    for language, name in names.items():
        setattr(organisation, f"name_{language}", name)
    organisation.save()
    return organisation
