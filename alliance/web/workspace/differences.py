"""The page of everything that a working copy changes, one kind at a time."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from alliance.queries.report_differences import ChangeKind
from alliance.queries.working_copy import working_copy
from alliance.web.workspace.difference_rows import FIGURE_KINDS, DifferenceRows
from alliance.web.workspace.reports import get_report, report_context
from alliance.workflows import REPORT
from portal.kernel.web import ActorRequest, paginate


class _View(NamedTuple):
    """One kind of differences: its heading, its template, how many are on a page, which there are, in words."""

    title: str | Promise
    template: str
    rows_on_page: int
    entries: Callable[[DifferenceRows], Sequence[Any]]
    in_words: Callable[[DifferenceRows, Sequence[Any]], Sequence[Any]]
    context_name: str


def _figures(title: str | Promise, entries: Callable[[DifferenceRows], Sequence[Any]]) -> _View:
    return _View(title, "_figure_differences", 50, entries, DifferenceRows.figure_rows, "figure_rows")


def _texts(title: str | Promise, entries: Callable[[DifferenceRows], Sequence[Any]]) -> _View:
    return _View(title, "_text_differences", 5, entries, DifferenceRows.text_rows, "text_rows")


_VIEWS = {
    "figures": _figures(_("Changed figures"), lambda rows: rows.changed_figures),
    "texts": _texts(_("Changed texts"), lambda rows: rows.changed_texts),
    "new-texts": _texts(_("Texts written anew"), lambda rows: rows.new_texts),
    "evidence": _View(
        _("Evidence"),
        "_evidence_differences",
        50,
        lambda rows: rows.differences.evidence,
        lambda _rows, entries: entries,
        "evidence_rows",
    ),
    "warnings": _View(
        _("Warnings"),
        "_warning_differences",
        50,
        lambda rows: rows.warnings,
        DifferenceRows.warning_rows,
        "warning_rows",
    ),
    "withheld": _View(
        _("Withheld"),
        "_withheld_differences",
        50,
        lambda rows: rows.withheld,
        DifferenceRows.withheld_rows,
        "withheld_rows",
    ),
    "verdicts": _View(
        _("Verdicts"),
        "_verdict_answers",
        25,
        lambda rows: rows.verdicts,
        DifferenceRows.verdict_rows,
        "verdict_rows",
    ),
    "same-figures": _figures(_("Unchanged figures"), lambda rows: rows.same_figures),
    "same-texts": _texts(_("Unchanged texts"), lambda rows: rows.same_texts),
}


@require_safe
def report_differences(request: ActorRequest, pk: int) -> HttpResponse:
    """Everything that a report changes, one kind at a time, against the last period or the submission before."""
    report = get_report(request, pk)
    copy = working_copy(report)
    rows = DifferenceRows(request.actor, copy, request.GET.get("against", ""))
    name = request.GET.get("show", "")
    name = name if name in _VIEWS else "figures"
    view = _VIEWS[name]
    entries = view.entries(rows)
    kind = request.GET.get("kind", "") if name == "figures" else ""
    if kind in FIGURE_KINDS:
        entries = rows.differences.figures_of(ChangeKind(kind))
    page = paginate(entries, request, view.rows_on_page)
    context = {
        **report_context(request, copy),
        "rows": rows,
        "baseline": rows.baseline,
        "show": name,
        "kind": kind if kind in FIGURE_KINDS else "",
        "may_sign": REPORT.is_available(request.actor, report, "submit"),
        "title": view.title,
        "views": [(key, each.title, len(each.entries(rows))) for key, each in _VIEWS.items()],
        "row_template": f"alliance/workspace/{view.template}.html",
        "page": page,
        view.context_name: view.in_words(rows, list(page.object_list)),
    }
    return render(request, "alliance/workspace/report_differences.html", context)
