"""What the kernel itself keeps about a person, and what of it goes when they are erased."""

from collections.abc import Iterable
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from portal.kernel import notices
from portal.kernel.access import Actor, person_of
from portal.kernel.kept_things import remove_documents
from portal.kernel.models import Channel, Delivery, Digest, Document, Event, KeptAnswer, NoticePreference
from portal.kernel.personal import Leaver, Part, Row, forgets


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


PARTS = (
    Part("inbox", _("Lines of your inbox"), _inbox),
    Part("letters", _("Letters that were sent to you"), _letters),
    Part("digests", _("Letters about several things that were sent to you"), _digests),
    Part("notices", _("How you want to be told"), _preferences),
    Part("documents", _("Documents that you asked for"), _documents),
    Part("journal", _("What you did, as the journal has it"), _acts),
)


@forgets
def _forget_documents(leaver: Leaver) -> None:
    remove_documents(list(Document.objects.filter(requested_by_id=leaver.person_id)))


@forgets
def _forget_answers(leaver: Leaver) -> None:
    """What programs of theirs were answered."""
    KeptAnswer.objects.filter(person_id=leaver.person_id).delete()


@forgets
def _forget_quotes(leaver: Leaver) -> None:
    """Lines in other people's inboxes that quote the name say the neutral one from now on."""
    for line in Delivery.objects.filter(event__person_id=leaver.person_id).exclude(quoted={}).iterator():
        quoted = {path: _neutral(words, leaver) for path, words in line.quoted.items()}
        if quoted != line.quoted:
            Delivery.objects.filter(pk=line.pk).update(quoted=quoted)


def _neutral(words: Any, leaver: Leaver) -> Any:
    return {language: leaver.neutral if text == leaver.name else text for language, text in words.items()}
