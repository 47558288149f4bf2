"""Retention rules of the platform: operational rows are removed, records stay."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.kernel.access import session_rows
from portal.kernel.database import drop_expired_month, first_number
from portal.kernel.documents import Document, discard_bytes
from portal.kernel.files import FileDamage, Scrub
from portal.kernel.idempotency import KEY_LIFETIME, FormToken, IdempotencyKey
from portal.kernel.jobs import Job, JobState
from portal.kernel.limits import LimitCount
from portal.kernel.monitoring import BackupRun, Heartbeat, ProcessKind
from portal.kernel.notices import Channel, Delivery, DeliveryState, Digest
from portal.kernel.privacy.retention import RetentionRule
from portal.kernel.webhooks import Webhook, WebhookDelivery, WebhookDeliveryState, WebhookState

_WEEK, _MONTH, _YEAR = timedelta(days=7), timedelta(days=30), timedelta(days=365)
# A key keeps the same work from being queued twice; no schedule looks back as far as this.
_JOB_LIFETIME = timedelta(days=400)


_FOR_EVERYBODY = Q(requested_by=None, tenant_id=None)
# what was made of the record for everybody belongs to it: a later version of the portal would make other bytes
_OF_THE_RECORD = _FOR_EVERYBODY & Q(as_of__isnull=False) & ~Q(file="")


def _deliveries_before(moment: datetime) -> QuerySet[Delivery]:
    """Deliveries of whole months that were over then: they go together, as their table is divided by months."""
    return Delivery.objects.filter(created_at__lt=moment, event__lt=first_number(moment))


def document_expires_at(document: Document) -> datetime | None:
    """When the document goes; None for one that is not finished, and for a file of the public record, which stays."""
    if document.is_for_everybody and document.as_of is not None and document.file:
        return None
    lifetime = _YEAR if document.is_for_everybody else _MONTH
    return document.finished_at and document.finished_at + lifetime


def remove_documents(rows: Sequence[Document]) -> None:
    """Take the rows away; the bytes go a day later, by jobs."""
    Document.objects.filter(pk__in=[row.pk for row in rows]).delete()
    for row in rows:
        discard_bytes(row, key=f"document:{row.pk}")


RULES = (
    RetentionRule(
        "sessions", _("Sessions"),
        _("until they end: some hours after the last use and after signing in, or at once on signing out"),
        _("So that people need not sign in again on each page."),
        (lambda now: session_rows().filter(expire_date__lt=now),),
        models=("sessions.Session",),  # of Django's own engine, which may not be the one that is used
    ),
    RetentionRule(
        "form-keys", _("Keys of submitted forms"), _("7 days"),
        _("A form that is sent twice takes effect once."),
        (lambda now: FormToken.objects.filter(at__lt=now - _WEEK),),
    ),
    RetentionRule(
        "api-answers", _("Responses to API requests with an idempotency key"), _("48 hours"),
        _("A repeated request gets the same response and takes effect only once."),
        (lambda now: IdempotencyKey.objects.filter(at__lt=now - KEY_LIFETIME),),
    ),
    RetentionRule(
        "heartbeats", _("Heartbeats of the portal’s processes"),
        _("7 days after the last one; that of the last backup indefinitely"),
        _("They show what has stopped. No personal data."),
        (lambda now: Heartbeat.objects.filter(seen_at__lt=now - _WEEK).exclude(kind=ProcessKind.BACKUP),),
    ),
    RetentionRule(
        "reset-links", _("Link for a new password"), _("not stored; valid for 24 hours"),
        _("A link is made when its e-mail is sent, and works once."),
    ),
    RetentionRule(
        "attempts", _("Counts of failed attempts to sign in, and of other attempts"),
        _("some minutes, a day at most; in memory, or in the database while the memory is not available"),
        _("To prevent passwords from being guessed. Neither addresses nor names can be read from them."),
        (lambda now: LimitCount.objects.filter(ends_at__lt=now),),
    ),
    RetentionRule(
        "jobs", _("Background jobs, done or cancelled"), _("400 days"),
        _(
            "The key prevents the same job from being done twice. Only numbers, no addresses or "
            "texts."
        ),
        (
            lambda now: Job.objects.filter(
                state__in=(JobState.DONE, JobState.CANCELLED), created_at__lt=now - _JOB_LIFETIME
            ),
        ),
    ),
    RetentionRule(
        "letters", _("Record that an e-mail was sent, and to whom"), _("1 year, to the end of the month"),
        _("To find out why a person was or was not notified. The e-mail itself is not kept."),
        (
            lambda now: _deliveries_before(now - _YEAR)
            .exclude(channel=Channel.INBOX)
            .exclude(state=DeliveryState.PENDING),
        ),
        drop=partial(drop_expired_month, Channel.EMAIL),
    ),
    RetentionRule(
        "digests", _("Record that a digest was sent, and to whom"), _("1 year"),
        _("No digest is sent twice, and a missing one can be traced."),
        (
            lambda now: Digest.objects.filter(created_at__lt=now - _YEAR)
            .exclude(state=DeliveryState.PENDING),
        ),
    ),
    RetentionRule(
        "webhook-messages", _("Record of what was sent to the address of a program (webhook)"), _("30 days"),
        _("To find out what a program missed, and to send it again. The message itself is not kept."),
        (
            lambda now: WebhookDelivery.objects.filter(created_at__lt=now - _MONTH)
            .exclude(state=WebhookDeliveryState.PENDING),
        ),
    ),
    RetentionRule(
        "webhooks", _("Addresses of programs that are notified (webhooks)"), _("30 days after they are deleted"),
        _("While it is there, the program is notified."),
        (lambda now: Webhook.objects.filter(state=WebhookState.ENDED, state_at__lt=now - _MONTH),),
    ),
    RetentionRule(
        "inbox", _("Inbox"), _("2 years, to the end of the month"), _("They tell the reader what happened."),
        (lambda now: _deliveries_before(now - 2 * _YEAR).filter(channel=Channel.INBOX),),
        drop=partial(drop_expired_month, Channel.INBOX),
    ),
    RetentionRule(
        "documents", _("Documents created on request"), _("30 days"),
        _("They can be created again."),
        (lambda now: Document.objects.filter(~_FOR_EVERYBODY, finished_at__lt=now - _MONTH),),
        remove_documents,
    ),
    RetentionRule(
        "public-documents", _("Documents of the public record"),
        _("indefinitely; what could not be built, or is withheld: 1 year"),
        _("They are the record on paper: whoever has one, or its digest, can compare it."),
        (lambda now: Document.objects.filter(_FOR_EVERYBODY & ~_OF_THE_RECORD, finished_at__lt=now - _YEAR),),
        remove_documents,
    ),
    RetentionRule(
        "files", _("Removed files"), _("1 day"),
        _("A backup copies files after the database and must find those it refers to."),
    ),
    RetentionRule(
        "unused-files", _("Files of interrupted uploads, which nothing refers to"), _("30 days"),
        _("They are looked for once a week; nobody can open them."),
    ),
    RetentionRule(
        "file-damage", _("Record that a stored file was damaged, and of the weekly check of all files"),
        _("1 year after it ended"),
        _("To find the cause. Digests only, no names and no content."),
        (
            lambda now: FileDamage.objects.filter(ended_at__lt=now - _YEAR),
            lambda now: Scrub.objects.filter(finished_at__lt=now - _YEAR),
        ),
    ),
    RetentionRule(
        "file-cases", _("Digests of files that were withheld or purged"), _("indefinitely"),
        _("So that the same file is refused if it is sent again. A digest does not reveal the content."),
        models=("portal.FileCase", "portal.CaseNote"),
    ),
    RetentionRule(
        "journal", _("Journal"), _("indefinitely"),
        _(
            "Who did what, and when, can be traced years later. Numbers and states only; no names, "
            "addresses or texts."
        ),
        models=("portal.Event",),
    ),
    RetentionRule(
        "publications", _("Publications"), _("indefinitely"),
        _("The public record is not changed; the names of those who signed are part of it."),
        models=("portal.Publication",),
    ),
    RetentionRule(
        "synonyms", _("Words that are searched together"), _("as long as the portal runs"),
        _("Settings of the search. No personal data."),
        models=("portal.SynonymGroup",),
    ),
    RetentionRule(
        "search-index", _("Index of the search"), _("as long as what it finds is public"),
        _("A searchable copy of public pages, which can be made again from them."),
        models=("portal.SearchDocument", "portal.SpelledWord"),
    ),
    RetentionRule(
        "restorations", _("Restores from a backup"), _("indefinitely"),
        _("They show what may have been lost. No personal data."),
        models=("portal.Restoration",),
    ),
    RetentionRule(
        "backup-runs", _("What was done with backups"), _("1 year"),
        _("They show when a backup was missing or failed. Names of files only, no personal data."),
        (lambda now: BackupRun.objects.filter(at__lt=now - _YEAR),),
    ),
    RetentionRule(
        "inner-tables", _("Internal tables of the software"), _("as long as the portal runs"),
        _("Names of software parts. No personal data."),
        models=(
            "portal.PublicRevision", "portal.ChainCheck", "contenttypes.ContentType", "auth.Permission", "auth.Group",
        ),
    ),
    RetentionRule(
        "logs", _("Server logs"), _("as the operator has set; 30 days are recommended"),
        _("To find faults. No addresses, texts or IP addresses."),
    ),
)  # fmt: skip
