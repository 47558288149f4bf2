"""Decisions of the secretariat about several supporters at once, each as it is made about one."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.models import Supporter
from alliance.services.supporters import (
    end_supporter,
    hide_supporter,
    keep_apart,
    merge_supporter,
    show_supporter,
)
from alliance.workflows import SUPPORTER
from portal.kernel.access import Actor, require
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.text import require_reason

# by entry: the likely twin that was shown beside it
ShownTwins = Mapping[int, int]


@dataclass(frozen=True, slots=True)
class SupporterOutcome:
    """What became of one entry of many: its state now, empty for one that there is not, or why it stays as it was."""

    pk: int
    state: str
    refusal: str = ""


@transaction.atomic
def hide_supporters(actor: Actor, pks: Sequence[int], reason: str) -> list[SupporterOutcome]:
    """Hide several entries for one reason, which each supporter is sent.

    Raises Forbidden, or DomainError without a reason.
    """
    act = partial(hide_supporter, reason=require_reason(reason))
    return _for_each(actor, "hide", pks, act)


@transaction.atomic
def show_supporters(actor: Actor, pks: Sequence[int]) -> list[SupporterOutcome]:
    """Put several hidden entries back into the directory; each supporter is notified. Raises Forbidden."""
    return _for_each(actor, "show", pks, show_supporter)


@transaction.atomic
def end_supporters(actor: Actor, pks: Sequence[int], reason: str) -> list[SupporterOutcome]:
    """End several accessions for one reason, which each supporter is sent.

    Raises Forbidden, or DomainError without a reason.
    """
    act = partial(end_supporter, reason=require_reason(reason))
    return _for_each(actor, "end", pks, act)


@transaction.atomic
def merge_supporters(actor: Actor, twins: ShownTwins) -> list[SupporterOutcome]:
    """Merge several entries, each into the likely twin that was shown; with another one it stays. Raises Forbidden."""
    return _for_pairs(actor, "merge", twins, merge_supporter)


@transaction.atomic
def keep_supporters_apart(actor: Actor, twins: ShownTwins) -> list[SupporterOutcome]:
    """Decide of several entries that they and the likely twin that was shown are two. Raises Forbidden."""
    return _for_pairs(actor, "keep_apart", twins, keep_apart)


def _for_pairs(
    actor: Actor, action: str, twins: ShownTwins, act: Callable[[Actor, Supporter], Supporter]
) -> list[SupporterOutcome]:
    def decide(actor: Actor, supporter: Supporter) -> Supporter:
        supporter.refresh_from_db(fields=["likely_twin"])  # a merger before it may have ended its twin
        if supporter.likely_twin_id != twins[supporter.pk]:
            raise WrongState(_("This is not its likely twin any more. Read the entry again."))
        return act(actor, supporter)

    return _for_each(actor, action, list(twins), decide, also_locked=twins.values())


def _for_each(
    actor: Actor,
    action: str,
    pks: Sequence[int],
    act: Callable[[Actor, Supporter], Supporter],
    also_locked: Iterable[int] = (),
) -> list[SupporterOutcome]:
    """The act on each entry, in the order that was sent; one that is refused undoes nothing of the others.

    All are locked first, by number: so two who decide about the same ones wait for each other, and not in a circle.
    """
    require(actor, SUPPORTER.rule(action))
    rows = Supporter.objects.visible_to(actor).filter(pk__in=[*pks, *also_locked])
    locked = {row.pk: row for row in rows.select_for_update(of=("self",)).order_by("pk")}
    outcomes = []
    for pk in dict.fromkeys(pks):
        if pk not in locked:
            outcomes.append(SupporterOutcome(pk, "", _("There is no such supporter.")))
            continue
        try:
            with transaction.atomic():
                outcomes.append(SupporterOutcome(pk, act(actor, locked[pk]).state))
        except DomainError as refusal:
            outcomes.append(SupporterOutcome(pk, locked[pk].state, str(refusal)))
    return outcomes
