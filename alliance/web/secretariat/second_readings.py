"""Second readings: asked for, read measure by measure, sent, settled, withdrawn. No member ever sees one."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.enums import SecondReadingState
from alliance.models import Report, SecondReading
from alliance.queries.review_context import compared_cycle, last_verdict
from alliance.queries.review_drafts import reading_drafts, reading_drafts_refusal
from alliance.queries.review_state import reads_blind, review_state
from alliance.queries.reviewers import other_reviewers
from alliance.queries.second_readings import (
    ReadingRow,
    asker_may_withdraw,
    outdated_refusal,
    reading_rows,
    second_readings,
    submission_read,
    visible_parts,
    with_notes_since,
    withdrawal_note,
)
from alliance.services.second_readings import (
    ReadingRequest,
    Settlement,
    ask_second_reading,
    give_opinion,
    send_reading,
    settle_reading,
    withdraw_reading,
)
from alliance.web.area import posted_data
from alliance.web.confirm import Confirmation, confirm
from alliance.web.forms.allocation import SecondReadingForm, SettlementForm
from alliance.web.forms.reviews import ReasonedDecisionForm
from alliance.web.secretariat.assignments import nobody_left
from alliance.web.secretariat.opinion_desk import OpinionDesk
from alliance.web.secretariat.review_refusals import explained_refusal
from alliance.web.secretariat.verdicts import measure_matter
from alliance.workflows import REPORT, SECOND_READING
from portal.kernel.web import ActorRequest, get_visible_or_404, refusals_on, typed_words

NAV = "secretariat:review-list"


def second_reading_ask(request: ActorRequest, pk: int) -> HttpResponse:
    """Page before another reviewer is asked to read a report for the second time."""
    with explained_refusal(request.actor, pk):
        report: Report = get_visible_or_404(
            Report.objects.select_related("organisation", "cycle__charter"),
            request.actor,
            rule="second_reading.ask",
            pk=pk,
            submitted_at__isnull=False,
        )
    state = review_state(request.actor, report)
    if state is None:
        raise Http404
    measures = [(step.key, f"{step.code} {step.title}") for step in state.measures_to_judge]
    return _ask(request, report, "second_reading.ask", measures)


def coming_reading_ask(request: ActorRequest, pk: int) -> HttpResponse:
    """Page before a manager asks somebody to read a report for the second time that is still to be filed."""
    report: Report = get_visible_or_404(
        Report.objects.select_related("organisation", "cycle"),
        request.actor,
        rule="report.allocate",
        pk=pk,
        submitted_at__isnull=True,
        state__in=REPORT.acts["assign"],
    )
    return _ask(request, report, "report.allocate", [])


def _ask(
    request: ActorRequest, report: Report, rule: str, measures: Sequence[tuple[str, str]]
) -> HttpResponse:
    is_coming = report.submitted_at is None
    choices, barred = other_reviewers(request.actor, report)
    url = _review_url(report)
    begins = (
        _(
            "The report is not filed yet: its reader is notified when it is submitted, and sees nothing before."
        )
        if is_coming
        else _(
            "The reader is notified, gives a verdict of their own on each measure, and sends all of them at once."
        )
    )
    page = Confirmation(
        rule=rule,
        subject=report,
        heading=_("Ask for a second reading"),
        title=f"{report.organisation.name}, {report.cycle.title}",
        items=[
            begins,
            _("Until it is sent, and until differences are settled, the review cannot be concluded."),
            _("It stays within the secretariat: neither the member nor the public sees it."),
            *barred,
        ],
        label=_("Ask for a second reading"),
        cancel_url=url,
        message=_("The second reader is notified when the report is submitted.")
        if is_coming
        else _("The second reader has been notified."),
        next_url=url,
        nav=NAV,
        parent_title=report.cycle.title if is_coming else report.organisation.name,
        refusal="" if choices else nobody_left(barred),
    )

    def act(reader: int, is_blind: bool, request: str, measures: Sequence[str] = ()) -> None:
        wanted = ReadingRequest(reader, measures, is_blind, request)
        ask_second_reading(actor, report, wanted)

    def form(data: Any = None, **others: Any) -> SecondReadingForm:
        return SecondReadingForm(data, reviewers=choices, measures=measures, **others)

    actor = request.actor
    return confirm(request, page, act, form)  # type: ignore[arg-type]  # it makes such a form


def _reading(request: ActorRequest, pk: int, rule: str = "") -> SecondReading:
    reading: SecondReading = get_visible_or_404(
        second_readings(request.actor), request.actor, rule=rule, pk=pk
    )
    return reading


@require_safe
def second_reading(request: ActorRequest, pk: int) -> HttpResponse:
    """One second reading: what was asked, both verdicts on each measure, and how differences were settled."""
    reading = _reading(request, pk)
    actor = request.actor
    rows = with_notes_since(actor, reading, reading_rows(actor, reading))
    visible = visible_parts(actor, reading)
    is_asked = reading.state == SecondReadingState.ASKED
    may_read = SECOND_READING.is_available(actor, reading, "read")
    drafts = reading_drafts(actor, reading)
    open_keys = {row.step.key for row in rows} if may_read else set()
    may_withdraw = SECOND_READING.is_available(actor, reading, "withdraw")
    may_settle = SECOND_READING.is_available(actor, reading, "settle")
    settle_refusal = SECOND_READING.refusal(actor, reading, "settle") if may_settle else ""
    context = {
        "nav": NAV,
        "reading": reading,
        "report": reading.report,
        "rows": rows,
        "hides_verdicts": not visible.verdicts,
        "shows_opinions": visible.opinions,
        "may_read": may_read,
        "sending_refusal": reading_drafts_refusal(drafts, open_keys)
        or (outdated_refusal(rows) if may_read else ""),
        "keys_with_drafts": {measure.key for measure, _draft in drafts} & open_keys,
        "drafts_without_form": [pair for pair in drafts if pair[0].key not in open_keys],
        "may_settle": may_settle and not settle_refusal,
        "settle_refusal": settle_refusal,
        "may_withdraw": may_withdraw,
        "asker_may_withdraw": is_asked and not may_withdraw and asker_may_withdraw(reading),
        "withdrawal": withdrawal_note(actor, reading) if visible.verdicts else None,
        "missing": sum(row.opinion is None for row in rows),
        "submission_read": submission_read(actor, reading),
        "review_url": _review_url(reading.report),
    }
    return render(request, "alliance/secretariat/second_reading.html", context)


def _review_url(report: Report) -> str:
    """Where the review stands; of a report that is still to come, the desk of its cycle."""
    if report.submitted_at is None:
        return reverse("secretariat:cycle", args=[report.cycle.slug])
    return reverse("secretariat:review", args=[report.pk])


def second_reading_measure(request: ActorRequest, pk: int, key: str) -> HttpResponse:
    """One measure of a reading: what its reviewer sees, the first verdict unless the reading is blind, and one's own.

    The address asks for comparisons as in the review. What is typed is a draft of the reader's until it is saved.
    """
    reading = _reading(request, pk, "second_reading.read")
    actor = request.actor
    rows = reading_rows(actor, reading)
    row = next((each for each in rows if each.step.key == key), None)
    if row is None or row.step.measure is None:
        raise Http404
    desk = OpinionDesk(request, reading, row)
    if request.method == "POST" and (response := desk.respond()) is not None:
        return response
    form = desk.form(None if desk.posted.conflicts else posted_data(request))
    if form.is_valid():
        with refusals_on(form):
            give_opinion(actor, reading, row.step.measure, **form.cleaned_data)
        if form.is_valid():
            desk.forget()
            return redirect(_after(reading, rows, row))
    place = rows.index(row)
    context = {
        "nav": NAV,
        "reading": reading,
        "row": row,
        "before": rows[place - 1] if place else None,
        "after": rows[place + 1] if place + 1 < len(rows) else None,
        "form": form,
        "draft": desk.draft,
        "posted": desk.posted,
        **_matter(request, reading.report, key),
    }
    status = 409 if desk.posted.conflicts else 422 if form.is_bound else 200
    return render(request, "alliance/secretariat/second_reading_measure.html", context, status=status)


def _matter(request: ActorRequest, report: Report, key: str) -> dict[str, Any]:
    """What the reviewer sees of the measure; for a blind reader without verdicts and findings of this review."""
    actor, hides_verdicts = request.actor, reads_blind(request.actor, report)
    state = review_state(actor, report)
    step = state.find("measure", key) if state else None
    assert state is not None  # the reading has rows of it
    assert step is not None
    compared = compared_cycle(report)
    last = last_verdict(actor, report, compared, "measure", key)
    matter = measure_matter(request, report, state, step, compared, last)
    return {
        "report": report,
        "step": step,
        "hides_verdicts": hides_verdicts,
        "last": last,
        "findings": matter["facts"].findings,
        **matter,
    }


def _after(reading: SecondReading, rows: list[ReadingRow], row: ReadingRow) -> str:
    """The next measure without a verdict of the reader's; the whole reading after the last one."""
    place = rows.index(row)
    following = [*rows[place + 1 :], *rows[:place]]
    missing = next((each for each in following if each.opinion is None), None)
    if missing is None:
        return reverse("secretariat:second-reading", args=[reading.pk])
    return reverse("secretariat:second-reading-measure", args=[reading.pk, missing.step.key])


def second_reading_send(request: ActorRequest, pk: int) -> HttpResponse:
    """Page before a reading is sent: where it agrees and where it differs."""
    reading = _reading(request, pk, "second_reading.read")
    rows = reading_rows(request.actor, reading)
    drafts = reading_drafts(request.actor, reading)
    url = reverse("secretariat:second-reading", args=[reading.pk])
    page = Confirmation(
        rule="second_reading.read",
        subject=reading,
        heading=_("Send the second reading"),
        title=f"{reading.report.organisation.name}, {reading.report.cycle.title}",
        items=[
            _("Your verdicts on %(n)d of %(all)d measures are written down.")
            % {"n": sum(row.opinion is not None for row in rows), "all": len(rows)},
            *_agreement_items(rows, shows_verdicts=visible_parts(request.actor, reading).verdicts),
            _("They cannot be changed after that. The reviewer is notified."),
            _("Where one of them differs, the reviewer or a manager settles which verdict stands."),
        ],
        label=_("Send the second reading"),
        cancel_url=url,
        message=_("Your reading has been sent to the reviewer."),
        next_url=url,
        nav=NAV,
        parent_title=_("Second reading"),
        refusal=SECOND_READING.refusal(request.actor, reading, "agree")
        or reading_drafts_refusal(drafts, [row.step.key for row in rows])
        or outdated_refusal(rows),
    )
    return confirm(request, page, lambda: send_reading(request.actor, reading))


def _agreement_items(rows: Sequence[ReadingRow], *, shows_verdicts: bool) -> list[str]:
    """Where the reader agrees with the verdicts as they are now, and where not; of a blind reading nothing."""
    if not shows_verdicts:
        return [_("This reading is blind: you see the reviewer’s verdicts once yours are sent.")]
    agreed = []
    differing = []
    for row in rows:
        if row.verdict is None or row.opinion is None:
            continue
        own, verdict = row.opinion.get_value_display(), row.verdict.get_value_display()
        if own == verdict:
            agreed.append(row.step.code)
        else:
            values = {"code": row.step.code, "own": own, "verdict": verdict}
            differing.append(_("%(code)s: yours is “%(own)s”, the reviewer’s “%(verdict)s”") % values)
    items = []
    if agreed:
        items.append(_("You agree with the reviewer on: %(measures)s.") % {"measures": ", ".join(agreed)})
    if differing:
        items.append(_("You differ on: %(measures)s.") % {"measures": "; ".join(differing)})
    return items


def second_reading_settle(request: ActorRequest, pk: int) -> HttpResponse:
    """Page before differences are settled: for each which verdict stands, and why."""
    reading = _reading(request, pk, "second_reading.settle")
    actor = request.actor
    rows = [row for row in reading_rows(actor, reading) if row.differs]
    form = SettlementForm(posted_data(request), rows=rows)
    url = reverse("secretariat:second-reading", args=[reading.pk])
    if form.is_valid():
        with refusals_on(form):
            settle_reading(actor, reading, _settlements(form, rows))
        if form.is_valid():
            messages.success(request, _("The differences are settled."))
            return redirect(url)
    context = {
        "nav": NAV,
        "reading": reading,
        "report": reading.report,
        "form": form,
        "rows": [(row, form[f"outcome-{row.step.key}"], form[f"reason-{row.step.key}"]) for row in rows],
        "refusal": SECOND_READING.refusal(actor, reading, "settle"),
        "typed": typed_words(form),
        "submission_read": submission_read(actor, reading),
    }
    page, status = "alliance/secretariat/second_reading_settle.html", 422 if form.is_bound else 200
    return render(request, page, context, status=status)


def _settlements(form: SettlementForm, rows: list[ReadingRow]) -> list[Settlement]:
    values = form.cleaned_data
    return [
        Settlement(
            row.step.key, *(values[f"{name}-{row.step.key}"] for name in ("outcome", "reason", "verdict"))
        )
        for row in rows
    ]


def second_reading_withdraw(request: ActorRequest, pk: int) -> HttpResponse:
    """Page before a reading that was not sent yet is withdrawn, with a reason; who asked for it is notified."""
    reading = _reading(request, pk, "second_reading.withdraw")
    name, asker = {"name": reading.reader.name}, {"name": reading.asked_by.name}
    is_own = reading.asked_by_id == request.actor.person_id
    is_asker_notified = not is_own and asker_may_withdraw(reading)
    is_notified = reading.report.submitted_at is not None
    page = Confirmation(
        rule="second_reading.withdraw",
        subject=reading,
        heading=_("Withdraw the second reading"),
        title=reading.reader.name,
        items=[
            _("%(name)s is notified, and does not have to read the report.") % name
            if is_notified
            else _("%(name)s was not notified yet, and is not notified of this either.") % name,
            *([_("What the reader has written so far is not used.")] if is_notified else []),
            *(
                [_("%(name)s, who asked for it, is notified, with your reason.") % asker]
                if is_asker_notified
                else []
            ),
            _("The review can be concluded without it."),
            _("The reason stays within the secretariat, as a note on the report."),
        ],
        label=_("Withdraw the second reading"),
        cancel_url=reverse("secretariat:second-reading", args=[reading.pk]),
        message=_("The second reading is withdrawn."),
        next_url=_review_url(reading.report),
        nav=NAV,
        parent_title=_("Second reading"),
        refusal=SECOND_READING.refusal(request.actor, reading, "withdraw"),
    )
    return confirm(
        request,
        page,
        lambda **values: withdraw_reading(request.actor, reading, **values),
        ReasonedDecisionForm,
    )
