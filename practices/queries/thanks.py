"""Who has thanked for answers and uses: how many, and whether the reader has."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from portal.kernel.access import Actor, can
from practices.models import Adoption, Thanks


@dataclass(slots=True)
class ThanksCount:
    """How many have thanked; `mine`: whether the reader is among them."""

    count: int = 0
    mine: bool = False


def thanks_for_posts(actor: Actor, ids: Iterable[int]) -> Mapping[int, ThanksCount]:
    """By post. One query."""
    return _counts(actor, "post_id", post__in=list(ids))


def with_thanks(actor: Actor, uses: Iterable[Adoption]) -> list[Any]:
    """The uses, each with its `thanked` and whether the reader `may_thank`. One query."""
    rows: list[Any] = list(uses)
    counts = _counts(actor, "adoption_id", adoption__in=[row.pk for row in rows])
    for row in rows:
        row.thanked = counts[row.pk]
        row.may_thank = not row.thanked.mine and can(actor, "adoption.thank", row)
    return rows


def _counts(actor: Actor, column: str, **lookup: Any) -> Mapping[int, ThanksCount]:
    counts: dict[int, ThanksCount] = defaultdict(ThanksCount)
    for pk, person in Thanks.objects.visible_to(actor).filter(**lookup).values_list(column, "person_id"):
        counts[pk].count += 1
        counts[pk].mine = counts[pk].mine or person == actor.person_id
    return counts
