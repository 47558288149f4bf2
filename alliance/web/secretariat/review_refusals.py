"""Why an act of a review is refused to somebody who has the rights for it."""

from collections.abc import Iterator
from contextlib import contextmanager

from alliance.models import Report
from alliance.queries.reviewers import conflict_reason
from alliance.services.assignments import other_reviewer
from portal.kernel.access import Actor
from portal.kernel.errors import AssignedElsewhere, Forbidden, ForbiddenForReason


@contextmanager
def explained_refusal(actor: Actor, report_id: int, who_may: str = "") -> Iterator[None]:
    """Let a refusal inside say what stands against the act.

    Raises AssignedElsewhere with the reviewer's name where a colleague has the report, and ForbiddenForReason where the
    actor may not judge its organisation, or with `who_may`, where the act is not the reviewer's.
    """
    try:
        yield
    except Forbidden as refusal:
        report = Report.objects.visible_to(actor).select_related("reviewer").get(pk=report_id)
        if reason := conflict_reason(actor, report):
            raise ForbiddenForReason(reason) from refusal
        if who_may:
            raise ForbiddenForReason(who_may) from refusal
        if reason := other_reviewer(actor, report):
            raise AssignedElsewhere(reason) from refusal
        raise
