"""Named writes on what a practice has to do with others: it derives from them, merges or replaces them."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from portal.kernel import journal
from portal.kernel.access import SYSTEM, Actor, acting_as, require
from portal.kernel.errors import DomainError, WrongState
from practices.enums import PracticeState, RelationKind
from practices.models import Practice, Relation
from practices.services.parts import lock_for_adding, lock_together

MAX_RELATIONS = 20  # of one practice


@transaction.atomic
def relate_practice(actor: Actor, practice: Practice, kind: str, target: Practice) -> Relation:
    """Say what the practice has to do with another one that the actor may see.

    What only earlier readers of one of the two could see is said anew, to all who may read both now. The journal says
    that it was done, not with which: who reads the line may not know the other end. Refuses with Forbidden, WrongState
    (recalled, or one of the two has another label by now), or the DomainError of a practice related to itself or too
    often.
    """
    lock_together(practice, target)
    locked = _locked(actor, practice)
    if locked.pk == target.pk:
        raise DomainError(_("A practice cannot be related to itself."), field="target")
    if not Practice.objects.visible_to(actor).filter(pk=target.pk).exists():
        raise DomainError(_("Choose a practice that you may read."), field="target")
    if Relation.objects.filter(practice=locked).count() >= MAX_RELATIONS:
        raise DomainError(_("The limit of %(most)d is reached: remove one first.") % {"most": MAX_RELATIONS})
    lock_for_adding(target)
    ends = {"practice": locked, "kind": RelationKind(kind), "target_id": target.pk}
    with acting_as(SYSTEM):  # it may be there for readers of before, whom the actor is not among
        relation = Relation.objects.filter(**ends).first()
        is_new = relation is None or relation.earlier_readers is not None
        if relation is not None and is_new:
            relation.earlier_readers = None
            relation.save(update_fields=["earlier_readers"])
    if relation is None:
        relation = Relation.objects.create(**ends)
    if is_new:
        journal.record(actor, "practice.relate", locked)
    return relation


@transaction.atomic
def add_missing_relations(practice: Practice, related: Iterable[tuple[str, Practice]]) -> None:
    """Write the relations of a file that are not there yet; none is taken away, or said to others than before.

    The caller has locked the practice and the others. Raises WrongState where one of these has another label by now.
    """
    for kind, target in related:
        if target.pk == practice.pk:
            continue
        lock_for_adding(target)
        ends = {"practice": practice, "kind": RelationKind(kind), "target_id": target.pk}
        with acting_as(SYSTEM):  # it may be there for readers of before
            is_there = Relation.objects.filter(**ends).exists()
        if not is_there:
            Relation.objects.create(**ends)


@transaction.atomic
def unrelate_practice(actor: Actor, practice: Practice, relation: Relation) -> None:
    """Take a relation away. Refuses with Forbidden, or WrongState (recalled)."""
    locked = _locked(actor, practice)
    removed, _by_model = Relation.objects.filter(practice=locked, pk=relation.pk).delete()
    if removed:
        journal.record(actor, "practice.unrelate", locked)


def _locked(actor: Actor, practice: Practice) -> Practice:
    locked = lock_for_adding(practice)
    require(actor, "practice.relate", locked)
    if locked.state == PracticeState.RECALLED:
        raise WrongState(_("A recalled practice can no longer be changed."))
    return locked
