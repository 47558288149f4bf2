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
        _("until they end, twelve hours after signing in or at once when somebody leaves"),
        _("They let somebody work without signing in again for each page."), (_sessions,),
        of=("sessions.Session",),  # of Django's own engine, which may not be the one that is used
    ),
    Keeping(
        "form-keys", _("Keys of forms that were sent"), _("7 days"),
        _("A form that is sent twice acts once."), (_handled,),
    ),
    Keeping(
        "api-answers", _("Answers to requests of programs that carry a key"), _("48 hours"),
        _("A program that repeats a request gets the same answer, and acts once."), (_answers,),
    ),
    Keeping(
        "heartbeats", _("Signs of life of the portal’s own processes"), _("7 days after the last one"),
        _("Whoever runs the portal can see what has stopped. They say nothing of people."), (_heartbeats,),
    ),
    Keeping(
        "reset-links", _("Links for a new password"), _("not stored; good for 24 hours"),
        _("A link is made when its letter is sent, and is good once."),
    ),
    Keeping(
        "attempts", _("Counts of failed attempts to sign in"), _("some minutes, in memory"),
        _("Nobody can try passwords one after another."),
    ),
    Keeping(
        "jobs", _("Work in the background that is done or was given up"), _("400 days"),
        _("Its key keeps the same work from being done twice. It holds numbers, and no addresses or texts."), (_jobs,),
    ),
    Keeping(
        "letters", _("That a letter was sent, and to whom"), _("1 year"),
        _("So that it can be found out why somebody heard of something, or did not. The letter itself is not kept."),
        (_letters,),
    ),
    Keeping(
        "digests", _("That a letter about several things was sent, and to whom"), _("1 year"),
        _("No digest goes out twice, and it can be found out why one did not arrive."), (_digests,),
    ),
    Keeping(
        "inbox", _("Lines of the inbox"), _("2 years"), _("They tell their reader what happened."), (_lines,),
    ),
    Keeping(
        "documents", _("Documents that somebody has had built"), _("30 days"),
        _("They can be built again from what they were made of."), (_documents,), remove_documents,
    ),
    Keeping(
        "public-documents", _("Documents of the public record"), _("1 year, and built again when asked for"),
        _("They are made of publications, which are kept."), (_public_documents,), remove_documents,
    ),
    Keeping(
        "files", _("Files that were taken back"), _("1 day"),
        _("A backup copies the files after the database, and must find what it names."),
    ),
    Keeping(
        "file-cases", _("Digests of files that were withheld or purged"), _("for good"),
        _("The same file is not taken again. A digest does not tell what was in the file."),
        of=("portal.FileCase", "portal.CaseNote"),
    ),
    Keeping(
        "journal", _("The journal"), _("for good"),
        _("Who did what, when, can be told years later. It holds numbers and states; no names, addresses or texts."),
        of=("portal.Event",),
    ),
    Keeping(
        "publications", _("Publications"), _("for good"),
        _("The public record is never changed in silence; the names of those who signed are part of it."),
        of=("portal.Publication",),
    ),
    Keeping(
        "restorations", _("That the portal was restored from a backup, and when"), _("for good"),
        _("Whoever looks after it can see what may have been lost. It says nothing of people."),
        of=("portal.Restoration",),
    ),
    Keeping(
        "inner-tables", _("Tables by which the portal’s programs find their way"), _("as long as the portal runs"),
        _("They hold names of parts of the program, and no people."),
        of=("portal.PublicRevision", "contenttypes.ContentType", "auth.Permission", "auth.Group"),
    ),
    Keeping(
        "logs", _("Logs of the server"), _("as its operator has set; 30 days are advised"),
        _("They help to find faults. They hold no addresses, texts or IP addresses."),
    ),
)  # fmt: skip
