"""Named writes on translations: offer, accept, share, decline."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from portal.kernel import clock
from portal.kernel.access import SYSTEM, Actor, acting_as, can, person_of, require, tenant_of
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.journal import record
from portal.kernel.text import LANGUAGES, require_reason
from practices.enums import OPEN_LABELS, PracticeState, TranslationState
from practices.models import Practice, Translation, Version
from practices.services.parts import lock_for_adding
from practices.translated_texts import clean_texts, translatable_texts
from practices.workflows import TRANSLATION


@transaction.atomic
def offer_translation(
    actor: Actor, practice: Practice, *, language: str, version_number: int, texts: Mapping[str, str]
) -> Translation:
    """Offer what a version says in another language; its writers accept their own at once.

    Of an open practice it waits for the secretariat then, as a next version does. Raises Forbidden, WrongState where
    the practice is not shared or has a newer version than was translated, Faults for texts that do not fit, and
    DomainError for a language that is none, or a translation without title or summary.
    """
    locked = lock_for_adding(practice)
    require(actor, "translation.offer", locked)
    if locked.state != PracticeState.SHARED:
        raise WrongState(_("Only a shared practice can be translated."))
    if language not in LANGUAGES or language == locked.language:
        raise DomainError(_("Choose another language than that of the practice."), field="language")
    version = Version.objects.visible_to(actor).filter(practice=locked).first()
    if version is None or version.number != version_number:
        raise WrongState(_("There is a newer version: compare it with what you translated, and save again."))
    cleaned = clean_texts(version.content, texts)
    needed = {text.name for text in translatable_texts(version.content) if text.name in ("title", "summary")}
    if not needed <= cleaned.keys():
        raise DomainError(_("Translate the title and the summary at least."), field="title")
    translation = Translation.objects.create(
        practice=locked,
        language=language,
        version_number=version.number,
        content=cleaned,
        person_id=person_of(actor),
        organisation_id=tenant_of(actor),
    )
    record(actor, "translation.offer", translation, practice=locked.pk, language=language)
    if can(actor, "translation.accept", translation):
        return accept_translation(actor, translation)
    return translation


@transaction.atomic
def accept_translation(actor: Actor, translation: Translation) -> Translation:
    """The source takes it as its own: named readers read it from now on, an open one waits for the secretariat."""
    _refuse_hidden(translation)
    is_open = translation.practice.label in OPEN_LABELS
    target = TranslationState.IN_MODERATION if is_open else TranslationState.SHARED
    if not is_open:
        _make_room(translation)
    return TRANSLATION.apply(
        actor, translation, "accept", target=target, changes={"accepted_at": clock.now()},
        data={"practice": translation.practice_id},
    )  # fmt: skip


@transaction.atomic
def share_translation(actor: Actor, translation: Translation) -> Translation:
    """The secretariat has read it: all who may read the practice read it from now on."""
    _refuse_hidden(translation)
    _make_room(translation)
    return TRANSLATION.apply(
        actor,
        translation,
        "share",
        changes={"decided_at": clock.now()},
        data={"practice": translation.practice_id},
    )


@transaction.atomic
def decline_translation(actor: Actor, translation: Translation, reason: str) -> Translation:
    """The source, or the secretariat while it waits there, does not take it. Raises DomainError without a reason."""
    changes = {"decided_at": clock.now(), "reason": require_reason(reason)}
    return TRANSLATION.apply(
        actor, translation, "decline", changes=changes, data={"practice": translation.practice_id}
    )


def _refuse_hidden(translation: Translation) -> None:
    """What was recalled or retired meanwhile is not brought out in another language, nor what was for others."""
    if translation.earlier_readers is not None:
        raise WrongState(
            _("It was offered before the practice was opened to the community: it has to be offered again.")
        )
    if translation.practice.state != PracticeState.SHARED:
        raise WrongState(_("The practice is no longer shared."))


def _make_room(translation: Translation) -> None:
    """The one that is read until now stays in the database, and is read no more."""
    with acting_as(SYSTEM):  # it may be somebody else's
        earlier = Translation.objects.filter(
            practice=translation.practice_id, language=translation.language, state=TranslationState.SHARED
        )
        for row in earlier.exclude(pk=translation.pk):
            TRANSLATION.apply(SYSTEM, row, "replace", data={"practice": row.practice_id})
