"""Notices about affiliations: who has to confirm one, what became of it, and whose records are read by it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse

from alliance.enums import Role
from alliance.models import Organisation
from alliance.notify.recipients import in_the_morning, people_in, secretariat_staff
from alliance.queries.site import read_site
from portal.kernel.access import Actor
from portal.kernel.journal import Event
from portal.kernel.notices import Notice, Recipient
from practices.access import own
from practices.enums import AffiliationState, Label
from practices.models import Adoption, Affiliation, Practice, Request
from practices.notify.letters import TemplateContext, letter_context, page_of
from practices.notify.recipients import source_of, unique_recipients
from practices.queries.affiliations import opened_rows

_RECORD_MODELS: tuple[Any, ...] = (Practice, Adoption, Request)
_SIDES = {"member": "organisation", "affiliate": "affiliate"}  # in a letter, and in an event

# --- Who -------------------------------------------------------------------------------------


def _organisation(event: Event) -> list[Recipient]:
    return people_in(event.data["organisation"], Role.ADMINISTRATOR)


def _affiliate(event: Event) -> list[Recipient]:
    return people_in(event.data["affiliate"], Role.ADMINISTRATOR)


def _managers(event: Event) -> list[Recipient]:
    return secretariat_staff(Role.MANAGER)


def _managers_who_waited(event: Event) -> list[Recipient]:
    """The secretariat is concerned once the affiliate has confirmed, and not before."""
    return _managers(event) if event.data.get("source") == AffiliationState.CONFIRMED else []


def _sources(event: Event) -> list[Recipient]:
    """Who writes at each organisation whose records the affiliate begins or ceases to read; and their authors."""
    rows = (row for model in _RECORD_MODELS for row in _opened(event, model, model.objects.all()))
    return [each for row in rows for each in source_of(row)]


def _opened(event: Event, model: Any, rows: Any) -> Any:
    return opened_rows(model, rows, event.data["organisation"], event.data["affiliate"])


# --- What ------------------------------------------------------------------------------------


def _for_party(actor: Actor, event: Event) -> TemplateContext | None:
    """For the three who have a part in it: both names, and neither reasons nor whose records it opens."""
    affiliation = (
        Affiliation.objects.visible_to(actor)
        .select_related("organisation", "affiliate")
        .filter(pk=event.target_id)
        .first()
    )
    if affiliation is None:
        return None
    return {
        "site": read_site(),
        "what": event.kind,
        "url": reverse(page_of(actor, "affiliation"), args=[affiliation.key]),
        "member": affiliation.organisation,
        "affiliate": affiliation.affiliate,
    }


def _for_source(actor: Actor, event: Event) -> TemplateContext | None:
    """How many of the recipient's own records; no title, and in the letter no name of a reader."""
    number = sum(_opened(event, model, _own_rows(model, actor)).count() for model in _RECORD_MODELS)
    if not number:
        return None
    url = reverse("workspace:practice-affiliates")
    return {**letter_context(event, event.kind, url, Label.AMBER), "n": number}


def _own_rows(model: Any, actor: Actor) -> Any:
    return model.objects.visible_to(actor).filter(own(actor), organisation_id=actor.tenant_id)


def _names(actor: Actor, events: Sequence[Event]) -> Mapping[int, Mapping[str, Organisation]]:
    """By event: the two organisations, to who has a part in it, and to the sources that name one as a reader."""
    rows = Affiliation.objects.visible_to(actor).filter(pk__in={event.target_id for event in events})
    own_affiliations, tokens = set(rows.values_list("pk", flat=True)), _own_reader_tokens(actor)
    visible = [
        event
        for event in events
        if event.target_id in own_affiliations or f"client:{event.data['organisation']}" in tokens
    ]
    ids = {event.data[side] for event in visible for side in _SIDES.values()}
    parties = Organisation.objects.in_bulk(ids)
    return {event.pk: {side: parties[event.data[key]] for side, key in _SIDES.items()} for event in visible}


def _own_reader_tokens(actor: Actor) -> set[str]:
    """Of what the actor's organisation has shared as AMBER, as far as they see it."""
    rows = (_own_rows(model, actor).filter(label=Label.AMBER) for model in _RECORD_MODELS)
    return {
        token for row in rows for tokens in row.values_list("reader_tokens", flat=True) for token in tokens
    }


def _notice(kind: str, *recipients: Any, opens: bool = False) -> Notice:
    """`opens`: whether records are opened or closed by it, so that their sources are notified too."""
    groups = (*recipients, *([_sources] if opens else []))
    return Notice(
        kind,
        "practices/email/affiliation.html",
        lambda event: unique_recipients(event, *(find(event) for find in groups)),
        # to those who have a part in it what it says; to a source how many of its records are read
        lambda actor, event: _for_party(actor, event) or (_for_source(actor, event) if opens else None),
        quotes=("label", "what", "n"),
        name_lookup=_names,
        names_in_letters=False,
        group="affiliations",
        timing=in_the_morning,
    )


NOTICES = (
    _notice("affiliation.propose", _affiliate),
    _notice("affiliation.confirm", _managers, _organisation),
    _notice("affiliation.take_back", _managers, _organisation),
    _notice("affiliation.decline", _organisation, _affiliate, _managers_who_waited),
    _notice("affiliation.withdraw", _affiliate, _managers_who_waited),
    _notice("affiliation.lapse", _organisation, _affiliate, _managers_who_waited),
    _notice("affiliation.approve", _organisation, _affiliate, opens=True),
    _notice("affiliation.end", _organisation, _affiliate, _managers, opens=True),
)
