"""Pages before a report changes its reviewer or stands still: assign, hand over, take over, unassign, pause."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.models import Report
from alliance.queries.reviewers import (
    chosen_reports,
    other_reviewers,
    refusal_sentences,
    reviewer_choices,
)
from alliance.services.assignments import (
    Assignment,
    assign_reports,
    hand_over_report,
    take_over_report,
    unassign_report,
)
from alliance.services.pauses import end_pause, pause_review, pausing_refusal
from alliance.services.second_readings import ask_second_readings
from alliance.web.area import posted_data
from alliance.web.confirm import Confirmation, confirm
from alliance.web.forms.allocation import AssignForm, HandOverForm, PauseForm, ReviewerReasonForm
from alliance.web.forms.reasons import EmptyForm
from alliance.web.secretariat.cycle_selection import chosen_ids
from alliance.web.secretariat.cycles import get_cycle
from alliance.web.secretariat.review_refusals import explained_refusal
from alliance.workflows import REPORT
from portal.kernel.alphabet import alphabet_key
from portal.kernel.text import format_date, whole_number
from portal.kernel.web import ActorRequest, get_visible_or_404, referring_path, refusals_on

_MOST_NAMED = 20
MAX_CHOSEN = 200  # as many as a desk of the largest cycle chooses at once


def review_assign(request: ActorRequest) -> HttpResponse:
    """Page before reports are assigned: which ones, who can take them and who cannot, with the reason."""
    reports, others = _chosen_reports(request)
    choices = reviewer_choices(request.actor, reports)
    able = [each for each in choices if len(each.refusals) < len(reports)]
    initial = {name: request.GET.get(name, "") for name in ("reviewer", "second_reader")}
    has_reviewers = any(report.reviewer_id for report in reports)
    # a note is asked of whoever read on the page that a report has a reviewer; the others are told who was quicker
    seen = _seen_reviewers(request.POST.getlist("seen"))
    needs_note = any(seen.values()) if seen else has_reviewers
    form = AssignForm(posted_data(request), reviewers=able, needs_note=needs_note, initial=initial)
    is_complete = form.is_valid()  # refuses a field that it does not list, whatever was chosen
    if others:
        messages.warning(request, _left_out(others, are_all=not reports))
    if not reports:
        if not others:
            messages.info(request, _("Tick the reports to assign first."))
        queue, back = reverse("secretariat:review-list"), referring_path(request)
        desks = (queue, *_desk_of(request))
        return redirect(back if back.partition("?")[0] in desks else queue)
    if is_complete:
        with refusals_on(form):
            assignment, unread = _assign(request, reports, form, seen)
        if form.is_valid():
            _announce(request, reports, assignment, unread)
            reports = _left_with_note(request, assignment, form)
            if not reports:
                return redirect(*_desk_of(request) or ("secretariat:review-list",))
            choices = reviewer_choices(request.actor, reports)
    context = {
        "nav": "secretariat:review-list",
        "form": form,
        "reports": reports,
        "has_reviewers": has_reviewers,
        "has_coming": any(report.submitted_at is None for report in reports),
        "desk_url": next(iter(_desk_of(request)), ""),
        "barred": refusal_sentences(choices, reports),
    }
    page, status = "alliance/secretariat/review_assign.html", 422 if form.is_bound else 200
    return render(request, page, context, status=status)


def _left_with_note(request: ActorRequest, assignment: Assignment, form: AssignForm) -> list[Report]:
    """Those that were left as they are and can be assigned still, where a note was typed for them: it stays."""
    if not assignment.refusals or not form.cleaned_data.get("note"):
        return []
    reports, _others = chosen_reports(request.actor, list(assignment.refusals))
    form.add_error(None, _("These reports were left as they are. Your note is still here."))
    return reports


def _desk_of(request: ActorRequest) -> tuple[str, ...]:
    """The address of the cycle's desk on which the reports were chosen; nothing where that was the queue."""
    slug = request.GET.get("cycle", "")
    try:
        return (reverse("secretariat:cycle", args=[slug]),)
    except NoReverseMatch:
        return ()


def _left_out(reports: Sequence[Report], *, are_all: bool) -> str:
    """Which of the chosen reports cannot be assigned, each with its state."""
    sentence = (
        _("None of the chosen reports can be assigned by you now: %(reports)s")
        if are_all
        else _("Left out, because you cannot assign them now: %(reports)s")
    )
    named = [f"{report.organisation.name} ({report.get_state_display()})" for report in reports]
    more = ["…"] if len(named) > _MOST_NAMED else []
    return sentence % {"reports": ", ".join([*sorted(named, key=alphabet_key)[:_MOST_NAMED], *more])}


def _chosen_reports(request: ActorRequest) -> tuple[list[Report], list[Report]]:
    """Of the reports that the address or the form names, those that the actor may assign, and the others."""
    sent = request.POST if request.method == "POST" else request.GET
    slug = request.GET.get("cycle", "")
    if request.method != "POST" and slug and "all" in request.GET:  # every one that the desk of a cycle finds
        numbers = list(chosen_ids(request, get_cycle(request.actor, slug)) or ())
    else:
        numbers = [pk for value in sent.getlist("report") if (pk := whole_number(value)) is not None]
    reports, others = chosen_reports(request.actor, numbers)
    if len(reports) > MAX_CHOSEN:
        messages.info(
            request,
            _("These are the first %(first)d of %(all)d reports. Assign the others when these are done.")
            % {"first": MAX_CHOSEN, "all": len(reports)},
        )
    return reports[:MAX_CHOSEN], others


@transaction.atomic
def _assign(
    request: ActorRequest, reports: Sequence[Report], form: AssignForm, seen: Mapping[int, int]
) -> tuple[Assignment, Mapping[int, str]]:
    """Assign, and ask the second reader to read what was assigned; of which reports not, and why."""
    actor, values = request.actor, form.cleaned_data
    assignment = assign_reports(actor, reports, values["reviewer"], values.get("note", ""), seen)
    unread: Mapping[int, str] = {}
    if values["second_reader"]:
        unread = ask_second_readings(actor, assignment.reports, values["second_reader"])
    return assignment, unread


def _seen_reviewers(sent: Sequence[str]) -> dict[int, int]:
    """The reviewers whom the page named, by the report's number; each is sent as two numbers."""
    pairs = [[whole_number(text) for text in value.partition(":")[::2]] for value in sent[:MAX_CHOSEN]]
    return {report: person for report, person in pairs if report is not None and person is not None}


def _announce(
    request: ActorRequest, reports: Sequence[Report], assignment: Assignment, unread: Mapping[int, str]
) -> None:
    n = len(assignment.reports)
    messages.success(request, ngettext("%(n)d report assigned", "%(n)d reports assigned", n) % {"n": n})
    names = {report.pk: report.organisation.name for report in reports}
    for report, reason in assignment.refusals.items():
        messages.warning(
            request, _("%(member)s stays as it was: %(reason)s") % {"member": names[report], "reason": reason}
        )
    for report, reason in unread.items():
        values = {"member": names[report], "reason": reason}
        messages.warning(
            request, _("No second reading was asked for of the report of %(member)s: %(reason)s") % values
        )


# --- One report ----------------------------------------------------------------------------------


def _report(request: ActorRequest, pk: int, rule: str, *, is_coming: bool = False) -> Report:
    """One that was filed; or one that is still to come."""
    with explained_refusal(request.actor, pk):
        report: Report = get_visible_or_404(
            Report.objects.select_related("organisation", "cycle", "reviewer"),
            request.actor,
            rule=rule,
            pk=pk,
            submitted_at__isnull=is_coming,
        )
    return report


def _reviewer_name(report: Report) -> str:
    return report.reviewer.name if report.reviewer else _("nobody")


def _page(report: Report, rule: str, *, heading: str, items: Sequence[str], message: str) -> Confirmation:
    url = reverse("secretariat:review", args=[report.pk])
    refusal = ""
    if report.state not in REPORT.acts[rule.partition(".")[2]]:
        refusal = _("This cannot be done now: the state is “%(state)s”.") % {
            "state": report.get_state_display()
        }
    return Confirmation(
        rule=rule,
        subject=report,
        heading=heading,
        title=f"{report.organisation.name}, {report.cycle.title}",
        items=items,
        label=heading,
        cancel_url=url,
        message=message,
        next_url=url,
        nav="secretariat:review-list",
        parent_title=report.organisation.name,
        refusal=refusal,
    )


def _with(form_class: Callable[..., Any], **named: Any) -> Any:
    """The form class with arguments that the page of consequences does not know."""

    def build(data: Any = None, **others: Any) -> Any:
        return form_class(data, **named, **others)

    return build


def review_hand_over(request: ActorRequest, pk: int) -> HttpResponse:
    """Page before a report goes from its reviewer to another one, with a note."""
    report = _report(request, pk, "report.hand_over")
    choices, barred = other_reviewers(request.actor, report)
    page = _page(
        report,
        "report.hand_over",
        heading=_("Hand over the review"),
        items=[
            _("Its reviewer is %(name)s. Only the new reviewer gives verdicts from now on.")
            % {"name": _reviewer_name(report)},
            _("Verdicts, questions and notes stay as they are."),
            _("Both are notified, and the note stays with the review. The member is not notified."),
            *barred,
        ],
        message=_("The review is handed over."),
    )
    if not choices and not page.refusal:
        page = replace(page, refusal=nobody_left(barred))

    def act(reviewer: int, note: str, seen_reviewer: int) -> None:
        hand_over_report(request.actor, report, reviewer, note, seen_reviewer)

    initial: dict[str, object] = {"seen_reviewer": report.reviewer_id or 0}
    return confirm(request, page, act, _with(HandOverForm, reviewers=choices), initial)


def nobody_left(barred: Sequence[str]) -> str:
    """Why a page that asks for a colleague offers none."""
    return " ".join([_("There is no other reviewer who can take this report."), *barred])


def review_take_over(request: ActorRequest, pk: int) -> HttpResponse:
    """Page before one becomes the reviewer of a report that is somebody else's, on record."""
    report = _report(request, pk, "report.take_over")
    page = _page(
        report,
        "report.take_over",
        heading=_("Take over the review"),
        items=[
            _("Its reviewer is %(name)s. From now on it is you, and only you give verdicts.")
            % {"name": _reviewer_name(report)},
            _("Verdicts that were given stay under the name of whoever gave them."),
            _("The reviewer so far is notified with your reason, and it stays with the review."),
        ],
        message=_("You are the reviewer of this report now."),
    )
    if report.reviewer_id == request.actor.person_id:
        page = replace(page, refusal=page.refusal or _("You are its reviewer already."))
    return _confirm_by_reason(request, report, page, take_over_report)


def review_unassign(request: ActorRequest, pk: int) -> HttpResponse:
    """Page before a report is taken from its reviewer, so that it waits for another one."""
    report = _report(request, pk, "report.unassign")
    page = _page(
        report,
        "report.unassign",
        heading=_("Leave without a reviewer"),
        items=[
            _("Its reviewer is %(name)s. Until somebody is assigned nobody can give verdicts.")
            % {"name": _reviewer_name(report)},
            _("The day to conclude by stays."),
            _("The reviewer is notified with your reason."),
        ],
        message=_("The report has no reviewer now."),
    )
    if report.reviewer_id is None:
        page = replace(page, refusal=page.refusal or _("Nobody is assigned to this report."))
    return _confirm_by_reason(request, report, page, unassign_report)


def allocation_take_back(request: ActorRequest, pk: int) -> HttpResponse:
    """Page before a manager takes a report that is still to come from its reviewer."""
    report = _report(request, pk, "report.allocate", is_coming=True)
    desk = f"{reverse('secretariat:cycle', args=[report.cycle.slug])}#reports"
    page = _page(
        report,
        "report.unassign",
        heading=_("Take the report back from its reviewer"),
        items=[
            _("It is to go to %(name)s when it is filed. From now on it waits for a reviewer, as others do.")
            % {"name": _reviewer_name(report)},
            _("The reviewer is notified with your reason."),
        ],
        message=_("The report has no reviewer now."),
    )
    refusal = page.refusal or ("" if report.reviewer_id else _("Nobody is assigned to this report."))
    page = replace(
        page,
        rule="report.allocate",
        parent_title=report.cycle.title,
        cancel_url=desk,
        next_url=desk,
        refusal=refusal,
    )
    return _confirm_by_reason(request, report, page, unassign_report)


def _confirm_by_reason(
    request: ActorRequest, report: Report, page: Confirmation, change: Callable[..., Report]
) -> HttpResponse:
    """The page of a change of the reviewer that needs a reason; it names the reviewer whom it has shown."""

    def act(reason: str, seen_reviewer: int) -> None:
        change(request.actor, report, reason, seen_reviewer)

    return confirm(request, page, act, ReviewerReasonForm, {"seen_reviewer": report.reviewer_id or 0})


def review_pause(request: ActorRequest, pk: int) -> HttpResponse:
    """Page before a review is paused: the day to conclude by moves by as many days."""
    report = _report(request, pk, "report.pause_review")
    page = _page(
        report,
        "report.pause_review",
        heading=_("Pause the review"),
        items=[
            _(
                "The day to conclude by moves by the days of the pause; the reports on our work leave them out."
            ),
            _("The pause ends by itself at the end of the day that you choose, or earlier by hand."),
            _("The reviewer is notified. The member is not, and its deadlines stay."),
        ],
        message=_("The review is paused."),
    )
    page = replace(page, refusal=page.refusal or pausing_refusal(report))

    def act(until: Any, reason: str) -> None:
        pause_review(request.actor, report, until, reason)

    return confirm(request, page, act, PauseForm)


def review_end_pause(request: ActorRequest, pk: int) -> HttpResponse:
    """Page before a pause ends today."""
    report = _report(request, pk, "report.end_pause")
    until = format_date(report.paused_until) if report.paused_until else ""
    page = _page(
        report,
        "report.end_pause",
        heading=_("End the pause"),
        items=[
            _("The review is paused until %(day)s.") % {"day": until},
            _("The day to conclude by moves back by the days that are left of the pause."),
        ],
        message=_("The pause has ended."),
    )
    if not until:
        page = replace(page, refusal=page.refusal or _("The review is not paused."))
    return confirm(request, page, lambda: end_pause(request.actor, report), EmptyForm)
