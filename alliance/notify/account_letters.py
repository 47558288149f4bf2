"""Letters to one person about their own account: its password, its protection, their memberships, its end."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.account.utils import user_pk_to_url_str
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils import translation

from alliance.enums import InvitationState, OrganisationState
from alliance.models import ErasureConfirmation, Invitation, Membership, Organisation, Person
from alliance.notify.letters import LetterAddress, send_letter, to_person
from alliance.queries.people import organisations_of
from alliance.services.freezing import new_freeze_token
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.jobs import Claim, Outcome, Payload, handles
from portal.kernel.journal import Event

BuildContext = Callable[[Person, Payload], Mapping[str, Any] | None]


@dataclass(frozen=True, slots=True)
class AccountLetter:
    """Where its link leads, what it names beside its recipient, and whether it also goes to a closed account.

    `context` gives None where there is nothing to say any more.
    """

    url: Callable[[Person], str]
    context: BuildContext = lambda person, payload: {}
    to_closed: bool = False


@handles("send_account_letter", outward=True)
def send_account_letter(claim: Claim) -> None:
    """Send a letter about the account; nobody is there to get one when the address was unknown, or is erased."""
    letter = ACCOUNT_LETTERS[str(claim.payload["letter"])]
    with acting_as(SYSTEM):
        people = Person.objects.filter(pk=claim.payload["person"], erased_at=None)
        person = (people if letter.to_closed else people.filter(is_active=True)).first()
        context = letter.context(person, claim.payload) if person else None
    outcome: Outcome | None = Outcome.POINTLESS
    if person and context is not None:
        to, url = to_person(claim, person), letter.url(person)
        outcome = send_letter(str(claim.payload["letter"]), to, url, {**context, "recipient": person})
    with claim.finishing(outcome):
        pass


def _reset_url(person: Person) -> str:
    """A link that is good once, for as long as the settings say."""
    key = {"uidb36": user_pk_to_url_str(person), "key": default_token_generator.make_token(person)}
    return reverse("account_reset_password_from_key", kwargs=key)


def _page(name: str) -> Callable[[Person], str]:
    return lambda person: reverse(name)


def _factor_change(person: Person, payload: Payload) -> Mapping[str, Any]:
    """What was changed, when, on which device; how many recovery codes were left then."""
    return {
        "change": payload["change"],
        "at": _moment(payload),
        "device": payload.get("device", ""),
        "codes_left": int(payload.get("codes_left", 0)),
        **_freeze_link(person, payload),
    }


def _moment(payload: Payload) -> datetime | None:
    """When it happened: the letter may go out days later."""
    at = str(payload.get("at", ""))
    return datetime.fromisoformat(at) if at else None


def _password_change(person: Person, payload: Payload) -> Mapping[str, Any]:
    return {"at": _moment(payload), **_freeze_link(person, payload)}


def _membership_end(person: Person, payload: Payload) -> Mapping[str, Any] | None:
    """By whom a membership was ended and when, and where the person still belongs; None when they are back."""
    event = Event.objects.get(pk=payload["event"])
    membership = Membership.objects.select_related("organisation").get(pk=event.target_id)
    current = list(organisations_of(person))
    if any(each.organisation_id == membership.organisation_id for each in current):
        return None
    return {
        "organisation": membership.organisation,
        "ended_at": event.at,
        "by": _name_of_actor(event, person),
        "by_secretariat": Organisation.objects.filter(pk=event.tenant_id or 0, kind="secretariat").exists(),
        "others": [each.organisation for each in current],
    }


def _merger(person: Person, payload: Payload) -> Mapping[str, Any] | None:
    """Into whom their organisation has merged, and whether they are invited there; None when it was taken back."""
    organisation = Organisation.objects.select_related("successor").get(pk=payload["organisation"])
    if organisation.successor is None:
        return None
    invitations = Invitation.objects.filter(organisation=organisation.successor, email=person.email)
    return {
        "organisation": organisation,
        "successor": organisation.successor,
        "day": organisation.merged_on,
        "note": organisation.state_reason,
        "invited": invitations.filter(state=InvitationState.OPEN).exists(),
    }


def _end_of_access(person: Person, payload: Payload) -> Mapping[str, Any] | None:
    """Whether their organisation is suspended or takes part no longer, and why; None when it has access again."""
    del person
    organisation = Organisation.objects.get(pk=payload["organisation"])
    if organisation.has_access:
        return None
    return {
        "organisation": organisation,
        "is_suspended": organisation.state == OrganisationState.SUSPENDED,
        "note": organisation.state_reason,
    }


def _name_of_actor(event: Event, recipient: Person) -> str:
    """The name of who did it; empty where it was the recipient."""
    if event.person_id in (None, recipient.pk):
        return ""
    return str(Person.objects.get(pk=event.person_id).name)


def _freeze_link(person: Person, payload: Payload) -> Mapping[str, Any]:
    """The link “this was not me”, until the next password."""
    del payload
    return {"freeze_url": reverse("account-freeze-link", args=[new_freeze_token(person)])}


def _if_closed(person: Person, payload: Payload) -> Mapping[str, Any] | None:
    """None when it was reopened in the meantime."""
    del payload
    return None if person.is_active else {}


def _if_thawed(person: Person, payload: Payload) -> Mapping[str, Any] | None:
    """Whether second factors were removed; None when it was frozen again in the meantime: no link into it."""
    return None if person.is_frozen else {"factors_removed": bool(payload.get("factors_removed"))}


def _freezing(person: Person, payload: Payload) -> Mapping[str, Any] | None:
    """Who has frozen the account, empty for its owner; None when it is frozen no more."""
    del payload
    if not person.is_frozen:
        return None
    is_by_another = person.frozen_by_id not in (None, person.pk)
    return {"frozen_by": Person.objects.get(pk=person.frozen_by_id).name if is_by_another else ""}


ACCOUNT_LETTERS = {
    "account_frozen": AccountLetter(_page("public:contact"), _freezing, to_closed=True),
    "account_thawed": AccountLetter(_reset_url, _if_thawed),
    "password_reset": AccountLetter(_reset_url),
    "password_changed": AccountLetter(_page("account_reset_password"), _password_change),
    "factors_changed": AccountLetter(_page("mfa_index"), _factor_change),
    "factors_reset": AccountLetter(_page("mfa_index")),
    "membership_ended": AccountLetter(_page("session-start"), _membership_end),
    "organisation_access_ended": AccountLetter(_page("session-start"), _end_of_access),
    "organisation_merged": AccountLetter(_page("session-start"), _merger),
    "account_closed": AccountLetter(_page("public:contact"), _if_closed, to_closed=True),
    "account_reopened": AccountLetter(_page("account_login")),
}


@handles("send_erasure_confirmation", outward=True)
def send_erasure_confirmation(claim: Claim) -> None:
    """Confirm to somebody that they were erased, at their last address, and forget the address."""
    pk = claim.payload["confirmation"]
    with acting_as(SYSTEM):
        confirmation = ErasureConfirmation.objects.filter(pk=pk).first()
    if confirmation:
        to = LetterAddress(
            "", confirmation.pk, confirmation.email, confirmation.language, f"letter-{claim.job_id}",
            confirmation.time_format,
        )  # fmt: skip
        context = {"recipient": {"name": confirmation.name}, "erased_at": confirmation.erased_at}
        with translation.override(confirmation.language):
            url = reverse("public:contact")
        send_letter("erasure_confirmed", to, url, context)
    with claim.finishing(None if confirmation else Outcome.POINTLESS):
        ErasureConfirmation.objects.filter(pk=pk).delete()
