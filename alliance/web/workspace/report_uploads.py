"""Pages of spreadsheets of a report: the form, the upload of a file, what it would change, what became of it."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from alliance.enums import OPEN_UPLOAD_STATES, UploadState
from alliance.figure_csv import rows_of, write_figure_csv
from alliance.figure_fields import FigurePlace, FigureValues
from alliance.models import Report, ReportUpload
from alliance.queries.report_uploads import (
    latest_uploads,
    more_tables,
    next_table,
    uploads_with_reports,
    waiting_upload,
)
from alliance.queries.site import load_site
from alliance.queries.upload_differences import (
    Choice,
    Decision,
    DifferenceKind,
    UploadDifferences,
    decided_pages,
)
from alliance.queries.working_copy import WorkingCopy, working_copy
from alliance.services import report_uploads as services
from alliance.services.form_layout import form_refusal
from alliance.services.table_sources import upload_table
from alliance.web.area import posted_data
from alliance.web.confirm import Confirmation, confirm
from alliance.web.downloads import attachment
from alliance.web.forms.report_uploads import OwnTableForm, ReportFileForm
from alliance.web.public.responses import csv_response
from alliance.web.workspace.refused_cells import shared_refusals
from alliance.web.workspace.reports import get_report, report_context
from alliance.web.workspace.upload_rows import UploadRows, page_of_kind
from alliance.workflows import REPORT, REPORT_UPLOAD
from portal.kernel.access import Actor
from portal.kernel.documents.workbooks import MEDIA_TYPE, Column, Sheet, WorkbookContent, write_workbook
from portal.kernel.errors import Conflict, DomainError
from portal.kernel.text import format_moment, whole_number
from portal.kernel.web import ActorRequest, get_visible_or_404, refusals_on, refuse_unlisted_fields

_NAV, _PAGE_COST = "workspace:report-list", 80
_CHOICE = re.compile(r"choice-[0-9]{1,6}")
_SHOWN = re.compile(r"([0-9]{1,6})-([0-9]{1,9})")  # the number of an answer, the version of the report's
_DECIDE = "report_upload.choose"
_FOLDED = 200  # addresses of unchanged rows that are listed


@require_http_methods(["GET", "HEAD", "POST"])
def report_spreadsheet(request: ActorRequest, pk: int) -> HttpResponse:
    """The form of a report to fill in elsewhere, the upload of a file, and the files that were uploaded."""
    report = get_report(request, pk, "report.edit" if request.method == "POST" else "")
    data = posted_data(request, with_files=True)
    is_own = data is not None and ("own" in data or "table" in request.FILES)
    form = ReportFileForm(None if is_own else data, None if is_own else request.FILES or None)
    own_form = OwnTableForm(data if is_own else None, request.FILES if is_own else None)
    for each, send in ((form, _send_answers), (own_form, _send_table)):
        if each.is_valid():
            with refusals_on(each):
                sent, is_new = send(request.actor, report, each.cleaned_data)
            if each.is_valid():
                if not is_new:
                    messages.info(request, _waits_already(sent))
                return redirect("workspace:report-upload", sent.pk)
    copy = working_copy(report)
    context = {
        **report_context(request, copy),
        "form_refusal": form_refusal(copy.frame),
        "form": own_form if is_own else form,
        "file_field": form["file"],
        "own_form": own_form,
        "uploads": latest_uploads(request.actor, report),
    }
    status = 422 if data is not None else 200
    return render(request, "alliance/workspace/report_spreadsheet.html", context, status=status)


def _send_answers(actor: Actor, report: Report, data: Mapping[str, Any]) -> tuple[ReportUpload, bool]:
    return services.upload_file(actor, report, data["file"])


def _send_table(actor: Actor, report: Report, data: Mapping[str, Any]) -> tuple[ReportUpload, bool]:
    try:
        return upload_table(actor, report, data["table"])
    except DomainError as refusal:
        refusal.field = "table" if refusal.field == "file" else refusal.field
        raise


def _waits_already(upload: ReportUpload) -> str:
    """Why the same file, sent again, leads to the page of the first one."""
    message = _(
        "This file waits here already: %(name)s uploaded it on %(moment)s. It was not uploaded again."
    )
    return message % {"name": upload.person.name, "moment": format_moment(upload.uploaded_at)}


@require_safe
def report_figures_file(request: ActorRequest, pk: int) -> HttpResponse:
    """The figures of the working copy as CSV, with the columns of the API, as the reader's spreadsheet expects it.

    A figure that is asked for and not there yet has a row too, to be filled in.
    """
    report = get_report(request, pk, "report.edit")
    copy = working_copy(report)
    text = "".join(write_figure_csv(_rows_to_fill(copy), get_language() or ""))
    name = f"{report.organisation.slug}-{report.cycle.slug}-figures.csv"
    return attachment(text.encode("utf-8-sig"), name, "text/csv; charset=utf-8")


def _rows_to_fill(copy: WorkingCopy) -> Iterator[tuple[FigurePlace, FigureValues | None, int]]:
    """A row for each place that the report asks for, in its order; then figures that it asks for no more."""
    places = dict.fromkeys(
        target.place
        for measure in copy.frame.measures
        for indicator in measure.figures
        for target in measure.requested(indicator)
    )
    for place in places:
        figure = copy.figures.get(place)
        yield place, FigureValues.of(figure) if figure else None, figure.version if figure else 0
    yield from rows_of(copy.figures[place] for place in copy.figures if place not in places)


@require_http_methods(["GET", "HEAD", "POST"])
def report_upload(request: ActorRequest, pk: int) -> HttpResponse:
    """What a file would change in the report; its progress before, and what was saved afterwards."""
    upload = _upload(request, pk, _DECIDE if request.method == "POST" else "")
    if request.method == "POST":
        return _decide(request, upload)
    if upload.state == UploadState.MAPPING:
        return redirect("workspace:table-mapping", pk)
    return _page(request, upload)


@require_safe
def report_upload_progress(request: ActorRequest, pk: int) -> HttpResponse:
    """How far the reading is; a finished one leads to its page."""
    upload = _upload(request, pk)
    response = render(request, "alliance/workspace/_upload_progress.html", {"upload": upload})
    if upload.state != UploadState.READING:
        response["HX-Refresh"] = "true"
    return response


@require_safe
def report_upload_refused(request: ActorRequest, pk: int) -> HttpResponse:
    """The cells of a file that cannot be taken, with the reasons, as CSV."""
    return csv_response(f"refused-{pk}", _refused_header(), _refused_rows(_upload_to_decide(request, pk)))


@require_safe
def report_upload_refused_workbook(request: ActorRequest, pk: int) -> HttpResponse:
    """The cells of a file that cannot be taken, with the reasons, as XLSX."""
    upload = _upload_to_decide(request, pk)
    columns = [Column(title, width) for title, width in zip(_refused_header(), (16, 60, 30, 70), strict=True)]
    sheet = Sheet(_("Refused"), upload.name, columns, _refused_rows(upload))
    book = WorkbookContent(upload.name, load_site().name, upload.uploaded_at, [sheet])
    return attachment(write_workbook(book), f"refused-{pk}.xlsx", MEDIA_TYPE)


def _upload_to_decide(request: ActorRequest, pk: int) -> ReportUpload:
    return _upload(request, pk, _DECIDE)


def _refused_header() -> Sequence[str]:
    return _("Cell"), _("Figure or text"), _("In the file"), _("Why it cannot be taken")


def _refused_rows(upload: ReportUpload) -> list[list[str]]:
    differences = UploadDifferences(upload, working_copy(upload.report))
    return [
        [refusal.address, f"{row.title}, {row.context}".strip(", "), refusal.text, str(refusal.reason)]
        for row in UploadRows(differences).rows(differences.of_kind(DifferenceKind.REFUSED))
        for refusal in row.difference.refusals
    ]


def report_upload_cancel(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirmation page before a file is thrown away."""
    upload = _upload(request, pk)
    items = [
        _("Nothing of it is saved in the report, and what you decided about it is lost."),
        _("The file is deleted here. Yours stays where it is."),
    ]
    page = _confirmation(upload, "cancel", _("Throw the file away"), items, _("Throw away"))
    return confirm(request, page, lambda: services.cancel_upload(request.actor, upload))


def report_upload_take_back(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirmation page before the answers that came from a file are put back as they were."""
    upload = _upload(request, pk)
    items = [
        ngettext(
            "%(n)d answer becomes what it was before the file was saved.",
            "%(n)d answers become what they were before the file was saved.",
            upload.saved_count,
        )
        % {"n": upload.saved_count},
        _("All of them or none: if somebody has edited one since, nothing is changed."),
        _("The table waits again with the others of its file.")
        if waiting_upload(request.actor, upload)
        else _("The file is no longer here: to take answers from it again, upload it again."),
    ]
    page = _confirmation(upload, "take_back", _("Take the answers back"), items, _("Put the answers back"))
    return confirm(request, page, lambda: services.take_upload_back(request.actor, upload))


# --- Deciding --------------------------------------------------------------------------------


def _decide(request: ActorRequest, upload: ReportUpload) -> HttpResponse:
    """Store what was decided on the page, then do what its button says."""
    data = request.POST
    refuse_unlisted_fields(data, {"act", "digest", "shown", "take", *filter(_CHOICE.fullmatch, data)})
    refuse_unlisted_fields(request.FILES, ())
    act, _colon, value = data.get("act", "").partition(":")
    decided, digest = _decisions(data), data.get("digest", "")
    try:
        if act == "save":
            return _save(request, upload, decided, digest)
        services.choose(request.actor, upload, decided, digest)
        if act in ("all", "none", "erase"):
            _choose_all(request, upload, value, act)
    except (services.UploadOutdated, Conflict) as refusal:
        return _page(request, _upload(request, upload.pk), str(refusal), status=409)
    except DomainError as refusal:
        if refusal.status != 422:
            raise
        return _page(request, _upload(request, upload.pk), str(refusal), status=422)
    page = value if act == "page" and value.isdecimal() else request.GET.get("page", "")
    return redirect(f"{request.path}?page={page}" if page else request.path)


def _decisions(data: QueryDict) -> dict[int, Decision]:
    """What the page decided about each answer that it showed: a choice in a conflict, else a tick."""
    taken = set(data.getlist("take"))
    decided = {}
    for number, version in (
        match.groups() for match in map(_SHOWN.fullmatch, data.getlist("shown")) if match
    ):
        ticked = Choice.TAKE.value if number in taken else Choice.LEAVE.value
        decided[int(number)] = Decision(str(data.get(f"choice-{number}", ticked)), int(version))
    return decided


def _choose_all(request: ActorRequest, upload: ReportUpload, kind: str, act: str) -> None:
    """One decision for all differences of a kind, on whatever page.

    "all" leaves those that would erase a number of the report as they were decided: "erase" takes these alone.
    """
    differences = UploadDifferences(_upload(request, upload.pk), working_copy(upload.report))
    rows = [
        row
        for row in differences.decidable
        if row.kind == kind and (act == "none" or row.erases_number == (act == "erase"))
    ]
    choice = Choice.LEAVE if act == "none" else Choice.TAKE
    decided = {row.number: Decision(choice.value, row.version) for row in rows}
    services.choose(request.actor, upload, decided, differences.digest_beside())


def _save(
    request: ActorRequest, upload: ReportUpload, decided: Mapping[int, Decision], digest: str
) -> HttpResponse:
    """Save the answers; a refusal leaves the decisions of the page, where they are still about the same answers."""
    try:
        saved = services.save_upload(request.actor, upload, digest, decided)
    except DomainError as refusal:
        if refusal.status == 422 or isinstance(refusal, (services.UploadOutdated, Conflict)):
            with suppress(services.UploadOutdated):
                services.choose(request.actor, upload, decided, digest)
        raise
    text = ngettext("%(n)d answer saved", "%(n)d answers saved", saved.saved_count)
    messages.success(request, text % {"n": saved.saved_count})
    return redirect("workspace:report-upload", saved.pk)


# --- Showing ---------------------------------------------------------------------------------


def _page(request: ActorRequest, upload: ReportUpload, refusal: str = "", status: int = 200) -> HttpResponse:
    copy = working_copy(upload.report)
    context: dict[str, Any] = {
        **report_context(request, copy),
        "upload": upload,
        "refusal": refusal,
        "is_open": upload.state in OPEN_UPLOAD_STATES,
        "may_decide": REPORT_UPLOAD.is_available(request.actor, upload, "choose")
        and REPORT.is_available(request.actor, upload.report, "edit"),
        "may_cancel": REPORT_UPLOAD.is_available(request.actor, upload, "cancel"),
    }
    if upload.state == UploadState.READY:
        context |= {"next_table": next_table(upload), **_differences_context(request, upload, copy)}
    elif upload.state == UploadState.FAILED:
        context["form_refusal"] = form_refusal(copy.frame)
    elif upload.state == UploadState.SAVED and upload.saved_at:
        context |= {
            "taken_back_until": services.last_day_to_take_back(upload.saved_at),
            "taking_back_refusal": services.taking_back_refusal(upload),
            "refused_count": len(upload.proposals)
            if REPORT_UPLOAD.is_available(request.actor, upload, "take_back")
            else 0,
        }
        rest = waiting_upload(request.actor, upload)
        context |= {"rest": rest, "more_tables": [block.title for block in more_tables(upload, rest)]}
    elif upload.state == UploadState.TAKEN_BACK:
        context["rest"] = waiting_upload(request.actor, upload)
    return render(request, "alliance/workspace/report_upload.html", context, status=status)


def _differences_context(request: ActorRequest, upload: ReportUpload, copy: WorkingCopy) -> dict[str, Any]:
    differences = UploadDifferences(upload, copy)
    conflicts, refused, changed, new, unchanged = (differences.of_kind(kind) for kind in DifferenceKind)
    pages = list(decided_pages([*conflicts, *refused, *changed, *new], _PAGE_COST)) or [[]]
    asked = request.GET.get("page", "")
    number = min(max(whole_number(asked, digits=5) or 1, 1), len(pages))
    shown = pages[number - 1]
    rows = UploadRows(differences).rows(shown)
    taken = differences.taken
    erasing = Counter(row.kind for row in differences.decidable if row.erases_number)
    return {
        "differences": differences,
        "digest": differences.digest_beside({row.number for row in shown if row.is_decidable}),
        "sections": [
            (kind, [row for row in rows if row.difference.kind == kind], count, erasing[kind])
            for kind, count in (
                (DifferenceKind.CONFLICT, len(conflicts)),
                (DifferenceKind.REFUSED, len(refused)),
                (DifferenceKind.CHANGED, len(changed)),
                (DifferenceKind.NEW, len(new)),
            )
        ],
        "count_links": [
            (kind, differences.counts[kind], page_of_kind(pages, kind, number))
            for kind in DifferenceKind
            if kind != DifferenceKind.UNCHANGED
        ],
        "shared_refusals": shared_refusals(refused) if refused and refused[0] in shown else [],
        "counts": differences.counts,
        "pages": range(1, len(pages) + 1),
        "page_number": number,
        "unchanged": unchanged[:_FOLDED],
        "resting": len(unchanged) + upload.left_empty,
        "taken_count": len(taken),
        "taken_elsewhere": len(taken) - sum(row.is_taken for row in shown),
        "decidable_count": len(differences.decidable),
    }


def _confirmation(
    upload: ReportUpload, action: str, heading: str, items: list[str], label: str
) -> Confirmation:
    page = reverse("workspace:report-upload", args=[upload.pk])
    refusal = services.taking_back_refusal(upload) if action == "take_back" else ""
    return Confirmation(
        rule=f"report_upload.{action}",
        subject=upload,
        heading=heading,
        title=_("What will happen"),
        items=items,
        label=label,
        cancel_url=page,
        message=_("The file was thrown away. Nothing of it was saved.")
        if action == "cancel"
        else _("The answers were put back as they had been before."),
        # once answers are taken back, its page says where they can be taken from again
        next_url=page
        if action == "take_back"
        else reverse("workspace:report-spreadsheet", args=[upload.report_id]),
        nav=_NAV,
        kind="danger",
        refusal=refusal,
        parent_title=upload.name,
    )


def _upload(request: ActorRequest, pk: int, rule: str = "") -> ReportUpload:
    upload: ReportUpload = get_visible_or_404(
        uploads_with_reports(request.actor), request.actor, rule=rule, pk=pk
    )
    return upload
