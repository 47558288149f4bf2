"""Who writes what: the sections of a report, to whom they are given, and each act on one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from alliance.enums import DelegationState
from alliance.models import Delegation, Person
from alliance.queries.delegations import (
    ReportSection,
    ReportSections,
    all_delegations,
    delegations_as_last_time,
    has_ended,
    latest_number,
    open_work_counts,
    people_who_write,
    report_sections,
    section_title,
)
from alliance.queries.local_dates import today
from alliance.queries.working_copy import WorkingCopy, working_copy
from alliance.services import delegations as services
from alliance.web.area import posted_data
from alliance.web.change_pages import number_in
from alliance.web.forms.delegations import DelegateForm, DelegationForm
from alliance.web.workspace.measure_thread import measure_thread
from alliance.web.workspace.reports import get_report, report_context
from alliance.workflows import DELEGATION
from portal.kernel.errors import AssignedElsewhere, WrongState
from portal.kernel.text import format_date
from portal.kernel.web import (
    ActorRequest,
    get_visible_or_404,
    permissions,
    posts,
    redirect_refused,
    referring_path,
    refusals_on,
    typed_words,
)

_NAV = "workspace:report-list"
_WEEK = timedelta(days=7)
FILTERS = ("all", "mine", "nobody", "late", "unread")


@dataclass(frozen=True, slots=True)
class GivenTo:
    """One to whom a section is given: its state in words, how urgent, and what its reader may do."""

    delegation: Delegation
    words: str
    tone: str  # of the words: ok, warm, danger or quiet
    icon: str
    may_finish: bool


@dataclass(frozen=True, slots=True)
class SectionRow:
    """A line of the table."""

    section: ReportSection
    given_to: Sequence[GivenTo]
    is_chosen: bool
    is_unfolded: bool = True  # of a commitment: its measures follow


@require_http_methods(["GET", "HEAD", "POST"])
def report_delegation(request: ActorRequest, pk: int) -> HttpResponse:
    """Who writes what in a report: each section with its people, day, state; ticked ones are given to colleagues.

    A section is ticked already where the address says `choose`.
    """
    report = get_report(request, pk, "delegation.give" if request.method == "POST" else "")
    people, counts = people_who_write(report), open_work_counts(request.actor)
    first = {"due_on": max(report.deadline - _WEEK, today()), "seen": latest_number(report)}
    form = DelegateForm(posted_data(request), people=people, counts=counts, initial=first)
    if form.is_valid():
        data = form.cleaned_data
        with refusals_on(form):
            given = services.give_sections(request.actor, report, **data)
        if form.is_valid() and not given.delegations:
            for title, reason in given.refusals.items():
                form.add_error("sections", f"{title}: {reason}")
        if form.is_valid():
            _say_what_was_given(request, given, is_late=data["due_on"] > report.deadline)
            query = request.GET.copy()
            query.pop("choose", None)  # it is given now
            return redirect(f"{request.path}?{query.urlencode()}" if query else request.path)
        # what was given meanwhile is on the page now: the same form, sent again, is given knowingly
        form.renew(seen=latest_number(report))
    return _page(request, working_copy(report), form, people)


def _say_what_was_given(request: ActorRequest, given: services.GivenSections, is_late: bool) -> None:
    n = len({each.section_key for each in given.delegations})
    messages.success(request, ngettext("%(n)d section given.", "%(n)d sections given.", n) % {"n": n})
    for title, reason in given.refusals.items():
        messages.warning(request, f"{title}: {reason}")
    if is_late:
        messages.warning(request, _("This day is after the deadline of the report."))


def _page(
    request: ActorRequest, copy: WorkingCopy, form: DelegateForm, people: Sequence[Person]
) -> HttpResponse:
    report, actor = copy.frame.report, request.actor
    context = report_context(request, copy)
    delegations: list[Delegation] = context["delegations"]  # type: ignore[assignment]  # of a page's context
    sections = report_sections(actor, copy, delegations)
    show = request.GET.get("show", "")
    show = show if show in FILTERS else "all"
    thread_of = copy.frame.required_measure(request.GET.get("measure", ""))
    chosen = set(request.GET.getlist("choose"))
    if form.is_bound:
        chosen = set(form.data.getlist("sections"))  # type: ignore[attr-defined]  # a QueryDict
    rows = [
        SectionRow(row, _given_to(request, sections, row), row.key in chosen, unfolded)
        for row, unfolded in _shown(request, sections, show, chosen)
    ]
    context |= {
        "form": form,
        "sections": sections,
        "rows": rows,
        "show": show,
        "filters": _filters(actor.person_id, sections),
        "thread": measure_thread(request, report, thread_of.measure) if thread_of else None,
        "as_last_time": delegations_as_last_time(actor, copy.frame, delegations, people)
        if context["before_sign_off"]
        else [],
        "typed": [] if context["before_sign_off"] else typed_words(form),
        **permissions(actor, report, may_give="delegation.give"),
    }
    status = 422 if form.is_bound else 200
    return render(request, "alliance/workspace/report_delegation.html", context, status=status)


def _filters(person_id: int | None, sections: ReportSections) -> list[tuple[str, str, int]]:
    """The filters with their words and counts."""
    mine = sum(each.assignee_id == person_id for each in sections.delegations)
    return [
        ("all", _("All"), len(sections.commitments)),
        ("mine", _("Mine"), mine),
        ("nobody", _("Nobody yet"), len(sections.commitments) - sections.given_count),
        ("late", _("Late"), len(sections.late)),
        ("unread", _("Handed back, to read"), len(sections.unread)),
    ]


def _shown(
    request: ActorRequest, sections: ReportSections, show: str, chosen: set[str]
) -> list[tuple[ReportSection, bool]]:
    """The sections of the view, each commitment with whether its measures follow it."""
    if show != "all":
        keep = _condition(request.actor.person_id, sections, show)
        return [(row, True) for row in sections.rows if keep(row)]
    unfolded = set(request.GET.getlist("unfold"))
    shown: list[tuple[ReportSection, bool]] = []
    is_open = True
    for at, row in enumerate(sections.rows):
        if not row.is_measure:
            measures = sections.rows[at + 1 : at + 1 + len(row.measures)]
            is_open = (
                "all" in unfolded
                or row.section.key in unfolded
                or any(each.delegations or each.comments.open or each.key in chosen for each in measures)
            )
            shown.append((row, is_open))
        elif is_open:
            shown.append((row, True))
    return shown


def _condition(person_id: int | None, sections: ReportSections, show: str) -> Callable[[ReportSection], bool]:
    if show == "mine":
        return lambda row: any(each.assignee_id == person_id for each in row.delegations)
    if show == "nobody":
        return lambda row: not row.shown and (row.is_measure or not _is_given_in_parts(sections, row))
    keys = {each.pk for each in (sections.late if show == "late" else sections.unread)}
    return lambda row: any(each.pk in keys for each in row.delegations)


def _is_given_in_parts(sections: ReportSections, commitment: ReportSection) -> bool:
    return any(sections.by_key[f"m{each.measure.pk}"].shown for each in commitment.measures)


def _given_to(request: ActorRequest, sections: ReportSections, row: ReportSection) -> list[GivenTo]:
    return [_state_of(request, sections, row, each) for each in row.shown]


def _state_of(
    request: ActorRequest, sections: ReportSections, row: ReportSection, delegation: Delegation
) -> GivenTo:
    may_finish = delegation in row.delegations and DELEGATION.is_available(
        request.actor, delegation, "finish"
    )

    def given(words: str, tone: str, icon: str) -> GivenTo:
        return GivenTo(delegation, words, tone, icon, may_finish)

    if delegation.state == DelegationState.DONE:
        if sections.is_read(delegation):
            return given(_("handed back, read"), "ok", "check")
        return given(_("handed back, to read"), "accent", "corner-up-left")
    days = (today() - delegation.due_on).days
    if days > 0:
        words = ngettext("late by %(n)d day", "late by %(n)d days", days) % {"n": days}
        return given(words, "danger", "clock-alert")
    if row.comments.asked_at:
        return given(_("waits for your answer"), "warm", "message-circle-question-mark")
    if delegation.assignee_id != request.actor.person_id and not sections.is_opened(delegation):
        return given(_("not opened yet"), "quiet", "circle")
    return given(_("being written"), "", "pen-line")


@posts()
def delegation_remind(request: ActorRequest, pk: int) -> HttpResponse:
    """Remind those whose sections are late inside the organisation, once a day."""
    report = get_report(request, pk, "delegation.remind")
    n = services.remind_of_late_sections(request.actor, report)
    words = ngettext("Reminded of %(n)d section.", "Reminded of %(n)d sections.", n)
    messages.success(request, words % {"n": n})
    return redirect("workspace:report-delegation", pk=pk)


@posts()
def delegation_as_last_time(request: ActorRequest, pk: int) -> HttpResponse:
    """Give every section that nobody has to whoever had it in the report before."""
    report = get_report(request, pk, "delegation.give")
    n = len(services.give_as_last_time(request.actor, report))
    messages.success(request, ngettext("%(n)d section given.", "%(n)d sections given.", n) % {"n": n})
    return redirect("workspace:report-delegation", pk=pk)


# --- One of them -----------------------------------------------------------------------------


def _get_delegation(request: ActorRequest, pk: int, rule: str = "") -> Delegation:
    rows = all_delegations(request.actor)
    delegation: Delegation = get_visible_or_404(rows, request.actor, rule=rule, pk=pk)
    return delegation


@require_http_methods(["GET", "HEAD", "POST"])
def delegation(request: ActorRequest, pk: int) -> HttpResponse:
    """One section given to a colleague: its day and word, to be changed or handed on, opened again or taken back."""
    row = _get_delegation(request, pk, "delegation.change" if request.method == "POST" else "")
    report, people = row.report, people_who_write(row.report)
    url = reverse("workspace:report-delegation", args=[report.pk])
    form = DelegationForm(posted_data(request), delegation=row, people=people)
    if form.is_valid():
        with refusals_on(form):
            changed = services.change_delegation(request.actor, row, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("Saved"))
            if changed.due_on > report.deadline:
                messages.warning(request, _("This day is after the deadline of the report."))
            return redirect(url)
        row = _get_delegation(request, pk)
        form.renew(version=row.version)
    ended = has_ended(row)
    is_available = row.state == DelegationState.OPEN and not ended
    context = {
        "delegation": row,
        "report": report,
        "title": section_title(row.section),
        "form": form,
        "url": url,
        "nav": _NAV,
        "has_ended": ended,
        "is_available": is_available,
        "typed": [] if is_available else typed_words(form),
        "deadline": format_date(report.deadline),
        **permissions(request.actor, row, may_change="delegation.change"),
        **{f"may_{act}": not ended and DELEGATION.is_available(request.actor, row, act) for act in _STEPS},
    }
    status = 422 if form.is_bound else 200
    return render(request, "alliance/workspace/delegation.html", context, status=status)


_STEPS = ("finish", "reopen", "take_back")


def _step(request: ActorRequest, pk: int, step: Callable[..., Delegation], sentence: str) -> HttpResponse:
    """Take the step of the section as the page has shown it; a refusal stands at the head of that page."""
    row = _get_delegation(request, pk)
    url = reverse("workspace:report-delegation", args=[row.report_id])
    path = referring_path(request)
    next_url = path if path.startswith(reverse("workspace:report", args=[row.report_id])) else url
    own_url = reverse("workspace:delegation", args=[pk])
    title = section_title(row.section)
    try:
        step(request.actor, row, number_in(request, "version") if "version" in request.POST else None)
    except (WrongState, AssignedElsewhere) as refusal:
        return redirect_refused(request, own_url if path == own_url else next_url, f"{title}: {refusal}")
    messages.success(request, f"{title}: {sentence}")
    return redirect(next_url)


@posts("version")
def delegation_finish(request: ActorRequest, pk: int) -> HttpResponse:
    """Hand a section back as done, as its assignee; for a colleague who had it, who has it now."""
    return _step(request, pk, services.finish_delegation, _("handed back"))


@posts("version")
def delegation_reopen(request: ActorRequest, pk: int) -> HttpResponse:
    """Give a section that was handed back to its assignee again."""
    return _step(request, pk, services.reopen_delegation, _("open again"))


@posts("version")
def delegation_take_back(request: ActorRequest, pk: int) -> HttpResponse:
    """Take a section from its assignee."""
    return _step(request, pk, services.take_back_delegation, _("taken back"))
