"""One thing in a working copy that needs a person's eyes: where it is, what is wrong, whether it stops sign-off."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.figure_fields import FigurePlace
from alliance.models import Answer, Evidence, Figure, Indicator, MeasureComment, Pledge, Question
from alliance.queries.report_frame import ReportFrame, RequiredMeasure
from alliance.validators.figures import Finding


class AttentionKind(StrEnum):
    """Why something needs a person's eyes, in the order in which it is best put right; also the filter's address."""

    ERROR = "errors"
    WARNING = "warnings"  # without a note
    CARRIED_OVER = "carried"  # from the last period, and not confirmed
    CHANGES = "changes"  # asked for by the secretariat
    QUESTION = "questions"  # of the secretariat, without an answer
    ASKED = "asked"  # by a colleague beside a measure, without the reader's answer
    UNREAD = "unread"  # by a second person, under the four-eyes rule
    CHARTER = "charter"  # new or redefined in the report's version of the charter
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class AttentionItem:
    """Where it stands: a figure's `place`, a text's `indicator` or `pledge`, a piece of `evidence`, else its measure.

    What is said of it is worked out when it is read: a report may have more than a thousand of them.
    """

    frame: ReportFrame
    kind: AttentionKind
    required: RequiredMeasure | None = None  # none of a pledge beyond the charter, and of the whole report
    place: FigurePlace | None = None
    indicator: Indicator | None = None
    pledge: Pledge | None = None
    entry: Answer | Evidence | Question | MeasureComment | None = None  # what is stored there, but a figure
    figures: Mapping[FigurePlace, Figure] | None = None  # in which that of `place` stands
    statement: str | Finding = ""
    blocks: bool = True  # sign-off

    @property
    def row(self) -> Answer | Figure | Evidence | Question | MeasureComment | None:
        """What is stored there."""
        if self.place is not None and self.figures is not None:
            return self.figures.get(self.place)
        return self.entry

    @property
    def evidence(self) -> Evidence | None:
        return self.entry if isinstance(self.entry, Evidence) else None

    @property
    def question(self) -> Question | None:
        return self.entry if isinstance(self.entry, Question) else None

    @property
    def comment(self) -> MeasureComment | None:
        return self.entry if isinstance(self.entry, MeasureComment) else None

    @property
    def title(self) -> str:
        """The place as a person knows it."""
        if self.place is not None:
            return self.frame.words_of(self.place)
        if self.evidence is not None:
            return f"{self.evidence.measure.code}, {self.evidence.title or _('Adopted practice')}"
        if self.pledge is not None:
            return self.pledge.title
        if self.indicator is not None:
            return self.indicator.title
        measure = self.required.measure if self.required else None
        return f"{measure.code} {measure.title}" if measure else _("The whole report")

    @property
    def sentence(self) -> str:
        """What is wrong, or asked, and how to put it right."""
        if self.kind == AttentionKind.WARNING:
            return _("A note is missing: %(warning)s") % {"warning": str(self.statement)}
        if self.kind == AttentionKind.CARRIED_OVER:
            return _("Carried over from the previous period: confirm that it is still true.")
        if self.kind == AttentionKind.EMPTY:
            return _("An answer is missing.")
        return str(self.statement)


def faults_of(items: Iterable[AttentionItem]) -> dict[str, str]:
    """Every place with the first fault to be put right there."""
    faults: dict[str, str] = {}
    for item in items:
        faults.setdefault(item.title, item.sentence)
    return faults


def blocking_reason(items: Iterable[AttentionItem]) -> str:
    """What blocks sign-off, in one sentence: the kind that is best put right first; empty when nothing does."""
    kinds = [item.kind for item in items if item.blocks]
    errors = kinds.count(AttentionKind.ERROR)
    sentences: Mapping[AttentionKind, str] = {
        AttentionKind.ERROR: ngettext("Correct the error first.", "Correct the errors first.", errors),
        AttentionKind.WARNING: _("Explain the figures with warnings."),
        AttentionKind.CARRIED_OVER: _("Confirm what was carried over."),
        AttentionKind.UNREAD: _("Another person must read what you edited last."),
        AttentionKind.EMPTY: _("Some answers are still empty."),
    }
    return next((sentences[kind] for kind in AttentionKind if kind in kinds), "")
