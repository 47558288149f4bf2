"""Named writes on questions of the public: asked and confirmed by a link, forwarded, answered, closed, published."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.enums import PublicQuestionKind, PublicQuestionState, Side
from alliance.models import PublicQuestion, PublicQuestionContact
from alliance.queries.local_dates import end_of_term
from alliance.queries.public.charters import commitment
from alliance.queries.public.members import member
from alliance.queries.public_questions import (
    forwarded_already,
    forwarding_refusal,
    publication_refusal,
    reopening_refusal,
)
from alliance.services.public_question_links import (
    CONFIRM_WITHIN_DAYS,
    link_digest_of,
    send_letter_to_asker,
)
from alliance.services.search_documents import refresh_question_document
from alliance.validators.languages import text_language
from alliance.validators.token_secrets import digest_of
from alliance.workflows import PUBLIC_QUESTION
from portal.kernel import clock, journal
from portal.kernel.access import SYSTEM, Actor, acting_as, person_of, require
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.publishing import touch_public_revision
from portal.kernel.text import (
    LANGUAGES,
    Texts,
    clean_optional_name,
    clean_text,
    reader_language,
    refuse_long,
    require_reason,
)

MAX_LENGTH = 4000


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """What the form of the public has: about a member, by its address, or a commitment, by its key, or both."""

    kind: str
    text: str
    language: str
    member: str = ""
    commitment: str = ""
    name: str = ""
    agrees: bool = False


# --- From the public form and by the link in a letter: everybody, as SYSTEM ------------------------------------


def ask_publicly(asked: AskedQuestion, email: str) -> None:
    """Send a link to confirm the question; nobody reads it before.

    Raises DomainError where neither a member nor a commitment is meant, or one that there is not, and of a text.
    """
    with acting_as(SYSTEM):
        organisation = member(asked.member) if asked.member else None
        if (asked.member and organisation is None) or (
            asked.commitment and commitment(asked.commitment) is None
        ):
            raise DomainError(_("Not found"))
        if organisation is None and not asked.commitment:
            raise DomainError(_("Choose what it is about: a member, a commitment or both."), field="member")
        question = PublicQuestion.objects.create(
            kind=PublicQuestionKind(asked.kind),
            organisation=organisation,
            commitment_key=asked.commitment,
            text=_required(asked.text, "text"),
            language=asked.language,
            asker_name=clean_optional_name(asked.name, field="name"),
            asker_agrees=asked.agrees,
            asked_at=clock.now(),
        )
        contact = PublicQuestionContact(
            question=question,
            email=email.strip(),
            language=asked.language,
            confirm_until=end_of_term(CONFIRM_WITHIN_DAYS),
        )
        contact.link_sha256 = link_digest_of(contact)
        contact.save(force_insert=True)
        send_letter_to_asker(question, "confirm")


def confirm_question(token: str) -> PublicQuestion:
    """Hand the question to the secretariat, by the link in its letter; again, it does nothing.

    Raises WrongState for a link that is not valid.
    """
    with acting_as(SYSTEM):
        contact = _contact_of(token)
        if contact.question.state != PublicQuestionState.UNCONFIRMED:
            return contact.question
        if contact.confirm_until <= clock.now():
            raise WrongState(_outdated())
        changes = {"confirmed_at": clock.now()}
        confirmed = PUBLIC_QUESTION.apply(SYSTEM, contact.question, "confirm", changes=changes)
        send_letter_to_asker(confirmed, "receipt")
        return confirmed


def change_asker_consent(token: str, *, agrees: bool) -> PublicQuestion:
    """Let the question be published with its answer, or no longer: a published one is hidden at once.

    What the asker has said already is not recorded again. Raises WrongState for a link that is not valid.
    """
    with acting_as(SYSTEM):
        question = _locked(_contact_of(token).question)
        if question.asker_agrees == agrees:
            return question
        question.asker_agrees = agrees
        question.save(update_fields=["asker_agrees"])
        journal.record(SYSTEM, "public_question.asker_agree", question, agrees=agrees, **_subject(question))
        if not agrees:
            _hide(question)
        return question


def withdraw_question(token: str) -> PublicQuestion:
    """Close the question for its asker: it is hidden, and their e-mail and name are erased at once.

    Raises WrongState for a link that is not valid, or once it is closed.
    """
    with acting_as(SYSTEM):
        contact = _contact_of(token)
        changes = {"closed_at": clock.now(), "published_at": None, "asker_name": "", "asker_agrees": False}
        withdrawn = PUBLIC_QUESTION.apply(SYSTEM, contact.question, "withdraw", changes=changes)
        contact.delete()
        refresh_question_document(withdrawn)
        touch_public_revision()
        return withdrawn


def has_changed() -> str:
    """Why an act on a question comes too late."""
    return _("This is no longer possible: its state has changed.")


def _outdated() -> str:
    return _("This link is no longer valid.")


def _contact_of(token: str) -> PublicQuestionContact:
    rows = PublicQuestionContact.objects.select_for_update(of=("self",)).prefetch_related("question")
    contact: PublicQuestionContact | None = rows.filter(link_sha256=digest_of(token)).first()
    if contact is None:
        raise WrongState(_outdated())
    return contact


# --- By the secretariat, and by the member to whom it is forwarded ---------------------------------------------


@transaction.atomic
def forward_question(actor: Actor, question: PublicQuestion) -> PublicQuestion:
    """Have the member answer whom it concerns; its people are notified, and read the question and no e-mail.

    Raises Forbidden, WrongState unless it is open and with no member, or DomainError where it concerns none, or one
    whose people have no access.
    """
    locked = _locked_for(actor, question, "forward")
    if with_member := forwarded_already(locked):
        raise WrongState(with_member)
    if refusal := forwarding_refusal(locked):
        raise DomainError(refusal)
    return _save_act(actor, locked, "forward", forwarded_at=clock.now(), taken_back_at=None)


@transaction.atomic
def take_back_question(actor: Actor, question: PublicQuestion) -> PublicQuestion:
    """Have the secretariat answer what was forwarded; the member reads no more than that it was taken back.

    Raises Forbidden, WrongState.
    """
    locked = _locked_for(actor, question, "take_back")
    if locked.forwarded_at is None:
        raise WrongState(_("It is not with a member."))
    return _save_act(actor, locked, "take_back", forwarded_at=None, taken_back_at=clock.now())


@transaction.atomic
def answer_question(actor: Actor, question: PublicQuestion, text: str, language: str = "") -> PublicQuestion:
    """Answer, for the secretariat or for the member to whom it is forwarded; the asker is sent the answer.

    Raises Forbidden, WrongState unless it is open, or DomainError of the text.
    """
    side = Side.SECRETARIAT if actor.is_host else Side.MEMBER
    answered = PUBLIC_QUESTION.apply(
        actor,
        question,
        "answer",
        changes={
            "answer": _required(text, "text"),
            "answer_language": text_language(language),
            "answer_side": side,
            "answered_by_id": person_of(actor),
            "answered_at": clock.now(),
            "member_agrees": False,
        },
        data={"side": str(side)},
    )
    send_letter_to_asker(answered, "answer")
    return answered


@transaction.atomic
def change_member_consent(actor: Actor, question: PublicQuestion, *, agrees: bool) -> PublicQuestion:
    """Let the member's answer be published, or no longer: a published one is hidden at once, and its asker notified.

    Raises Forbidden, or WrongState while there is no answer of the member.
    """
    locked = _locked_for(actor, question, "agree")
    if locked.answer_side != Side.MEMBER:
        raise WrongState(_("The answer is not your organisation’s."))
    was_public = locked.published_at is not None
    if not agrees:
        _hide(locked)
    changed = _save_act(actor, locked, "agree", {"agrees": agrees}, member_agrees=agrees)
    if was_public and not agrees:
        send_letter_to_asker(changed, "hide", by=Side.MEMBER)
    return changed


@transaction.atomic
def close_question(actor: Actor, question: PublicQuestion, reason: Texts) -> PublicQuestion:
    """Close it with a reason in one language at least; the asker is sent it in theirs, or in the one that there is.

    Raises Forbidden, WrongState, or DomainError without a reason.
    """
    changes = {"closed_at": clock.now(), "closing_reason": _reason_in_languages(reason)}
    closed = PUBLIC_QUESTION.apply(actor, question, "close", changes=changes)
    send_letter_to_asker(closed, "close")
    return closed


@transaction.atomic
def reopen_question(actor: Actor, question: PublicQuestion) -> PublicQuestion:
    """Open it again for another answer: a member that has it is asked anew, and the asker told of what is hidden.

    From a member whose people have no access by then it is taken back.
    Raises Forbidden, WrongState. One whose asker has withdrawn it stays closed.
    """
    if refusal := reopening_refusal(question):
        raise WrongState(refusal)
    changes: dict[str, object] = {
        "closed_at": None,
        "closing_reason": {},
        "published_at": None,
        "hidden_at": None,
        "member_agrees": False,
    }
    before = _locked(question)
    was_public = before.published_at is not None
    if was_public:
        require(actor, "public_question.reopen_published", before)
    reopened = PUBLIC_QUESTION.apply(actor, question, "reopen", changes=changes)
    if reopened.organisation is not None and reopened.forwarded_at is not None:
        if reopened.organisation.has_access:
            _save_act(actor, reopened, "forward", forwarded_at=clock.now())
        else:  # nobody there could answer it anew
            _save_act(actor, reopened, "take_back", forwarded_at=None, taken_back_at=clock.now())
    if was_public:
        send_letter_to_asker(reopened, "hide")
    refresh_question_document(reopened)
    touch_public_revision()
    return reopened


@transaction.atomic
def publish_question(actor: Actor, question: PublicQuestion) -> PublicQuestion:
    """Show question and answer to everybody; the asker is sent where.

    Raises Forbidden, WrongState, or DomainError that says who has not agreed.
    """
    locked = _locked_for(actor, question, "publish")
    refusal = publication_refusal(locked)
    if refusal:
        raise DomainError(refusal)
    published = _save_act(actor, locked, "publish", published_at=clock.now(), hidden_at=None)
    send_letter_to_asker(published, "publish")
    refresh_question_document(published)
    touch_public_revision()
    return published


@transaction.atomic
def hide_question(actor: Actor, question: PublicQuestion, reason: str) -> PublicQuestion:
    """Take it out of the public pages, with a reason that the journal keeps; the asker is notified.

    Raises Forbidden, WrongState where it is not published, or DomainError without a reason.
    """
    locked = _locked_for(actor, question, "hide")
    if locked.published_at is None:
        raise WrongState(_("It is not published."))
    hidden = _save_act(
        actor, locked, "hide", {"reason": require_reason(reason)}, published_at=None, hidden_at=clock.now()
    )
    send_letter_to_asker(hidden, "hide")
    refresh_question_document(hidden)
    touch_public_revision()
    return hidden


# --- What they share -------------------------------------------------------------------------------------------


def _required(text: str, field: str) -> str:
    cleaned = clean_text(text, field=field).strip()
    if not cleaned:
        raise DomainError(_("Write something."), field=field)
    return refuse_long(cleaned, MAX_LENGTH, field=field)


def _reason_in_languages(reason: Texts) -> dict[str, str]:
    """What is written of it, cleaned; a language in which nothing is written is left out."""
    cleaned = {
        language: clean_text(reason.get(language, ""), field=f"reason_{language}").strip()
        for language in LANGUAGES
    }
    if not any(cleaned.values()):
        raise DomainError(_("Give a reason."), field=f"reason_{reader_language()}")
    return {language: text for language, text in cleaned.items() if text}


def _locked(question: PublicQuestion) -> PublicQuestion:
    locked: PublicQuestion = PublicQuestion.objects.select_for_update(of=("self",)).get(pk=question.pk)
    return locked


def _locked_for(actor: Actor, question: PublicQuestion, act: str) -> PublicQuestion:
    """The question for an act that changes no state. Raises Forbidden, or WrongState."""
    locked = _locked(question)
    require(actor, PUBLIC_QUESTION.rule(act), locked)
    if locked.state not in PUBLIC_QUESTION.acts[act]:
        raise WrongState(has_changed())
    return locked


def _save_act(
    actor: Actor,
    question: PublicQuestion,
    act: str,
    data: dict[str, object] | None = None,
    **changes: datetime | bool | None,
) -> PublicQuestion:
    for name, value in changes.items():
        setattr(question, name, value)
    question.save(update_fields=list(changes))
    journal.record(actor, PUBLIC_QUESTION.rule(act), question, **(data or {}), **_subject(question))
    return question


def _subject(question: PublicQuestion) -> dict[str, object]:
    return {"organisation": question.organisation_id} if question.organisation_id else {}


def _hide(question: PublicQuestion) -> None:
    """Take it out of the public pages, where it is there."""
    if question.published_at is not None:
        question.published_at = None
        question.save(update_fields=["published_at"])
        refresh_question_document(question)
        touch_public_revision()
