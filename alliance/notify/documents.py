"""Notices about documents: the worker has built one, or could not."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from alliance.notify.recipients import notice
from alliance.queries.actors import recipient_for
from alliance.queries.documents import find_document
from alliance.queries.site import read_site
from portal.kernel.access import Actor
from portal.kernel.documents import Document
from portal.kernel.journal import Event
from portal.kernel.notices import Recipient


def _requester(event: Event) -> list[Recipient]:
    """The person who asked for it; nobody, when it is built for everybody."""
    document = Document.objects.filter(pk=event.target_id).first()
    if document is None or document.requested_by_id is None or document.tenant_id is None:
        return []
    recipient = recipient_for(document.requested_by_id, document.tenant_id)
    return [recipient] if recipient else []


def _about_document(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    about = Document.objects.filter(pk=event.target_id).first()
    document = find_document(actor, about.key) if about else None
    if document is None:
        return None
    return {"site": read_site(), "document": document, "url": reverse("document", args=[document.key])}


NOTICES = (
    notice("document.ready", _requester, _about_document, "document.title", by_email=False),
    notice("document.fail", _requester, _about_document, "document.title", by_email=False),
)
