"""The request board, as the actor may see it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from portal.kernel.access import Actor
from portal.kernel.alphabet import alphabet_key
from practices.access import offered_practices
from practices.enums import RequestState
from practices.models import Offer, Practice, Request
from practices.queries.following import follower_counts
from practices.queries.titles import practices_with_titles, titles_of

MAX_NEWEST = 5
MAX_TO_CHOOSE = 200


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request in a list, and how many follow it besides the person who asked."""

    request: Request
    follower_count: int


@dataclass(frozen=True, slots=True)
class OfferRow:
    """An offer, and the practice that it names if the actor may see that."""

    offer: Offer
    practice: Practice | None
    title: str

    @property
    def tone(self) -> int:
        """The colour of an avatar, by organisation."""
        return self.offer.organisation_id % 5 + 1


def requests(actor: Actor, *, tab: str = "", harm: str = "", service: str = "") -> Any:
    """The board, newest first: in one state, or one's own organisation's (`mine`); by harm and kind of service."""
    rows = in_tab(Request.objects.visible_to(actor).select_related("organisation", "asked_by"), actor, tab)
    if harm:
        rows = rows.filter(harms__contains=[harm])
    if service:
        rows = rows.filter(service_kinds__contains=[service])
    return rows.order_by("-asked_at", "-pk")


def in_tab(rows: Any, actor: Actor, tab: str) -> Any:
    """Those in one state, or one's own organisation's (`mine`); any other word narrows nothing."""
    if tab == "mine":
        return rows.filter(organisation_id=actor.tenant_id)
    return rows.filter(state=tab) if tab in RequestState.values else rows


def with_followers(rows: Collection[Request]) -> list[RequestRow]:
    """The rows of a page, each with how many want to know too."""
    counts = follower_counts("request", [row.pk for row in rows])
    return [RequestRow(row, max(0, counts.get(row.pk, 0) - 1)) for row in rows]


def open_requests(actor: Actor, limit: int = MAX_NEWEST) -> Sequence[RequestRow]:
    """The newest that nobody has answered yet."""
    return with_followers(list(requests(actor, tab=RequestState.OPEN)[:limit]))


def offers_for(actor: Actor, request: Request) -> list[OfferRow]:
    """What is offered, the accepted one first; withdrawn ones are gone. A practice is named to who may see it."""
    rows = Offer.objects.visible_to(actor).filter(request=request, withdrawn_at__isnull=True)
    offers = sorted(
        rows.select_related("person", "organisation").annotate(may_be_named=offered_practices(actor)),
        key=lambda row: (row.accepted_at is None, row.pk),
    )
    named = practices_with_titles(
        actor, [each.practice_id for each in offers if each.practice_id and each.may_be_named]
    )
    return [
        OfferRow(each, *(named.get(each.practice_id or 0, (None, "")) if each.may_be_named else (None, "")))
        for each in offers
    ]


def practices_to_offer(actor: Actor) -> list[tuple[Practice, str]]:
    """What the actor can offer: their organisation's practices, and those that they follow."""
    rows = Practice.objects.visible_to(actor)
    own = rows.filter(organisation_id=actor.tenant_id)
    followed = rows.filter(followers__person_id=actor.person_id, followers__organisation_id=actor.tenant_id)
    practices = {row.pk: row for row in (*own[:MAX_TO_CHOOSE], *followed[:MAX_TO_CHOOSE])}
    titles = titles_of(actor, practices)
    named = [(row, titles.get(pk, "")) for pk, row in practices.items()]
    return sorted(named, key=lambda pair: alphabet_key(pair[1]))


def practice_to_offer(actor: Actor, key: UUID) -> Practice | None:
    """The practice of this address, if the actor may see it."""
    practice: Practice | None = Practice.objects.visible_to(actor).filter(key=key).first()
    return practice
