"""The reviewers' queue: its views, which are addresses and can be kept, the next report, and the queue as a file."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from alliance.enums import ViewedList, WaitsFor
from alliance.models import Report
from alliance.queries.local_dates import day_of, today
from alliance.queries.queue_counts import queue_counts
from alliance.queries.report_moves import last_moves
from alliance.queries.review_queue import (
    QueueFilter,
    QueueRow,
    queue_rows,
    queued_reports,
    row_portions,
)
from alliance.queries.reviewers import ReviewerChoice, open_review_counts, reviewers_by_name
from alliance.queries.reviews import next_for
from alliance.queries.second_readings import readings_to_do
from alliance.web.forms.allocation import QueueForm, cycles_to_choose
from alliance.web.public.responses import safe_cell
from alliance.web.secretariat.saved_views import keep_posted_view, remove_posted_view, saved_views
from portal.kernel.access import Actor
from portal.kernel.web import ActorRequest, paginate, permissions, posts


@require_safe
def review_list(request: ActorRequest) -> HttpResponse:
    """The reviewers' queue with its counts, filters, order and kept views; the most urgent report first."""
    actor = request.actor
    reviewers = reviewers_by_name()
    form = _form(request, request.GET, reviewers)
    filters = form.filters()
    page = paginate(queued_reports(actor, filters), request)
    context = {
        "form": form,
        "filters": filters,
        "tabs": _tabs(filters),
        "page": page,
        "rows": queue_rows(actor, list(page), _moves(actor, page)),
        "counts": queue_counts(actor),
        "readings": list(readings_to_do(actor)[:8]),
        "saved_views": saved_views(
            actor,
            ViewedList.REVIEWS,
            filters.query_string,
            keep_url=reverse("secretariat:review-view-keep"),
            remove_url=lambda pk: reverse("secretariat:review-view-remove", args=[pk]),
        ),
        "reviewers": _with_counts(actor, reviewers),
        "sorts": _sorts(filters),
        "person_id": actor.person_id,
        # whoever may have an interest shares out reviews; of each report the rule of the act is asked
        **permissions(actor, None, may_assign="interest.declare"),
    }
    return render(request, "alliance/secretariat/review_list.html", context)


def _moves(actor: Actor, reports: Iterable[Report]) -> Mapping[int, str]:
    """What was last done with each report; of those in whose review the actor has no part nothing."""
    return last_moves(
        actor, [report.pk for report in reports if report.organisation_id not in actor.conflicts]
    )


def _with_counts(actor: Actor, reviewers: Sequence[tuple[int, str]]) -> list[ReviewerChoice]:
    counts = open_review_counts(actor)
    return [ReviewerChoice(number, name, counts.get(number, 0)) for number, name in reviewers]


def _form(request: ActorRequest, data: Any, reviewers: Sequence[tuple[int, str]] | None = None) -> QueueForm:
    cycles = list(cycles_to_choose(request.actor))
    return QueueForm(data, cycles=cycles, reviewers=reviewers_by_name() if reviewers is None else reviewers)


def _tabs(filters: QueueFilter) -> dict[str, str]:
    """The address of the same view for each of the tabs."""
    return {show: _address(filters, show=show) for show in ("mine", "unassigned", "coming", "all")}


def _sorts(filters: QueueFilter) -> dict[str, str]:
    """The address of the same view in the order of each column; backwards where it is in that order already."""
    return {
        name: _address(filters, sort=f"-{name}" if filters.sort == name else name)
        for name in ("due", "member", "state", "reviewer")
    }


def _address(filters: QueueFilter, **changes: str) -> str:
    query = QueryDict(mutable=True)
    query.update({**filters.query, **changes})
    return f"?{query.urlencode()}"


@require_safe
def review_next(request: ActorRequest) -> HttpResponse:
    """Go to the most urgent own report that waits for the secretariat; to the queue where none does."""
    report = next_for(request.actor)
    if report is not None:
        return redirect("secretariat:review", pk=report.pk)
    reading = readings_to_do(request.actor).first()
    if reading is not None:
        return redirect("secretariat:second-reading", pk=reading.pk)
    messages.info(request, _("Nothing waits for you. These reports have no reviewer yet."))
    return redirect(f"{reverse('secretariat:review-list')}?show=unassigned")


# --- Views that somebody keeps -------------------------------------------------------------------


@posts("name", "query")
def review_view_keep(request: ActorRequest) -> HttpResponse:
    """Keep the present view of the queue under a name, then show it again."""
    return keep_posted_view(
        request,
        ViewedList.REVIEWS,
        reverse("secretariat:review-list"),
        lambda query: _form(request, query).filters().query_string,
    )


@posts()
def review_view_remove(request: ActorRequest, pk: int) -> HttpResponse:
    """Remove a kept view of one's own."""
    return remove_posted_view(request, ViewedList.REVIEWS, pk, reverse("secretariat:review-list"))


# --- As a file -----------------------------------------------------------------------------------


@require_safe
def review_csv(request: ActorRequest) -> StreamingHttpResponse:
    """The reports of the view as a CSV file, all of its pages."""
    filters, language = _form(request, request.GET).filters(), request.LANGUAGE_CODE
    response = StreamingHttpResponse(
        _csv(row_portions(request.actor, filters, language), language), content_type="text/csv; charset=utf-8"
    )
    name = f"reviews-{today():%Y-%m-%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _csv(portions: Iterator[Sequence[QueueRow]], language: str) -> Iterator[str]:
    """With a mark of its encoding, as spreadsheet programs need it; nothing in it is taken for a formula."""
    with override(language):
        header = [_("Member"), _("Cycle"), _("State"), _("Verdicts"), _("Measures"), _("Submitted"),
                  _("Due to conclude"), _("Days overdue"), _("Waits for"), _("Reviewer"),
                  _("Open questions")]  # fmt: skip
    yield "\ufeff" + _lines([header])
    for rows in portions:
        with override(language):
            yield _lines(map(_cells, rows))


def _cells(row: QueueRow) -> list[str | int]:
    report = row.report
    return [
        safe_cell(report.organisation.name), safe_cell(report.cycle.title), report.get_state_display(),
        len(row.verdicts), report.measures_due,
        day_of(report.submitted_at).isoformat() if report.submitted_at else "",
        report.conclude_by.isoformat() if report.conclude_by else "",  # type: ignore[attr-defined]  # annotated
        row.days_overdue, str(WaitsFor(report.waits_for).label),  # type: ignore[attr-defined]  # annotated
        safe_cell(report.reviewer.name if report.reviewer else ""), row.open_questions,
    ]  # fmt: skip


def _lines(rows: Iterable[Sequence[str | int]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue()
