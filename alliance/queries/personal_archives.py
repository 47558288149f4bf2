"""The archive of a person's data, as far as it was built."""

from alliance.models import Person
from portal.kernel.access import ANYONE, acting_as
from portal.kernel.documents import Document

PERSONAL_DATA_KIND = "personal.data"


def latest_personal_data(person_id: int) -> Document | None:
    """What the person asked for last; nobody else's is ever found."""
    own = Document.objects.filter(
        kind=PERSONAL_DATA_KIND, requested_by_id=person_id, target_id=person_id, tenant_id=None
    )
    return own.order_by("-pk").first()


def person_behind(document: Document) -> Person | None:
    """Who asked for the archive about themselves, while they can sign in; None for anything else."""
    with acting_as(ANYONE, identifying=True):
        person: Person | None = Person.objects.filter(pk=document.requested_by_id, is_active=True).first()
    return person if person is not None and person.pk == document.target_id else None
