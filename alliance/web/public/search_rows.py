"""What was found as rows of a page: title and passage with marks, what it is, and what its kind shows besides."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from html import unescape
from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.enums import FigureStatus, OrganisationState, VerdictValue
from alliance.models import Indicator, Service
from alliance.queries.public.cycles import published_cycles
from alliance.queries.public.readings import Reading
from alliance.queries.public.search import YesNoCounts, indicators_by_key, services_by_id, yes_no_counts
from alliance.queries.public.texts import in_reader_language
from alliance.queries.public.wording import (
    correction_mark,
    correction_of_verdict,
    figure_text,
    kind_of,
    short_cycle,
    status_text,
    text_before_correction,
)
from portal.kernel import search
from portal.kernel.search import SearchDocument


@dataclass(frozen=True, slots=True)
class FigureValue:
    """A member's figure in words, in one cycle or of one service in it; `withheld` has no value."""

    label: str  # the cycle, after the service
    text: str
    withheld: bool
    corrected_in: int | None = None  # the publication that has corrected it
    before: str = ""  # what it was
    cycle: str = ""
    service: str = ""  # empty for the member as a whole
    place: int = 0  # of its cycle in time, the first one's 0; those that are not published yet come last

    @property
    def plain(self) -> str:
        """The same in a line, for files and letters."""
        if not self.corrected_in:
            return f"{self.label}: {self.text}"
        return f"{self.label}: {self.text} ({correction_mark(self.before)})"


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One result; `language` is that of its text, or of its title where it has none."""

    kind: str
    title: SafeString
    title_language: str
    text: SafeString
    language: str
    url: str
    what: str  # the kind in one word, with what belongs to it
    number: int | None
    at: datetime
    document: int = 0
    label: str = ""  # TLP
    verdict: VerdictValue | None = None
    signed: str = ""
    member: str = ""
    values: Sequence[FigureValue] = field(default_factory=tuple)
    more: int = 0  # figures of further services, which the report has
    correction: str = ""  # of a verdict, a reply or a promise: that it was corrected, and what it was
    corrected_in: int | None = None
    answers: YesNoCounts | None = None  # of an indicator of yes or no, in the last published cycle

    @property
    def kind_title(self) -> str:
        return str(search.kinds()[self.kind])

    @property
    def plain_title(self) -> str:
        return _without_marks(self.title)

    @property
    def plain_text(self) -> str:
        return _without_marks(self.text)

    @property
    def plain_values(self) -> str:
        """The figures in a line, each with what it was before a correction."""
        more = ngettext("and %(n)s more", "and %(n)s more", self.more) % {"n": self.more} if self.more else ""
        return "; ".join(filter(None, [*(value.plain for value in self.values), more]))

    @property
    def plain_summary(self) -> str:
        """What it says, for feeds and letters: the passage or the figures, and that they were corrected."""
        text = self.plain_text or self.plain_values or self.what
        return f"{text} ({self.correction})" if self.correction else text

    @property
    def full_url(self) -> str:
        return settings.ORIGIN + self.url


def _without_marks(html: str) -> str:
    return unescape(re.sub(r"</?mark>", "", html))


def result_rows(hits: Sequence[search.Hit], query: search.Query) -> list[ResultRow]:
    """The rows of these documents in their order. Six queries at most."""
    return document_rows([hit.id for hit in hits], query)


def document_rows(ids: Sequence[int], query: search.Query) -> list[ResultRow]:
    """The same of documents by their ids."""
    if not ids:
        return []
    documents = search.documents_by_id(ids)
    passages = search.marked_documents(ids, query)
    shown = [documents[pk] for pk in ids if pk in documents and pk in passages]
    figures = [row for row in shown if row.kind == "figure"]
    cycles = published_cycles()
    names = _Names(
        indicators_by_key([row.detail["indicator"] for row in figures]),
        {cycle.slug: short_cycle(cycle) for cycle in reversed(cycles)},
        services_by_id(
            {value["service"] for row in figures for value in row.detail["values"] if "service" in value}
        ),
        yes_no_counts(
            {row.detail[name] for row in shown for name in ("key", "indicator") if name in row.detail},
            next(iter(cycles), None),
        ),
    )
    return [row for each in shown if (row := _row(each, *passages[each.pk], names))]


@dataclass(frozen=True, slots=True)
class _Names:
    """What figures are named by."""

    indicators: Mapping[str, Indicator]
    cycles: Mapping[str, str]  # by slug, the earliest first
    services: Mapping[int, Service]
    answers: Mapping[str, YesNoCounts]

    def place_of(self, cycle: str) -> int:
        return list(self.cycles).index(cycle) if cycle in self.cycles else len(self.cycles)


def _row(
    document: SearchDocument, title: search.Passage, text: search.Passage | None, names: _Names
) -> ResultRow | None:
    detail = document.detail
    try:
        url = reverse(document.route, args=document.route_args) + document.fragment
    except NoReverseMatch:  # of a page that is not installed
        return None
    return ResultRow(
        kind=document.kind,
        title=title.html,
        title_language=title.language,
        text=text.html if text else SafeString(""),
        language=text.language if text else title.language,
        url=url,
        what=_what(document.kind, detail),
        number=document.number,
        at=document.at,
        document=document.pk,
        label=detail.get("label", ""),
        verdict=VerdictValue(detail["verdict"]) if "verdict" in detail else None,
        signed=detail.get("signed", ""),
        member=in_reader_language(detail.get("member")),
        values=_values(detail, names),
        more=detail.get("more", 0),
        correction=_correction(detail) if document.kind != "figure" else "",
        corrected_in=detail.get("corrected_in"),
        answers=names.answers.get(detail.get("key") or detail.get("indicator", "")),
    )


def _correction(detail: Mapping[str, Any]) -> str:
    if not detail.get("corrected_in"):
        return ""
    if "verdict" in detail:
        return correction_of_verdict(detail["verdict"], detail["was"])
    return correction_mark("")


def _what(kind: str, detail: Mapping[str, Any]) -> str:
    names = {
        "charter": _("Charter"),
        "commitment": _("Commitment"),
        "measure": _("Measure"),
        "indicator": _("Indicator"),
        "harm": _("Kind of harm"),
        "member": _("Former member") if detail.get("state") == OrganisationState.FORMER else _("Member"),
        "promise": _("Promise"),
        "passage": _("Report"),
        "figure": _("Figure"),
        "verdict": _("Verdict") if "verdict" in detail else _("Reply"),
        "practice": _("Practice"),
        "question": _("Question of the public"),
        "supporter": _("Supporter"),
        "text": _("Text of the portal"),
    }
    if kind == "publication":
        return kind_of(detail["type"])[0]
    parts = [names.get(detail.get("what", kind), ""), in_reader_language(detail.get("of"))]
    if "version" in detail:
        parts.append(_("charter version %(version)s") % {"version": detail["version"]})
    return " · ".join(part for part in parts if part)


def _values(detail: Mapping[str, Any], names: _Names) -> list[FigureValue]:
    """The newest value last; those of services in their order."""
    indicator = names.indicators.get(detail.get("indicator", ""))
    if indicator is None:
        return []
    values = [_value(each, indicator, names) for each in detail["values"]]
    return values if any("service" in each for each in detail["values"]) else values[::-1]


def _value_alone(was: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Of what stood there before what a result shows of a figure."""
    shown = ("status", "withheld", "value", "choice", "estimate")
    return {name: was[name] for name in shown if name in was} if was else None


def _value(each: Mapping[str, Any], indicator: Indicator, names: _Names) -> FigureValue:
    cycle = names.cycles.get(each["cycle"], each["cycle"])
    service = names.services.get(each.get("service", 0))
    reading = Reading(
        each.get("status", FigureStatus.REPORTED),
        withheld=each["withheld"],
        value=None if each["value"] is None else Decimal(each["value"]),
        choice=each.get("choice", ""),
        estimate=each.get("estimate", False),
        was=_value_alone(each.get("was")),
    )
    text = (
        status_text("", withheld=True)
        if reading.withheld
        else figure_text(indicator, reading.status, reading.value, reading.choice, estimate=reading.estimate)
    )
    return FigureValue(
        f"{service.name}, {cycle}" if service else cycle,
        text,
        reading.withheld,
        each.get("corrected_in"),
        text_before_correction(indicator, reading, reading.before_correction),
        cycle,
        service.name if service else "",
        names.place_of(each["cycle"]),
    )
