"""Notices about the request board: a request that one may have an answer to, offers, what became of it."""

from django.urls import reverse

from portal.kernel.access import Actor
from portal.kernel.journal import Event
from portal.kernel.notices import Recipient
from practices.access import person_token
from practices.enums import RequestState
from practices.models import Offer, Request
from practices.notify.letters import TemplateContext, letter_context, notice, page_of
from practices.notify.recipients import followers_of, is_named, people_named, source_of, unique_recipients
from practices.queries.matching import practices_that_serve, searchers_for

# --- Who -------------------------------------------------------------------------------------


def _possible_answerers(event: Event) -> list[Recipient]:
    """The sources of what serves the same, and who has saved a search for it; nobody at the organisation that asks."""
    request = Request.objects.get(pk=event.target_id)
    sources = source_of(*practices_that_serve(request))
    recipients = unique_recipients(event, sources, people_named(searchers_for(request)))
    return [recipient for recipient in recipients if recipient.tenant_id != request.organisation_id]


def _askers_and_followers(event: Event) -> list[Recipient]:
    request = Offer.objects.select_related("request").get(pk=event.target_id).request
    return unique_recipients(event, people_named(request.author_people), followers_of(request))


def _offerer_and_followers(event: Event) -> list[Recipient]:
    offer = Offer.objects.select_related("request").get(pk=event.data["offer"])
    return unique_recipients(event, people_named([_key(offer)]), followers_of(offer.request))


def _key(offer: Offer) -> str:
    return person_token(offer.person_id, offer.organisation_id)


# --- What ------------------------------------------------------------------------------------


def _about_request(actor: Actor, event: Event) -> TemplateContext | None:
    """Whether a practice matches, and which, is not said: colleagues may not be allowed to know of it."""
    request = _visible_request(actor, event.target_id)
    if request is None or request.state != RequestState.OPEN:
        return None
    return _letter(actor, event, request, event.kind)


def _about_offer(actor: Actor, event: Event) -> TemplateContext | None:
    rows = Offer.objects.visible_to(actor).filter(pk=event.target_id, withdrawn_at__isnull=True)
    offer = rows.first()
    request = _visible_request(actor, offer.request_id) if offer else None
    if request is None:
        return None
    own = is_named(actor, request.author_people)
    return _letter(actor, event, request, "offer.make" if own else "offer.made")


def _about_answer(actor: Actor, event: Event) -> TemplateContext | None:
    request = _visible_request(actor, event.target_id)
    offer = Offer.objects.visible_to(actor).filter(pk=event.data["offer"]).first() if request else None
    if request is None or offer is None or offer.accepted_at is None:
        return None
    accepted = is_named(actor, [_key(offer)])
    return _letter(actor, event, request, event.kind if accepted else "request.answered")


def _about_closing(actor: Actor, event: Event) -> TemplateContext | None:
    request = _visible_request(actor, event.target_id)
    return _letter(actor, event, request, event.kind) if request else None


def _visible_request(actor: Actor, request_id: int) -> Request | None:
    request: Request | None = Request.objects.visible_to(actor).filter(pk=request_id).first()
    return request


def _letter(actor: Actor, event: Event, request: Request, news: str) -> TemplateContext:
    url = reverse(page_of(actor, "request"), args=[request.key])
    return letter_context(event, news, url, request.label)


NOTICES = (
    notice("request.ask", _possible_answerers, _about_request, group="requests"),
    notice("offer.make", _askers_and_followers, _about_offer, group="requests"),
    notice("request.answer", _offerer_and_followers, _about_answer, group="requests"),
    notice(
        "request.close",
        lambda event: unique_recipients(event, followers_of(Request.objects.get(pk=event.target_id))),
        _about_closing,
        group="requests",
    ),
)
