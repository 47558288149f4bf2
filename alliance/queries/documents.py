"""Named reads on documents: one's own, and those that were built for everybody."""

from django.db.models import Q, QuerySet

from portal.kernel.access import Actor
from portal.kernel.documents import still_seen
from portal.kernel.models import Document

# asked for by nobody in particular, and so built of what everybody may read
_FOR_EVERYBODY = Q(requested_by__isnull=True, tenant_id__isnull=True)


def own_documents(actor: Actor) -> QuerySet[Document]:
    """What the actor asked for while acting for this organisation, newest first."""
    if not actor.is_person:
        return Document.objects.none()
    own = Document.objects.of(actor.person_id, actor.tenant_id)
    return own.filter(still_seen(actor)).order_by("-pk")


def find_document(actor: Actor, document_id: int) -> Document | None:
    """The document, if it is the actor's own or everybody's."""
    own = Q(requested_by_id=actor.person_id, tenant_id=actor.tenant_id) if actor.is_person else Q(pk__in=[])
    return Document.objects.filter(own | _FOR_EVERYBODY, still_seen(actor), pk=document_id).first()


def document_for_everybody(cache_key: str) -> Document | None:
    """The document that was built once for all under this key, whatever became of it."""
    return Document.objects.filter(_FOR_EVERYBODY, cache_key=cache_key).first()
