"""What a practice has to do with others, as far as the actor may see both ends."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.kernel.access import Actor
from practices.enums import RelationKind
from practices.models import Practice, Relation
from practices.queries.titles import titles_of

INVERSE: dict[str, str | Promise] = {
    RelationKind.DERIVES: _("Developed further in"),
    RelationKind.MERGES: _("Merged into"),
    RelationKind.REPLACES: _("Replaced by"),
}
_FOUND = 12  # of a search


@dataclass(frozen=True, slots=True)
class Relative:
    """The other end of one relation; `own` where the practice itself says so, and its source may take it back."""

    relation: UUID
    words: str
    key: UUID
    title: str
    label: str
    own: bool


def relatives_of(actor: Actor, practice: Practice) -> list[Relative]:
    """Both ways, those that the practice names itself first. Three queries."""
    seen = Relation.objects.visible_to(actor)
    forth = seen.filter(practice=practice).annotate(other=F("target"), address=F("target__key"))
    back = seen.filter(target=practice).annotate(other=F("practice"), address=F("practice__key"))
    rows = [(row, True) for row in forth.select_related("target")]
    rows += [(row, False) for row in back.select_related("practice")]
    titles = titles_of(actor, [row.other for row, _own in rows])
    return [_relative(row, own, titles) for row, own in rows if row.other in titles]


def _relative(row: Any, own: bool, titles: dict[int, str]) -> Relative:
    end = row.target if own else row.practice
    words = RelationKind(row.kind).label if own else INVERSE[row.kind]
    return Relative(row.key, str(words), row.address, titles[row.other], end.get_label_display(), own)


def practices_called(actor: Actor, words: str, *, but: Practice) -> list[tuple[Practice, str]]:
    """Practices that the actor may see whose title holds all the words, the newest first; not `but` itself."""
    rows = Practice.objects.visible_to(actor).exclude(pk=but.pk).select_related("organisation")
    for word in words.split()[:8]:
        rows = rows.filter(versions__content__title__icontains=word)
    found = list(rows.distinct().order_by("-shared_at", "-pk")[:_FOUND])
    titles = titles_of(actor, [row.pk for row in found])
    return [(row, titles[row.pk]) for row in found if row.pk in titles]
