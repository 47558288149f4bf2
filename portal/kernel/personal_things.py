"""What the kernel itself keeps about a person, and what of it goes when they are erased."""

from collections.abc import Iterable
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from portal.kernel import notices
from portal.kernel.access import SYSTEM, Actor, person_of
from portal.kernel.kept_things import remove_documents
from portal.kernel.models import (
    CaseNote,
    Channel,
    Delivery,
    Digest,
    Document,
    Event,
    KeptAnswer,
    NoticePreference,
)
from portal.kernel.personal import Leaver, Part, Row, forgets
from portal.kernel.row_security import acting_as


def _inbox(actor: Actor) -> Iterable[Row]:
    lines = list(notices.inbox(actor))
    notices.look_up(actor, lines)
    return [
        {
            "at": line.created_at,
            "about": notices.subject_of(line),
            "read_at": line.read_at,
            "address": line.url,
        }
        for line in lines
    ]


def _letters(actor: Actor) -> Iterable[Row]:
    rows = Delivery.objects.filter(channel=Channel.EMAIL, recipient_id=actor.person_id).order_by("pk")
    return rows.annotate(about=F("event__kind")).values("created_at", "about", "state", "sent_at")


def _documents(actor: Actor) -> Iterable[Row]:
    rows = Document.objects.of(actor.person_id, actor.tenant_id).order_by("pk")
    return rows.values("created_at", "kind", "title", "state", "sha256")


def _acts(actor: Actor) -> Iterable[Row]:
    rows = Event.objects.filter(person_id=actor.person_id).order_by("pk")
    return rows.values("at", "kind", "target_type", "target_id")


def _preferences(actor: Actor) -> Iterable[Row]:
    rows = NoticePreference.objects.filter(person_id=person_of(actor)).order_by("pk")
    return rows.values("group", "pace")


def _digests(actor: Actor) -> Iterable[Row]:
    rows = Digest.objects.filter(person_id=person_of(actor)).order_by("pk")
    return rows.values("on", "state", "created_at", "sent_at")


def _answers(actor: Actor) -> Iterable[Row]:
    rows = KeptAnswer.objects.filter(person_id=person_of(actor)).order_by("pk")
    return rows.values("key", "status", "at")


def _file_notes(actor: Actor) -> Iterable[Row]:
    """Their own words; those of others are read by whoever decides on files."""
    with acting_as(SYSTEM):
        rows = CaseNote.objects.filter(person_id=person_of(actor)).order_by("pk")
        return list(rows.values("action", "text", "at"))


PARTS = (
    Part("inbox", _("Inbox"), _inbox, of=("portal.Delivery.recipient",)),
    Part("letters", _("E-mails sent to you"), _letters, of=("portal.Delivery.recipient",)),
    Part(
        "digests", _("Digests sent to you"), _digests,
        of=("portal.Digest.person",),
    ),
    Part("notices", _("E-mail notifications"), _preferences, of=("portal.NoticePreference.person",)),
    Part("documents", _("Documents that you asked for"), _documents, of=("portal.Document.requested_by",)),
    Part("journal", _("Your actions in the journal"), _acts, of=("portal.Event.person_id",)),
    Part("api-answers", _("Answers to your programs"), _answers, of=("portal.KeptAnswer.person_id",)),
    Part(
        "file-notes", _("Your reports about files"), _file_notes,
        of=("portal.CaseNote.person_id",),
    ),
)  # fmt: skip

UNTOLD = {"A random key that is gone in a week, and says nothing.": ["portal.HandledRequest.person_id"]}

STAYS = {
    "The journal holds numbers, and is only added to.": ["portal.Event.person_id"],
    "Why a file was withheld must be known as long as it is.": ["portal.CaseNote.person_id"],
    "A random key that is gone in a week, and says nothing.": ["portal.HandledRequest.person_id"],
}


@forgets("portal.Document.requested_by")
def _forget_documents(leaver: Leaver) -> None:
    remove_documents(list(Document.objects.filter(requested_by_id=leaver.person_id)))


@forgets("portal.KeptAnswer.person_id")
def _forget_answers(leaver: Leaver) -> None:
    """What programs of theirs were answered."""
    KeptAnswer.objects.filter(person_id=leaver.person_id).delete()


@forgets()
def _forget_quotes(leaver: Leaver) -> None:
    """Lines in other people's inboxes that quote the name say the neutral one from now on."""
    for line in Delivery.objects.filter(event__person_id=leaver.person_id).exclude(quoted={}).iterator():
        quoted = {path: _neutral(words, leaver) for path, words in line.quoted.items()}
        if quoted != line.quoted:
            Delivery.objects.filter(pk=line.pk).update(quoted=quoted)


def _neutral(words: Any, leaver: Leaver) -> Any:
    return {language: leaver.neutral if text == leaver.name else text for language, text in words.items()}
