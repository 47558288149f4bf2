"""One finding of a review, and the page before it is done, carried on, withdrawn, opened again or edited."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from alliance.enums import CONCLUDED_REPORT_STATES, FindingEntryKind, ReportState
from alliance.models import Finding, Report
from alliance.queries.findings import (
    claim_sentence,
    edit_refusal,
    may_be_edited,
    may_be_reminded_of,
    readable_findings,
    was_read,
    with_entries,
)
from alliance.services.findings import (
    carry_finding,
    complete_finding,
    edit_finding,
    reopen_finding,
    withdraw_finding,
)
from alliance.web.confirm import Confirmation, confirm
from alliance.web.forms.findings import (
    FindingCarryForm,
    FindingEditForm,
    FindingNoteForm,
    FindingReasonForm,
)
from alliance.web.secretariat.review_refusals import explained_refusal
from alliance.workflows import FINDING
from portal.kernel.text import whole_number
from portal.kernel.web import (
    ActorRequest,
    get_visible_or_404,
)

_NAV = "secretariat:review-list"


def _get_finding(request: ActorRequest, pk: int) -> Finding:
    finding: Finding = get_visible_or_404(
        readable_findings(request.actor)
        .select_related("organisation", "measure", "report__cycle", "written_by")
        .prefetch_related(with_entries(request.actor)),
        request.actor,
        pk=pk,
    )
    return finding


@require_safe
def finding(request: ActorRequest, pk: int) -> HttpResponse:
    """One finding: what has to be done, its dates, what the member reported, and what can be decided."""
    finding = _get_finding(request, pk)
    context = {
        "finding": finding,
        "steps": steps_of(request, finding),
        "may_remind": may_be_reminded_of(request.actor, finding),
        "nav": _NAV,
    }
    return render(request, "alliance/secretariat/finding.html", context)


@dataclass(frozen=True, slots=True)
class _Decision:
    """What can be decided about a finding, as its page says it."""

    act: Callable[..., Finding]
    form_class: type[forms.Form]
    heading: str | Promise
    consequence: str | Promise
    message: str | Promise
    label: str | Promise
    shows: tuple[str, ...] = ()  # what the form is filled with


_DECISIONS = {
    "complete": _Decision(
        complete_finding, FindingNoteForm, gettext_lazy("Record the finding as done"),
        gettext_lazy("It leaves the list of open findings and the next review."),
        gettext_lazy("Recorded as done"),
        FINDING.steps["complete"].label,
    ),
    "carry": _Decision(
        carry_finding, FindingCarryForm, gettext_lazy("Carry the finding on"),
        gettext_lazy("The new date holds; the earlier one stays, struck through."),
        gettext_lazy("Carried on to a new date"),
        FINDING.steps["carry"].label,
    ),
    "reopen": _Decision(
        reopen_finding, FindingReasonForm, gettext_lazy("Open the finding again"),
        gettext_lazy("It is open again, with its last date."),
        gettext_lazy("Opened again"),
        FINDING.steps["reopen"].label,
    ),
    "withdraw": _Decision(
        withdraw_finding, FindingReasonForm, gettext_lazy("Withdraw the finding"),
        gettext_lazy("Nothing of it is left to do, and nobody is reminded of it. It can be opened again."),
        gettext_lazy("Finding withdrawn"),
        FINDING.steps["withdraw"].label,
    ),
    "edit": _Decision(
        edit_finding, FindingEditForm, gettext_lazy("Edit the finding"),
        gettext_lazy("What it said before stays readable for the secretariat, and for a member that has read it."),
        gettext_lazy("Finding edited"),
        gettext_lazy("Edit"),
        ("text", "due_on", "public", "language"),
    ),
}  # fmt: skip


def _who_reads(finding: Finding, action: str) -> str:
    if finding.report.state in CONCLUDED_REPORT_STATES:
        return _("The member reads this at once, and is notified by e-mail.")
    if action == "withdraw" and not was_read(finding):
        return _("The member has not read the finding yet, and does not read it now either.")
    return _("The member reads this once the review is concluded.")


def _who_may(finding: Finding, action: str) -> str:
    """Whose act it is where it is not the reviewer's; else nothing."""
    if action == "withdraw" and finding.report.state in CONCLUDED_REPORT_STATES:
        return _("The review is concluded: only a manager withdraws its findings now.")
    return ""


def _step_of_review(request: ActorRequest, finding: Finding) -> str:
    """The step of the member's review that `?review=` and `?measure=` name, with its findings; else nothing."""
    number = whole_number(request.GET.get("review", ""))
    rows = Report.objects.visible_to(request.actor).filter(organisation=finding.organisation_id)
    if number is None or not rows.filter(pk=number).exists():
        return ""
    try:
        step = reverse("secretariat:review-measure", args=[number, request.GET.get("measure", "")])
    except NoReverseMatch:
        return ""
    return f"{step}#findings-heading"


def finding_step(request: ActorRequest, pk: int, action: str) -> HttpResponse:
    """Confirmation page before a finding is recorded as done, carried on, withdrawn, opened again or edited.

    The page of a review that leads here is where one goes on afterwards. Raises as `explained_refusal`.
    """
    finding = _get_finding(request, pk)
    if action not in _DECISIONS:
        raise Http404
    decision = _DECISIONS[action]
    step = _step_of_review(request, finding)
    url = step or reverse("secretariat:finding", args=[pk])
    items = [*claim_of(finding), str(decision.consequence)]
    if action == "withdraw" and finding.public and finding.report.state == ReportState.PUBLISHED:
        items.append(
            _(
                "What is published stays. Where it has the finding, the next published report of the member on this "
                "measure says when and why it was withdrawn."
            )
        )
    if action == "edit" and finding.claimed_at is not None:
        items.append(_("Where its text or day changes, the member reports it done again."))
    page = Confirmation(
        rule=FINDING.rule(action),
        subject=finding,
        heading=str(decision.heading),
        title=finding.text,
        title_language=finding.language,
        items=[*items, _who_reads(finding, action)],
        label=str(decision.label),
        cancel_url=url,
        parent_title=finding.measure.title if step else _("Finding"),
        message=str(decision.message),
        next_url=url,
        nav=_NAV,
        kind="danger" if action == "withdraw" else "primary",
        refusal=edit_refusal(request.actor, finding) if action == "edit" else "",
    )

    def act(**values: Any) -> None:
        decision.act(request.actor, finding, **values)

    initial = {name: getattr(finding, name) for name in decision.shows} | {"seen": last_entry_of(finding)}
    with explained_refusal(request.actor, finding.report_id, _who_may(finding, action)):
        return confirm(request, page, act, decision.form_class, initial)


def steps_of(request: ActorRequest, finding: Finding) -> list[tuple[str, str]]:
    """What the actor can decide about it now, each with its label."""
    steps = [(each.step.action, str(each.step.label)) for each in FINDING.available(request.actor, finding)]
    if may_be_edited(request.actor, finding):
        steps.append(("edit", str(_DECISIONS["edit"].label)))
    return steps


def claim_of(finding: Finding) -> list[str]:
    """What the member has reported, where the decision answers it."""
    if finding.claimed_at is None:
        return []
    claims = [entry for entry in finding.entries.all() if entry.kind == FindingEntryKind.CLAIM]
    return [claim_sentence(entry) for entry in claims[-1:]]


def last_entry_of(finding: Finding) -> int:
    """The number of the last entry; 0 where there is none."""
    entries = list(finding.entries.all())
    return entries[-1].pk if entries else 0
