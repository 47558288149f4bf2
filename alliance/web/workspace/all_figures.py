"""The page of all figures of a report: the grid, its saving, what is pasted, what is done to chosen rows."""

import json
from collections.abc import Collection, Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from alliance.enums import FigureStatus
from alliance.models import Report
from alliance.queries.cell_kinds import answers_of
from alliance.queries.delegations import live_delegations, measures_given_to
from alliance.queries.service_owners import parts_of_period
from alliance.queries.working_copy import with_figures_read_anew, working_copy
from alliance.services.carry_over import CarriedOverAnew
from alliance.services.form_layout import form_refusal
from alliance.web.corrections.links import report_corrections
from alliance.web.forms.working_copy import posted_carried_from
from alliance.web.workspace.grid_cells import word_of
from alliance.web.workspace.grid_paste import read_block
from alliance.web.workspace.grid_rows import GridView
from alliance.web.workspace.grid_saving import (
    SavedCells,
    confirm_rows,
    details_form,
    note_warnings,
    save_cells,
)
from alliance.web.workspace.report_grid import FILTERS, ReportGrid
from alliance.web.workspace.reports import get_report, report_context
from alliance.workflows import REPORT
from portal.kernel.errors import Conflict, DomainError
from portal.kernel.text import format_figure, whole_number
from portal.kernel.web import ActorRequest, permissions, posts, refuse_unlisted_fields

_LONGEST_WORDS = 100


def grid_view(query: QueryDict) -> GridView:
    """What an address asks to see; what it names wrongly is passed over."""
    name = query.get("show", "all")
    return GridView(
        filter=name if name in FILTERS else "all",
        words=query.get("q", "")[:_LONGEST_WORDS].strip(),
        unfolded=query.getlist("unfold"),
        parts=query.getlist("parts"),
        start=query.get("from") or _row_at(query.get("at", "")),
        columns=_number(query.get("services", "")),
        cell=query.get("at", ""),
        services=query.getlist("service"),
    )


def _row_at(name: str) -> str:
    """The key of the row in which a cell stands: `r13` of `f13-7`, `r13-42` of its part `f13-7-42`."""
    numbers = name.removeprefix("f").split("-")
    return "-".join([f"r{numbers[0]}", *numbers[2:]])


def _number(text: str) -> int:
    return whole_number(text, digits=6) or 0


@require_http_methods(["GET", "HEAD", "POST"])
def report_figures(request: ActorRequest, pk: int) -> HttpResponse:
    """All figures of a report as one grid. Saving stores what can be read, and shows the rest as it was typed."""
    report = get_report(request, pk, "report.edit" if request.method == "POST" else "")
    grid = _grid(request, report)
    if request.method != "POST":
        return _page(request, grid)
    if request.POST.get("act"):
        return _act_on_rows(request, grid)
    result = save_cells(request.actor, grid, request.POST)
    copy = with_figures_read_anew(grid.copy, result.indicators)
    after = ReportGrid(copy, grid.view, result.typed, grid.own_measures, grid.delegations)
    if request.POST.get("autosave"):
        return _autosaved(request, after, result)
    if not result.is_whole:
        return _page(request, after, status=409 if result.has_conflicts else 422)
    if result.saved:
        messages.success(request, _("Saved"))
    else:
        messages.info(request, _("Nothing was changed."))
    return redirect(request.get_full_path())


def _grid(request: ActorRequest, report: Report) -> ReportGrid:
    """What the address asks to see, as this reader has it."""
    copy, delegations = working_copy(report), live_delegations(request.actor, report)
    own_measures = measures_given_to(request.actor.person_id, delegations, copy.frame)
    return ReportGrid(copy, grid_view(request.GET), own_measures=own_measures, delegations=delegations)


def _act_on_rows(request: ActorRequest, grid: ReportGrid) -> HttpResponse:
    """Still true, or one note, for the rows that were chosen; a refusal leaves them chosen and the note written."""
    refuse_unlisted_fields(request.POST, ("act", "row", "note", "carried_from"))
    rows, act = set(request.POST.getlist("row")), request.POST["act"]
    note = request.POST.get("note", "")
    try:
        if act == "note":
            count = note_warnings(request.actor, grid, rows, note)
            text = ngettext("Note written to %(n)d figure", "Note written to %(n)d figures", count)
        else:
            _confirm, _colon, measure = act.partition(":")
            count = confirm_rows(request.actor, grid, rows, measure, posted_carried_from(request.POST))
            text = ngettext("%(n)d figure is still true", "%(n)d figures are still true", count)
    except DomainError as refusal:
        if not (refusal.field or isinstance(refusal, (Conflict, CarriedOverAnew))):
            raise
        messages.error(request, str(refusal))
        fresh = _grid(request, grid.copy.frame.report)
        return _page(request, fresh, refusal.status, chosen=rows, note=note)
    messages.success(request, text % {"n": count})
    return redirect(request.get_full_path())


@posts("text", "at")
def report_figures_paste(request: ActorRequest, pk: int) -> HttpResponse:
    """Where the cells of a pasted block belong, for the page to fill them in; saves nothing."""
    report = get_report(request, pk, "report.edit")
    grid = _grid(request, report)
    try:
        block = read_block(grid, request.POST.get("text", ""), request.POST.get("at", ""))
    except DomainError as refusal:
        return JsonResponse({"refused": str(refusal)}, status=422)
    return JsonResponse(block.to_json())


@require_safe
def report_figure_details(request: ActorRequest, pk: int, name: str) -> HttpResponse:
    """What is written of a figure beside its number, for the popover of its cell; else the way to its place."""
    report = get_report(request, pk)
    grid = _grid(request, report)
    place = grid.find(name)
    if place is None:
        raise Http404
    measure = grid.parts_of[place.line.indicator.pk].required.measure
    url = f"{reverse('workspace:report-measure', args=[pk, measure.key])}?at={name}#{name}"
    if not request.headers.get("HX-Request"):
        return redirect(url)
    cell = grid.cell(place.line, place.owner)
    stored = grid.copy.figures.get(place.target.place)
    form = details_form(place, stored)
    editable = REPORT.is_available(request.actor, report, "edit")
    if not editable:
        for field in form.fields.values():
            field.disabled = True
    context = {
        "report": report,
        "editable": editable,
        **permissions(request.actor, report, may_disclose="report.disclose"),
        "cell": cell,
        "shown": json.dumps(cell.for_script, ensure_ascii=False),
        "title": grid.copy.frame.words_of(place.target.place),
        "notes": grid.notes(cell),
        "form": form,
        "answers": [] if place.line.is_bare else answers_of(place.line.indicator),
        "stored": stored,
        "reference": grid.copy.references.get(place.target.place),
        "default": place.line.indicator.disclosure,
        "url": url,
    }
    return render(request, "alliance/workspace/_grid_details.html", context)


def _page(
    request: ActorRequest,
    grid: ReportGrid,
    status: int = 200,
    *,
    chosen: Collection[str] = (),
    note: str = "",
) -> HttpResponse:
    context = report_context(request, grid.copy)
    paste = reverse("workspace:report-figures-paste", args=[grid.copy.frame.report.pk])
    context |= {
        "is_corrected": report_corrections(request.actor, grid.copy.frame.report).get("is_corrected", False),
        "grid": grid,
        "filters": _filters(request, grid),
        "groups": grid.groups,
        "form_refusal": form_refusal(grid.copy.frame),
        "partial_services": parts_of_period(grid.copy.frame.report),
        "chosen": chosen,
        "note": note,
        "paste_url": f"{paste}?{request.GET.urlencode()}",
        "statuses": [
            {"key": status.value, "label": status.label, "word": word_of(status)} for status in FigureStatus
        ],
    }
    return render(request, "alliance/workspace/report_figures.html", context, status=status)


def _filters(request: ActorRequest, grid: ReportGrid) -> list[dict[str, Any]]:
    """The filters with their addresses and counts."""
    words = {
        "all": (_("All"), ""),
        "eyes": (_("Needs your eyes"), "eye"),
        "empty": (_("Empty"), "circle"),
        "warnings": (_("Warnings"), "triangle-alert"),
        "carried": (_("Carried over"), "corner-up-right"),
        **({"mine": (_("Mine"), "pen-line")} if grid.own_measures or grid.view.filter == "mine" else {}),
    }
    services = [("service", row.slug) for row in grid.chosen_services]
    if grid.set_number > 1:
        services.append(("services", str(grid.set_number)))
    return [
        {
            "name": name,
            "title": title,
            "icon": icon,
            "count": grid.counts[name],
            "is_current": grid.view.filter == name,
            "url": _address(request, [*([("show", name)] if name != "all" else []), *services]),
        }
        for name, (title, icon) in words.items()
    ]


def _address(request: ActorRequest, query: Sequence[tuple[str, str]]) -> str:
    return f"{request.path}?{urlencode(query)}" if query else request.path


def _autosaved(request: ActorRequest, grid: ReportGrid, result: SavedCells) -> HttpResponse:
    """The answer to an autosave: the state, the cells and headings of the measures that it touched, the counts."""
    cells: dict[str, Any] = {}
    rows: dict[str, Any] = {}
    marks: dict[str, str] = {}
    context = report_context(request, grid.copy)
    for group in grid.groups_of(result.indicators):
        words = {"group": group, "editable": context["editable"]}
        marks[group.measure.key] = render_to_string("alliance/workspace/_group_marks.html", words)
        for row in group.rows:
            for cell in row.all_cells:
                cells[cell.prefix] = cell.for_script
            notes = [list(note) for note in row.notes]
            rows[row.key] = [row.total, notes]
    conflicts = [prefix for prefix, cell in result.typed.items() if cell.is_conflict]
    faults = {prefix: cell.faults for prefix, cell in result.typed.items() if cell.faults}
    answer = {
        "cells": cells,
        "rows": rows,
        "marks": marks,
        "counts": {name: format_figure(count) for name, count in grid.counts.items()},
        "conflicts": conflicts,
        "faults": faults,
    }
    context |= {
        "grid": grid,
        "saved": sorted(result.saved),
        "whole": result.is_whole,
        "answer": json.dumps(answer, ensure_ascii=False),
    }
    return render(request, "alliance/workspace/_figures_saved.html", context)
