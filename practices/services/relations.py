"""Named writes on what a practice has to do with others: it derives from them, merges or replaces them."""

from django.db import transaction
from django.utils.translation import gettext as _

from portal.kernel import journal
from portal.kernel.access import Actor, require
from portal.kernel.errors import DomainError, WrongState
from practices.enums import PracticeState, RelationKind
from practices.models import Practice, Relation
from practices.services.parts import lock_for_adding

MAX_RELATIONS = 20  # of one practice


@transaction.atomic
def relate_practice(actor: Actor, practice: Practice, kind: str, target: Practice) -> Relation:
    """Say what the practice has to do with another one that the actor may see.

    The journal says that it was done, not with which: who reads the line may not know the other end.
    Refuses with Forbidden, WrongState (recalled), or the DomainError of a practice related to itself or too often.
    """
    locked = _locked(actor, practice)
    if locked.pk == target.pk:
        raise DomainError(_("A practice cannot be related to itself."), field="target")
    if not Practice.objects.visible_to(actor).filter(pk=target.pk).exists():
        raise DomainError(_("Choose a practice that you may read."), field="target")
    if Relation.objects.filter(practice=locked).count() >= MAX_RELATIONS:
        raise DomainError(_("The limit of %(most)d is reached: remove one first.") % {"most": MAX_RELATIONS})
    lock_for_adding(target)
    relation, is_new = Relation.objects.get_or_create(
        practice=locked, kind=RelationKind(kind), target_id=target.pk
    )
    if is_new:
        journal.record(actor, "practice.relate", locked)
    return relation


@transaction.atomic
def unrelate_practice(actor: Actor, practice: Practice, relation: Relation) -> None:
    """Take a relation away. Refuses with Forbidden, or WrongState (recalled)."""
    locked = _locked(actor, practice)
    removed, _by_model = Relation.objects.filter(practice=locked, pk=relation.pk).delete()
    if removed:
        journal.record(actor, "practice.unrelate", locked)


def _locked(actor: Actor, practice: Practice) -> Practice:
    locked = Practice.objects.select_for_update(of=("self",)).get(pk=practice.pk)
    require(actor, "practice.relate", locked)
    if locked.state == PracticeState.RECALLED:
        raise WrongState(_("A recalled practice can no longer be changed."))
    return locked
