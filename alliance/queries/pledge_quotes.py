"""The targets of a pledge as a review quotes them, each with what it was before it was corrected."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from alliance.models import Pledge, PublishedPledge
from alliance.queries.public.correction_wording import target_text
from alliance.validators.corrections import CorrectionPlace


@dataclass(frozen=True, slots=True)
class QuotedTarget:
    """One target as it holds now; `was` is what was signed, where publication `corrected_in` has corrected it."""

    text: str
    due_on: date | None
    correction_key: str  # how an address names it, to correct it
    was: str = ""
    corrected_in: int | None = None


def with_published_targets(pledges: QuerySet[Pledge]) -> QuerySet[Any]:
    """The pledges, each with `published_targets`: those of its revision as they read now; None of one never public."""
    published = PublishedPledge.objects.filter(record=OuterRef("record"), revision=OuterRef("revision"))
    return pledges.annotate(
        published_targets=Subquery(published.order_by("-valid_from").values("targets")[:1])
    )


def quoted_targets(pledge: Any | None) -> list[QuotedTarget]:
    """The targets of a pledge of `with_published_targets`, in its order. One query unless they are prefetched."""
    if pledge is None:
        return []
    published: Sequence[Mapping[str, Any]] = pledge.published_targets or ()
    corrected: dict[int, tuple[str, int | None]] = {
        number: (target_text(target["was"]), target["corrected_in"])
        for number, target in enumerate(published, start=1)
        if target["was"]
    }
    return [
        QuotedTarget(
            target.text,
            target.due_on,
            CorrectionPlace.of_target(str(pledge.record), number, pledge.commitment_key).key,
            *corrected.get(number, ("", None)),
        )
        for number, target in enumerate(pledge.targets.all(), start=1)
    ]
