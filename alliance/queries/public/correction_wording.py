"""The values of a report and their corrections in the reader's words: what a value is called, how it is written."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from alliance.enums import CorrectionSubject, Standing, VerdictValue
from alliance.figure_fields import FigureValues
from alliance.models import Charter, Commitment, Indicator, Measure
from alliance.queries.public.charters import public_charter_tree
from alliance.queries.public.targets import decision_of
from alliance.queries.public.texts import in_reader_language
from alliance.queries.public.wording import (
    cell_title,
    figure_text,
    name_in_language,
    status_text,
)
from alliance.queries.published_states import (
    PublishedState,
)
from alliance.validators.corrections import CorrectionPlace, Values
from portal.kernel.text import format_date, format_figure


def target_text(target: Values) -> str:
    """A target in one line: its words, its value, its day, and what the secretariat has decided of it."""
    value = format_figure(Decimal(target["value"])) if target["value"] is not None else ""
    day = format_date(date.fromisoformat(target["due_on"])) if target["due_on"] else ""
    by = _("by %(day)s") % {"day": day} if day else ""
    words = ", ".join(filter(None, (str(target["text"]), value, by)))
    decision = decision_of(target)
    if decision is None:
        return words
    return f"{words} – {decision.state.label}: {in_reader_language(decision.reason)}"


def filing_text(values: Values) -> str:
    """How a report was filed, or why it need not be: "Filed late", "Exempt: merged in May"."""
    return ": ".join(filter(None, (str(Standing(values["standing"]).label), values["reason"])))


def upheld_sentence(reason: str) -> str:
    """That the verdicts on a corrected figure stay, and why, in one sentence of a file or a letter."""
    return _("Its verdicts were looked at again and stay: %(reason)s") % {"reason": reason}


def without_access_sentence() -> str:
    """That a correction was decided without an answer because nobody could give one, in a file or a letter."""
    return _("Nobody who could answer for the member had access to the portal.")


def correction_words(state: PublishedState) -> "CorrectionWords | None":
    """The words of the places of a published report or notice; None where its charter is not public."""
    named, asked = state.document.get("charter"), state.report.cycle.charter  # a notice names none
    key = (named["key"], named["version"]) if named else (asked.key, asked.version)
    charter = public_charter_tree(*key)
    return CorrectionWords(charter, state.document) if charter is not None else None


class CorrectionWords:
    """Words for the places and values of one report, from its charter and its document."""

    def __init__(self, charter: Charter, document: Mapping[str, Any]) -> None:
        self.charter, self.document = charter, document

    @cached_property
    def commitments(self) -> dict[str, Commitment]:
        return {row.key: row for row in self.charter.commitments.all()}

    @cached_property
    def measures(self) -> dict[str, Measure]:
        return {row.key: row for each in self.commitments.values() for row in each.measures.all()}

    @cached_property
    def indicators(self) -> dict[str, Indicator]:
        return {row.key: row for each in self.measures.values() for row in each.indicators.all()}

    @cached_property
    def _commitments_by_indicator(self) -> dict[str, Commitment]:
        return {
            indicator.key: commitment
            for commitment in self.commitments.values()
            for measure in commitment.measures.all()
            for indicator in measure.indicators.all()
        }

    @cached_property
    def services(self) -> dict[str, str]:
        return {row["slug"]: name_in_language(row) for row in self.document["services"]}

    @cached_property
    def pledges(self) -> dict[str, str]:
        return {row["record"]: row["title"] for row in self.document["pledges"]}

    def title(self, place: CorrectionPlace) -> str:
        """What the value is called: "Content actioned, Aurora Live", "Verdict on 1.1 Look for harmful content"."""
        if place.subject == CorrectionSubject.VERDICT:
            return _("Verdict on %(what)s") % {"what": self._judged(place)}
        if place.subject == CorrectionSubject.RESPONSE:
            commitment = self.commitments.get(place.commitment)
            what = f"{commitment.code} {commitment.title}" if commitment else place.commitment
            return _("Reply on %(what)s") % {"what": what} if what else _("Reply to all verdicts")
        if place.subject == CorrectionSubject.TARGET:
            commitment = self.commitments.get(place.commitment)
            what = f"{commitment.code} {commitment.title}" if commitment else _("a pledge beyond the charter")
            return _("Target %(number)s of the pledge: %(what)s") % {"number": place.cell, "what": what}
        if place.subject == CorrectionSubject.STANDING:
            return str(CorrectionSubject.STANDING.label)
        if place.pledge:
            return self.pledges.get(place.pledge, place.pledge)
        indicator = self.indicators.get(place.indicator)
        names = (
            indicator.title if indicator else place.indicator,
            self.services.get(place.service, place.service),
            cell_title(self.charter, place.cell) if place.cell else "",
        )
        return ", ".join(filter(None, names))

    def _judged(self, place: CorrectionPlace) -> str:
        if place.pledge:
            return self.pledges.get(place.pledge, place.pledge)
        judged = self.measures.get(place.measure) or self.commitments.get(place.commitment)
        return f"{judged.code} {judged.title}" if judged else place.measure or place.commitment

    def total_title(self, indicator: str, cell: str) -> str:
        """What a total over services is called."""
        place = CorrectionPlace(CorrectionSubject.FIGURE, indicator=indicator, cell=cell)
        return f"{self.title(place)}, {_('All services')}"

    def anchor(self, place: CorrectionPlace) -> str:
        """The part of the report's page in which the value stands."""
        if place.subject == CorrectionSubject.STANDING:
            return "filing"
        if place.pledge:
            return "own-pledges"
        commitment = self._commitments_by_indicator.get(place.indicator)
        key = commitment.key if commitment else place.commitment
        return f"commitment-{key}" if key else "reply-to-all"

    def commitment_key(self, place: CorrectionPlace) -> str:
        """The commitment to which the value belongs; empty for pledges, replies to all and the filing."""
        if place.subject == CorrectionSubject.STANDING:
            return ""
        commitment = self._commitments_by_indicator.get(place.indicator)
        return commitment.key if commitment else place.commitment

    def text(self, place: CorrectionPlace, values: Values | None) -> str:
        """The value as a reader reads it; what is withheld has no more than that word."""
        if values is None:
            return status_text("", withheld=True)
        if place.subject == CorrectionSubject.FIGURE:
            return self._figure(place.indicator, values)
        if place.subject == CorrectionSubject.VERDICT:
            return str(VerdictValue(values["value"]).label)
        if place.subject == CorrectionSubject.TARGET:
            return target_text(values)
        if place.subject == CorrectionSubject.STANDING:
            return filing_text(values)
        return str(values["text"])

    def total_text(self, indicator: str, values: Values) -> str:
        """A total as a reader reads it."""
        if values["withheld"]:
            return status_text("", withheld=True)
        return self._figure(indicator, values)

    def _figure(self, key: str, document: Values) -> str:
        indicator, values = self.indicators.get(key), FigureValues.from_document(document)
        if indicator is None:
            return status_text(values.status)
        text = figure_text(indicator, values.status, values.value, values.choice, estimate=values.estimate)
        return text or "–"
