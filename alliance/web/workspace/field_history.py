"""The history of one field of a report, and the way back to an earlier version of it."""

import re
from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from alliance.models import Answer, Figure, Indicator, Measure, Report
from alliance.queries.field_history import FieldOfReport, parts_with_history, read_changes, sittings_of
from alliance.queries.report_frame import PLEDGE_LIMIT, RequestedFigure, RequiredMeasure
from alliance.queries.working_copy import WorkingCopy, working_copy
from alliance.services.field_history import restore_figure, restore_readers, restore_text
from alliance.web.change_pages import number_in, restore
from alliance.web.workspace.editor_parts import EditorParts, EditorPlace
from alliance.web.workspace.place_links import pledge_url
from alliance.web.workspace.reports import get_report, report_context
from portal.kernel.access import Actor
from portal.kernel.web import ActorRequest, paginate, refuse_unlisted_fields

# On a page: changes; characters of an answer, each of which may be struck out and written anew in every change.
_CHANGES, _CHARACTERS = 10, 30_000
_NAME = re.compile(r"[tf](\d{1,18})(?:-.*)?")
_PLEDGE = re.compile(r"p([0-9a-f]{32})")


@dataclass(frozen=True)
class _Field:
    """The field of an address: what it is called, where it is edited, what stands in it."""

    title: str
    page: str
    subject: Indicator | UUID
    target: RequestedFigure | None
    current_row: Answer | Figure | None
    measure: Measure | None = None
    parts: EditorParts | None = None

    @property
    def version(self) -> int:
        return self.current_row.version if self.current_row else 0

    def history(self, report: Report) -> FieldOfReport:
        if self.target:
            return FieldOfReport.of_figure(report, self.target)
        return FieldOfReport.of_text(report, self.subject)


@require_http_methods(["GET", "HEAD", "POST"])
def field_history(request: ActorRequest, pk: int, field: str) -> HttpResponse:
    """The versions of one text or figure: who, when, before and after; each can be written again."""
    report = get_report(request, pk, "report.edit" if request.method == "POST" else "")
    copy = working_copy(report)
    place = _find(copy, field)
    if place is None:
        raise Http404
    if request.method == "POST":
        return _restore(request, report, place)
    history = place.history(report)
    page = paginate(sittings_of(history), request, _changes_on_a_page(place))
    context = {
        **report_context(request, copy),
        "place": place,
        "page": page,
        "changes": read_changes(history, list(page), _labels(), place.current_row),
        "parts": _parts(report, place),
        "measure": place.measure,
    }
    return render(request, "alliance/workspace/field_history.html", context)


def _changes_on_a_page(field: _Field) -> int:
    limit = field.subject.limit if isinstance(field.subject, Indicator) else PLEDGE_LIMIT
    return min(_CHANGES, max(1, _CHARACTERS // limit))


def _labels() -> dict[str, str]:
    return {
        "text": _("Text"),
        "language": _("Language of the text"),
        "disclosure": _("Who can read it"),
        "disclosure_reason": _("Reason for the difference from the charter"),
    }


def _restore(request: ActorRequest, report: Report, field: _Field) -> HttpResponse:
    refuse_unlisted_fields(request.POST, {"number", "version", "readers"})
    number, version = number_in(request, "number"), number_in(request, "version")
    if "readers" in request.POST:
        history = field.history(report)
        return restore(
            request,
            lambda: restore_readers(request.actor, report, history, number, version=version),
            field.page,
            _("Who can read it is again as it was then."),
        )
    return restore(request, lambda: _write(request.actor, report, field, number, version), field.page)


def _write(actor: Actor, report: Report, field: _Field, number: int, version: int) -> None:
    if field.target:
        restore_figure(actor, report, field.target, number, version=version)
    else:
        restore_text(actor, report, field.subject, number, version=version)


def _find(copy: WorkingCopy, name: str) -> _Field | None:
    """The field that an address names, as the editor's forms are named; of a pledge `p` and its record."""
    if match := _PLEDGE.fullmatch(name):
        return _pledge(copy, UUID(match[1]))
    match = _NAME.fullmatch(name)
    pk = int(match[1]) if match else 0
    required = next(
        (row for row in copy.frame.measures if any(indicator.pk == pk for indicator in row.indicators)), None
    )
    return _of_measure(copy, required, name) if required else None


def _pledge(copy: WorkingCopy, record: UUID) -> _Field | None:
    pledge = next((row for row in copy.frame.own_pledges if row.record == record), None)
    if pledge is None:
        return None
    page = pledge_url(copy.frame.report.pk, record)
    return _Field(pledge.title, page, record, None, copy.answers.get(record))


def _of_measure(copy: WorkingCopy, required: RequiredMeasure, name: str) -> _Field | None:
    parts = EditorParts(required)
    subject = parts.find(name)
    url = reverse("workspace:report-measure", args=[copy.frame.report.pk, required.measure.key])
    page = f"{url}?at={name}#{name}"
    if isinstance(subject, EditorPlace):
        target = subject.target
        figure = copy.figures.get(target.place)
        title = copy.frame.words_of(target.place)
        return _Field(title, page, target.indicator, target, figure, required.measure, parts)
    if subject is None:
        return None
    page = f"{url}?at={name}#{subject.key}"
    return _Field(subject.title, page, subject, None, copy.answers.get(subject.pk), required.measure)


def _parts(report: Report, field: _Field) -> list[tuple[str, str]]:
    """The parts of a figure that have a history: each with the name of its field and its title."""
    if field.target is None or field.target.cell or field.parts is None:
        return []
    entries = []
    for cell in parts_with_history(report, field.target):
        place = field.parts.find_figure(field.target.place._replace(cell=cell))
        if place is not None:
            entries.append((place.prefix, place.line.title))
    return entries
