"""What a practice has to do with others, as far as the actor may see both ends."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.kernel.access import Actor
from practices.enums import Label, RelationKind
from practices.models import Practice, Relation, Version
from practices.queries.titles import titles_of

INVERSE_LABELS: dict[str, str | Promise] = {
    RelationKind.DERIVES: _("Developed further in"),
    RelationKind.MERGES: _("Merged into"),
    RelationKind.REPLACES: _("Replaced by"),
}
_MAX_MATCHES = 12  # of a search


@dataclass(frozen=True, slots=True)
class RelatedPractice:
    """The other end of one relation; `own` where the practice itself says so, and its source may take it back."""

    relation: UUID
    label_text: str
    key: UUID
    title: str
    language: str  # of the title
    label: str
    own: bool


def related_practices(actor: Actor, practice: Practice) -> list[RelatedPractice]:
    """Both ways, those that the practice names itself first. Two queries."""
    relations = Relation.objects.visible_to(actor).filter(Q(practice=practice) | Q(target=practice))
    rows = sorted(
        relations.select_related("practice", "target"), key=lambda row: row.target_id == practice.pk
    )
    ends = [(row, row.target if row.practice_id == practice.pk else row.practice) for row in rows]
    titles = titles_of(actor, [end.pk for _row, end in ends])
    related_rows = []
    for row, end in ends:
        if end.pk not in titles:
            continue
        own = end.pk == row.target_id
        label = str(RelationKind(row.kind).label if own else INVERSE_LABELS[row.kind])
        handling = str(Label(row.label_beside(end.label)).label)
        related_rows.append(
            RelatedPractice(row.key, label, end.key, titles[end.pk], end.language, handling, own)
        )
    return related_rows


def practices_with_title(actor: Actor, text: str, *, exclude: Practice) -> list[tuple[Practice, str]]:
    """Practices that the actor may see whose title holds all the words, the newest first; not `exclude` itself."""
    rows = Practice.objects.visible_to(actor).exclude(pk=exclude.pk).select_related("organisation")
    versions = Version.objects.visible_to(actor).filter(practice=OuterRef("pk"))
    for word in text.split()[:8]:
        versions = versions.filter(content__title__icontains=word)
    matches = list(rows.filter(Exists(versions)).order_by("-shared_at", "-pk")[:_MAX_MATCHES])
    titles = titles_of(actor, [row.pk for row in matches])
    return [(row, titles[row.pk]) for row in matches if row.pk in titles]
