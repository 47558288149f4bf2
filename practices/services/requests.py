"""The request board: ask, edit, close, reopen; offer, withdraw an offer, accept one."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.validators.languages import text_language
from portal.kernel import clock, journal
from portal.kernel.access import SYSTEM, Actor, acting_as, person_of, require, tenant_of
from portal.kernel.errors import Conflict, DomainError, WrongState
from practices.access import person_token
from practices.audiences import Audience, is_narrowing
from practices.content import clean_content
from practices.enums import Label, RequestState
from practices.models import Offer, Post, Practice, Request, RequestHistory
from practices.queries.readership import reader_tokens
from practices.queries.request_history import versions_of
from practices.services.audiences import audience_of, refuse_disallowed_label, refuse_unknown_readers
from practices.services.following import follow
from practices.services.parts import lock_for_adding
from practices.services.texts import clean_required_text
from practices.workflows import REQUEST

# as a practice has them
FACET_FIELDS = ("harms", "content_types", "service_kinds", "encryption", "languages")
_CONTENT_FIELDS = ("title", *FACET_FIELDS)


@dataclass(frozen=True, slots=True)
class RequestDraft:
    """What somebody looks for: “a way to `title` on … for … in …”."""

    title: str
    text: str = ""
    harms: Sequence[str] = ()
    content_types: Sequence[str] = ()
    service_kinds: Sequence[str] = ()
    encryption: str = ""
    languages: Sequence[str] = ()
    language: str = "en"


def title_of_question(text: str) -> str:
    """What somebody looks for, as the sentence takes it: without the question mark with which people end it."""
    return text.strip().rstrip("?").strip()


_READERS = ("label", "reader_people", "reader_organisations", "reader_groups")
_FIELDS = tuple(field.name for field in fields(RequestDraft))


def check_may_ask(actor: Actor) -> None:
    """Raise Forbidden for somebody who may post no request, and so names nobody in one."""
    require(actor, "request.ask")


@transaction.atomic
def ask_request(actor: Actor, draft: RequestDraft, readers: Audience) -> Request:
    """Put a request on the board; its author follows it. Raises Faults or a DomainError by field."""
    require(actor, "request.ask")
    person, organisation = person_of(actor), tenant_of(actor)
    request = Request(
        organisation_id=organisation,
        author_people=[person_token(person, organisation)],
        asked_by_id=person,
        **_column_values(draft),
    )
    _set_readers(actor, request, readers)
    request.save()
    _note_version(actor, request)
    follow(actor, request)
    journal.record(actor, "request.ask", request, label=request.label)
    return request


@transaction.atomic
def edit_request(
    actor: Actor, request: Request, draft: RequestDraft, readers: Audience, *, version: int
) -> Request:
    """Say it better, or to other readers; `version` is the one that the writer saw.

    Raises Conflict with both texts when a colleague saved in between, and refuses readers who would see what others
    have said to fewer. With TLP:RED go the earlier versions: what authors have taken out is not for their colleagues.
    """
    locked = _locked(request)
    require(actor, "request.edit", locked)
    if locked.state != RequestState.OPEN:
        raise WrongState(_("Only an open request can be changed."))
    if locked.version != version:
        raise Conflict(_("This was saved elsewhere while you were editing it."), stored=locked, sent=draft)
    _refuse_wider_readers(locked, readers)
    for name, value in _column_values(draft).items():
        setattr(locked, name, value)
    was_of_authors = locked.label == Label.RED != readers.label
    _set_readers(actor, locked, readers)
    locked.version += 1
    locked.save(update_fields=[*_FIELDS, *_READERS, "version"])
    if was_of_authors:
        with acting_as(SYSTEM):
            RequestHistory.objects.filter(request=locked).delete()
    _note_version(actor, locked)
    journal.record(actor, "request.edit", locked, label=locked.label)
    return locked


@transaction.atomic
def restore_request(actor: Actor, request: Request, number: int, version: int) -> Request:
    """Write an earlier version of a request as the newest; its readers stay those of now.

    `version` is the one that the actor has read. Raises as `edit_request`, and DomainError for a version that is no
    longer kept.
    """
    require(actor, "request.edit", request)
    row = versions_of(actor, request).filter(pk=number).first()
    if row is None:
        raise DomainError(_("This version is no longer kept."))
    return edit_request(actor, request, RequestDraft(**row.content), audience_of(request), version=version)


def content_of(request: Request | RequestDraft) -> dict[str, Any]:
    """What it says, as plain data; without its readers."""
    return {name: _plain_value(getattr(request, name)) for name in _FIELDS}


def _note_version(actor: Actor, request: Request) -> None:
    """Write what the request says now into its history."""
    RequestHistory.objects.create(
        request=request, version=request.version, content=content_of(request), written_by_id=person_of(actor)
    )


def _column_values(draft: RequestDraft) -> dict[str, Any]:
    content = clean_content({name: _plain_value(getattr(draft, name)) for name in _CONTENT_FIELDS})
    if not content.get("title"):
        raise DomainError(_("Describe in a few words what you are looking for."), field="title")
    empty: dict[str, Any] = {name: _plain_value(getattr(RequestDraft(""), name)) for name in _CONTENT_FIELDS}
    return {**empty, **content, "text": clean_required_text(draft.text), "language": draft.language}


def _set_readers(actor: Actor, request: Request, new: Audience) -> None:
    """Write the audience into the record; what is RED is its authors' to give."""
    refuse_disallowed_label(request, new.label)
    refuse_unknown_readers(new)
    if new.label == Label.RED and person_token(actor.person_id, actor.tenant_id) not in request.author_people:
        raise DomainError(_("Only authors can apply TLP:RED."), field="label")
    request.label = new.label
    request.reader_people = sorted(new.people)
    request.reader_organisations = sorted(new.organisations)
    request.reader_groups = sorted(new.groups)


def _plain_value(value: Any) -> Any:
    return value if isinstance(value, str) else list(value)


def _refuse_wider_readers(request: Request, readers: Audience) -> None:
    """Others have written for the readers of that time; nobody else is to read that."""
    if is_narrowing(request.reader_tokens, reader_tokens(request, readers)):
        return
    others = [
        model.objects.filter(request=request).exclude(organisation_id=request.organisation_id)
        for model in (Offer, Post)
    ]
    if any(rows.exists() for rows in others):
        raise DomainError(
            _(
                "Others have answered with the current readers in mind. To reach more people, post a new request."
            ),
            field="label",
        )


@transaction.atomic
def close_request(actor: Actor, request: Request) -> Request:
    """Close the request: no one can offer an answer any more. Raises Forbidden or WrongState."""
    return REQUEST.apply(actor, request, "close")


@transaction.atomic
def reopen_request(actor: Actor, request: Request) -> Request:
    """Open the request again; an accepted offer becomes an ordinary offer again.

    Raises Forbidden or WrongState.
    """
    opened = REQUEST.apply(actor, request, "reopen")
    with acting_as(SYSTEM):  # offers are their makers'
        Offer.objects.filter(request=opened).update(accepted_at=None)
    return opened


# --- Offers ----------------------------------------------------------------------------------


@transaction.atomic
def make_offer(actor: Actor, request: Request, text: str, *, practice: Practice | None = None) -> Offer:
    """Offer an answer in words, and with them a practice that the actor may read.

    The text is required: readers who may not see the practice read nothing else. Raises Forbidden, WrongState when the
    request is closed or has other readers by now, and DomainError for a practice that the actor may not read or an
    invalid text.
    """
    locked = lock_for_adding(request)
    require(actor, "offer.make", locked)
    if locked.state == RequestState.CLOSED:
        raise WrongState(_("Request closed"))
    if practice is not None and not Practice.objects.visible_to(actor).filter(pk=practice.pk).exists():
        raise DomainError(_("There is no such practice."), field="practice")
    if practice is not None:
        lock_for_adding(practice)
    offer_text = clean_required_text(text, empty=_("Describe in a sentence what you offer."))
    offer = Offer.objects.create(
        request=locked,
        practice=practice,
        text=offer_text,
        language=text_language(""),
        person_id=person_of(actor),
        organisation_id=tenant_of(actor),
    )
    follow(actor, locked)
    journal.record(actor, "offer.make", offer, request=locked.pk)
    return offer


@transaction.atomic
def withdraw_offer(actor: Actor, offer: Offer) -> Offer:
    """Withdraw one's own offer.

    Raises Forbidden, and WrongState when it was accepted or withdrawn already.
    """
    locked = _locked_offer(offer)
    require(actor, "offer.withdraw", locked)
    if locked.accepted_at is not None:
        raise WrongState(_("This offer has been accepted."))
    locked.withdrawn_at = clock.now()
    locked.save(update_fields=["withdrawn_at"])
    journal.record(actor, "offer.withdraw", locked, request=locked.request_id)
    return locked


@transaction.atomic
def answer_request(actor: Actor, request: Request, offer: Offer) -> Request:
    """Accept the offer: the request is answered.

    Raises Forbidden, WrongState when the request is not open or the offer was withdrawn, and DomainError when the offer
    is for another request.
    """
    _locked(request)  # before its offers, as whoever opens it again
    locked = _locked_offer(offer)
    if locked.request_id != request.pk:
        raise DomainError(_("This offer is for another request."))
    answered = REQUEST.apply(actor, request, "answer", data={"offer": locked.pk})
    locked.accepted_at = clock.now()
    with acting_as(SYSTEM):  # the offer is its maker's
        locked.save(update_fields=["accepted_at"])
    return answered


def _locked(request: Request) -> Request:
    return Request.objects.select_for_update(of=("self",)).get(pk=request.pk)


def _locked_offer(offer: Offer) -> Offer:
    """The row, locked; raises if it was withdrawn."""
    locked: Offer = Offer.objects.select_for_update(of=("self",)).get(pk=offer.pk)
    if locked.withdrawn_at is not None:
        raise WrongState(_("Offer withdrawn"))
    return locked
