"""The form as a workbook: one row for each text and figure, the answer first, what else a figure may say beside it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from django.utils import translation
from django.utils.translation import gettext as _

from alliance.documents.report_form.bilingual import combined_form
from alliance.documents.report_form.facts import FormFacts
from alliance.enums import Disclosure, FigureStatus, ValueType
from alliance.figure_fields import FIELDS, FigureValues, ValueKind
from alliance.models import Answer, Figure, Indicator, Pledge
from alliance.queries.public.wording import cell_title, choice_title, status_text, value_text
from alliance.queries.report_frame import RequestedFigure, RequiredMeasure
from alliance.queries.site import load_site
from alliance.services import form_layout as layout
from portal.kernel.documents import Built, Progress
from portal.kernel.documents.workbooks import (
    MEDIA_TYPE,
    CellStyle,
    EntryCell,
    EntryColumn,
    EntryForm,
    EntrySheet,
    write_entry_form,
)
from portal.kernel.text import format_figure, format_moment

_YES_NO, _STATUSES, _LANGUAGES = "yes-no", "status", "language"
_WIDTHS = {
    "measure": 8.0, "title": 44.0, "service": 20.0, "part": 24.0, "unit": 12.0, "last": 16.0, layout.ANSWER: 40.0,
    "guidance": 60.0, "language": 12.0, "disclosure": 18.0,
}  # fmt: skip
_NAMES = {"en": "English", "ru": "Русский"}


def render_form(facts: FormFacts, progress: Progress) -> Built:
    """The bytes of the form, and its name."""
    progress(50, _("Writing"))
    report = facts.copy.frame.report
    name = f"{report.organisation.slug}-{report.cycle.slug}-form-{'-'.join(facts.languages)}.xlsx"
    return Built(write_entry_form(form_plan(facts)), name, MEDIA_TYPE, format_moment(facts.taken_at))


def form_plan(facts: FormFacts) -> EntryForm:
    """The form: a sheet for each chapter of the charter, and one for pledges beyond it; in each of its languages.

    A form in one language is to be written while that one is active.
    """
    if len(facts.languages) == 1:
        form = _plan(facts)
    else:
        plans = {}
        for language in facts.languages:
            with translation.override(language):
                plans[language] = _plan(facts)
        form = combined_form(plans)
    return replace(form, sheets=[replace(each, rows=map(_tied, each.rows)) for each in form.sheets])


def _tied(cells: Sequence[EntryCell | None]) -> Sequence[EntryCell | None]:
    """The row with the digest of what it shows beside its hidden key."""
    row = dict(zip(layout.COLUMNS, cells, strict=True))
    if row["key"] is not None:
        shown = (row[name] for name in layout.LABELS)
        labels = [str(cell.value or "") if cell is not None else "" for cell in shown]
        row["labels"] = EntryCell(layout.labels_digest(labels))
    return list(row.values())


def _plan(facts: FormFacts) -> EntryForm:
    """The form in the language that is active."""
    report = facts.copy.frame.report
    title = _("%(name)s: report for %(cycle)s") % {
        "name": report.organisation.name,
        "cycle": report.cycle.title,
    }
    form = _FormSheets(facts)
    return EntryForm(
        title=title,
        author=load_site().name,
        dated=facts.taken_at,
        sheets=form.sheets(title),
        lists=form.lists(),
        facts={
            layout.FORMAT: layout.FORM_VERSION,
            layout.ORGANISATION: str(report.organisation_id),
            layout.ORGANISATION_NAME: report.organisation.name,
            layout.CYCLE: report.cycle.slug,
            layout.CYCLE_TITLE: report.cycle.title,
            layout.CHARTER: report.charter.key,
            layout.CHARTER_VERSION: str(report.charter.version),
            layout.TAKEN_AT: facts.taken_at.isoformat(),
            layout.LANGUAGE: " ".join(facts.languages),
        },
    )


class _FormSheets:
    """Makes the sheets of one form."""

    def __init__(self, facts: FormFacts) -> None:
        self._copy = facts.copy
        # of a text that nobody has written yet; it follows from what is written where the form has several
        self._language = facts.languages[0] if len(facts.languages) == 1 else ""
        self._last, self._last_texts = facts.copy.last_figures, facts.copy.last_texts
        self._taken_at, self._chapters = facts.taken_at, facts.chapters

    def sheets(self, title: str) -> list[EntrySheet]:
        frame = self._copy.frame
        chapters = groupby(frame.measures, key=lambda required: required.commitment.chapter_id)
        sheets = []
        for key, measures in chapters:
            name = self._chapters[key].title
            sheets.append(self._sheet(name, f"{title}: {name}", self._chapter_rows(list(measures))))
        if frame.own_pledges:
            name = _("Beyond the charter")
            sheets.append(self._sheet(name, f"{title}: {name}", map(self._pledge_row, frame.own_pledges)))
        return sheets

    def lists(self) -> Mapping[str, Sequence[str]]:
        """What cells offer, by the name of the list."""
        choices = {
            f"choice:{row.key}": [choice_title(row, choice["key"]) for choice in row.choices]
            for required in self._copy.frame.measures
            for row in required.figures
            if row.value == ValueType.CHOICE
        }
        return {
            _YES_NO: [_("Yes"), _("No")],
            _STATUSES: [str(status.label) for status in FigureStatus],
            _LANGUAGES: list(_NAMES.values()),
            **choices,
        }

    def _sheet(self, name: str, title: str, rows: Iterator[Sequence[EntryCell | None]]) -> EntrySheet:
        lead = [
            _("Taken on %(at)s. Fill in the white cells; the others are locked.")
            % {"at": format_moment(self._taken_at)},
            _("An empty cell changes nothing. Where there is no number, choose why in the column “Status”."),
        ]
        headings = self._headings()
        columns = [
            EntryColumn(key, headings[key], _WIDTHS.get(key, 16.0), is_hidden=key in layout.HIDDEN)
            for key in layout.COLUMNS
        ]
        return EntrySheet(name, title, lead, columns, rows, fixed=5)

    def _headings(self) -> Mapping[str, str]:
        return {
            **dict.fromkeys(layout.HIDDEN, ""),
            "measure": _("Measure"),
            "title": _("What is asked"),
            "service": _("Service"),
            "part": _("Part"),
            "unit": _("Unit"),
            "last": _("Last period"),
            layout.ANSWER: _("Answer"),
            "language": _("Language"),
            "disclosure": _("Disclosure"),
            "guidance": _("Guidance"),
            **{name: str(FIELDS[name].heading) for name in layout.FIELD_COLUMNS},
        }

    # --- rows ---

    def _chapter_rows(self, measures: Sequence[RequiredMeasure]) -> Iterator[Sequence[EntryCell | None]]:
        for required in measures:
            measure = required.measure
            yield self._group_row(measure.code, measure.title)
            for indicator in required.narratives:
                yield self._text_row(required, indicator)
            for indicator in required.figures:
                for target in required.requested(indicator):
                    yield self._figure_row(required, target)

    def _group_row(self, code: str, title: str) -> Sequence[EntryCell | None]:
        texts = {"measure": code, "title": title}
        return [
            None if key in layout.HIDDEN else EntryCell(texts.get(key), CellStyle.GROUP)
            for key in layout.COLUMNS
        ]

    def _text_row(self, required: RequiredMeasure, indicator: Indicator) -> Sequence[EntryCell | None]:
        answer = self._copy.answers.get(indicator.pk)
        limit = _("At most %(limit)s characters.") % {"limit": format_figure(indicator.limit)}
        return self._answer_row(
            layout.text_key(indicator.key),
            answer,
            measure=required.measure.code,
            title=indicator.title,
            unit=_("text"),
            last=self._last_texts.get(indicator.key, "")[:500],
            guidance=" ".join(filter(None, (indicator.guidance, limit))),
        )

    def _pledge_row(self, pledge: Pledge) -> Sequence[EntryCell | None]:
        answer = self._copy.answers.get(pledge.record)
        return self._answer_row(layout.pledge_key(pledge.record), answer, title=pledge.title, unit=_("text"))

    def _answer_row(self, key: str, answer: Answer | None, **shown: str) -> Sequence[EntryCell | None]:
        language = answer.language if answer else self._language
        cells = {
            **self._shown(key, answer, shown),
            layout.ANSWER: EntryCell(answer.text if answer else None, is_open=True),
            "language": EntryCell(_NAMES.get(language, language) or None, is_open=True, choices=_LANGUAGES),
        }
        return [cells.get(key) for key in layout.COLUMNS]

    def _figure_row(self, required: RequiredMeasure, target: RequestedFigure) -> Sequence[EntryCell | None]:
        indicator, place = target.indicator, target.place
        figure, last = self._copy.figures.get(place), self._last.get(place)
        values = FigureValues.of(figure) if figure else FigureValues()
        shown = {
            "measure": required.measure.code,
            "title": indicator.title,
            "service": target.service.name if target.service else _("The whole organisation"),
            "part": cell_title(required.measure.charter, target.cell) if target.cell else "",
            "unit": indicator.get_unit_display() if indicator.unit else _unit_of(indicator),
            "last": _figure_text(indicator, last.values) if last else "",
            "guidance": indicator.guidance if not target.cell else "",
        }
        cells = {
            **self._shown(layout.figure_key(place), figure, shown),
            layout.ANSWER: self._answer_cell(indicator, values),
            **{name: self._field_cell(name, indicator, figure, values) for name in layout.FIELD_COLUMNS},
        }
        return [cells.get(key) for key in layout.COLUMNS]

    def _shown(
        self, key: str, stored: Answer | Figure | None, texts: Mapping[str, str]
    ) -> dict[str, EntryCell]:
        disclosure = Disclosure(stored.disclosure).label if stored else None
        return {
            "key": EntryCell(key),
            "version": EntryCell(str(stored.version if stored else 0)),
            "disclosure": EntryCell(str(disclosure) if disclosure else None, CellStyle.QUIET),
            **{name: EntryCell(text, CellStyle.QUIET) for name, text in texts.items()},
            "title": EntryCell(texts["title"], CellStyle.STRONG),
        }

    def _answer_cell(self, indicator: Indicator, values: FigureValues) -> EntryCell:
        if indicator.value == ValueType.CHOICE:
            text = choice_title(indicator, values.choice) if values.choice else None
            return EntryCell(text, is_open=True, choices=f"choice:{indicator.key}")
        if indicator.value == ValueType.YES_NO:
            return EntryCell(value_text(indicator, values.value), is_open=True, choices=_YES_NO)
        return EntryCell(values.value, is_open=True)

    def _field_cell(
        self, name: str, indicator: Indicator, figure: Figure | None, values: FigureValues
    ) -> EntryCell:
        spec, value = FIELDS[name], getattr(values, name)
        if indicator.value not in spec.value_types:
            return EntryCell()
        if spec.kind == ValueKind.STATUS:
            says_something = figure is not None and values.status != FigureStatus.REPORTED
            return EntryCell(
                str(FigureStatus(value).label) if says_something else None, is_open=True, choices=_STATUSES
            )
        if spec.kind == ValueKind.FLAG:
            return EntryCell(_("Yes") if value else None, is_open=True, choices=_YES_NO)
        return EntryCell(value if value != "" else None, is_open=True)


def _unit_of(indicator: Indicator) -> str:
    """What an answer without a unit is."""
    return {ValueType.YES_NO: _("yes or no"), ValueType.CHOICE: _("a choice")}.get(
        ValueType(indicator.value), ""
    )


def _figure_text(indicator: Indicator, values: FigureValues) -> str:
    if values.status != FigureStatus.REPORTED:
        return status_text(values.status)
    return value_text(indicator, values.value, values.choice) or format_figure(values.value)
