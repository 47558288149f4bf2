"""A charter version beside the one before it, or any other: what differs in their texts, and the pledges under each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from uuid import UUID

from alliance.enums import CharterChange, CharterState, PledgeState
from alliance.models import Charter
from alliance.queries.charter_differences import CharterDifference, ItemDifference, charter_difference
from alliance.queries.charter_dry_run import earlier_version
from alliance.queries.charter_text import charter_text
from alliance.queries.composed_mappings import text_with_mapping
from alliance.queries.supersession import OpenPledge, Supersession, keys_of, supersession_of
from portal.kernel.access import Actor
from portal.kernel.alphabet import alphabet_key

_Pledges = dict[str, list[OpenPledge]]


@dataclass(frozen=True)
class ComparedItem:
    """One difference; of the pledges that name something of it, without drafts, how many follow and which return.

    `without_it`: of a core measure that was removed, how many follow that name its commitment alone.
    """

    difference: ItemDifference
    following: int
    returning: Sequence[OpenPledge]
    without_it: int = 0
    is_named_by_none: bool = False  # removed, with pledges known and none of them concerned


@dataclass(frozen=True)
class VersionComparison:
    """A version against another one; `supersession` only where putting it in force would supersede that one.

    `is_next`: its own mapping names the other; else the mapping is composed, or `is_by_key`: neither goes back to the
    other, and a key of both is the same.
    """

    earlier: Charter
    later: Charter
    difference: CharterDifference
    supersession: Supersession | None = None
    is_next: bool = True
    is_by_key: bool = False

    @cached_property
    def items(self) -> list[ComparedItem]:
        # of members who stay for now, too: what becomes of theirs once they sign
        whole = self.supersession.of_all if self.supersession else None
        following, returning = (
            (_by_key(rows) for rows in (whole.following, whole.returning)) if whole else ({}, {})
        )
        return [
            self._compared(item, following, returning, knows_pledges=whole is not None)
            for item in self.difference.items
        ]

    @staticmethod
    def _compared(
        item: ItemDifference, following: _Pledges, returning: _Pledges, *, knows_pledges: bool
    ) -> ComparedItem:
        names_it = _naming(item.earlier_keys, following)
        returns = _naming(item.earlier_keys, returning)
        is_removed = item.change == CharterChange.REMOVED and not item.is_undecided
        commitments = {each.commitment.key for each in item.earlier if each.is_measure and each.is_core}
        without_it = len(_naming(commitments, following)) if is_removed else 0
        return ComparedItem(
            item,
            following=len(names_it),
            returning=sorted(returns.values(), key=lambda row: (alphabet_key(row.organisation.name), row.pk)),
            without_it=without_it,
            is_named_by_none=knows_pledges and is_removed and not (names_it or returns or without_it),
        )


def compare_with_earlier(actor: Actor, charter: Charter) -> VersionComparison | None:
    """The version against the one that its mapping names; None for a first one. 22 queries, however long the texts.

    The pledges are those that the actor may see: for the public there are none.
    """
    compared = texts_compared(actor, charter)
    if compared is None:
        return None
    supersession = supersession_of(charter) if charter.state == CharterState.DRAFT else None
    is_next = supersession is not None and supersession.superseded.pk == compared.earlier.pk
    if not is_next or supersession is None or supersession.mapping is None:
        return compared
    return replace(compared, supersession=supersession)


def texts_compared(actor: Actor, charter: Charter) -> VersionComparison | None:
    """The same without pledges: the texts of both versions alone. 14 queries."""
    earlier = earlier_version(charter.key, charter.version, charter.supersedes)
    if earlier is None or not Charter.objects.visible_to(actor).filter(pk=earlier.pk).exists():
        return None
    difference = charter_difference(charter_text(earlier), charter_text(charter))
    return VersionComparison(earlier, charter, difference)


def compare_versions(actor: Actor, earlier: Charter, later: Charter) -> VersionComparison:
    """Any version of a charter against any other, either way round; both are the actor's to see.

    Seven queries for each version on the way; where `later` itself names the other, those of `compare_with_earlier`.
    """
    before = earlier_version(later.key, later.version, later.supersedes)
    own = compare_with_earlier(actor, later) if before is not None and before.pk == earlier.pk else None
    if own is not None:
        return own
    is_backwards = earlier.version > later.version
    older, newer = (later, earlier) if is_backwards else (earlier, later)
    way = _way_between(older, newer)
    if not way:
        text = replace(charter_text(later), mapping=())
        difference = charter_difference(charter_text(earlier), text)
        return VersionComparison(earlier, later, difference, is_next=False, is_by_key=True)
    texts = [charter_text(charter) for charter in way]
    text = text_with_mapping(texts, is_backwards=is_backwards)
    difference = charter_difference(texts[-1] if is_backwards else texts[0], text)
    return VersionComparison(earlier, later, difference, is_next=False)


def other_versions(actor: Actor, charter: Charter) -> list[Charter]:
    """The other versions of a charter that the actor sees, the latest first. One query."""
    rows = Charter.objects.visible_to(actor).filter(key=charter.key).exclude(pk=charter.pk)
    return list(rows.order_by("-version"))


def _way_between(older: Charter, newer: Charter) -> list[Charter]:
    """The versions from one to another, each of which names the one before it; empty where none leads there."""
    way = [newer]
    while way[0].version > older.version:
        before = earlier_version(way[0].key, way[0].version, way[0].supersedes)
        if before is None:
            return []
        way.insert(0, before)
    return way if way[0].pk == older.pk else []


def _by_key(pledges: Sequence[OpenPledge]) -> _Pledges:
    """Pledges by each key that they name; of one undertaking with two revisions the published one."""
    newest: dict[UUID, OpenPledge] = {}
    for pledge in pledges:
        if pledge.record not in newest or pledge.state == PledgeState.PUBLISHED:
            newest[pledge.record] = pledge
    by_key: _Pledges = {}
    for pledge in newest.values():
        for key in set(keys_of(pledge)):
            by_key.setdefault(key, []).append(pledge)
    return by_key


def _naming(keys: set[str], pledges: _Pledges) -> dict[int, OpenPledge]:
    """The pledges that name one of the keys, each once."""
    return {pledge.pk: pledge for key in keys for pledge in pledges.get(key, ())}
