"""Who may see which rows: the policy of a model, applied by `visible_to(actor)` on its manager."""

from collections.abc import Callable

from django.db import models
from django.db.models import Q

from portal.kernel.access.actor import Actor

VisibilityPolicy = Callable[[Actor], Q]  # a policy of seeing: the rows of one model that the actor may see


NOTHING = Q(pk__in=[])


EVERYTHING = ~NOTHING


class VisibleQuerySet(models.QuerySet):
    """Rows behind a visibility policy; pages, API and documents use a manager with `visible_to` alone."""

    policy: VisibilityPolicy

    def visible_to(self, actor: Actor) -> "VisibleQuerySet":
        """The rows that the actor may see; SYSTEM sees all."""
        return self.all() if actor.is_system else self.filter(type(self).policy(actor))


def visible_by(policy: VisibilityPolicy) -> type[VisibleQuerySet]:
    """A queryset class with this policy."""
    return type("VisibleQuerySet", (VisibleQuerySet,), {"policy": staticmethod(policy)})
