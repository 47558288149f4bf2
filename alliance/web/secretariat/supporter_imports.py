"""The secretariat's pages of imports of supporters: send a file, look at what it would bring, correct and decide."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from alliance.enums import TwinDecision
from alliance.models import SupporterImport, SupporterImportRow
from alliance.queries import supporter_imports as reads
from alliance.queries.last_edits import edited_meanwhile
from alliance.services import supporter_imports as services
from alliance.services.supporter_file import HEADINGS, write_supporter_workbook
from alliance.services.supporter_rows import fault_key
from alliance.web.area import posted_data
from alliance.web.downloads import attachment
from alliance.web.forms.supporter_imports import (
    CELL_NAME,
    REGION_NAME,
    SHOWN,
    CorrectionsForm,
    SupporterFileForm,
    TwinsForm,
)
from alliance.web.public.responses import csv_response
from alliance.web.supporter_wording import fault_text, fault_word, heading_of, staying_out, stored_choices
from portal.kernel import clock
from portal.kernel.documents.workbooks import MEDIA_TYPE
from portal.kernel.web import ActorRequest, TypedField, get_visible_or_404, paginate, refusals_on, requires

RULE, NAV = "supporter.import", "secretariat:member-list"
_MOVING_ON = tuple(f"supporter_import.{act}" for act in ("correct", "confirm", "cancel"))


@requires(RULE)
def supporter_import_list(request: ActorRequest) -> HttpResponse:
    """Form to send a file of supporters, and the list of earlier imports."""
    form = SupporterFileForm(posted_data(request, with_files=True), request.FILES or None)
    if form.is_valid():
        with refusals_on(form):
            sent = services.send_supporters(request.actor, form.cleaned_data["file"])
        if form.is_valid():
            return redirect("secretariat:supporter-import", sent.pk)
    context = {"nav": NAV, "form": form, "page": paginate(reads.supporter_imports(request.actor), request)}
    status = 422 if form.is_bound else 200
    return render(request, "alliance/secretariat/supporter_import_list.html", context, status=status)


@requires(RULE)
@require_safe
def supporter_import(request: ActorRequest, pk: int) -> HttpResponse:
    """What a file would bring: counts, unclear and faulty rows with their corrections; its progress and its end."""
    return _import_page(request, find_import(request, pk))


def _import_page(
    request: ActorRequest,
    upload: SupporterImport,
    corrections: CorrectionsForm | None = None,
    typed: Sequence[TypedField] = (),
) -> HttpResponse:
    """The page of an import; 422 with a form of corrections that was not taken, 409 with words that come too late."""
    context: dict[str, Any] = {
        "nav": NAV,
        "upload": upload,
        "importable": services.importable_rows(upload) if upload.is_waiting else 0,
        "stayed_out": upload.rows_total - upload.rows_done if upload.imported_at else 0,
        "replies": reads.replies_of(request.actor, upload),
        "can_be_taken_back": services.can_be_taken_back(upload, clock.now()),
        "typed": typed,
    }
    if upload.is_waiting:
        faulty = _FaultyPage(request, upload)
        unclear = paginate(reads.unclear_rows(request.actor, upload), request)
        unclear.object_list = reads.with_twin_rows(request.actor, unclear.object_list)
        context |= {
            "faulty": faulty,
            "new_rows": reads.shown_new_rows(request.actor, upload, by_chance="chance" in request.GET),
            "new_kinds": reads.new_rows_by_kind(request.actor, upload),
            "staying_out": staying_out(upload.counts, reads.unclear_by_decision(request.actor, upload)),
            "corrections": corrections or faulty.form(),
            "likely": reads.undecided_likely_rows(request.actor, upload).count(),
            "likely_taken": reads.likely_rows_taken_as_same(request.actor, upload).count(),
            "choices": stored_choices(upload.choices),
            "page": unclear,
            "waits_until": services.waits_until(upload),
            "twins": TwinsForm(rows=list(unclear.object_list)),
        }
    status = 409 if typed else 422 if corrections else 200
    return render(request, "alliance/secretariat/supporter_import.html", context, status=status)


@requires(RULE)
@require_safe
def supporter_import_progress(request: ActorRequest, pk: int) -> HttpResponse:
    """How far the check or the import is; a finished one leads to its page."""
    upload = find_import(request, pk)
    response = render(request, "alliance/secretariat/_supporter_import_progress.html", {"upload": upload})
    if not (upload.is_checking or upload.is_importing):
        response["HX-Refresh"] = "true"
    return response


@requires(RULE)
def supporter_import_correct(request: ActorRequest, pk: int) -> HttpResponse:
    """Correct faulty rows, one choice for many, or take such a choice back, and check the file again.

    What was typed and not taken stays in its field, or is shown to be copied.
    """
    upload = find_import(request, pk)
    if request.method == "POST" and not upload.is_waiting:  # checked again, imported or cancelled meanwhile
        messages.error(request, edited_meanwhile(request.actor, upload, *_MOVING_ON))
        return _import_page(request, upload, typed=_typed_cells(request))
    faulty = _FaultyPage(request, upload)
    if request.POST.get("round", str(upload.round)) != str(upload.round):
        # of the choices for many the fields are those of the rows that were faulty then; a cell is known by its row
        messages.error(request, edited_meanwhile(request.actor, upload, "supporter_import.correct"))
        form = faulty.form(initial=request.POST.dict())
        left = [each for each in _typed_region(request) if each.name not in form.fields]
        return _import_page(request, upload, form, left)
    form = faulty.form(posted_data(request))
    if form.is_bound and not form.is_valid():
        return _import_page(request, upload, form)
    if form.is_valid() and "take_back" in request.POST:
        group, _colon, key = request.POST["take_back"].partition(":")
        services.take_choice_back(request.actor, upload, group, key)
    elif form.is_valid():
        services.correct_rows(request.actor, upload, **form.corrections())
    return redirect("secretariat:supporter-import", pk)


def _typed_region(request: ActorRequest) -> list[TypedField]:
    """The region that was typed for many rows, to be copied."""
    region = request.POST.get(REGION_NAME, "").strip()
    return [TypedField(REGION_NAME, heading_of("region"), [region])] if region else []


def _typed_cells(request: ActorRequest) -> list[TypedField]:
    """The cells that were typed, to be copied: each with the number of its row; and the region for many rows."""
    cells = [
        (CELL_NAME.fullmatch(name), str(value))
        for name, value in request.POST.items()
        if value != request.POST.get(f"{SHOWN}{name}", "")
    ]
    typed = [
        TypedField(cell[0], _("Row %(number)s") % {"number": cell["row"]}, [value])
        for cell, value in cells
        if cell and value.strip()
    ]
    return [*_typed_region(request), *typed]


def _typed_decisions(request: ActorRequest) -> list[TypedField]:
    """What was decided of rows, to be copied: each with the number of its row."""
    labels = dict(TwinDecision.choices)
    return [
        TypedField(
            name, _("Row %(number)s") % {"number": name.removeprefix("twin_")}, [str(labels[str(value)])]
        )
        for name, value in request.POST.items()
        if name.startswith("twin_") and str(value) in labels
    ]


@requires(RULE)
def supporter_import_decide(request: ActorRequest, pk: int) -> HttpResponse:
    """Store which rows are entries that are here; with `likely`, also of every likely row that it is one, or take that
    back.

    What comes too late is refused, saying who was quicker, and shown to be copied; so is a row about which somebody
    else has decided otherwise since the page was shown.
    """
    upload = find_import(request, pk)
    if request.method == "POST" and not upload.is_waiting:
        messages.error(request, edited_meanwhile(request.actor, upload, *_MOVING_ON))
        return _import_page(request, upload, typed=_typed_decisions(request))
    rows = paginate(reads.unclear_rows(request.actor, upload), request)
    form = TwinsForm(posted_data(request), rows=list(rows.object_list))
    if form.is_valid():
        refused = services.decide_twins(request.actor, upload, form.decisions(), form.shown())
        if request.POST.get("likely") == "back":
            count = services.leave_likely_undecided(request.actor, upload)
            sentence = ngettext(
                "Saved. %(count)s likely row is undecided again, and stays out.",
                "Saved. %(count)s likely rows are undecided again, and stay out.",
                count,
            )
            messages.success(request, sentence % {"count": count})
        elif request.POST.get("likely"):
            count = services.take_likely_as_same(request.actor, upload)
            sentence = ngettext(
                "Saved. %(count)s more row is decided as one and the same.",
                "Saved. %(count)s more rows are decided as one and the same.",
                count,
            )
            messages.success(request, sentence % {"count": count} if count else _("Saved"))
        elif not refused:
            messages.success(request, _("Saved"))
        if refused:
            return _decided_meanwhile(request, upload, refused)
    query = f"?page={rows.number}" if rows.number > 1 else ""
    return redirect(f"{reverse('secretariat:supporter-import', args=[pk])}{query}")


def _decided_meanwhile(
    request: ActorRequest, upload: SupporterImport, refused: Sequence[services.DecidedMeanwhile]
) -> HttpResponse:
    """The page with the decisions that stand; 409, with those that were not stored, who was quicker, and when."""
    labels = {"": _("Not decided"), **{value: str(label) for value, label in TwinDecision.choices}}
    for each in refused:
        facts = {"number": each.number, "decision": labels[each.standing]}
        standing = _("Row %(number)s stays “%(decision)s”.") % facts
        messages.error(request, f"{standing} {reads.decided_meanwhile(request.actor, upload, each.number)}")
    typed = [
        TypedField(
            f"twin_{each.number}", _("Row %(number)s") % {"number": each.number}, [labels[each.refused]]
        )
        for each in refused
    ]
    upload.refresh_from_db()
    return _import_page(request, upload, typed=typed)


@requires(RULE)
@require_safe
def supporter_import_faulty(request: ActorRequest, pk: int) -> HttpResponse:
    """Table of the faulty rows with their reasons, as CSV: corrected, it can be sent as a file of its own."""
    return csv_response(f"faulty-rows-{pk}", _faulty_header(), _faulty_table(request, pk))


@requires(RULE)
@require_safe
def supporter_import_faulty_workbook(request: ActorRequest, pk: int) -> HttpResponse:
    """The same table as XLSX."""
    content = write_supporter_workbook(_faulty_header(), _faulty_table(request, pk))
    return attachment(content, f"faulty-rows-{pk}.xlsx", MEDIA_TYPE)


def _faulty_header() -> list[str]:
    return [_("Row"), *(headings[0] for headings in HEADINGS.values()), _("Column"), _("Why")]


def _faulty_table(request: ActorRequest, pk: int) -> Iterator[list[str | int]]:
    rows = reads.all_faulty_rows(request.actor, find_import(request, pk))
    return (_faulty_cells(row) for row in rows.iterator(chunk_size=2000))


def _faulty_cells(row: SupporterImportRow) -> list[str | int]:
    values = [row.values.get(column, "") for column in HEADINGS]
    return [row.number, *values, HEADINGS[row.fault_column][0], fault_text(row.fault)]


def _tab_label(column: str, fault: str) -> str:
    """The column, and in a word what is wrong where more than one thing is wrong in it."""
    return f"{heading_of(column)}: {fault_word(fault)}" if fault else heading_of(column)


class _FaultyPage:
    """The faulty rows that a page shows: of all kinds of fault or, with `?fault=`, of one, each with its tab."""

    def __init__(self, request: ActorRequest, upload: SupporterImport) -> None:
        self.counted = reads.faulty_rows(request.actor, upload)
        kinds = {fault_key(column, fault): (column, fault) for column, fault, _n in self.counted.by_fault}
        self.chosen = request.GET.get("fault", "")
        column, fault = kinds.get(self.chosen, ("", ""))
        rows = reads.faulty_cells(request.actor, upload, column, fault)
        self.page = paginate(rows, request, parameter="faulty")
        columns = Counter(column for column, _fault, _n in self.counted.by_fault)
        self.tabs = [
            (fault_key(column, fault), _tab_label(column, fault if columns[column] > 1 else ""), count)
            for column, fault, count in self.counted.by_fault
        ]
        self.query = urlencode({"fault": self.chosen, "faulty": self.page.number})
        # the list of all kinds has them in no row: a choice above it is about all of them
        self.put_right_together = 0 if column else self.counted.total - self.page.paginator.count

    def form(self, data: Any = None, initial: Mapping[str, str] | None = None) -> CorrectionsForm:
        # a kind is asked for by the place of its word, which may be another one by now
        typed = {name: value for name, value in (initial or {}).items() if not name.startswith("kind_")}
        return CorrectionsForm(data, initial=typed, faulty=self.counted, rows=list(self.page.object_list))


def find_import(request: ActorRequest, pk: int) -> SupporterImport:
    upload: SupporterImport = get_visible_or_404(
        SupporterImport.objects.select_related("person", "charter"), request.actor, rule=RULE, pk=pk
    )
    return upload
