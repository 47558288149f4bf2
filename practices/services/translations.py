"""Named writes on translations: offer, accept, take back, withdraw, share, decline; those of a working copy."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from portal.kernel import clock
from portal.kernel.access import SYSTEM, Actor, acting_as, can, person_of, require, tenant_of
from portal.kernel.errors import Conflict, DomainError, WrongState
from portal.kernel.journal import record
from portal.kernel.text import LANGUAGES, require_reason
from practices.enums import PracticeState, TranslationState
from practices.models import Draft, Practice, Translation, Version
from practices.queries.translations import NOT_OF_EARLIER_READERS
from practices.services.audiences import refuse_other_readers
from practices.services.parts import lock_for_adding
from practices.services.practices import lock_for_writing
from practices.services.searches import notify_searches_for_language
from practices.translated_texts import carry_texts, clean_texts, lacks_needed, originals_of
from practices.workflows import TRANSLATION

_CURRENT = (
    TranslationState.DRAFT, TranslationState.OFFERED, TranslationState.IN_MODERATION, TranslationState.SHARED,
)  # fmt: skip


@transaction.atomic
def offer_translation(
    actor: Actor, practice: Practice, *, language: str, version_number: int, texts: Mapping[str, str]
) -> Translation:
    """Offer what a version says in another language; the writers of an open practice accept their own at once.

    It waits for the secretariat then, as a next version does; a named one waits for a signatory. Raises Forbidden,
    WrongState where the practice is not shared or has a newer version than was translated, Faults for texts that do not
    fit, and DomainError for a language that is none, or a translation without title or summary.
    """
    locked = lock_for_adding(practice)
    require(actor, "translation.offer", locked)
    if locked.state != PracticeState.SHARED:
        raise WrongState(_("Only a shared practice can be translated."))
    _refuse_language(locked, language)
    version = Version.objects.visible_to(actor).filter(practice=locked).first()
    if version is None or version.number != version_number:
        raise WrongState(_("There is a newer version: compare it with what you translated, and save again."))
    cleaned = clean_texts(version.content, texts)
    if lacks_needed(version.content, cleaned):
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


def _refuse_language(practice: Practice, language: str) -> None:
    if language not in LANGUAGES or language == practice.language:
        raise DomainError(_("Choose another language than that of the practice."), field="language")


@transaction.atomic
def save_draft_translation(
    actor: Actor,
    practice: Practice,
    *,
    language: str,
    texts: Mapping[str, str],
    draft_version: int | None = None,
    earlier_key: str | None = None,
) -> Translation:
    """Save what the working copy says in another language, in the place of the last one; its writers alone see it.

    It may lack anything: it is offered with the version that the working copy becomes (`draft_translations`).
    `draft_version` is the working copy's beside which it was written, None for any; `earlier_key` that of the
    translation that the writer read, "" where there was none, None for any. Raises Conflict when another stands there,
    Forbidden, WrongState while the practice waits or where the working copy says something else by now, Faults for
    texts that do not fit, and DomainError for a language that is none, or without any text.
    """
    draft = lock_for_writing(actor, practice)
    _refuse_language(draft.practice, language)
    _refuse_other_words(draft, draft_version)
    cleaned = clean_texts(draft.content, texts)
    if not cleaned:
        raise DomainError(_("There is no translated text in it."), field="title")
    _replace_draft_translation(draft, language, earlier_key, cleaned)
    translation = Translation.objects.create(
        practice=draft.practice,
        language=language,
        version_number=0,
        state=TranslationState.DRAFT,
        content=cleaned,
        originals=originals_of(draft.content),
        person_id=person_of(actor),
        organisation_id=tenant_of(actor),
    )
    record(actor, "translation.draft", translation, practice=draft.practice_id, language=language)
    return translation


def _replace_draft_translation(
    draft: Draft, language: str, earlier_key: str | None, sent: Mapping[str, str]
) -> None:
    """What is sent takes the place of the translation of the working copy, if its writer has read that one."""
    with acting_as(SYSTEM):  # it may be a colleague's
        rows = Translation.objects.filter(
            practice=draft.practice, language=language, state=TranslationState.DRAFT
        ).select_related("person")
        stored = rows.first()
        if stored is not None and earlier_key not in (None, str(stored.key)):
            message = _("This was saved elsewhere while you were editing it.")
            raise Conflict(message, stored=stored, sent=sent)
        for row in rows:
            TRANSLATION.apply(SYSTEM, row, "replace", data={"practice": row.practice_id})


def _refuse_other_words(draft: Draft, read_version: int | None) -> None:
    if read_version is not None and not draft.words_version <= read_version <= draft.version:
        raise WrongState(_("The working copy says something else by now. Compare, and save again."))


@transaction.atomic
def remove_draft_translation(actor: Actor, translation: Translation) -> Translation:
    """Its writers remove a translation of the working copy. Raises Forbidden, and WrongState when it was offered."""
    return _take_step(actor, translation, "remove")


@transaction.atomic
def add_translation(
    actor: Actor,
    practice: Practice,
    *,
    language: str,
    texts: Mapping[str, str],
    draft_version: int | None = None,
    earlier_key: str | None = None,
) -> Translation:
    """Add what the working copy says in another language, as one of its writers: with it, or with its version.

    Offered at once where the working copy says what its readers read; not again where one is offered or read that says
    the same. What the working copy had gives way to it then if it has all texts of that one; else that one stays, so
    that no text is lost. One that says the same as that of the working copy changes nothing. Raises what
    `offer_translation` and `save_draft_translation` raise.
    """
    draft = lock_for_writing(actor, practice)
    _refuse_other_words(draft, draft_version)
    cleaned = clean_texts(draft.content, texts)
    rows = Translation.objects.visible_to(actor).filter(
        NOT_OF_EARLIER_READERS, practice=practice, language=language, state__in=_CURRENT
    )
    for row in rows.order_by("-pk"):
        if _texts_for_draft(row, draft) == _without_same(draft, cleaned):
            if row.state != TranslationState.DRAFT:
                _replace_covered(draft, language, earlier_key, cleaned)
            return row
    last = draft.practice.versions.first()
    is_shared = draft.practice.state == PracticeState.SHARED
    if is_shared and last and last.content == draft.content and not lacks_needed(draft.content, cleaned):
        offered = offer_translation(
            actor, draft.practice, language=language, version_number=last.number, texts=cleaned
        )
        _replace_covered(draft, language, earlier_key, cleaned)
        return offered
    return save_draft_translation(
        actor,
        draft.practice,
        language=language,
        texts=cleaned,
        draft_version=draft_version,
        earlier_key=earlier_key,
    )


def _replace_covered(
    draft: Draft, language: str, earlier_key: str | None, offered: Mapping[str, str]
) -> None:
    """Replace the translation of the working copy where what was offered has all of its texts, earlier ones too."""
    originals = originals_of(draft.content)
    with acting_as(SYSTEM):  # it may be a colleague's
        rows = list(
            Translation.objects.filter(
                practice=draft.practice, language=language, state=TranslationState.DRAFT
            )
        )
    for row in rows:
        in_place = {name: text for name, text in row.content.items() if name in originals}
        texts = _texts_for_draft(row, draft) | _without_same(draft, in_place)
        if not texts.keys() <= offered.keys():
            return
    _replace_draft_translation(draft, language, earlier_key, offered)


def _texts_for_draft(translation: Translation, draft: Draft) -> dict[str, str]:
    """What a translation says of the working copy, but for texts that have the same letters in both languages."""
    if translation.originals is not None:
        originals = translation.originals
    else:
        version = draft.practice.versions.filter(number=translation.version_number).first()
        originals = originals_of(version.content) if version else {}
    return _without_same(draft, carry_texts(originals, draft.content, translation.content).texts)


def _without_same(draft: Draft, texts: Mapping[str, str]) -> dict[str, str]:
    originals = originals_of(draft.content)
    return {name: text for name, text in texts.items() if text != originals[name]}


@transaction.atomic
def accept_translation(actor: Actor, translation: Translation) -> Translation:
    """The source takes a translation of an open practice as its own: from now on it waits for the secretariat."""
    _lock_shared_practice(translation)
    return _take_step(actor, translation, "accept", accepted_at=clock.now())


@transaction.atomic
def take_back_translation(actor: Actor, translation: Translation) -> Translation:
    """The source takes it back from the secretariat, which reads it no more; it is offered again."""
    return _take_step(actor, translation, "take_back", accepted_at=None)


@transaction.atomic
def withdraw_translation(actor: Actor, translation: Translation) -> Translation:
    """Its translator does not offer it any more, before it is shared."""
    return _take_step(actor, translation, "withdraw")


@transaction.atomic
def share_translation(actor: Actor, translation: Translation, *, shown_readers: str = "") -> Translation:
    """All who may read the practice read it from now on: the secretariat has read it, or a signatory has.

    `shown_readers` is the digest of those whom the actor has read of. Raises Forbidden, WrongState when the practice is
    not shared any more, or a translation of a newer version is, and what `refuse_other_readers` raises.
    """
    _lock_shared_practice(translation)
    refuse_other_readers(translation.practice, shown_readers)
    is_new = not _replace_shared(translation)
    shared = _take_step(actor, translation, "share", decided_at=clock.now())
    if is_new:
        notify_searches_for_language(actor, shared.practice, shared.language)
    return shared


@transaction.atomic
def decline_translation(actor: Actor, translation: Translation, reason: str) -> Translation:
    """The source, or who may share it, does not take it, or does not let it be read any more.

    Raises Forbidden, WrongState, and DomainError without a reason.
    """
    changes = {"decided_at": clock.now(), "reason": require_reason(reason)}
    return _take_step(actor, translation, "decline", **changes)


def _take_step(actor: Actor, translation: Translation, action: str, **changes: object) -> Translation:
    return TRANSLATION.apply(
        actor, translation, action, changes=changes, data={"practice": translation.practice_id}
    )


def _lock_shared_practice(translation: Translation) -> None:
    """Refuse what was recalled or retired, or is of earlier readers; hold its label and what else is shared of it."""
    practice = Practice.objects.select_for_update(of=("self",)).get(pk=translation.practice_id)
    if Translation.objects.filter(pk=translation.pk, earlier_readers__isnull=False).exists():
        raise WrongState(
            _("It was offered before the practice was opened to the community: it has to be offered again.")
        )
    if practice.state != PracticeState.SHARED:
        raise WrongState(_("The practice is no longer shared."))
    translation.practice = practice


def _replace_shared(translation: Translation) -> bool:
    """The one that is read until now stays in the database, and is read no more. One of a newer version stays.

    Whether there was one for all who read the practice: one from before it was opened has its earlier readers.
    """
    replaced = False
    with acting_as(SYSTEM):  # it may be somebody else's
        earlier = Translation.objects.filter(
            practice=translation.practice_id, language=translation.language, state=TranslationState.SHARED
        )
        for row in earlier.exclude(pk=translation.pk):
            if row.version_number > translation.version_number:
                raise WrongState(_("A translation of a newer version is shared already."))
            TRANSLATION.apply(SYSTEM, row, "replace", data={"practice": row.practice_id})
            replaced = replaced or row.earlier_readers is None
    return replaced
