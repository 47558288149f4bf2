"""What readers add to a practice: under its lock, and for the readers whom they had before their eyes."""

from django.utils.translation import gettext as _

from portal.kernel.errors import Forbidden, WrongState
from practices.models import Practice


def lock_together(*practices: Practice) -> None:
    """Lock these in the order of their numbers: two who lock the same ones wait for one another, and not in a ring."""
    rows = Practice.objects.select_for_update(of=("self",)).filter(
        pk__in={practice.pk for practice in practices}
    )
    list(rows.order_by("pk").values_list("pk", flat=True))


def lock_for_adding(practice: Practice) -> Practice:
    """The locked practice, to which something is added; refuses where its label has changed since it was read.

    Opening a practice gives all that is there its earlier readers, under the same lock: so nothing that was written for
    named readers comes out after them.
    """
    locked: Practice | None = Practice.objects.select_for_update(of=("self",)).filter(pk=practice.pk).first()
    if locked is None:
        raise Forbidden(_("You can no longer read this practice."))
    if locked.label != practice.label:
        raise WrongState(_("Its readers have just changed. Reload the page, then decide what to write."))
    return locked
