"""The findings of all reviews: the list, one of them, and the pages before it is done, carried on or opened again."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from alliance.enums import ReportState
from alliance.models import Cycle, Finding
from alliance.queries.findings import finding_counts, findings, section_of, with_entries
from alliance.services.findings import carry_finding, complete_finding, reopen_finding
from alliance.web.confirm import Confirmation, confirm
from alliance.web.forms.reviews import FindingCarryForm, FindingNoteForm, FindingReasonForm
from alliance.workflows import FINDING
from portal.kernel.web import ActorRequest, get_visible_or_404, paginate

_NAV = "secretariat:review-list"
VIEWS = {
    "open": pgettext_lazy("findings", "Open"),
    "overdue": pgettext_lazy("findings", "Overdue"),
    "claimed": pgettext_lazy("findings", "Reported done"),
    "carried": pgettext_lazy("findings", "Carried on"),
    "done": pgettext_lazy("findings", "Done"),
    "all": pgettext_lazy("findings", "All"),
}


@require_safe
def finding_list(request: ActorRequest) -> HttpResponse:
    """List of findings by date, the overdue ones first; `?show=` and the filters are part of the address."""
    view = request.GET.get("show", "open")
    view = view if view in VIEWS else "open"
    words, public = request.GET.get("q", "").strip()[:100], request.GET.get("public", "")
    cycles = list(Cycle.objects.visible_to(request.actor).filter(reports__findings__isnull=False).distinct())
    cycle = next((each.slug for each in cycles if each.slug == request.GET.get("cycle")), "")
    public = public if public in ("yes", "no") else ""
    page = paginate(findings(request.actor, view, words, cycle, public), request)
    sections: dict[str, list[Finding]] = {}
    for finding in page:
        sections.setdefault(section_of(finding), []).append(finding)
    counts = finding_counts(request.actor)
    context = {
        "page": page,
        "sections": sections,
        "counts": counts,
        "views": [(name, label, counts.by_view[name]) for name, label in VIEWS.items()],
        "view": view,
        "words": words,
        "cycle": cycle,
        "cycles": cycles,
        "public": public,
        "nav": _NAV,
    }
    return render(request, "alliance/secretariat/finding_list.html", context)


def _get_finding(request: ActorRequest, pk: int) -> Finding:
    finding: Finding = get_visible_or_404(
        Finding.objects.select_related(
            "organisation", "measure", "report__cycle", "written_by"
        ).prefetch_related(with_entries()),
        request.actor,
        pk=pk,
    )
    return finding


@require_safe
def finding(request: ActorRequest, pk: int) -> HttpResponse:
    """One finding: what has to be done, its dates, what the member reported, and what can be decided."""
    finding = _get_finding(request, pk)
    steps = [(each.step.action, each.step.label) for each in FINDING.available(request.actor, finding)]
    context = {"finding": finding, "steps": steps, "nav": _NAV}
    return render(request, "alliance/secretariat/finding.html", context)


@dataclass(frozen=True, slots=True)
class _Decision:
    """What can be decided about a finding, as its page says it."""

    act: Callable[..., Finding]
    form_class: type[forms.Form]
    heading: str | Promise
    consequence: str | Promise
    message: str | Promise


_DECISIONS = {
    "complete": _Decision(
        complete_finding, FindingNoteForm, gettext_lazy("Record the finding as done"),
        gettext_lazy("it leaves the list of open findings and the next review"),
        gettext_lazy("Recorded as done"),
    ),
    "carry": _Decision(
        carry_finding, FindingCarryForm, gettext_lazy("Carry the finding on"),
        gettext_lazy("the new date holds; the earlier one stays, struck through"),
        gettext_lazy("Carried on to a new date"),
    ),
    "reopen": _Decision(
        reopen_finding, FindingReasonForm, gettext_lazy("Open the finding again"),
        gettext_lazy("it is open again, with its last date"),
        gettext_lazy("Opened again"),
    ),
}  # fmt: skip


def _who_reads(finding: Finding) -> str:
    if finding.report.state in (ReportState.CONCLUDED, ReportState.PUBLISHED):
        return _("the member reads it at once, and is notified by e-mail")
    return _("The member reads this once the review is concluded.")


def finding_step(request: ActorRequest, pk: int, action: str) -> HttpResponse:
    """Confirmation page before a finding is recorded as done, carried on to a new date, or opened again."""
    finding = _get_finding(request, pk)
    if action not in _DECISIONS:
        raise Http404
    decision, url = _DECISIONS[action], reverse("secretariat:finding", args=[pk])
    page = Confirmation(
        rule=FINDING.rule(action),
        subject=finding,
        heading=str(decision.heading),
        title=finding.text,
        items=[str(decision.consequence), _who_reads(finding)],
        label=str(FINDING.steps[action].label),
        cancel_url=url,
        parent_title=_("Finding"),
        message=str(decision.message),
        next_url=url,
        nav=_NAV,
    )

    def act(**values: Any) -> None:
        decision.act(request.actor, finding, **values)

    return confirm(request, page, act, decision.form_class)
