"""The archive of what is kept about a person, as far as it was built."""

from portal.kernel.models import Document

PERSONAL_DATA = "personal.data"


def latest_personal_data(person_id: int) -> Document | None:
    """What the person asked for last; nobody else's is ever found."""
    own = Document.objects.filter(
        kind=PERSONAL_DATA, requested_by_id=person_id, target_id=person_id, tenant_id=None
    )
    return own.order_by("-pk").first()
