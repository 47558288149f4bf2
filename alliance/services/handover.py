"""Named writes when somebody leaves: their work goes over to a colleague, in one act with the end or later."""

from collections.abc import Mapping
from types import MappingProxyType

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.models import Membership, Person
from alliance.queries.handover import HandoverOption, handover_options
from alliance.services.people import end_membership, lock_membership, refresh_actor
from portal.kernel import journal
from portal.kernel.access import SYSTEM, Actor, acting_as, person_of, require, tenant_of
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.journal import Event
from portal.kernel.registry import Handover, hand_over_work, open_work
from portal.kernel.text import format_moment

ByKind = Mapping[str, Person | None]  # who takes over work of a kind (None: nobody does)
NOBODY: ByKind = MappingProxyType({})
FIELD = "successor"  # of the page: who takes over everything


def field_of(kind: str) -> str:
    """The field of the page that says who takes over work of this kind."""
    return f"{FIELD}_{kind}"


@transaction.atomic
def end_membership_with_handover(
    actor: Actor, membership: Membership, successor: Person | None = None, by_kind: ByKind = NOBODY
) -> Membership:
    """End a membership, after handing over the person's work; all or nothing.

    Refuses as `end_membership` and `hand_over_membership` do.
    """
    if successor is not None or any(by_kind.values()):
        hand_over_membership(actor, membership, successor, by_kind)
    return end_membership(actor, membership)


@transaction.atomic
def leave_organisation(actor: Actor, successor: Person | None = None, by_kind: ByKind = NOBODY) -> Membership:
    """Leave the organisation that one acts for, and hand one's work over.

    Refuses as `end_membership` and `hand_over_membership` do.
    """
    membership = Membership.objects.current().get(
        person_id=person_of(actor), organisation_id=tenant_of(actor)
    )
    require(actor, "membership.leave", membership)
    if successor is not None or any(by_kind.values()):
        _hand_over_items(actor, lock_membership(membership), successor, by_kind)
    return end_membership(actor, membership, rule="membership.leave")


@transaction.atomic
def hand_over_membership(
    actor: Actor, membership: Membership, successor: Person | None, by_kind: ByKind = NOBODY
) -> Membership:
    """Hand over the work of a person, who may have left already; whoever takes some over is notified.

    Everything goes to the successor, but for the kinds of work that have one of their own in `by_kind`; what has none
    stays where it is. Raises Forbidden, or DomainError for somebody who does not belong to the organisation, is that
    person, or may not do the work that they would take over; WrongState, with who took it over, when somebody else was
    quicker.
    """
    locked = lock_membership(membership)
    require(refresh_actor(actor), "membership.hand_over", locked)
    with acting_as(SYSTEM) as system:  # what the actor does not see goes over too
        is_left = open_work(system, locked.person_id, locked.organisation_id)
    if not is_left and (taken := _last_handover(locked)):
        raise WrongState(taken)
    return _hand_over_items(actor, locked, successor, by_kind)


def _last_handover(membership: Membership) -> str:
    """That the person's work was handed over, when and to whom; empty where it never was. Two queries."""
    with acting_as(SYSTEM):
        model, kind = Membership._meta.label_lower, "membership.hand_over"
        rows = Event.objects.filter(kind=kind, target_type=model, target_id=membership.pk)
        event = rows.order_by("-pk").first()
    if event is None:
        return ""
    person = Person.objects.filter(pk=event.data.get("successor")).first()
    facts = {"at": format_moment(event.at), "name": person.name if person else _("a person who has left")}
    return _("Their work was handed over on %(at)s, to: %(name)s. Nothing is left of it.") % facts


def _hand_over_items(
    actor: Actor, membership: Membership, successor: Person | None, by_kind: ByKind
) -> Membership:
    options = handover_options(actor, membership)
    for person, field in [
        (successor, FIELD),
        *((person, field_of(kind)) for kind, person in by_kind.items()),
    ]:
        if person is not None and person not in options.colleagues:
            raise DomainError(_("Choose a colleague who belongs to the organisation."), field=field)
    kinds_by_successor: dict[int, list[str]] = {}
    for option in options.kinds:
        kind = option.work.key
        chosen = by_kind.get(kind, successor)
        if chosen is not None:
            _refuse_unfit(option, chosen, field_of(kind) if kind in by_kind else FIELD)
            kinds_by_successor.setdefault(chosen.pk, []).append(kind)
    if successor is not None:  # what the actor does not see goes over too, or stays without a word
        kinds = kinds_by_successor.setdefault(successor.pk, [])
        kinds += [kind for kind, refused in options.hidden_refusals.items() if successor.pk not in refused]
    for successor_id, kinds in kinds_by_successor.items():
        hands = Handover(membership.person_id, successor_id, membership.organisation_id)
        for kind in kinds:
            hand_over_work(actor, kind, hands)
        people = {"person": membership.person_id, "successor": successor_id}
        journal.record(actor, "membership.hand_over", membership, **people)
    return membership


def _refuse_unfit(option: HandoverOption, successor: Person, field: str) -> None:
    """Refuse a successor who may not take over work of this kind."""
    if reason := option.refusals.get(successor.pk):
        raise DomainError(
            _("%(work)s: %(name)s %(reason)s.")
            % {"work": option.label, "name": successor.name, "reason": reason},
            field=field,
        )
