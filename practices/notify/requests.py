"""Notices about the request board: a request that one may have an answer to, offers, what became of it."""

from django.urls import reverse

from portal.kernel.access import Actor
from portal.kernel.models import Event
from portal.kernel.notices import Recipient
from practices.access import named
from practices.enums import RequestState
from practices.models import Offer, Request
from practices.notify.letters import Context, letter, notice, page_of
from practices.notify.who import each_once, followers_of, is_named, people_named, source_of
from practices.queries.matching import practices_that_serve, searchers_for

# --- Who -------------------------------------------------------------------------------------


def _who_may_have_it(event: Event) -> list[Recipient]:
    """The sources of what serves the same, and who has saved a search for it; nobody at the organisation that asks."""
    request = Request.objects.get(pk=event.target_id)
    sources = source_of(*practices_that_serve(request))
    found = each_once(event, sources, people_named(searchers_for(request)))
    return [one for one in found if one.tenant_id != request.organisation_id]


def _askers_and_followers(event: Event) -> list[Recipient]:
    request = _offer(event).request
    return each_once(event, people_named(request.author_people), followers_of(request))


def _offerer_and_followers(event: Event) -> list[Recipient]:
    offer = Offer.objects.select_related("request").get(pk=event.data["offer"])
    return each_once(event, people_named([_key(offer)]), followers_of(offer.request))


def _followers(event: Event) -> list[Recipient]:
    return each_once(event, followers_of(Request.objects.get(pk=event.target_id)))


def _offer(event: Event) -> Offer:
    return Offer.objects.select_related("request").get(pk=event.target_id)


def _key(offer: Offer) -> str:
    return named(offer.person_id, offer.organisation_id)


# --- What ------------------------------------------------------------------------------------


def _asked(actor: Actor, event: Event) -> Context | None:
    """Whether a practice matches, and which, is not said: those who share a desk may not know of it."""
    request = _seen(actor, event.target_id)
    if request is None or request.state != RequestState.OPEN:
        return None
    return _letter(actor, event, request, event.kind)


def _offered(actor: Actor, event: Event) -> Context | None:
    rows = Offer.objects.visible_to(actor).filter(pk=event.target_id, withdrawn_at__isnull=True)
    offer = rows.first()
    request = _seen(actor, offer.request_id) if offer else None
    if request is None:
        return None
    own = is_named(actor, request.author_people)
    return _letter(actor, event, request, "offer.make" if own else "offer.made")


def _answered(actor: Actor, event: Event) -> Context | None:
    request = _seen(actor, event.target_id)
    offer = Offer.objects.visible_to(actor).filter(pk=event.data["offer"]).first() if request else None
    if request is None or offer is None or offer.accepted_at is None:
        return None
    accepted = is_named(actor, [_key(offer)])
    return _letter(actor, event, request, event.kind if accepted else "request.answered")


def _closed(actor: Actor, event: Event) -> Context | None:
    request = _seen(actor, event.target_id)
    return _letter(actor, event, request, event.kind) if request else None


def _seen(actor: Actor, request_id: int) -> Request | None:
    found: Request | None = Request.objects.visible_to(actor).filter(pk=request_id).first()
    return found


def _letter(actor: Actor, event: Event, request: Request, what: str) -> Context:
    url = reverse(page_of(actor, "request"), args=[request.key])
    return letter(actor, event, what, url, request.label)


NOTICES = (
    notice("request.ask", _who_may_have_it, _asked, group="requests"),
    notice("offer.make", _askers_and_followers, _offered, group="requests"),
    notice("request.answer", _offerer_and_followers, _answered, group="requests"),
    notice("request.close", _followers, _closed, group="requests"),
)
