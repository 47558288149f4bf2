"""Letters to askers, who have no account; notices to the secretariat and to the member whom a question concerns."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils import translation

from alliance.enums import PublicQuestionState, Role, Side
from alliance.models import PublicQuestion, PublicQuestionContact
from alliance.notify.letters import LetterAddress, send_letter
from alliance.notify.recipients import notice, people_in, secretariat_staff, without_actor
from alliance.services.public_question_links import link_token_of
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.jobs import Claim, Outcome, handles
from portal.kernel.journal import Event
from portal.kernel.notices import Recipient

# by letter, the states in which there is still something to say
_STATES = {
    "confirm": (PublicQuestionState.UNCONFIRMED,),
    "receipt": (PublicQuestionState.OPEN, PublicQuestionState.ANSWERED),
    "answer": (PublicQuestionState.ANSWERED, PublicQuestionState.CLOSED),
    "close": (PublicQuestionState.CLOSED,),
    "publish": (PublicQuestionState.ANSWERED, PublicQuestionState.CLOSED),
    "hide": (PublicQuestionState.OPEN, PublicQuestionState.ANSWERED, PublicQuestionState.CLOSED),
}


@handles("send_public_question_letter", outward=True)
def send_public_question_letter(claim: Claim) -> None:
    """Send a letter with the link to the question, unless its asker has withdrawn it or it has moved on."""
    letter = str(claim.payload["letter"])
    rows = PublicQuestionContact.objects.select_related("question__organisation")
    with acting_as(SYSTEM):
        contact = rows.filter(pk=int(claim.payload["question"])).first()
    outcome: Outcome | None = Outcome.POINTLESS
    token = link_token_of(contact) if contact else None
    if contact and token and _still_holds(contact.question, letter):
        with translation.override(contact.language):
            url = reverse("public:question-status", args=[token])
        to = LetterAddress("q", contact.pk, contact.email, contact.language, f"letter-{claim.job_id}")
        context = {
            "public_question": contact.question,
            "contact": contact,
            "recipient": {"name": contact.question.asker_name},
            "by_member": claim.payload.get("by") == Side.MEMBER,
        }
        outcome = send_letter(f"public_question_{letter}_letter", to, url, context)
    with claim.finishing(outcome):
        pass


def _still_holds(question: PublicQuestion, letter: str) -> bool:
    if letter in ("publish", "hide") and (question.published_at is None) != (letter == "hide"):
        return False
    return question.state in _STATES[letter]


# --- Notices -----------------------------------------------------------------------------------


def _desk(event: Event) -> list[Recipient]:
    return without_actor(event, secretariat_staff(Role.REVIEWER, Role.MANAGER))


def _members_people(event: Event) -> list[Recipient]:
    """Those of the member who may answer."""
    organisation = event.data.get("organisation")
    return people_in(int(organisation), Role.EDITOR, Role.SIGNATORY) if organisation else []


def _about_question(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    """The question, as long as the reader may see it."""
    rows = PublicQuestion.objects.visible_to(actor).select_related("organisation")
    question = rows.filter(pk=event.target_id).first()
    if question is None:
        return None
    area = "secretariat" if actor.is_host else "workspace"
    return {"public_question": question, "url": reverse(f"{area}:public-question", args=[question.pk])}


def _about_open_question(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    """As long as somebody has to answer it: a digest may go out days later."""
    facts = _about_question(actor, event)
    return facts if facts and facts["public_question"].state == PublicQuestionState.OPEN else None


_KIND, _MEMBER = "public_question.kind_label", "public_question.organisation.name"

NOTICES = (
    notice("public_question.confirm", _desk, _about_open_question, _KIND, _MEMBER, group="reviews"),
    notice("public_question.forward", _members_people, _about_open_question, _KIND, group="review"),
    notice("public_question.answer", _desk, _about_question, _MEMBER, group="reviews"),
)
