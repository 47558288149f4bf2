"""What reviews have asked the organisation to do, and the page to report it done."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.models import Finding
from alliance.queries.findings import FindingFilter, claim_refusal, findings
from alliance.services.findings import claim_finding
from alliance.web.confirm import Confirmation, confirm
from alliance.web.forms.findings import FindingClaimForm
from alliance.workflows import FINDING
from portal.kernel.web import ActorRequest, get_visible_or_404, paginate

_NAV = "workspace:report-list"
_VIEWS = ("open", "done", "withdrawn")


@require_safe
def finding_list(request: ActorRequest) -> HttpResponse:
    """List of the organisation's findings: those to do by date, or with `?show=` those that are done or withdrawn."""
    view = request.GET.get("show", "")
    view = view if view in _VIEWS else _VIEWS[0]
    page = paginate(findings(request.actor, FindingFilter(view)), request)
    for finding in page:
        finding.may_claim = FINDING.is_available(request.actor, finding, "claim") and not finding.claimed_at
    context = {"page": page, "view": view, "nav": _NAV}
    return render(request, "alliance/workspace/finding_list.html", context)


def finding_claim(request: ActorRequest, pk: int) -> HttpResponse:
    """Form to report a finding done, with what was done; a reviewer then looks."""
    finding = get_visible_or_404(Finding.objects, request.actor, rule="finding.claim", pk=pk)
    url = reverse("workspace:finding-list")
    page = Confirmation(
        rule="finding.claim",
        subject=finding,
        heading=_("Report it done"),
        title=finding.text,
        title_language=finding.language,
        items=[
            _("the secretariat is notified, and looks at it"),
            _("until then the finding stays open"),
        ],
        label=_("Report it done"),
        cancel_url=url,
        parent_title=_("Findings"),
        message=_("The secretariat has been notified."),
        next_url=url,
        nav=_NAV,
        refusal=claim_refusal(request.actor, finding),
    )

    def act(**values: Any) -> None:
        claim_finding(request.actor, finding, **values)

    return confirm(request, page, act, FindingClaimForm)
