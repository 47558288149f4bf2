"""The findings of all reviews: the list, also as a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_safe

from alliance.models import Cycle, Finding
from alliance.queries.findings import (
    FINDING_ORDERS,
    SECTIONS,
    finding_counts,
    findings,
    findings_to_remind_of,
    may_be_reminded_of,
    measures_with_findings,
    members_with_findings,
    open_findings_by_month,
    section_of,
)
from alliance.queries.local_dates import day_of, today
from alliance.web.forms.findings import (
    FindingListForm,
)
from alliance.web.public.responses import csv_response
from alliance.web.secretariat.finding_steps import steps_of
from portal.kernel.web import (
    ActorRequest,
    paginate,
    permissions,
)

_NAV = "secretariat:review-list"
VIEWS = {
    "open": pgettext_lazy("findings", "Open"),
    "overdue": pgettext_lazy("findings", "Overdue"),
    "claimed": pgettext_lazy("findings", "Reported done"),
    "carried": pgettext_lazy("findings", "Carried on"),
    "done": pgettext_lazy("findings", "Done"),
    "withdrawn": pgettext_lazy("findings", "Withdrawn"),
    "all": pgettext_lazy("findings", "All"),
}


@require_safe
def finding_list(request: ActorRequest) -> HttpResponse:
    """List of findings by date, the overdue ones first, or sorted; all or those ticked are reminded of or decided on.

    `?show=`, the filters and the order are part of the address.
    """
    actor = request.actor
    form = form_of(request)
    filters = form.filters()
    page = paginate(findings(actor, filters), request)
    rows: dict[str, list[FindingRow]] = {}
    for finding in page:
        row = _row(request, finding)
        rows.setdefault("" if filters.sort else row.section, []).append(row)
    counts = finding_counts(actor)
    context = {
        "page": page,
        # in one piece where they are sorted otherwise than by date
        "sections": {name: rows[name] for name in ("", *SECTIONS) if name in rows},
        "sorts": _sorts(request, filters.sort),
        "counts": counts,
        "months": open_findings_by_month(actor),
        "views": [(name, label, counts.by_view[name]) for name, label in VIEWS.items()],
        "form": form,
        "filters": filters,
        "query": _query(request),
        "to_remind": findings_to_remind_of(actor).count(),
        "may_carry": any(row.may_carry for section in rows.values() for row in section),
        "may_withdraw": any(row.may_withdraw for section in rows.values() for row in section),
        **permissions(actor, None, may_remind="finding.remind"),
        "nav": _NAV,
    }
    return render(request, "alliance/secretariat/finding_list.html", context)


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding of the list, the days until its date (negative after it), and what can be decided about it.

    One that its member has reported done is not late, whatever the day.
    """

    finding: Finding
    section: str
    days: int
    steps: Sequence[tuple[str, str]]
    may_remind: bool = False  # its member, now

    @property
    def may_carry(self) -> bool:
        return any(action == "carry" for action, _label in self.steps)

    @property
    def may_withdraw(self) -> bool:
        return any(action == "withdraw" for action, _label in self.steps)

    @property
    def may_be_chosen(self) -> bool:
        return self.may_remind or self.may_carry or self.may_withdraw

    @property
    def days_over(self) -> int:
        return 0 if self.finding.claimed_at else max(0, -self.days)


def _row(request: ActorRequest, finding: Finding) -> FindingRow:
    days = (finding.due_on - today()).days
    may_remind = may_be_reminded_of(request.actor, finding)
    return FindingRow(finding, section_of(finding), days, steps_of(request, finding), may_remind)


def _query(request: ActorRequest) -> dict[str, str]:
    """What the address of the list says: where one comes back to from an act on its rows."""
    names = (*FindingListForm.base_fields, "page")
    return {name: request.GET[name] for name in names if request.GET.get(name)}


def _sorts(request: ActorRequest, sort: str) -> dict[str, str]:
    """The address of the same view in the order of each column; backwards where it is in that order already."""
    query = {name: value for name, value in _query(request).items() if name != "page"}
    orders = {name: f"-{name}" if sort == name else name for name in FINDING_ORDERS}
    return {name: f"?{urlencode({**query, 'sort': order})}" for name, order in orders.items()}


def list_url(request: ActorRequest) -> str:
    url, query = reverse("secretariat:finding-list"), urlencode(_query(request))
    return f"{url}?{query}" if query else url


def view_of(request: ActorRequest) -> QuerySet[Any]:
    """The findings of the view that the address says, on all of its pages."""
    return findings(request.actor, form_of(request).filters()).prefetch_related(None)


def form_of(request: ActorRequest) -> FindingListForm:
    actor = request.actor
    cycles = Cycle.objects.visible_to(actor).filter(reports__findings__isnull=False).distinct()
    return FindingListForm(
        request.GET,
        views=VIEWS,
        measures=measures_with_findings(actor),
        members=members_with_findings(actor),
        cycles=list(cycles),
    )


@require_safe
def finding_csv(request: ActorRequest) -> HttpResponse:
    """The findings of the view as a CSV file, all of its pages."""
    header = [_("Member"), _("Cycle"), _("Measure"), _("Finding"), _("State"), _("Due"), _("First date"),
              _("Reported done"), _("Done"), pgettext("finding", "Withdrawn"), _("Public"), _("Reviewer")]  # fmt: skip
    rows = findings(request.actor, form_of(request).filters())
    response = csv_response(f"findings-{today():%Y-%m-%d}", header, map(_cells, rows.iterator(500)))
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _cells(finding: Finding) -> list[str]:
    reviewer = finding.report.reviewer or finding.written_by
    return [
        finding.organisation.name, finding.report.cycle.title, finding.measure.code, finding.text,
        str(finding.get_state_display()), finding.due_on.isoformat(), finding.first_due_on.isoformat(),
        *(day_of(at).isoformat() if at else "" for at in (finding.claimed_at, finding.done_at, finding.withdrawn_at)),
        _("Public") if finding.public else _("Not public"), reviewer.name,
    ]  # fmt: skip
