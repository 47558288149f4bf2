"""What still keeps a working copy from sign-off, place by place."""

from collections.abc import Mapping
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.queries.working_copy import WorkingCopy
from portal.kernel.errors import Gaps


def sign_off_faults(copy: WorkingCopy) -> dict[str, str]:
    """Every place with the first fault to be put right there: errors, missing notes, what was carried over, gaps."""
    faults: dict[str, str] = {}
    frame = copy.frame
    pledges: dict[int | UUID, str] = {pledge.record: pledge.title for pledge in frame.own_pledges}
    for finding in copy.errors:
        faults[frame.words_of(finding.place)] = str(finding)
    for finding in copy.unanswered_warnings:
        faults.setdefault(
            frame.words_of(finding.place), _("A note is missing: %(warning)s") % {"warning": str(finding)}
        )
    carried_over = _("Carried over from the previous period: confirm that it is still true.")
    for answer in copy.unconfirmed:
        place = answer.indicator.title if answer.indicator else pledges[answer.subject_key]
        faults.setdefault(place, carried_over)
    for figure in copy.unconfirmed_figures:
        faults.setdefault(frame.words_of(figure.place), carried_over)
    for evidence in copy.unconfirmed_evidence:
        title = evidence.title or _("Adopted practice")
        faults.setdefault(f"{evidence.measure.code}, {title}", carried_over)
    for required in copy.empty:
        faults.setdefault(required.measure.code, _("An answer is missing."))
    for record in copy.empty_pledges:
        faults.setdefault(pledges[record], _("An answer is missing."))
    return faults


def refuse_sign_off(faults: Mapping[str, str]) -> None:
    """Raises Gaps with all faults, when there are any."""
    if faults:
        sentence = ngettext(
            "The report cannot be signed off yet: %(count)d problem.",
            "The report cannot be signed off yet: %(count)d problems.",
            len(faults),
        )
        raise Gaps(sentence % {"count": len(faults)}, faults)
