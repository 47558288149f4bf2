"""Notices to who has uploaded a file to a report: it is read, cannot be taken, or was deleted unused."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.urls import reverse

from alliance.models import ReportUpload
from alliance.notify.recipients import notice
from alliance.queries.actors import recipient_for
from portal.kernel.access import Actor
from portal.kernel.journal import Event
from portal.kernel.notices import Recipient

# whoever waits for less is still looking at the page
_LONG = timedelta(seconds=20)


def _sender(event: Event) -> Iterable[Recipient]:
    """Who sent the file, while they belong to the organisation."""
    upload = ReportUpload.objects.filter(pk=event.target_id).first()
    recipient = recipient_for(upload.person_id, upload.organisation_id) if upload else None
    return [recipient] if recipient else []


def _sender_who_left_the_page(event: Event) -> Iterable[Recipient]:
    """Who sent the file, if reading it took long."""
    upload = ReportUpload.objects.filter(pk=event.target_id).first()
    return _sender(event) if upload and event.at - upload.uploaded_at >= _LONG else []


def _about_upload(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    upload = ReportUpload.objects.visible_to(actor).filter(pk=event.target_id).first()
    if upload is None:
        return None
    return {"upload": upload, "url": reverse("workspace:report-upload", args=[upload.pk])}


NOTICES = (
    notice("report_upload.finish", _sender_who_left_the_page, _about_upload, "upload.name", by_email=False),
    notice("report_upload.fail", _sender_who_left_the_page, _about_upload, "upload.name", by_email=False),
    notice("report_upload.expire", _sender, _about_upload, "upload.name", by_email=False),
)
