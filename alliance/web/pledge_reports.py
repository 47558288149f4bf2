"""What becomes of published reports once a pledge that stands beside their verdicts changes, in sentences."""

from django.utils.translation import gettext as _

from alliance.enums import PledgeState
from alliance.models import Pledge
from alliance.queries.public.standing_pledges import reports_beside_pledge


def beside_reports(pledge: Pledge, becomes: PledgeState) -> list[str]:
    """A sentence for the reports that it stood beside when they were published, and one for those before it."""
    reports = reports_beside_pledge(str(pledge.record))
    stood = [str(each.report.cycle) for each in reports if each.stood]
    later = [str(each.report.cycle) for each in reports if not each.stood]
    items = []
    if stood:
        sentence = _(
            "beside the verdicts of reports that are published already, the pledge stays as it stood then, marked as "
            "such; their PDF is made anew with the mark: %(reports)s"
        )
        items.append(sentence % {"reports": ", ".join(stood)})
    if later and becomes == PledgeState.PUBLISHED:
        sentence = _(
            "beside the verdicts of reports that were published before the pledge was made, the new revision stands; "
            "their PDF is made anew: %(reports)s"
        )
        items.append(sentence % {"reports": ", ".join(later)})
    elif later:
        sentence = _(
            "beside the verdicts of reports that were published before the pledge was made, it stands no more; their "
            "PDF is made anew without it: %(reports)s"
        )
        items.append(sentence % {"reports": ", ".join(later)})
    return items
