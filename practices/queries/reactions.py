"""What readers say about a practice in one word: how many of them, and to its source who."""

from collections import defaultdict
from dataclasses import dataclass, field

from portal.kernel.access import Actor
from practices.enums import ReactionKind
from practices.models import Practice, Reaction

ICONS = {
    ReactionKind.WORKS: "thumbs-up",
    ReactionKind.SEEN: "eye",
    ReactionKind.THANKS: "heart",
    ReactionKind.WANT: "info",
    ReactionKind.OUTDATED: "clock",
}


@dataclass(slots=True)
class ReactionCount:
    """One kind with its readers; `mine`: whether the actor is among them. Names are for the source alone."""

    kind: ReactionKind
    count: int = 0
    mine: bool = False
    names: list[tuple[str, str]] = field(default_factory=list)

    @property
    def icon(self) -> str:
        return ICONS[self.kind]


def reactions_to(actor: Actor, practice: Practice, *, with_names: bool) -> list[ReactionCount]:
    """Each kind in its order. One query."""
    rows = Reaction.objects.visible_to(actor).filter(practice=practice).order_by("at", "pk")
    by_kind = defaultdict(list)
    for row in rows.select_related("person", "organisation"):
        by_kind[row.kind].append(row)
    return [
        ReactionCount(
            kind,
            len(by_kind[kind]),
            any(row.person_id == actor.person_id for row in by_kind[kind]),
            [(row.person.name, row.organisation.name) for row in by_kind[kind]] if with_names else [],
        )
        for kind in ReactionKind
    ]
