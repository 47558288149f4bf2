"""How long the kernel keeps its own things: what serves the running goes, what is a record stays."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.kernel import stored_files
from portal.kernel.api.repeats import KEPT_FOR
from portal.kernel.models import (
    Channel,
    Delivery,
    DeliveryState,
    Digest,
    Document,
    HandledRequest,
    Heartbeat,
    Job,
    JobState,
    KeptAnswer,
)
from portal.kernel.personal import session_rows
from portal.kernel.retention import Keeping

_WEEK, _MONTH, _YEAR = timedelta(days=7), timedelta(days=30), timedelta(days=365)
# A key keeps the same work from being owed twice; no schedule looks back as far as this.
_JOBS = timedelta(days=400)


def _sessions(now: datetime) -> QuerySet[Any]:
    return session_rows().filter(expire_date__lt=now)


def _handled(now: datetime) -> QuerySet[Any]:
    return HandledRequest.objects.filter(at__lt=now - _WEEK)


def _jobs(now: datetime) -> QuerySet[Any]:
    return Job.objects.filter(state__in=(JobState.DONE, JobState.CANCELLED), created_at__lt=now - _JOBS)


def _letters(now: datetime) -> QuerySet[Any]:
    old = Delivery.objects.filter(created_at__lt=now - _YEAR).exclude(channel=Channel.INBOX)
    return old.exclude(state=DeliveryState.PENDING)


def _answers(now: datetime) -> QuerySet[Any]:
    return KeptAnswer.objects.filter(at__lt=now - KEPT_FOR)


def _digests(now: datetime) -> QuerySet[Any]:
    return Digest.objects.filter(created_at__lt=now - _YEAR).exclude(state=DeliveryState.PENDING)


def _heartbeats(now: datetime) -> QuerySet[Any]:
    return Heartbeat.objects.filter(seen_at__lt=now - _WEEK)


def _lines(now: datetime) -> QuerySet[Any]:
    return Delivery.objects.filter(channel=Channel.INBOX, created_at__lt=now - 2 * _YEAR)


_FOR_EVERYBODY = Q(requested_by=None, tenant_id=None)


def _documents(now: datetime) -> QuerySet[Any]:
    return Document.objects.filter(~_FOR_EVERYBODY, finished_at__lt=now - _MONTH)


def _public_documents(now: datetime) -> QuerySet[Any]:
    return Document.objects.filter(_FOR_EVERYBODY, finished_at__lt=now - _YEAR)


def kept_until(document: Document) -> datetime | None:
    """When the document goes; None for one that is not finished."""
    kept = _YEAR if document.is_for_everybody else _MONTH
    return document.finished_at and document.finished_at + kept


def remove_documents(rows: Sequence[Document]) -> None:
    """Take the rows away; the bytes go a day later, by jobs."""
    Document.objects.filter(pk__in=[row.pk for row in rows]).delete()
    for row in rows:
        if row.file:
            stored_files.discard_later(row.file, key=f"document:{row.pk}")


LINES = (
    Keeping(
        "sessions", _("Sessions"),
        _("until they end: twelve hours after sign-in, or at once when somebody leaves"),
        _("They save signing in again for each page."), (_sessions,),
        of=("sessions.Session",),  # of Django's own engine, which may not be the one that is used
    ),
    Keeping(
        "form-keys", _("Keys of submitted forms"), _("7 days"),
        _("A form sent twice acts once."), (_handled,),
    ),
    Keeping(
        "api-answers", _("Answers to API requests with a key"), _("48 hours"),
        _("A repeated request gets the same answer and acts once."), (_answers,),
    ),
    Keeping(
        "heartbeats", _("Heartbeats of the portal’s processes"), _("7 days after the last one"),
        _("They show what has stopped. No personal data."), (_heartbeats,),
    ),
    Keeping(
        "reset-links", _("Link for a new password"), _("not stored; valid for 24 hours"),
        _("A link is made when its e-mail is sent, and works once."),
    ),
    Keeping(
        "attempts", _("Counts of failed attempts to sign in"), _("some minutes, in memory"),
        _("To prevent passwords from being guessed."),
    ),
    Keeping(
        "jobs", _("Background jobs, done or cancelled"), _("400 days"),
        _(
            "The key prevents the same job from being done twice. Only numbers, no addresses or "
            "texts."
        ), (_jobs,),
    ),
    Keeping(
        "letters", _("Record that an e-mail was sent, and to whom"), _("1 year"),
        _("To find out why somebody was notified or not. The e-mail itself is not kept."),
        (_letters,),
    ),
    Keeping(
        "digests", _("Record that a digest was sent, and to whom"), _("1 year"),
        _("No digest is sent twice, and a missing one can be traced."), (_digests,),
    ),
    Keeping(
        "inbox", _("Inbox"), _("2 years"), _("They tell the reader what happened."), (_lines,),
    ),
    Keeping(
        "documents", _("Documents created on request"), _("30 days"),
        _("They can be created again."), (_documents,), remove_documents,
    ),
    Keeping(
        "public-documents", _("Documents of the public record"), _("1 year; created again on request"),
        _("They are made from publications, which are kept."), (_public_documents,), remove_documents,
    ),
    Keeping(
        "files", _("Removed files"), _("1 day"),
        _("A backup copies files after the database and must find those it refers to."),
    ),
    Keeping(
        "file-cases", _("Digests of files that were withheld or purged"), _("for good"),
        _("The same file is refused. A digest does not reveal the content."),
        of=("portal.FileCase", "portal.CaseNote"),
    ),
    Keeping(
        "journal", _("Journal"), _("for good"),
        _(
            "Who did what, and when, can be traced years later. Numbers and states only; no names, "
            "addresses or texts."
        ),
        of=("portal.Event",),
    ),
    Keeping(
        "publications", _("Publications"), _("for good"),
        _("The public record is not changed; the names of signatories are part of it."),
        of=("portal.Publication",),
    ),
    Keeping(
        "restorations", _("Restores from a backup"), _("for good"),
        _("They show what may have been lost. No personal data."),
        of=("portal.Restoration",),
    ),
    Keeping(
        "inner-tables", _("Internal tables of the software"), _("as long as the portal runs"),
        _("Names of software parts. No personal data."),
        of=("portal.PublicRevision", "contenttypes.ContentType", "auth.Permission", "auth.Group"),
    ),
    Keeping(
        "logs", _("Server logs"), _("as the operator has set; 30 days are recommended"),
        _("To find faults. No addresses, texts or IP addresses."),
    ),
)  # fmt: skip
