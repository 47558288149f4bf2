"""What a correction touches beside its values: words that quote the figure, work that compares with it."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils import translation

from alliance.enums import CorrectionState, CorrectionSubject, ReportState, VerdictValue
from alliance.figure_fields import FigureValues
from alliance.models import Correction, CorrectionItem, Report
from alliance.queries.public.correction_wording import CorrectionWords
from alliance.queries.published_states import (
    PublishedState,
)
from alliance.validators.corrections import Changes, CorrectionPlace
from portal.kernel.access import Actor
from portal.kernel.text import LANGUAGES, format_number


@dataclass(frozen=True, slots=True)
class Quotation:
    """A text of the report that quotes a figure which is corrected: it does not change by itself."""

    place: CorrectionPlace
    title: str
    before: str
    quoted: str
    after: str
    language: str


def quotations(state: PublishedState, words: CorrectionWords, changes: Changes) -> list[Quotation]:
    """The texts, reasons and replies that quote the old value of a corrected figure, and are not corrected."""
    numbers = [number for place in changes for number in _written_numbers(place, state)]
    if not numbers:
        return []
    pattern = re.compile(rf"(?<![\d.,])(?:{'|'.join(map(re.escape, numbers))})(?![\d]|[.,]\d)")
    return [
        _quotation(place, words, text, match, state.values[place].get("language", ""))
        for place, text in _texts(state)
        if place not in changes and (match := pattern.search(text))
    ]


def _written_numbers(place: CorrectionPlace, state: PublishedState) -> Iterator[str]:
    """The old number as people write it: without separators, and as each language groups it."""
    if place.subject != CorrectionSubject.FIGURE:
        return
    value = FigureValues.from_document(state.values[place]).value
    if value is None:
        return
    yield f"{value:f}"
    for language in LANGUAGES:
        with translation.override(language):
            grouped = format_number(value)
        yield grouped
        yield grouped.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def _texts(state: PublishedState) -> Iterator[tuple[CorrectionPlace, str]]:
    for place, values in state.values.items():
        if place.subject == CorrectionSubject.VERDICT:
            yield place, values["reason"]
        elif place.subject not in (CorrectionSubject.FIGURE, CorrectionSubject.STANDING):
            yield place, values["text"]


def _quotation(
    place: CorrectionPlace, words: CorrectionWords, text: str, match: "re.Match[str]", language: str
) -> Quotation:
    start, end = match.span()
    before, after = text[max(0, start - 80) : start], text[end : end + 80]
    return Quotation(
        place,
        words.title(place),
        ("…" if start > 80 else "") + before,
        match.group(),
        after + ("…" if end + 80 < len(text) else ""),
        language,
    )


def reports_in_progress(actor: Actor, report: Report) -> Sequence[Report]:
    """The member's later reports that compare with this one and are not public yet. One query."""
    rows = Report.objects.visible_to(actor).filter(
        organisation_id=report.organisation_id,
        cycle__charter__key=report.cycle.charter.key,
        cycle__starts_on__gt=report.cycle.starts_on,
    )
    over = (ReportState.PUBLISHED, ReportState.EXEMPT, ReportState.NOT_FILED)
    return list(rows.exclude(state__in=over).select_related("cycle", "reviewer").order_by("cycle__starts_on"))


def figures_of_corrections(corrections: Iterable[Correction]) -> dict[int, set[CorrectionPlace]]:
    """The places of the figures among the values of each correction, by its number. One query."""
    figures: dict[int, set[CorrectionPlace]] = {row.pk: set() for row in corrections}
    for item in CorrectionItem.objects.filter(correction__in=figures, subject=CorrectionSubject.FIGURE):
        figures[item.correction_id].add(item.place)
    return figures


def judged_by_figures(state: PublishedState, items: Iterable[CorrectionItem]) -> set[tuple[str, str]]:
    """The keys of commitment and measure of the verdicts that rest on the figures among these values."""
    keys = {item.indicator_key for item in items if item.subject == CorrectionSubject.FIGURE}
    measures = [state.indicators[key].measure for key in keys if key in state.indicators]
    on_measures = {(measure.commitment.key, measure.key) for measure in measures}
    return on_measures | {(measure.commitment.key, "") for measure in measures}


def verdicts_corrected_after(
    correction: Correction, judged: Collection[tuple[str, str]]
) -> list[CorrectionItem]:
    """How verdicts that waited for a second look after this correction were corrected: of each the first time.

    `judged`: what its figures decide. Not what was corrected once they were said to stay, or a later correction had
    taken them over. One query, two where one has.
    """
    rows = CorrectionItem.objects.filter(
        subject=CorrectionSubject.VERDICT,
        correction__report=correction.report_id,
        correction__state=CorrectionState.PUBLISHED,
        correction__decided_at__gt=correction.decided_at,
    )
    until = correction.checked_after.decided_at if correction.checked_after else correction.verdicts_upheld_at
    if until is not None:
        rows = rows.filter(correction__decided_at__lte=until)
    first: dict[CorrectionPlace, CorrectionItem] = {}
    for item in rows.select_related("correction").order_by("correction__decided_at", "pk"):
        waited = item.old.get("value") != VerdictValue.NOT_DUE
        if waited and (item.commitment_key, item.measure_key) in judged:
            first.setdefault(item.place, item)
    return list(first.values())
