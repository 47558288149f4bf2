"""What people work on in this app and can hand over: practices, uses, requests, offers, groups, follows, searches.

What is TLP:RED is the named people's alone: only the person who leaves can hand it over. The rows are moved as
SYSTEM, for an administrator sees neither what colleagues follow nor groups that they are not in.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Max
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.queries.actors import actor_for
from portal.kernel import clock, journal
from portal.kernel.access import SYSTEM, Actor, acting_as, can
from portal.kernel.registry import Handover, TransferableWork, WorkPiece, register_handover
from practices.access import person_token
from practices.enums import AdoptionState, Label, PracticeState, RequestState
from practices.models import (
    Adoption,
    Author,
    Follow,
    GroupMembership,
    Offer,
    Practice,
    Request,
    SavedSearch,
    WorkingGroup,
)
from practices.queries.titles import practices_with_titles

Refusals = Callable[[Actor, int, int, Sequence[Actor]], Mapping[int, str]]

# --- Records with authors: practices, uses, requests -------------------------------------------


def _practices(person_id: int, tenant_id: int) -> Any:
    return _authored(Practice, person_id, tenant_id).exclude(state=PracticeState.RECALLED)


def _adoptions(person_id: int, tenant_id: int) -> Any:
    return _authored(Adoption, person_id, tenant_id).exclude(state=AdoptionState.DISCONTINUED)


def _requests(person_id: int, tenant_id: int) -> Any:
    return _authored(Request, person_id, tenant_id).exclude(state=RequestState.CLOSED)


def _authored(model: Any, person_id: int, tenant_id: int) -> Any:
    """Of the organisation itself: a practice of another source is that source's to hand over."""
    return model.objects.filter(
        organisation_id=tenant_id, author_people__contains=[person_token(person_id, tenant_id)]
    )


def _transferable(rows: Any, actor: Actor, person_id: int) -> Any:
    return rows if actor.person_id == person_id else rows.exclude(label=Label.RED)


def _page(actor: Actor, name: str, *args: object) -> str:
    return reverse(f"{'secretariat' if actor.is_host else 'workspace'}:{name}", args=args)


def _practice_pieces(actor: Actor, ids: Iterable[int]) -> list[WorkPiece]:
    """Those that the actor may see, each with its page. One query."""
    rows = practices_with_titles(actor, ids).values()
    return [WorkPiece(title, _page(actor, "practice", practice.key)) for practice, title in rows]


def practices_to_hand_over(actor: Actor, person_id: int, tenant_id: int) -> Sequence[WorkPiece]:
    rows = _transferable(_practices(person_id, tenant_id), actor, person_id).visible_to(actor)
    return _practice_pieces(actor, rows.values_list("pk", flat=True))


def adoptions_to_hand_over(actor: Actor, person_id: int, tenant_id: int) -> Sequence[WorkPiece]:
    rows = _transferable(_adoptions(person_id, tenant_id), actor, person_id).visible_to(actor)
    return _practice_pieces(actor, rows.values_list("practice_id", flat=True))


def requests_to_hand_over(actor: Actor, person_id: int, tenant_id: int) -> Sequence[WorkPiece]:
    rows = _transferable(_requests(person_id, tenant_id), actor, person_id).visible_to(actor)
    return [WorkPiece(row.title, _page(actor, "request", row.key)) for row in rows]


def _hand_over(rows: Callable[[int, int], Any]) -> Callable[[Actor, Handover], None]:
    """The successor takes the leaver's place among the record's authors."""

    def hand_over(actor: Actor, hands: Handover) -> None:
        with acting_as(SYSTEM):
            transferable = _transferable(rows(hands.person_id, hands.tenant_id), actor, hands.person_id)
            for row in transferable.select_for_update(of=("self",)):
                _replace(row, hands)

    return hand_over


def _replace(row: Any, handover: Handover) -> None:
    leaver, successor = (
        person_token(each, handover.tenant_id) for each in (handover.person_id, handover.successor_id)
    )
    row.author_people = list(dict.fromkeys(successor if key == leaver else key for key in row.author_people))
    row.save(update_fields=["author_people"])
    if isinstance(row, Practice):
        # who wrote it stays named; the successor comes last
        last = row.authors.aggregate(last=Max("position"))["last"] or 0
        Author.objects.get_or_create(
            practice=row,
            person_id=handover.successor_id,
            defaults={"organisation_id": handover.tenant_id, "position": last + 1},
        )
    if isinstance(row, Request):
        Request.objects.filter(pk=row.pk).update(asked_by_id=handover.successor_id)


# --- Who may take it over ------------------------------------------------------------------------


def _refuse_without(rule: str, reason: str | Promise) -> Refusals:
    """Whoever may not do such work at all: no record of it is asked, so nothing is said about any."""

    def refusals(
        actor: Actor, person_id: int, tenant_id: int, successors: Sequence[Actor]
    ) -> Mapping[int, str]:
        del actor, person_id, tenant_id
        return {each.person_id or 0: str(reason) for each in successors if not can(each, rule)}

    return refusals


_refuse_readers = _refuse_without("practice.draft", gettext_lazy("may not edit practices"))


def refuse_offers(
    actor: Actor, person_id: int, tenant_id: int, successors: Sequence[Actor]
) -> Mapping[int, str]:
    """Whoever may not make offers, or does not read one of the requests."""
    with acting_as(SYSTEM):
        asked = set(_transferable_offers(actor, person_id, tenant_id).values_list("request_id", flat=True))
    refusals = {}
    for successor in successors:
        if not can(successor, "post.write"):
            refusals[successor.person_id or 0] = str(_("may not make offers"))
            continue
        with acting_as(successor):
            readable = Request.objects.visible_to(successor).filter(pk__in=asked).count()
        if readable < len(asked):
            refusals[successor.person_id or 0] = str(_("may not read one of the requests"))
    return refusals


# --- Offers ------------------------------------------------------------------------------------


def _transferable_offers(actor: Actor, person_id: int, tenant_id: int) -> Any:
    # those that nobody has taken up, withdrawn, or stopped looking for
    rows = Offer.objects.filter(
        person_id=person_id,
        organisation_id=tenant_id,
        accepted_at__isnull=True,
        withdrawn_at__isnull=True,
        request__state=RequestState.OPEN,
    )
    return rows if actor.person_id == person_id else rows.exclude(request__label=Label.RED)


def offers_to_hand_over(actor: Actor, person_id: int, tenant_id: int) -> Sequence[WorkPiece]:
    rows = _transferable_offers(actor, person_id, tenant_id).visible_to(actor).select_related("request")
    return [WorkPiece(row.request.title, _page(actor, "request", row.request.key)) for row in rows]


def hand_over_offers(actor: Actor, handover: Handover) -> None:
    with acting_as(SYSTEM):
        _transferable_offers(actor, handover.person_id, handover.tenant_id).update(
            person_id=handover.successor_id
        )


# --- Working groups ----------------------------------------------------------------------------


def _led_groups(person_id: int, tenant_id: int) -> Any:
    return GroupMembership.objects.filter(
        person_id=person_id,
        organisation_id=tenant_id,
        leads=True,
        ended_at__isnull=True,
        group__closed_at__isnull=True,
    )


def groups_to_hand_over(actor: Actor, person_id: int, tenant_id: int) -> Sequence[WorkPiece]:
    led = _led_groups(person_id, tenant_id).values("group_id")
    rows = WorkingGroup.objects.visible_to(actor).filter(pk__in=led)
    return [WorkPiece(row.name, _page(actor, "group", row.key)) for row in rows]


def hand_over_groups(actor: Actor, handover: Handover) -> None:
    """The successor leads them; where they were not in one yet, the sources of what it reads are notified."""
    with acting_as(SYSTEM):
        for membership in _led_groups(handover.person_id, handover.tenant_id).select_related("group"):
            successor, joined = GroupMembership.objects.get_or_create(
                group=membership.group,
                person_id=handover.successor_id,
                organisation_id=handover.tenant_id,
                ended_at=None,
                defaults={"leads": True},
            )
            GroupMembership.objects.filter(pk=successor.pk).update(leads=True)
            GroupMembership.objects.filter(pk=membership.pk).update(ended_at=clock.now())
            facts = {"person": handover.successor_id, "leads": True, "joined": joined}
            journal.record(actor, "group.bring_in", membership.group, **facts)
            journal.record(actor, "group.take_out", membership.group, person=handover.person_id)


# --- Follows and saved searches ---------------------------------------------------------------


_SUBJECT_MODELS: dict[str, Any] = {"practice_id": Practice, "request_id": Request, "group_id": WorkingGroup}


def follows_to_hand_over(actor: Actor, person_id: int, tenant_id: int) -> Sequence[WorkPiece]:
    """For the person alone: nobody else sees what somebody follows."""
    rows = Follow.objects.visible_to(actor).filter(person_id=person_id, organisation_id=tenant_id)
    ids = {place: [getattr(row, place) for row in rows if getattr(row, place)] for place in _SUBJECT_MODELS}
    requests = Request.objects.visible_to(actor).filter(pk__in=ids["request_id"])
    groups = WorkingGroup.objects.visible_to(actor).filter(pk__in=ids["group_id"])
    return [
        *_practice_pieces(actor, ids["practice_id"]),
        *(WorkPiece(row.title, _page(actor, "request", row.key)) for row in requests),
        *(WorkPiece(row.name, _page(actor, "group", row.key)) for row in groups),
    ]


def hand_over_follows(actor: Actor, handover: Handover) -> None:
    """Follows of records that the successor may see; the others end."""
    del actor
    with acting_as(SYSTEM):
        rows = list(Follow.objects.filter(person_id=handover.person_id, organisation_id=handover.tenant_id))
        places = [{place: getattr(row, place) for place in _SUBJECT_MODELS} for row in rows]
        for where in _visible_to_successor(actor_for(handover.successor_id, handover.tenant_id), places):
            Follow.objects.get_or_create(
                person_id=handover.successor_id, organisation_id=handover.tenant_id, **where
            )
        Follow.objects.filter(pk__in=[row.pk for row in rows]).delete()


def _visible_to_successor(successor: Actor, places: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    with acting_as(successor):
        visible_rows = {
            place: set(
                model.objects.visible_to(successor)
                .filter(pk__in=[where[place] for where in places if where[place]])
                .values_list("pk", flat=True)
            )
            for place, model in _SUBJECT_MODELS.items()
        }
    return [
        where for where in places if all(pk is None or pk in visible_rows[at] for at, pk in where.items())
    ]


def searches_to_hand_over(actor: Actor, person_id: int, tenant_id: int) -> Sequence[WorkPiece]:
    """For the person alone, too."""
    rows = SavedSearch.objects.visible_to(actor).filter(person_id=person_id, organisation_id=tenant_id)
    return [WorkPiece(name, _page(actor, "search-list")) for name in rows.values_list("name", flat=True)]


def hand_over_searches(actor: Actor, handover: Handover) -> None:
    """Under their names; where the successor has one of that name, it stays."""
    del actor
    with acting_as(SYSTEM):
        rows = SavedSearch.objects.filter(organisation_id=handover.tenant_id)
        names = rows.filter(person_id=handover.successor_id).values("name")
        rows.filter(person_id=handover.person_id).exclude(name__in=names).update(
            person_id=handover.successor_id
        )


def register_handovers() -> None:
    """Called once, when the app is ready."""
    register_handover(
        "practices",
        TransferableWork(
            gettext_lazy("Practices"), practices_to_hand_over, _hand_over(_practices), _refuse_readers
        ),
    )
    register_handover(
        "adoptions",
        TransferableWork(
            gettext_lazy("Uses of practices"),
            adoptions_to_hand_over,
            _hand_over(_adoptions),
            _refuse_without("adoption.record", gettext_lazy("may not record uses of practices")),
        ),
    )
    register_handover(
        "requests",
        TransferableWork(
            gettext_lazy("Requests"),
            requests_to_hand_over,
            _hand_over(_requests),
            _refuse_without("request.ask", gettext_lazy("may not ask for practices")),
        ),
    )
    register_handover(
        "offers",
        TransferableWork(gettext_lazy("Offers"), offers_to_hand_over, hand_over_offers, refuse_offers),
    )
    register_handover(
        "groups",
        TransferableWork(
            gettext_lazy("Working groups that they lead"),
            groups_to_hand_over,
            hand_over_groups,
            _refuse_without("group.make", gettext_lazy("may not lead working groups")),
        ),
    )
    register_handover(
        "follows", TransferableWork(gettext_lazy("What they follow"), follows_to_hand_over, hand_over_follows)
    )
    register_handover(
        "searches",
        TransferableWork(gettext_lazy("Saved searches"), searches_to_hand_over, hand_over_searches),
    )
