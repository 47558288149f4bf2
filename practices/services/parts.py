"""What readers add to a practice or a request: under its lock, and for the readers whom they had before their eyes."""

from typing import Any, TypeVar

from django.utils.translation import gettext as _

from portal.kernel.errors import Forbidden, WrongState
from practices.models import Practice, Request
from practices.queries.readership import readers_digest

Subject = TypeVar("Subject", bound=Practice | Request)


def lock_together(*practices: Practice) -> None:
    """Lock these in the order of their numbers: two who lock the same ones wait for one another, and not in a ring."""
    rows = Practice.objects.select_for_update(of=("self",)).filter(
        pk__in={practice.pk for practice in practices}
    )
    list(rows.order_by("pk").values_list("pk", flat=True))


def lock_for_adding(subject: Subject) -> Subject:
    """The locked practice or request, to which something is added; refuses where its readers changed since it was read.

    Opening a practice gives all that is there its earlier readers, and a request that others have answered is widened
    no more, both under the same lock: so nothing that was written for named readers comes out after them.
    """
    rows: Any = type(subject).objects.select_for_update(of=("self",))
    locked: Subject | None = rows.filter(pk=subject.pk).first()
    if locked is None:
        if isinstance(subject, Practice):
            raise Forbidden(_("You can no longer read this practice."))
        raise Forbidden(_("You can no longer read this request."))
    if shown_readers(locked) != shown_readers(subject):
        raise WrongState(_("Its readers have just changed. Reload the page, then decide what to write."))
    return locked


def shown_readers(subject: Practice | Request) -> str:
    """Who reads it, for a page to send back: the label of a practice; each reader of a request, as a digest.

    What is written about a practice is for whomever its source names; answers are for those whom the request named.
    """
    return subject.label if isinstance(subject, Practice) else readers_digest(subject)
