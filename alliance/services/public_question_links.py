"""The link in letters to askers: made when a letter is sent, never stored; the row has its digest."""

from alliance.enums import PublicQuestionState, Side
from alliance.models import PublicQuestion, PublicQuestionContact
from alliance.services import letter_tokens
from alliance.validators.token_secrets import digest_of
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.jobs import enqueue

_SALT = "alliance.public-question"
CONFIRM_WITHIN_DAYS = 7


def link_digest_of(contact: PublicQuestionContact) -> str:
    """The digest of the link, for the row."""
    return digest_of(letter_tokens.new_token(_SALT, _facts(contact)))


def link_token_of(contact: PublicQuestionContact) -> str | None:
    """The token of the link; None when no key of ours made it."""
    return letter_tokens.find_token(_SALT, _facts(contact), contact.link_sha256)


def contact_of_link(token: str) -> PublicQuestionContact | None:
    """The contact that holds this link, with its question; None for another token, or one not confirmed in time."""
    with acting_as(SYSTEM):
        rows = PublicQuestionContact.objects.select_related("question__organisation")
        contact: PublicQuestionContact | None = rows.filter(link_sha256=digest_of(token)).first()
    if contact is None:
        return None
    waits = contact.question.state == PublicQuestionState.UNCONFIRMED
    return None if waits and contact.confirm_until <= clock.now() else contact


def send_letter_to_asker(question: PublicQuestion, letter: str, *, by: Side = Side.SECRETARIAT) -> None:
    """Queue a letter to the asker, who has no account: `confirm`, `receipt`, `answer`, `close`, `publish` or `hide`.

    `by` is the side that acted, where the letter names it. None with the clock set to the past. Belongs into a
    transaction that may add jobs: of SYSTEM, the secretariat or the member.
    """
    if clock.is_set():
        return
    # its key holds the moment: answered, opened again and answered once more are two letters
    key = f"public-question:{question.pk}:{letter}:{clock.now().timestamp():.6f}"
    payload: dict[str, int | str] = {"question": question.pk, "letter": letter, "by": str(by)}
    enqueue("send_public_question_letter", key=key, payload=payload)


def _facts(contact: PublicQuestionContact) -> str:
    return f"{contact.pk}:{contact.email}"
