"""What still keeps a working copy from sign-off, place by place."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.queries.working_copy import WorkingCopy
from alliance.validators.figures import Finding
from portal.kernel.errors import Faults


def faults_of(copy: WorkingCopy) -> dict[str, str]:
    """Every place with the first thing to be put right there: errors, missing notes, unconfirmed texts, gaps."""
    faults: dict[str, str] = {}
    for finding in copy.errors:
        faults[_where(finding)] = str(finding)
    for finding in copy.unanswered_warnings:
        faults.setdefault(_where(finding), _("A note is missing: %(warning)s") % {"warning": str(finding)})
    for answer in copy.unconfirmed:
        place = answer.indicator.code if answer.indicator else str(answer.pledge_record)
        faults.setdefault(place, _("Carried over from the last period; say whether it is still true."))
    for owed in copy.empty:
        faults.setdefault(owed.measure.code, _("An answer is missing."))
    for record in copy.empty_pledges:
        faults.setdefault(str(record), _("An answer is missing."))
    return faults


def refuse(faults: Mapping[str, str]) -> None:
    """Raises Faults, which say all of it, when there is any."""
    if faults:
        sentence = ngettext(
            "The report cannot be signed off yet: %(count)d thing to put right.",
            "The report cannot be signed off yet: %(count)d things to put right.",
            len(faults),
        )
        raise Faults(sentence % {"count": len(faults)}, faults)


def _where(finding: Finding) -> str:
    return " ".join(filter(None, finding.place))
