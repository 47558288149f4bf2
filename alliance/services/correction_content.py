"""The next revision of a corrected report: the last document with the new values and totals, and the reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from alliance.enums import CorrectionSubject, Standing
from alliance.figure_fields import FigurePlace, FiledFigure, filed_figures
from alliance.models import Correction, CorrectionItem
from alliance.queries.correction_answers import was_without_access
from alliance.queries.published_states import (
    PublishedState,
)
from alliance.services.report_publication_content import totals_of
from alliance.validators.corrections import (
    Changes,
    CorrectionPlace,
    corrected_content,
    corrected_verdicts,
    has_figures,
    numbered_corrections,
)
from alliance.validators.disclosure import DerivedTotals
from alliance.validators.inference import DisclosedRevision, inferable_numbers
from portal.kernel.publishing import Publication, read_publication

Content = Mapping[str, Any]


@dataclass(frozen=True)
class CorrectedReport:
    """A published report with new values in some of its places: what becomes public, and what must not."""

    state: PublishedState
    changes: Changes

    @cached_property
    def content(self) -> Content:
        """All values with the new ones, those that are withheld too."""
        return corrected_content(self.state.content, self.changes)

    @cached_property
    def figures(self) -> list[FiledFigure]:
        return filed_figures(self.content)

    @cached_property
    def _derived(self) -> DerivedTotals:
        return DerivedTotals.of(self.state.indicators.values())

    @cached_property
    def hidden(self) -> set[FigurePlace]:
        """The places that the public may not read: what one revision withholds no later one shows."""
        before = {figure.place for figure in self.state.public.figures.values() if figure.withheld}
        return self._derived.withheld_places(self.figures) | before

    @cached_property
    def totals(self) -> list[dict[str, Any]]:
        return totals_of(list(self.state.indicators.values()), self.figures, self.hidden)

    @cached_property
    def changed_totals(self) -> list[dict[str, Any]]:
        """The totals that follow from the new figures, each with what it was."""
        if not has_figures(self.changes):
            return []
        before = {(row["indicator"], row["cell"]): row for row in self.state.document["totals"]}
        return [
            {"indicator": row["indicator"], "cell": row["cell"], "old": _total(old), "new": _total(row)}
            for row in self.totals
            if (old := before.get((row["indicator"], row["cell"]))) and _total(old) != _total(row)
        ]

    @cached_property
    def given_away(self) -> set[FigurePlace]:
        """The withheld places whose numbers would follow from this revision and those before it together.

        What follows from those before it alone is not this correction's.
        """
        aggregations = {key: row.aggregation for key, row in self.state.indicators.items()}
        earlier = _earlier_revisions(self.state)
        revisions = [*earlier, DisclosedRevision(self.figures, frozenset(self.hidden), self.totals)]
        sums, means = self._derived.sums, self._derived.means
        before = inferable_numbers(earlier, aggregations, sums, means)
        now = inferable_numbers(revisions, aggregations, sums, means)
        return {place for place, _number in now - before}

    def document(self, entry: Content) -> dict[str, Any]:
        """The next revision: the last one with the new values, and `entry` at the end of its corrections."""
        last, standing = self.state.document, self.changes.get(CorrectionPlace.of_standing())
        entries = numbered_corrections(last, self.state.publication.number)
        figures = {figure.place: figure for figure in self.figures}
        texts = {place: new for place, new in self.changes.items() if not self.state.is_withheld(place)}
        public = corrected_content(
            last, {place: new for place, new in texts.items() if place.subject == CorrectionSubject.TEXT}
        )
        return {
            **public,
            "late": last["late"] if standing is None else standing["standing"] == Standing.LATE,
            "measures": [
                {**measure, "figures": [self._public_figure(row, figures) for row in measure["figures"]]}
                for measure in public["measures"]
            ],
            "totals": self.totals if has_figures(self.changes) else last["totals"],
            "verdicts": corrected_verdicts(last["verdicts"], self.changes),
            "corrections": [*entries, entry],
        }

    def _public_figure(self, row: Content, figures: Mapping[FigurePlace, FiledFigure]) -> dict[str, Any]:
        place = FigurePlace(row["indicator"], row["service"], row["cell"])
        withheld, values = place in self.hidden, figures[place].values
        return {**row, **(values.withheld() if withheld else values).to_document(), "withheld": withheld}

    def items(self, items: Sequence[CorrectionItem]) -> list[dict[str, Any]]:
        """The corrected values as the public reads them; of what is withheld only that it was corrected."""
        return [self._item(item.place, item) for item in items]

    def _item(self, place: CorrectionPlace, item: CorrectionItem) -> dict[str, Any]:
        is_figure = place.subject == CorrectionSubject.FIGURE
        withheld = self.state.is_withheld(place) or (is_figure and place.figure in self.hidden)
        return {
            **place.to_document(),
            "withheld": withheld,
            "old": None if withheld else item.old,
            "new": None if withheld else item.new,
        }


def _total(row: Content) -> dict[str, Any]:
    return {name: row[name] for name in ("value", "withheld", "parts", "of")}


def _earlier_revisions(state: PublishedState) -> list[DisclosedRevision]:
    """All revisions that were ever public, each with the figures as they were then. Two queries."""
    by_number: dict[int, dict[CorrectionPlace, Content]] = {}
    items = CorrectionItem.objects.filter(
        correction__report=state.report, correction__published_as__isnull=False
    )
    for item in items.select_related("correction").order_by("correction__published_as"):
        by_number.setdefault(item.correction.published_as or 0, {})[item.place] = item.new
    content = state.submitted
    revisions = []
    rows = Publication.objects.filter(type="report", record=state.publication.record).order_by("number")
    for row in rows:
        document = read_publication(row)
        content = corrected_content(content, by_number.get(row.number, {}))
        hidden = {figure.place for figure in filed_figures(document) if figure.withheld}
        revisions.append(DisclosedRevision(filed_figures(content), frozenset(hidden), document["totals"]))
    return revisions


def correction_entry(
    correction: Correction, *, revision: int, items: Sequence[Content], totals: Sequence[Content]
) -> dict[str, Any]:
    """What the document says of one correction: why, who proposed it, what the other side said, who decided.

    `publication` is filled in by the revision after it: its own number is not known yet. `without_access` is said
    only of what nobody could answer.
    """
    return {
        "revision": revision,
        "publication": None,
        "of_publication": correction.of_publication,
        "reason": correction.reason,
        "finder": correction.finder,
        "proposed": {"side": correction.side, "at": _moment(correction.proposed_at)},
        "answer": _answer(correction),
        **({"without_access": True} if was_without_access(correction) else {}),
        "decision": correction.decision_reason,
        "second_reviewer": correction.consented_by_id is not None,
        "items": list(items),
        "totals": list(totals),
    }


def _answer(correction: Correction) -> dict[str, Any] | None:
    """None where the other side did not answer, or could not. Of the secretariat no person is named."""
    if correction.answered_at is None:
        return None
    by_member = not correction.is_by_member
    return {
        "agreed": not correction.answer_reason,
        "side": "member" if by_member else "secretariat",
        "name": correction.answer_name if by_member else "",
        "office": correction.answer_office if by_member else "",
        "at": _moment(correction.answered_at),
        "objection": correction.answer_reason,
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
