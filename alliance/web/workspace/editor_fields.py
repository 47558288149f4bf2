"""One form of the editor's page, with its context: findings, the last period, a colleague's words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from alliance.figure_fields import FigurePlace, FigureValues
from alliance.models import Answer, Figure, Indicator, Person, Pledge
from alliance.queries.earlier_answers import text_at_version
from alliance.queries.field_history import LastWriting
from alliance.queries.public.wording import status_text, value_text
from alliance.queries.report_frame import RequestedFigure
from alliance.queries.working_copy import WorkingCopy
from alliance.validators.corrections import CorrectionPlace
from alliance.validators.figures import Finding
from alliance.web.forms.working_copy import WorkingCopyForm
from portal.kernel import clock
from portal.kernel.text import (
    DiffPiece,
    MergedText,
    Overlap,
    compare_words,
    format_figure,
    merge_without_base,
    merge_words,
)


@dataclass
class EditConflict:
    """A conflict with somebody else's saved text; both are shown, a person chooses."""

    subject: Indicator | Pledge
    stored: Any
    sent: Any
    at: datetime = field(default_factory=clock.now)
    started_from: int = 0  # the version that the sender had when they began to write
    writing: LastWriting | None = None  # whose that is, or who has emptied the place, and when

    @property
    def stored_version(self) -> int:
        """0 where they have emptied the place of a figure."""
        return self.stored.version if self.stored else 0

    @property
    def stored_by(self) -> Person | None:
        """Nobody where it was carried over anew."""
        return self.writing.writer if self.writing else None

    @property
    def is_renewal(self) -> bool:
        """Whether nobody has saved or emptied it: it was carried over anew meanwhile."""
        return self.writing is not None and self.writing.writer is None

    @property
    def is_emptied(self) -> bool:
        """Whether nothing is left of what stood there but who may read it."""
        if isinstance(self.stored, Answer):
            return not self.stored.text
        return self.stored is None or FigureValues.of(self.stored) == FigureValues()

    @property
    def stored_text(self) -> str:
        return self._text(self.stored)

    @property
    def sent_text(self) -> str:
        return self._text(self.sent)

    @property
    def can_be_joined(self) -> bool:
        """Texts can be joined; of two figures only one can be right."""
        return isinstance(self.stored, Answer)

    @property
    def pieces(self) -> list[DiffPiece]:
        """From the colleague's text to the sender's, word by word; of figures nothing."""
        return compare_words(self.stored_text, self.sent_text) if self.can_be_joined else []

    def merged(self) -> MergedText:
        """Both texts as one, each change where it was made."""
        base = text_at_version(self.stored, self.started_from)
        theirs, mine = (text.replace("\r\n", "\n") for text in (self.stored_text, self.sent_text))
        return merge_without_base(theirs, mine) if base is None else merge_words(base, theirs, mine)

    def _text(self, value: Any) -> str:
        """A text, a number, an answer in words, or why there is none."""
        if isinstance(value, str):
            return value
        if isinstance(value, Answer):
            return value.text
        if value is None or isinstance(self.subject, Pledge) or FigureValues.of(value) == FigureValues():
            return _("Nothing")
        return figure_text(self.subject, value) or status_text(value.status)


def figure_text(indicator: Indicator, figure: Any) -> str:
    """The value of a figure, in the reader's language: a number, yes, no, a choice; empty without a value."""
    return value_text(indicator, figure.value, figure.choice) or format_figure(figure.value)


@dataclass
class FigureChecks:
    """What the checks say of the figures of a working copy, by place, in words; worked out when a page shows it."""

    copy: WorkingCopy

    @cached_property
    def errors(self) -> Mapping[FigurePlace, list[str]]:
        return _by_place(self.copy.errors)

    @cached_property
    def warnings(self) -> Mapping[FigurePlace, list[str]]:
        return _by_place(self.copy.warnings)


def _by_place(findings: Sequence[Finding]) -> dict[FigurePlace, list[str]]:
    messages_by_place: dict[FigurePlace, list[str]] = {}
    for finding in findings:
        messages_by_place.setdefault(finding.place, []).append(str(finding))
    return messages_by_place


@dataclass
class EditorField:
    """One form of the page, with its context."""

    form: WorkingCopyForm
    subject: Indicator | Pledge  # of a pledge beyond the charter there is one text
    target: RequestedFigure | None = None  # of a figure
    cell_title: str = ""  # the title of a breakdown's cell
    last: str = ""  # the last period's answer
    reference: Any = None
    checks: FigureChecks | None = None  # of a figure
    conflict: EditConflict | None = None
    merged_with: Answer | None = None  # the colleague's text in a merge that nobody has saved yet
    overlaps: list[Overlap] = field(default_factory=list)  # in a merged text: what both had changed
    saved: bool = False
    discarded: bool = False  # its words were left for a colleague's

    @property
    def prefix(self) -> str:
        return self.form.prefix or ""

    @property
    def is_left(self) -> bool:
        """Whether it has words that are neither saved nor discarded."""
        return self.form.is_touched and not (self.saved or self.discarded)

    @property
    def shown_value(self) -> str:
        """The number of a figure as its field shows it."""
        value = self.form["value"]
        return str(value.field.widget.format_value(value.value()) or "")

    @property
    def correction_key(self) -> str:
        """How an address names the published value, to correct it."""
        if self.target is not None:
            return CorrectionPlace.of_figure(self.target.place).key
        if isinstance(self.subject, Pledge):
            return CorrectionPlace.of_text(pledge=str(self.subject.record)).key
        return CorrectionPlace.of_text(self.subject.key).key

    @property
    def text_subject(self) -> Indicator | UUID:
        """What a text answers, as it is saved."""
        return self.subject.record if isinstance(self.subject, Pledge) else self.subject

    @property
    def stored(self) -> Answer | Figure | None:
        return getattr(self.form, "stored", None) or getattr(self.form, "answer", None)

    @property
    def errors(self) -> list[str]:
        """What is to be corrected: the errors of the form, else those that the checks find."""
        typed = [str(error) for errors in self.form.errors.values() for error in errors]
        if typed or self.checks is None or self.target is None:
            return typed
        return self.checks.errors.get(self.target.place, [])

    @property
    def warnings(self) -> list[str]:
        if self.checks is None or self.target is None:
            return []
        return self.checks.warnings.get(self.target.place, [])

    @property
    def has_messages(self) -> bool:
        """Whether a page has something to say of a figure, or a note of it to show; that of a total may be wanted."""
        note = self.form["note"].value() if "note" in self.form.fields else ""
        return "status" in self.form.fields or bool(self.errors or self.warnings or self.conflict or note)

    @property
    def title(self) -> str:
        """The place in words: the service, the indicator, the part."""
        service = self.target.service if self.target else None
        words = (service.name if service else "", self.subject.title, self.cell_title)
        return ", ".join(word for word in words if word)
