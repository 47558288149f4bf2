"""A reader's reactions to a practice: pressed once it is set, pressed again it is removed."""

from django.db import transaction
from django.utils.translation import gettext as _

from portal.kernel.access import Actor, person_of, require, tenant_of
from portal.kernel.errors import WrongState
from practices.enums import RELEASED_STATES, ReactionKind
from practices.models import Practice, Reaction
from practices.services.parts import lock_for_adding


@transaction.atomic
def react_to_practice(actor: Actor, practice: Practice, kind: str) -> bool:
    """Set or remove the reaction; returns whether it is set now.

    The caller has read the practice through `visible_to`. Refuses with Forbidden, or WrongState before it is
    shared and after it is recalled.
    """
    require(actor, "practice.react", practice)
    if practice.state not in RELEASED_STATES:
        raise WrongState(_("Reactions are possible only while a practice is shared or retired."))
    lock_for_adding(practice)
    own = {"practice": practice, "kind": ReactionKind(kind), "person_id": person_of(actor)}
    removed, _by_model = Reaction.objects.filter(**own).delete()
    if removed:
        return False
    Reaction.objects.create(**own, organisation_id=tenant_of(actor))
    return True
