"""Named writes on the portal's longer texts: a new revision, and an agreement to one."""

from collections.abc import Mapping

from django.db import connection, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from alliance.enums import TextKind
from alliance.models import Agreement, SiteText
from alliance.queries.texts import LANGUAGES, in_language, starting_text, text_that_holds
from portal.kernel import clock, journal
from portal.kernel.access import Actor, person_of, require
from portal.kernel.errors import Conflict, DomainError
from portal.kernel.names import clean_text
from portal.kernel.publishing import touch_public
from portal.kernel.row_security import acting_as

LONGEST = 20_000
# A page may say nothing of its own; what somebody agrees to may not, nor may a page that is owed.
_MAY_BE_EMPTY = (TextKind.HOME,)


@transaction.atomic
def write_text(actor: Actor, kind: str, texts: Mapping[str, str], *, seen: int) -> SiteText:
    """Keep the text, in all its languages, as the next revision; pages show it at once.

    `seen` is the revision that the writer began with; 0 is what the portal came with, kept as the first.
    Refuses with Forbidden, Conflict when somebody has saved another one meanwhile, or DomainError for an empty text.
    Does nothing when nothing is new.
    """
    require(actor, "site.write_text")
    clean = {code: clean_text(texts[code], field=f"text_{code}").strip() for code in LANGUAGES}
    if not any(clean.values()) and kind not in _MAY_BE_EMPTY:
        raise DomainError(_("Write it in one language at least."), field=f"text_{LANGUAGES[0]}")
    held = settled_text(kind)
    if held.revision != max(seen, 1):
        message = _("Somebody else saved this while you were editing it.")
        raise Conflict(message, theirs=held, mine=clean)
    if held.is_reviewed and clean == {code: in_language(held, code) for code in LANGUAGES}:
        return held
    written = _keep(kind, held.revision + 1, clean, actor.person_id)
    journal.record(actor, "site.write_text", written, text_kind=str(kind), revision=written.revision)
    touch_public()
    return written


def _keep(kind: str, revision: int, texts: Mapping[str, str], person_id: int | None) -> SiteText:
    text = SiteText(kind=kind, revision=revision, written_by_id=person_id, written_at=clock.now())
    for language, words in texts.items():
        setattr(text, f"text_{language}", words)
    text.save(force_insert=True)
    return text


def _hold(kind: str) -> None:
    """Until the end of the transaction nobody else writes this text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"site_text:{kind}"])


@transaction.atomic
def settled_text(kind: str) -> SiteText:
    """The revision that holds, as a row that can be agreed to: what the portal came with is kept as the first."""
    _hold(kind)
    held = text_that_holds(kind)
    if held.pk is None:
        begun = starting_text(kind)
        held = _keep(kind, 1, {code: in_language(begun, code) for code in LANGUAGES}, None)
    return held


def write_starting_texts() -> None:
    """Keep what the portal came with, where there is nothing yet; a manager reviews it."""
    for kind in TextKind:
        settled_text(kind)


def read_text_of(kind: str, seen: int) -> SiteText:
    """The text that somebody agrees to now, if it is the revision that they have read; refuses another one."""
    text = settled_text(kind)
    if text.revision != max(seen, 1):
        raise DomainError(_("This text has changed while you were reading. Read it again, then agree."))
    return text


@transaction.atomic
def agree_to_consent(actor: Actor, *, seen: int) -> Agreement:
    """Record that the actor agrees to the consent as it stands, once for each revision.

    Refuses with Forbidden for who is no person, or DomainError when another revision holds by now.
    """
    require(actor, "person.agree")
    text = read_text_of(TextKind.CONSENT, seen)
    with acting_as(actor):
        agreed, new = Agreement.objects.get_or_create(
            person_id=person_of(actor),
            text=text,
            defaults={"language": (get_language() or "en").split("-")[0], "agreed_at": clock.now()},
        )
    if new:
        journal.record(actor, "person.agree", agreed, text_kind=text.kind, revision=text.revision)
    return agreed
