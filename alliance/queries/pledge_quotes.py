"""The targets of a pledge as a review quotes them, each with what it was before it was corrected."""

from dataclasses import dataclass
from datetime import date

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


def quoted_targets(pledge: Pledge | None) -> list[QuotedTarget]:
    """The targets of a revision that was published, in its order, as they read now.

    Two queries, one where they are prefetched, none of no pledge.
    """
    if pledge is None:
        return []
    rows = PublishedPledge.objects.filter(record=pledge.record, revision=pledge.revision)
    published = rows.order_by("valid_from").last()
    corrected: dict[int, tuple[str, int | None]] = {
        number: (target_text(target["was"]), target["corrected_in"])
        for number, target in enumerate(published.targets if published else (), start=1)
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
