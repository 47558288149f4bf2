"""What a file would change in a report: each proposal beside what stands there now, and what a person decided.

Nothing here is stored: the file's proposals are compared with the working copy whenever somebody looks, so that a
colleague who saves in between is seen at once.
"""

import copy as copies
import hashlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

from django.utils.functional import Promise

from alliance.enums import IndicatorType
from alliance.figure_fields import FigurePlace, FigureValues
from alliance.models import Answer, Figure, Indicator, ReportUpload
from alliance.queries.report_frame import PLEDGE_LIMIT, RequestedFigure
from alliance.queries.upload_bases import Target, UploadBases
from alliance.queries.working_copy import WorkingCopy
from alliance.report_proposals import CellRefusal, Proposal
from alliance.validators.figure_merges import ANSWER, erases_number, merge_given
from alliance.validators.figures import Finding
from portal.kernel.errors import DomainError
from portal.kernel.text import clean_text, language_by_letters, too_long, worded_later
from portal.kernel.text import sentence as _


class DifferenceKind(StrEnum):
    """What becomes of a proposal, in the order in which a person looks at them."""

    CONFLICT = "conflict"
    REFUSED = "refused"
    CHANGED = "changed"
    NEW = "new"
    UNCHANGED = "unchanged"


class Choice(StrEnum):
    """What a person decided about one: the file's answer, the report's, or of two texts both."""

    TAKE = "take"
    LEAVE = "leave"
    BOTH = "both"


class Decision(NamedTuple):
    """A choice, and the version of the answer in the report beside which it was made; 0 where there was none."""

    choice: str
    version: int


_DECIDABLE = (DifferenceKind.CONFLICT, DifferenceKind.CHANGED, DifferenceKind.NEW)


@dataclass
class Difference:
    """One proposal beside what stands in the report. `number` is its number in the file."""

    number: int
    proposal: Proposal
    kind: DifferenceKind = DifferenceKind.UNCHANGED
    # what it is about, where the report asks for it
    target: Target | None = None
    stored: Figure | Answer | None = None
    base: FigureValues | str | None = None  # what the file was made from, where that is known
    values: FigureValues | None = None  # the figure with the file's values over it
    text: str = ""
    language: str = ""
    refusals: list[CellRefusal] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    choice: Choice = Choice.LEAVE

    @property
    def indicator(self) -> Indicator | None:
        if isinstance(self.target, RequestedFigure):
            return self.target.indicator
        return self.target if isinstance(self.target, Indicator) else None

    @property
    def is_text(self) -> bool:
        return self.target is not None and not isinstance(self.target, RequestedFigure)

    @property
    def stored_values(self) -> FigureValues:
        """Of a figure: what stands in the report."""
        return FigureValues.of(self.stored) if isinstance(self.stored, Figure) else FigureValues()

    @property
    def stored_text(self) -> str:
        return self.stored.text if isinstance(self.stored, Answer) else ""

    @property
    def erases_number(self) -> bool:
        """Whether a number or a choice stands in the report in whose place the file has none, as under “n/a”."""
        return self.values is not None and erases_number(self.stored_values, self.values)

    @property
    def version(self) -> int:
        """Of what stands in the report; 0 where nothing does."""
        return self.stored.version if self.stored else 0

    @property
    def is_decidable(self) -> bool:
        return self.kind in _DECIDABLE

    @property
    def is_taken(self) -> bool:
        return self.is_decidable and self.choice != Choice.LEAVE

    @property
    def saved_text(self) -> str:
        """The text that is saved: the file's, or both, the report's above it."""
        return f"{self.stored_text}\n\n{self.text}" if self.choice == Choice.BOTH else self.text

    def refuse(self, name: str, reason: str | Promise) -> None:
        """Refuse the proposal for the value `name`; without a name for its place, beside its answer."""
        addresses, values = self.proposal.addresses, self.proposal.values
        answer = next((each for each in ("value", "choice", "text", "status") if each in values), "")
        text = values.get(name or answer, "")
        address = addresses.get(name) or self.proposal.address
        refusal = CellRefusal(name, address, str(text if text is not None else ""), reason)
        if not any(
            map(refusal.says_the_same, self.refusals)
        ):  # of a file that was saved they are kept with the proposal
            self.refusals.append(refusal)
        self.kind = DifferenceKind.REFUSED


class UploadDifferences:
    """All proposals of a file beside the working copy as it is now. A few queries, however many there are."""

    def __init__(self, upload: ReportUpload, copy: WorkingCopy) -> None:
        self.upload, self.copy = upload, copy
        proposals = [Proposal.from_json(row) for row in upload.proposals]
        self.rows = [Difference(number, proposal) for number, proposal in enumerate(proposals)]
        self._locate()
        bases = UploadBases(upload, self._stale())
        for row in self.rows:
            if row.kind != DifferenceKind.REFUSED:
                self._compare(row, bases)
        self._check()
        self._apply_choices()

    # --- what is counted and taken ---

    @cached_property
    def counts(self) -> Counter[str]:
        """How many there are of each kind."""
        return Counter(row.kind.value for row in self.rows)

    def of_kind(self, kind: DifferenceKind) -> list[Difference]:
        return [row for row in self.rows if row.kind == kind]

    @property
    def decidable(self) -> list[Difference]:
        """What can be taken or left, conflicts first."""
        return [row for kind in _DECIDABLE for row in self.of_kind(kind)]

    @property
    def taken(self) -> list[Difference]:
        return [row for row in self.rows if row.is_taken]

    def digest_beside(self, shown: Collection[int] = ()) -> str:
        """Changes when anything that the file differs from was changed in the report, when the file was read another
        way, and when something else was decided about an answer that is not among the `shown`, whose decisions come
        with their page. It begins with `proposals_digest`.
        """
        parts = [
            f"{row.number}:{row.kind}:{row.version}:{'' if row.number in shown else row.choice}"
            for row in self.rows
        ]
        beside = hashlib.sha256(" ".join(parts).encode()).hexdigest()[:16]
        return f"{self.upload.proposals_digest}-{beside}"

    @cached_property
    def changed_since(self) -> int:
        """How many answers were changed in the report since the form was taken."""
        since = self.upload.taken_at
        rows: Collection[Figure | Answer] = [*self.copy.figures.values(), *self.copy.answers.values()]
        return sum(row.updated_at > since for row in rows) if since else 0

    # --- comparing ---

    def _locate(self) -> None:
        """Find what each proposal is about; refuse what the report does not ask for, and a second one for a place."""
        seen: dict[Any, Difference] = {}
        for row in self.rows:
            row.refusals = list(row.proposal.refusals)
            if row.refusals:
                row.kind = DifferenceKind.REFUSED
            try:
                row.target, row.stored = self._target_of(row.proposal)
            except DomainError as refusal:
                if not row.refusals:
                    row.refuse("", refusal.message)
                continue
            key = row.proposal.place or row.proposal.narrative or row.proposal.pledge
            if (earlier := seen.setdefault(key, row)) is not row:
                message = _("Another row has the same place: %(address)s.")
                row.refuse("", message % {"address": earlier.proposal.address})

    def _target_of(self, proposal: Proposal) -> tuple[Any, Figure | Answer | None]:
        frame = self.copy.frame
        if proposal.place:
            return frame.find(proposal.place), self.copy.figures.get(proposal.place)
        if proposal.narrative:
            indicator = frame.indicator(proposal.narrative)
            if indicator is None or indicator.type != IndicatorType.NARRATIVE:
                raise DomainError(_("The report has no such indicator."))
            return indicator, self.copy.answers.get(indicator.pk)
        pledge = next((row for row in frame.own_pledges if str(row.record) == proposal.pledge), None)
        if pledge is None:
            raise DomainError(_("The report asks for nothing of this name."))
        return pledge, self.copy.answers.get(pledge.record)

    def _stale(self) -> list[tuple[Target, int]]:
        """The targets that were changed since the file was made, with the version from which it was."""
        return [
            (row.target, row.proposal.version or 0) for row in self.rows if row.target and self._is_stale(row)
        ]

    def _is_stale(self, row: Difference) -> bool:
        return row.proposal.version not in (None, row.version)

    def _compare(self, row: Difference, bases: UploadBases) -> None:
        target, version, is_stale = row.target, row.proposal.version, self._is_stale(row)
        try:
            if isinstance(target, RequestedFigure):
                base = bases.values_of(target, version or 0) if is_stale else row.stored_values
                self._compare_figure(row, None if version is None else base)
            elif target is not None:
                self._compare_text(row, bases.text_of(target, version or 0) if is_stale else row.stored_text)
        except DomainError as refusal:
            row.refuse(refusal.field or "", refusal.message)

    def _compare_figure(self, row: Difference, base: FigureValues | None) -> None:
        merge = merge_given(base, row.stored_values, row.proposal.values)
        if not merge.is_altering:
            return
        row.base, row.values = base, merge.values
        is_new = row.stored is None or (isinstance(row.stored, Figure) and row.stored.is_unfilled)
        row.kind = _kind(is_conflict=merge.is_conflict, is_new=is_new)

    def _compare_text(self, row: Difference, base: str) -> None:
        stored = row.stored if isinstance(row.stored, Answer) else None
        row.text = clean_text(str(row.proposal.values.get("text", "")), field="text")
        language = stored.language if stored else language_by_letters(row.text)
        row.language = row.proposal.values.get("language") or language
        limit = row.indicator.limit if row.indicator else PLEDGE_LIMIT
        if len(row.text) > limit and row.text != row.stored_text:
            row.refuse("text", too_long(len(row.text), limit))
            return
        is_edited = row.text != base and row.text != row.stored_text
        is_translated = stored is not None and row.text == row.stored_text and row.language != stored.language
        if not row.text.strip() or not (is_edited or is_translated):
            return
        row.base = base
        is_conflict = is_edited and row.stored_text != base and bool(row.stored_text)
        row.kind = _kind(is_conflict=is_conflict, is_new=not row.stored_text.strip())

    # --- checking what would stand then ---

    def _check(self) -> None:
        """Refuse figures that would bring an error; mark those that would bring a warning without a note."""
        figures = [row for row in self.decidable if isinstance(row.target, RequestedFigure)]
        if not figures:
            return
        after = self._copy_with(figures)
        errors = _new_findings(self.copy.errors, after.errors)
        for row in figures:
            for finding in errors.get(_place(row), ()) if _answers(row) else ():
                row.refuse("value", worded_later(finding.__str__))
        figures = [row for row in figures if row.kind != DifferenceKind.REFUSED]
        after = self._copy_with(figures) if errors else after
        warnings: dict[FigurePlace, list[str]] = {}
        for finding in after.warnings:
            warnings.setdefault(finding.place, []).append(str(finding))
        for row in figures:
            if row.values and row.values.value != row.stored_values.value:
                row.warnings = warnings.get(_place(row), [])

    def _copy_with(self, rows: Sequence[Difference]) -> WorkingCopy:
        """The working copy as it would be with the figures of these rows. Reads nothing again."""
        figures = self.copy.figures.with_figures({_place(row): _figure_with(row) for row in rows})
        after = replace(self.copy, figures=figures)
        for name in ("last", "references"):
            after.__dict__[name] = getattr(self.copy, name)
        return after

    # --- what was decided ---

    def _apply_choices(self) -> None:
        for row in self.decidable:
            row.choice = self._choice(row)
            if row.choice == Choice.BOTH and not (row.is_text and row.kind == DifferenceKind.CONFLICT):
                row.choice = Choice.TAKE

    def _choice(self, row: Difference) -> Choice:
        """What was decided beside the answer that stands there; the file is not taken over a newer one unasked."""
        choice, version = self.upload.choices.get(str(row.number), ("", 0))
        if choice not in tuple(Choice) or (version != row.version and choice != Choice.LEAVE):
            return _default_choice(row)
        return Choice(choice)


def _kind(*, is_conflict: bool, is_new: bool) -> DifferenceKind:
    if is_conflict:
        return DifferenceKind.CONFLICT
    return DifferenceKind.NEW if is_new else DifferenceKind.CHANGED


def _default_choice(row: Difference) -> Choice:
    """A newer edit in the report stays, and so does a number in whose place the file has none.

    What would bring a warning without a note, or was hidden, is left out.
    """
    has_note = bool(row.values and row.values.note.strip())
    is_doubtful = bool(row.warnings and not has_note) or row.proposal.is_hidden or row.erases_number
    return Choice.LEAVE if row.kind == DifferenceKind.CONFLICT or is_doubtful else Choice.TAKE


def _answers(row: Difference) -> bool:
    """Whether the file changes the answer itself, and not only what is said of it: that may come first."""
    return row.values is not None and bool(ANSWER & set(row.values.changed_from(row.stored_values)))


def _place(row: Difference) -> FigurePlace:
    assert row.proposal.place is not None, "called for figures"
    return row.proposal.place


def _figure_with(row: Difference) -> Figure:
    """The figure that would stand; never saved."""
    target = row.target
    assert isinstance(target, RequestedFigure), "called for figures"
    assert row.values is not None, "called for figures that the file changes"
    figure = (
        copies.copy(row.stored)
        if isinstance(row.stored, Figure)
        else Figure(indicator=target.indicator, service=target.service, cell=target.cell)
    )
    for name, value in row.values.as_columns().items():
        setattr(figure, name, value)
    figure.carried_over = False
    return figure


def _new_findings(before: Sequence[Finding], after: Sequence[Finding]) -> Mapping[FigurePlace, list[Finding]]:
    known = {(finding.place, str(finding)) for finding in before}
    new: dict[FigurePlace, list[Finding]] = {}
    for finding in after:
        if (finding.place, str(finding)) not in known:
            new.setdefault(finding.place, []).append(finding)
    return new


def decided_pages(rows: Sequence[Difference], cost: int) -> Iterator[list[Difference]]:
    """The rows cut into pages: a text takes the room of eight figures."""
    page: list[Difference] = []
    room = cost
    for row in rows:
        size = 8 if row.is_text else 1
        if page and size > room:
            yield page
            page, room = [], cost
        page.append(row)
        room -= size
    if page:
        yield page
