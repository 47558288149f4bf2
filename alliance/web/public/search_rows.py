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

from alliance.enums import FigureStatus, VerdictValue
from alliance.models import Indicator
from alliance.queries.public.cycles import published_cycles
from alliance.queries.public.search import indicators_by_key
from alliance.queries.public.texts import in_reader_language
from alliance.queries.public.wording import figure_text, kind_of, short_cycle, status_text
from portal.kernel import search
from portal.kernel.search import SearchDocument


@dataclass(frozen=True, slots=True)
class FigureValue:
    """A member's figure in one cycle, in words; `withheld` has no value."""

    cycle: str
    text: str
    withheld: bool


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
    label: str = ""  # TLP
    verdict: VerdictValue | None = None
    signed: str = ""
    member: str = ""
    values: Sequence[FigureValue] = field(default_factory=tuple)

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
    def full_url(self) -> str:
        return settings.ORIGIN + self.url


def _without_marks(html: str) -> str:
    return unescape(re.sub(r"</?mark>", "", html))


def result_rows(hits: Sequence[search.Hit], query: search.Query) -> list[ResultRow]:
    """The rows of these documents in their order. Four queries at most."""
    return document_rows([hit.id for hit in hits], query)


def document_rows(ids: Sequence[int], query: search.Query) -> list[ResultRow]:
    """The same of documents by their ids."""
    if not ids:
        return []
    documents = search.documents_by_id(ids)
    passages = search.marked_documents(ids, query)
    shown = [documents[pk] for pk in ids if pk in documents and pk in passages]
    indicators = indicators_by_key([row.detail["indicator"] for row in shown if row.kind == "figure"])
    cycles = {cycle.slug: short_cycle(cycle) for cycle in published_cycles()}
    return [row for each in shown if (row := _row(each, *passages[each.pk], indicators, cycles))]


def _row(
    document: SearchDocument,
    title: search.Passage,
    text: search.Passage | None,
    indicators: Mapping[str, Indicator],
    cycles: Mapping[str, str],
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
        label=detail.get("label", ""),
        verdict=VerdictValue(detail["verdict"]) if "verdict" in detail else None,
        signed=detail.get("signed", ""),
        member=in_reader_language(detail.get("member")),
        values=_values(detail, indicators, cycles),
    )


def _what(kind: str, detail: Mapping[str, Any]) -> str:
    names = {
        "charter": _("Charter"),
        "commitment": _("Commitment"),
        "measure": _("Measure"),
        "indicator": _("Indicator"),
        "harm": _("Kind of harm"),
        "member": _("Member"),
        "promise": _("Promise"),
        "passage": _("Report"),
        "figure": _("Figure"),
        "verdict": _("Verdict") if "verdict" in detail else _("Reply"),
        "practice": _("Practice"),
        "question": _("Question of the public"),
    }
    if kind == "publication":
        return kind_of(detail["type"])[0]
    parts = [names.get(detail.get("what", kind), ""), in_reader_language(detail.get("of"))]
    if "version" in detail:
        parts.append(_("charter version %(version)s") % {"version": detail["version"]})
    return " · ".join(part for part in parts if part)


def _values(
    detail: Mapping[str, Any], indicators: Mapping[str, Indicator], cycles: Mapping[str, str]
) -> list[FigureValue]:
    """The newest value last."""
    indicator = indicators.get(detail.get("indicator", ""))
    if indicator is None:
        return []
    values = []
    for each in reversed(detail["values"]):
        number = None if each["value"] is None else Decimal(each["value"])
        text = (
            status_text("", withheld=True)
            if each["withheld"]
            else figure_text(indicator, FigureStatus.REPORTED, number)
        )
        values.append(FigureValue(cycles.get(each["cycle"], each["cycle"]), text, each["withheld"]))
    return values
