"""Requesting the archive of one's own data."""

from django.utils.translation import gettext as _

from alliance.models import Person
from alliance.queries.actors import actor_without_organisation
from alliance.queries.personal_archives import PERSONAL_DATA_KIND, latest_personal_data
from portal.kernel.access import require
from portal.kernel.documents import Document, request_document


def request_personal_data(person: Person) -> Document:
    """Request the archive in the person's language; return the pending one when there is one.

    Raises Forbidden when the actor is not a person.
    """
    actor = actor_without_organisation(person)
    require(actor, "document.request")
    last = latest_personal_data(person.pk)
    if last is not None and last.is_open:
        return last
    return request_document(
        actor, PERSONAL_DATA_KIND, person.pk, title=_("Your personal data"), language=person.language
    )
