"""What the kernel itself keeps about a person, and what of it goes when they are erased."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.kernel import notices
from portal.kernel.access import SYSTEM, Actor, person_of
from portal.kernel.documents import Document
from portal.kernel.files import CaseNote
from portal.kernel.idempotency import IdempotencyKey
from portal.kernel.journal import Event
from portal.kernel.notices import Channel, Delivery, Digest, NoticePreference
from portal.kernel.privacy.kernel_retention import remove_documents
from portal.kernel.privacy.personal_data import Erasure, PersonalDataPart, on_erasure
from portal.kernel.privacy.personal_rows import NumberedRows, PersonalDataRow, columns_of
from portal.kernel.webhooks import Webhook


def _inbox(actor: Actor) -> NumberedRows:
    def write(items: Sequence[Any]) -> Sequence[PersonalDataRow]:
        notices.attach_names(actor, items, leaving=True)
        return [
            {
                "at": item.created_at,
                "about": notices.subject_of(item),
                "read_at": item.read_at,
                "address": item.url,
            }
            for item in items
        ]

    return NumberedRows(notices.inbox_items(actor), write)


def _letters(actor: Actor) -> NumberedRows:
    rows = Delivery.objects.filter(channel=Channel.EMAIL, recipient_id=actor.person_id)
    names = {"created_at": "created_at", "about": "event__kind", "state": "state", "sent_at": "sent_at"}
    return columns_of(rows, names)


def _documents(actor: Actor) -> NumberedRows:
    rows = Document.objects.of(actor.person_id, actor.tenant_id)
    return columns_of(rows, ("created_at", "kind", "title", "state", "sha256"))


def _acts(actor: Actor) -> NumberedRows:
    rows = Event.objects.filter(person_id=actor.person_id)
    return columns_of(rows, ("at", "kind", "target_type", "target_id"))


def _webhooks(actor: Actor) -> NumberedRows:
    """Of the tenant that they act for."""
    rows = Webhook.objects.filter(created_by_id=person_of(actor), tenant_id=actor.tenant_id or 0)
    return columns_of(rows, ("name", "kinds", "state", "created_at"))


def _own_rows(model: Any, columns: Sequence[str], actor: Actor) -> NumberedRows:
    return columns_of(model.objects.filter(person_id=person_of(actor)), columns)


def _file_notes(actor: Actor) -> NumberedRows:
    """Their own words; those of others are read by the people who decide on files."""
    rows = CaseNote.objects.filter(person_id=person_of(actor))
    return columns_of(rows, ("action", "text", "at"), reader=SYSTEM)


PARTS = (
    PersonalDataPart("inbox", _("Inbox"), _inbox, person_columns=("portal.Delivery.recipient",)),
    PersonalDataPart(
        "letters", _("E-mails sent to you"), _letters, person_columns=("portal.Delivery.recipient",)
    ),
    PersonalDataPart(
        "digests",
        _("Digests sent to you"),
        partial(_own_rows, Digest, ("on", "state", "created_at", "sent_at")),
        person_columns=("portal.Digest.person",),
    ),
    PersonalDataPart(
        "notices",
        _("E-mail notifications"),
        partial(_own_rows, NoticePreference, ("group", "pace", "pace_before")),
        person_columns=("portal.NoticePreference.person",),
    ),
    PersonalDataPart(
        "documents",
        _("Documents that you asked for"),
        _documents,
        person_columns=("portal.Document.requested_by",),
    ),
    PersonalDataPart(
        "journal", _("Your actions in the journal"), _acts, person_columns=("portal.Event.person_id",)
    ),
    PersonalDataPart(
        "api-answers",
        _("Responses to your API requests"),
        partial(_own_rows, IdempotencyKey, ("key", "status", "at")),
        person_columns=("portal.IdempotencyKey.person_id",),
    ),
    PersonalDataPart(
        "webhooks",
        _("Webhooks that you made"),
        _webhooks,
        person_columns=("portal.Webhook.created_by",),
    ),
    PersonalDataPart(
        "file-notes",
        _("Your reports about files"),
        _file_notes,
        person_columns=("portal.CaseNote.person_id",),
    ),
)

UNDISCLOSED = {"A random key that is gone in a week, and says nothing.": ["portal.FormToken.person_id"]}

RETAINED = {
    "The journal holds numbers, and is only added to.": ["portal.Event.person_id"],
    "A webhook is its tenant's, and who made it must be known while it is there.": [
        "portal.Webhook.created_by"
    ],
    "Why a file was withheld must be known as long as it is.": ["portal.CaseNote.person_id"],
    "A random key that is gone in a week, and says nothing.": ["portal.FormToken.person_id"],
}


@on_erasure("portal.Document.requested_by")
def _erase_documents(erasure: Erasure) -> None:
    remove_documents(list(Document.objects.filter(requested_by_id=erasure.person_id)))


@on_erasure("portal.IdempotencyKey.person_id")
def _erase_idempotency_keys(erasure: Erasure) -> None:
    """What programs of theirs were answered."""
    IdempotencyKey.objects.filter(person_id=erasure.person_id).delete()


@on_erasure()
def _replace_quotes(erasure: Erasure) -> None:
    """Replace the name by the neutral one in other people's inbox items that quote it."""
    for delivery in Delivery.objects.filter(event__person_id=erasure.person_id).exclude(quotes={}).iterator():
        quoted = {
            path: {
                language: erasure.replacement_name if text == erasure.name else text
                for language, text in texts.items()
            }
            for path, texts in delivery.quotes.items()
        }
        if quoted != delivery.quotes:
            Delivery.objects.filter(pk=delivery.pk).update(quotes=quoted)
