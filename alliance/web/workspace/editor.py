"""The editor of one measure: its forms, and the saving of whatever was touched."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

from django.http import QueryDict
from django.utils.translation import get_language

from alliance.models import Answer, Figure, Indicator, Service
from alliance.queries.report_frame import OwedMeasure, Slot, numbers_in
from alliance.queries.working_copy import WorkingCopy
from alliance.services.reports import clear_figure, confirm_answer, save_answer, save_figure
from alliance.validators.figures import Finding
from alliance.web.forms.working_copy import AnswerForm, CellForm, DraftForm, FigureForm
from portal.kernel.access import Actor
from portal.kernel.errors import Conflict, DomainError, Forbidden


@dataclass
class Clash:
    """Somebody else's words beside mine; both are kept, a person chooses."""

    theirs: Any
    mine: Any


@dataclass
class Entry:
    """One form of the page, with what stands around it."""

    form: DraftForm
    subject: Indicator
    service: Service | None = None
    cell: str = ""
    last: Any = None
    reference: Any = None
    findings: list[Finding] = field(default_factory=list)
    clash: Clash | None = None
    saved: bool = False

    @property
    def prefix(self) -> str:
        return self.form.prefix or ""

    @property
    def stored(self) -> Answer | Figure | None:
        return getattr(self.form, "stored", None) or getattr(self.form, "answer", None)


@dataclass
class Row:
    """One indicator of the grid: an entry for each service, and its breakdown cells."""

    indicator: Indicator
    entries: list[Entry]
    cells: list[tuple[str, list[Entry]]]


class MeasureEditor:
    """The forms of one measure, blank or bound; `save` saves what was touched and leaves the rest."""

    def __init__(self, copy: WorkingCopy, owed: OwedMeasure, data: QueryDict | None = None) -> None:
        self.copy, self.owed, self.data = copy, owed, data
        self.confirmed = False

    # --- what the page shows ---

    @cached_property
    def texts(self) -> list[Entry]:
        return [self._text(row) for row in self.owed.narratives]

    @cached_property
    def rows(self) -> list[Row]:
        return [
            Row(
                indicator,
                [self._figure(slot) for slot in self.owed.slots(indicator)],
                [(label, self._cells(indicator, cell)) for cell, label in self._cell_labels(indicator)],
            )
            for indicator in self.owed.figures
        ]

    def entries(self) -> Iterator[Entry]:
        yield from self.texts
        for row in self.rows:
            yield from row.entries
            for _label, entries in row.cells:
                yield from entries

    def _text(self, indicator: Indicator) -> Entry:
        answer = self.copy.answers.get(indicator.pk)
        form = AnswerForm(
            self.data, prefix=f"t{indicator.pk}", answer=answer, limit=indicator.limit, label=indicator.title
        )
        return Entry(form, indicator)

    def _figure(self, slot: Slot, form_class: type[FigureForm] | type[CellForm] = FigureForm) -> Entry:
        indicator, service = slot.indicator, slot.service
        label = f"{indicator.title}, {service.name}" if service else indicator.title
        form = form_class(
            self.data,
            prefix=_prefix(slot),
            indicator=indicator,
            stored=self.copy.figures.get(slot.place),
            label=label,
        )
        findings = self._findings.get(slot.place, [])
        last, reference = self._last.get(slot.place), self.copy.references.get(slot.place)
        return Entry(form, indicator, service, slot.cell, last, reference, findings)

    def _cells(self, indicator: Indicator, cell: str) -> list[Entry]:
        return [
            self._figure(Slot(indicator, service, cell), CellForm) for service in self.owed.owners(indicator)
        ]

    def _cell_labels(self, indicator: Indicator) -> list[tuple[str, str]]:
        return [(cell, self._cell_label(cell)) for cell in self.owed.cells(indicator)]

    def _cell_label(self, cell: str) -> str:
        words = []
        for pair in cell.split(";"):
            dimension, _equals, key = pair.partition("=")
            rows = self.owed.breakdowns[dimension]["cells"]
            words.append(next(spoken(row["title"]) for row in rows if row["key"] == key))
        return " · ".join(words)

    @cached_property
    def _last(self) -> dict[Any, Any]:
        return numbers_in(self.copy.last)

    @cached_property
    def _findings(self) -> dict[Any, list[Finding]]:
        found: dict[Any, list[Finding]] = {}
        for finding in (*self.copy.errors, *self.copy.warnings):
            found.setdefault(finding.place, []).append(finding)
        return found

    # --- saving ---

    def save(self, actor: Actor, *, give_up: frozenset[str] = frozenset()) -> bool:
        """Save every touched form that is right; True when nothing is left to put right.

        `give_up` are the prefixes of forms whose words somebody decided to leave for a colleague's.
        """
        whole = True
        for entry in self.entries():
            if not entry.form.is_touched or entry.prefix in give_up:
                continue
            if not entry.form.is_valid():
                whole = False
                continue
            whole &= self._attempt(entry, partial(self._save, actor, entry))
        return whole

    def _attempt(self, entry: Entry, act: Callable[[], object]) -> bool:
        try:
            act()
        except Conflict as conflict:
            entry.clash = Clash(conflict.theirs, conflict.mine)
            return False
        except Forbidden:
            raise
        except DomainError as refusal:
            entry.form.add_error(refusal.field if refusal.field in entry.form.fields else None, str(refusal))
            return False
        entry.saved = True
        return True

    def _save(self, actor: Actor, entry: Entry) -> object:
        report, cleaned = self.copy.frame.report, entry.form.cleaned_data
        version = cleaned["version"] or 0
        if isinstance(entry.form, FigureForm | CellForm):
            where = (entry.subject, entry.service, entry.cell)
            if entry.form.is_emptied:
                return clear_figure(actor, report, *where, version=version)
            return save_figure(actor, report, *where, entry.form.given(), version=version)
        text, language = cleaned["text"], cleaned["language"]
        return save_answer(actor, report, entry.subject, text=text, language=language, version=version)

    def renewed(self, copy: WorkingCopy, *, join: bool = False) -> "MeasureEditor":
        """The page after a save that was not whole: what was saved as it is now, the rest as it was typed."""
        owed = copy.frame.owed(self.owed.measure.key) or self.owed
        after = MeasureEditor(copy, owed)
        left = {entry.prefix: entry for entry in self.entries() if entry.form.is_touched and not entry.saved}
        for entry in after.entries():
            before = left.get(entry.prefix)
            if before is None:
                continue
            if before.clash is not None:
                _face(before, join=join)
            entry.form, entry.clash = before.form, before.clash
        return after

    @cached_property
    def clashes(self) -> list[Entry]:
        return [entry for entry in self.entries() if entry.clash]

    @cached_property
    def faults(self) -> list[tuple[str, str]]:
        """What is wrong in the forms, each with the address of its field."""
        return [
            (
                f"#{entry.form[name].id_for_label}" if name in entry.form.fields else f"#{entry.prefix}",
                str(error),
            )
            for entry in self.entries()
            if entry.form.is_bound
            for name, errors in entry.form.errors.items()
            for error in errors
        ]

    def confirm(self, actor: Actor, prefix: str) -> None:
        """Still true: the text of the last period holds for this one."""
        for entry in self.texts:
            if entry.prefix == prefix and isinstance(entry.stored, Answer):
                confirm_answer(actor, self.copy.frame.report, entry.stored)


def _prefix(slot: Slot) -> str:
    service = slot.service.pk if slot.service else 0
    cell = f"-{slot.cell}" if slot.cell else ""
    return f"f{slot.indicator.pk}-{service}{cell}"


def _face(entry: Entry, *, join: bool) -> None:
    """The next post of a clashing form knows the colleague's version; joined texts stand one after the other."""
    assert entry.clash is not None
    data = entry.form.data.copy()  # type: ignore[attr-defined]  # a QueryDict
    data[entry.form.add_prefix("version")] = str(entry.clash.theirs.version)
    if join and isinstance(entry.clash.theirs, Answer):
        data[entry.form.add_prefix("text")] = f"{entry.clash.theirs.text}\n\n{entry.clash.mine}"
        entry.clash = None
    entry.form.data = data


def spoken(texts: Any) -> str:
    """A text by language, in the reader's."""
    return texts.get((get_language() or "en")[:2]) or texts["en"]
