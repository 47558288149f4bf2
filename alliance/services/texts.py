"""Named writes on the portal's longer texts: a new revision, and an agreement to one."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.enums import TextKind
from alliance.models import Agreement, SiteText
from alliance.queries.last_edits import changed_meanwhile
from alliance.queries.texts import current_text, default_text, text_in_language
from alliance.services.search_site import refresh_text
from portal.kernel import clock, journal
from portal.kernel.access import Actor, acting_as, person_of, require
from portal.kernel.database import lock_name
from portal.kernel.errors import Conflict, DomainError
from portal.kernel.publishing import touch_public_revision
from portal.kernel.text import LANGUAGES, clean_text, reader_language

MAX_LENGTH = 20_000
# A page may be empty; the consent may not, nor may a required page.
_MAY_BE_EMPTY = (TextKind.HOME,)


@transaction.atomic
def write_text(actor: Actor, kind: str, texts: Mapping[str, str], *, expected_revision: int) -> SiteText:
    """Keep the text, in all its languages, as the next revision; pages show it at once.

    `expected_revision` is the revision that the writer began with; 0 is the starting text, stored as the first.
    Raises Forbidden, Conflict when somebody has saved another one meanwhile, or DomainError for an empty text.
    Does nothing when nothing is new.
    """
    require(actor, "site.write_text")
    clean = {code: clean_text(texts[code], field=f"text_{code}").strip() for code in LANGUAGES}
    if not any(clean.values()) and kind not in _MAY_BE_EMPTY:
        raise DomainError(_("Write it in one language at least."), field=f"text_{LANGUAGES[0]}")
    text = ensure_current_text(kind)
    if text.revision != max(expected_revision, 1):
        message = changed_meanwhile(actor, text.written_by_id, text.written_at)
        raise Conflict(message, stored=text, sent=clean)
    if text.is_reviewed and clean == {code: text_in_language(text, code) for code in LANGUAGES}:
        return text
    revision = _save_revision(kind, text.revision + 1, clean, actor.person_id)
    journal.record(actor, "site.write_text", revision, text_kind=str(kind), revision=revision.revision)
    touch_public_revision()
    return revision


def _save_revision(kind: str, revision: int, texts: Mapping[str, str], person_id: int | None) -> SiteText:
    text = SiteText(kind=kind, revision=revision, written_by_id=person_id, written_at=clock.now())
    for language, text_in_it in texts.items():
        setattr(text, f"text_{language}", text_in_it)
    text.save(force_insert=True)
    refresh_text(kind)
    return text


@transaction.atomic
def ensure_current_text(kind: str) -> SiteText:
    """The revision that holds, as a row that can be agreed to: a starting text is stored as the first."""
    # until the end of the transaction nobody else writes this text
    lock_name(f"site_text:{kind}")
    text = current_text(kind)
    if text.pk is None:
        begun = default_text(kind)
        text = _save_revision(kind, 1, {code: text_in_language(begun, code) for code in LANGUAGES}, None)
    return text


def write_default_texts() -> None:
    """Store the starting texts, where there is nothing yet; a manager reviews them."""
    for kind in TextKind:
        ensure_current_text(kind)


def text_to_agree_to(kind: str, expected_revision: int) -> SiteText:
    """The text that somebody agrees to now, if it is the revision that they have read; refuses another one."""
    text = ensure_current_text(kind)
    if text.revision != max(expected_revision, 1):
        raise DomainError(_("This text has changed while you were reading. Read it again, then agree."))
    return text


@transaction.atomic
def agree_to_consent(actor: Actor, *, expected_revision: int) -> Agreement:
    """Record that the actor agrees to the current consent, once for each revision.

    Raises Forbidden when the actor is not a person, and DomainError when the text has a newer revision.
    """
    require(actor, "person.agree")
    text = text_to_agree_to(TextKind.CONSENT, expected_revision)
    with acting_as(actor):
        agreed, new = Agreement.objects.get_or_create(
            person_id=person_of(actor),
            text=text,
            defaults={"language": reader_language(), "agreed_at": clock.now()},
        )
    if new:
        journal.record(actor, "person.agree", agreed, text_kind=text.kind, revision=text.revision)
    return agreed
