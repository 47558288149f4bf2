"""The findings of all reviews: the list, also as a file, one of them, and the pages before an act on them."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_safe

from alliance.enums import FindingEntryKind, ReportState
from alliance.models import Cycle, Finding, Report
from alliance.queries.findings import (
    FINDING_ORDERS,
    SECTIONS,
    can_be_carried_on,
    can_be_reminded_of,
    chosen_findings,
    finding_counts,
    findings,
    findings_to_remind_of,
    may_be_reminded_of,
    measures_with_findings,
    members_with_findings,
    open_findings_by_month,
    readable_findings,
    reminder_refusal,
    section_of,
    with_entries,
)
from alliance.queries.local_dates import day_of, today
from alliance.services.findings import (
    carry_finding,
    carry_findings,
    complete_finding,
    none_of_them_to_remind_of,
    nothing_to_remind_of,
    remind_of_findings,
    reopen_finding,
)
from alliance.web.confirm import Confirmation, confirm
from alliance.web.forms.findings import (
    FindingCarryForm,
    FindingListForm,
    FindingNoteForm,
    FindingReasonForm,
    FindingsCarryForm,
    SeenFindingsForm,
)
from alliance.web.public.responses import csv_response
from alliance.workflows import FINDING
from portal.kernel.access import Actor
from portal.kernel.text import format_date, format_moment, whole_number
from portal.kernel.web import (
    ActorRequest,
    get_visible_or_404,
    names_of,
    paginate,
    permissions,
    redirect_refused,
    refuse_unlisted_fields,
)

_NAV = "secretariat:review-list"
_MOST_CHOSEN = 100  # more than a page of the list has
_MOST_OF_VIEW = 200  # that are named on the page before an act on all of a view
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
    """List of findings by date, the overdue ones first, or sorted; those ticked or all are reminded of or carried on.

    `?show=`, the filters and the order are part of the address.
    """
    actor = request.actor
    form = _form(request)
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
    def may_be_chosen(self) -> bool:
        return self.may_remind or self.may_carry

    @property
    def days_over(self) -> int:
        return 0 if self.finding.claimed_at else max(0, -self.days)


def _row(request: ActorRequest, finding: Finding) -> FindingRow:
    days = (finding.due_on - today()).days
    may_remind = may_be_reminded_of(request.actor, finding)
    return FindingRow(finding, section_of(finding), days, _steps(request, finding), may_remind)


def _steps(request: ActorRequest, finding: Finding) -> list[tuple[str, str]]:
    return [(each.step.action, str(each.step.label)) for each in FINDING.available(request.actor, finding)]


def _query(request: ActorRequest) -> dict[str, str]:
    """What the address of the list says: where one comes back to from an act on its rows."""
    names = (*FindingListForm.base_fields, "page")
    return {name: request.GET[name] for name in names if request.GET.get(name)}


def _sorts(request: ActorRequest, sort: str) -> dict[str, str]:
    """The address of the same view in the order of each column; backwards where it is in that order already."""
    query = {name: value for name, value in _query(request).items() if name != "page"}
    orders = {name: f"-{name}" if sort == name else name for name in FINDING_ORDERS}
    return {name: f"?{urlencode({**query, 'sort': order})}" for name, order in orders.items()}


def _list_url(request: ActorRequest) -> str:
    url, query = reverse("secretariat:finding-list"), urlencode(_query(request))
    return f"{url}?{query}" if query else url


# of some findings those of which an act can be done now: a view may have others before them
AbleFindings = Callable[[Actor, QuerySet[Any]], QuerySet[Any]]


def _chosen(request: ActorRequest, able: AbleFindings) -> list[int] | None:
    """The findings that the address names, or those able of its whole view; None where it is not about chosen ones."""
    if "all" in request.GET:
        return list(able(request.actor, _view(request)).values_list("pk", flat=True)[:_MOST_OF_VIEW])
    if "chosen" not in request.GET and "finding" not in request.GET:
        return None
    numbers = (whole_number(value) for value in request.GET.getlist("finding")[:_MOST_CHOSEN])
    return [number for number in numbers if number is not None]


def _view(request: ActorRequest) -> QuerySet[Any]:
    """The findings of the view that the address says, on all of its pages."""
    return findings(request.actor, _form(request).filters()).prefetch_related(None)


def _named_or_chosen(request: ActorRequest, able: AbleFindings) -> list[int] | None:
    """Those chosen; of an act on all of a view those that the posted page has named: there may be others by now."""
    if "all" in request.GET and request.method == "POST":
        return _shown_before(request)
    return _chosen(request, able)


def _shown_before(request: ActorRequest) -> list[int]:
    parts = request.POST.get("seen", "").split(",")
    numbers = (whole_number(part.partition(":")[0]) for part in parts)
    return [number for number in numbers if number is not None][:_MOST_OF_VIEW]


@dataclass(frozen=True, slots=True)
class _OfView:
    """How many of an act on all of a view are too many for one page, and of how many it cannot be done."""

    beyond: int
    unable: int


def _left_of_view(request: ActorRequest, able: AbleFindings) -> _OfView:
    if "all" not in request.GET:
        return _OfView(0, 0)
    view = _view(request)
    count = able(request.actor, view).count()
    return _OfView(max(0, count - _MOST_OF_VIEW), view.count() - count)


def _not_reminded_of(request: ActorRequest) -> list[str]:
    """Of an act on all of a view. Those reminded of are left out of the next one, so that the others follow."""
    left = _left_of_view(request, can_be_reminded_of)
    beyond = ngettext(
        "%(n)d more finding of this view is left as it is: it has its turn next",
        "%(n)d more findings of this view are left as they are: they have their turn next",
        left.beyond,
    )
    unable = ngettext(
        "%(n)d finding of this view is left as it is: nobody can be reminded of it now",
        "%(n)d findings of this view are left as they are: nobody can be reminded of them now",
        left.unable,
    )
    return _counted((left.beyond, beyond), (left.unable, unable))


def _not_carried_on(request: ActorRequest) -> list[str]:
    """Of an act on all of a view. Those carried on stay in it, perhaps before the others."""
    left = _left_of_view(request, can_be_carried_on)
    beyond = ngettext(
        "%(n)d more finding of this view is left as it is: narrow the view by member, measure or cycle to reach it",
        "%(n)d more findings of this view are left as they are: narrow the view by member, measure or cycle to reach "
        "them",
        left.beyond,
    )
    unable = ngettext(
        "%(n)d finding of this view is left as it is: you cannot carry it on now",
        "%(n)d findings of this view are left as they are: you cannot carry them on now",
        left.unable,
    )
    return _counted((left.beyond, beyond), (left.unable, unable))


def _counted(*sentences: tuple[int, str]) -> list[str]:
    return [sentence % {"n": count} for count, sentence in sentences if count]


def _in_words(finding: Finding) -> str:
    """What stands in a line of the page before an act: whose it is, what has to be done, by when, what was reported."""
    line = f"{finding.organisation.name}, {finding.measure.code}: {Truncator(finding.text).words(16)}"
    due = _("due on %(day)s") % {"day": format_date(finding.due_on)}
    return "; ".join([f"{line} ({due})", *_claim(finding)])


def _left_out(reasons: Iterable[tuple[Finding, str]]) -> list[str]:
    sentence = _("left as it is: %(finding)s: %(reason)s")
    return [sentence % {"finding": _in_words(each), "reason": reason} for each, reason in reasons]


def _form(request: ActorRequest) -> FindingListForm:
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
              _("Reported done"), _("Done"), _("Public"), _("Reviewer")]  # fmt: skip
    rows = findings(request.actor, _form(request).filters())
    response = csv_response(f"findings-{today():%Y-%m-%d}", header, map(_cells, rows.iterator(500)))
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _cells(finding: Finding) -> list[str]:
    reviewer = finding.report.reviewer or finding.written_by
    return [
        finding.organisation.name, finding.report.cycle.title, finding.measure.code, finding.text,
        str(finding.get_state_display()), finding.due_on.isoformat(), finding.first_due_on.isoformat(),
        *(day_of(at).isoformat() if at else "" for at in (finding.claimed_at, finding.done_at)),
        _("Public") if finding.public else _("Not public"), reviewer.name,
    ]  # fmt: skip


def finding_remind(request: ActorRequest) -> HttpResponse:
    """Confirmation page before members are reminded: of the chosen findings, or of all that are overdue."""
    if (numbers := _named_or_chosen(request, can_be_reminded_of)) is not None:
        return _remind_of_chosen(request, numbers)
    overdue = list(findings_to_remind_of(request.actor))
    names = Counter(finding.organisation.name for finding in overdue)
    page = _reminder_page(
        _("Remind of overdue findings"),
        ngettext("%(n)d finding is overdue", "%(n)d findings are overdue", len(overdue))
        % {"n": len(overdue)},
        [f"{name}: {count}" for name, count in names.items()],
        f"{reverse('secretariat:finding-list')}?show=overdue",
        refusal="" if overdue else nothing_to_remind_of(),
    )
    return confirm(request, page, lambda: remind_of_findings(request.actor))


def _remind_of_chosen(request: ActorRequest, numbers: Sequence[int]) -> HttpResponse:
    """Whoever has not reported a finding done can be reminded of it before its day, too."""
    url = _list_url(request)
    chosen = chosen_findings(request.actor, numbers)
    if not chosen:
        why = none_of_them_to_remind_of() if "all" in request.GET else _none_chosen()
        return redirect_refused(request, url, why)
    able = [each for each in chosen if may_be_reminded_of(request.actor, each)]
    page = _reminder_page(
        _("Remind of findings"),
        ngettext("Reminder of %(n)d finding", "Reminder of %(n)d findings", len(able)) % {"n": len(able)},
        [
            *map(_in_words, able),
            *_left_out((each, reminder_refusal(each)) for each in chosen if each not in able),
            *_not_reminded_of(request),
        ],
        url,
        refusal="" if able else none_of_them_to_remind_of(),
    )
    seen = ",".join(str(each.pk) for each in chosen)
    return confirm(
        request,
        page,
        lambda seen: remind_of_findings(request.actor, [each.pk for each in able]),
        SeenFindingsForm,
        {"seen": seen},
    )


def _reminder_page(
    heading: str, title: str, named: Sequence[str], list_url: str, *, refusal: str
) -> Confirmation:
    return Confirmation(
        rule="finding.remind",
        subject=None,
        heading=heading,
        title=title,
        items=[
            *named,
            _("the editors and signatories of each member are notified in their own language"),
            _("no member is reminded twice a day of the same finding; nothing becomes public"),
        ],
        label=_("Remind"),
        cancel_url=list_url,
        parent_title=_("Findings"),
        message=_("The reminders are on their way."),
        next_url=list_url,
        nav=_NAV,
        refusal=refusal,
    )


def _none_chosen() -> str:
    return _("Choose findings first: tick their rows.")


def finding_carry(request: ActorRequest) -> HttpResponse:
    """Form to carry the chosen findings on: one date and one reason for all of them, and which are left as they are."""
    if request.method == "POST":
        refuse_unlisted_fields(request.POST, names_of(FindingsCarryForm()))
    actor, url = request.actor, _list_url(request)
    chosen = chosen_findings(actor, _named_or_chosen(request, can_be_carried_on) or ())
    able = [each for each in chosen if FINDING.is_available(actor, each, "carry")]
    if not chosen and "all" not in request.GET:
        return redirect_refused(request, url, _none_chosen())
    # what somebody else has ended meanwhile is refused with its reason: nothing that was typed is lost
    if not chosen or (not able and request.method != "POST"):
        return redirect_refused(request, url, _("You can carry none of these findings on now."))
    shown = able or chosen
    page = Confirmation(
        rule="finding.carry",
        subject=shown[0],
        heading=_("Carry findings on"),
        title=ngettext("%(n)d finding gets a later date", "%(n)d findings get a later date", len(able))
        % {"n": len(able)},
        items=[
            *map(_in_words, able),
            *_left_out(
                (each, FINDING.refusal(actor, each, "carry") or _("you cannot review this"))
                for each in chosen
                if each not in able
            ),
            *_not_carried_on(request),
            _("the new date holds; the earlier ones stay, struck through"),
            _(
                "a member reads this at once where its review is concluded, and is notified by e-mail; else afterwards"
            ),
        ],
        label=_("Carry on"),
        cancel_url=url,
        parent_title=_("Findings"),
        message=ngettext("%(n)d finding is carried on.", "%(n)d findings are carried on.", len(able))
        % {"n": len(able)},
        next_url=url,
        nav=_NAV,
    )
    seen = ",".join(f"{each.pk}:{_last_entry(each)}" for each in shown)
    return confirm(
        request, page, lambda **values: carry_findings(actor, **values), FindingsCarryForm, {"seen": seen}
    )


def _last_entry(finding: Finding) -> int:
    """The number of the last entry; 0 where there is none."""
    entries = list(finding.entries.all())
    return entries[-1].pk if entries else 0


def _get_finding(request: ActorRequest, pk: int) -> Finding:
    finding: Finding = get_visible_or_404(
        readable_findings(request.actor)
        .select_related("organisation", "measure", "report__cycle", "written_by")
        .prefetch_related(with_entries()),
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
        "steps": _steps(request, finding),
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


_DECISIONS = {
    "complete": _Decision(
        complete_finding, FindingNoteForm, gettext_lazy("Record the finding as done"),
        gettext_lazy("It leaves the list of open findings and the next review."),
        gettext_lazy("Recorded as done"),
    ),
    "carry": _Decision(
        carry_finding, FindingCarryForm, gettext_lazy("Carry the finding on"),
        gettext_lazy("The new date holds; the earlier one stays, struck through."),
        gettext_lazy("Carried on to a new date"),
    ),
    "reopen": _Decision(
        reopen_finding, FindingReasonForm, gettext_lazy("Open the finding again"),
        gettext_lazy("It is open again, with its last date."),
        gettext_lazy("Opened again"),
    ),
}  # fmt: skip


def _claim(finding: Finding) -> list[str]:
    """What the member has reported, where the decision answers it."""
    if finding.claimed_at is None:
        return []
    claims = [entry for entry in finding.entries.all() if entry.kind == FindingEntryKind.CLAIM]
    message = _("%(name)s reported it done on %(at)s: “%(text)s”")
    return [
        message % {"name": entry.written_by.name, "at": format_moment(entry.written_at), "text": entry.text}
        for entry in claims[-1:]
    ]


def _who_reads(finding: Finding) -> str:
    if finding.report.state in (ReportState.CONCLUDED, ReportState.PUBLISHED):
        return _("The member reads this at once, and is notified by e-mail.")
    return _("The member reads this once the review is concluded.")


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
    """Confirmation page before a finding is recorded as done, carried on to a new date, or opened again.

    The page of a review that leads here is where one goes on afterwards.
    """
    finding = _get_finding(request, pk)
    if action not in _DECISIONS:
        raise Http404
    decision = _DECISIONS[action]
    step = _step_of_review(request, finding)
    url = step or reverse("secretariat:finding", args=[pk])
    page = Confirmation(
        rule=FINDING.rule(action),
        subject=finding,
        heading=str(decision.heading),
        title=finding.text,
        items=[*_claim(finding), str(decision.consequence), _who_reads(finding)],
        label=str(FINDING.steps[action].label),
        cancel_url=url,
        parent_title=finding.measure.title if step else _("Finding"),
        message=str(decision.message),
        next_url=url,
        nav=_NAV,
    )

    def act(**values: Any) -> None:
        decision.act(request.actor, finding, **values)

    return confirm(request, page, act, decision.form_class, {"seen": _last_entry(finding)})
