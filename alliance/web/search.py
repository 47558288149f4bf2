"""The search behind the sign-in: what one may read of one's own work, the library, and the public record."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from alliance.queries.area_search import KINDS, AreaFindings, area_findings
from alliance.web.area import area_of
from alliance.web.public.search_rows import result_rows
from portal.kernel import search
from portal.kernel.web import ActorRequest, paginate

_MAX_PUBLIC = 10
_PAGE_SIZE = 20  # of a list of one kind


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One match: its row, its name and a passage of its text with the words marked."""

    row: Any
    name: SafeString
    text: SafeString


@dataclass(frozen=True, slots=True)
class AreaList:
    """The matches of one kind that a page shows, how many there are, and where all of them are."""

    rows: Sequence[AreaRow]
    count: int
    url: str

    @property
    def has_more(self) -> bool:
        return self.count > len(self.rows)


# what is shown of a row: its name, and the text that is cut to a passage
_NAMES: Mapping[str, Callable[[Any], str]] = {
    "answers": lambda row: (
        f"{row.report.cycle.title}, {row.indicator}" if row.indicator else row.report.cycle.title
    ),
    "pledges": lambda row: row.title or row.commitment_key,
    "people": lambda row: row.person.name,
    "members": lambda row: row.name,
    "cycles": lambda row: row.title,
}
_TEXTS: Mapping[str, Callable[[Any], str]] = {
    "answers": lambda row: row.text,
    "pledges": lambda row: row.text,
    "people": lambda row: row.office,
}


@require_safe
def area_search(request: ActorRequest) -> HttpResponse:
    """Search over what the person may read: working texts of the organisation, practices, and the public record.

    `?kind=` shows all matches of one kind, page by page.
    """
    actor, area = request.actor, area_of(request.actor)
    text = search.clean_text(request.GET.get("q", ""))
    as_typed = request.GET.get("spelling") == "typed"
    kind = kind if (kind := request.GET.get("kind", "")) in KINDS else ""
    context: dict[str, Any] = {
        "base": area.base,
        "area": area.namespace,
        "text": text,
        "kind": kind,
        "typed_query": urlencode({"q": text, "spelling": "typed"}),
        "has_answers": not actor.is_host,
    }
    if kind:
        working = area_findings(actor, text, kind=kind, as_typed=as_typed)
        group = working.groups.get(kind)
        page = paginate(group.matches if group else [], request, _PAGE_SIZE)
        rows = _rows(kind, list(page.object_list), working)
        context |= {"page": page, "lists": {kind: AreaList(rows, page.paginator.count, "")} if rows else {}}
    else:
        findings = search.find(text, as_typed=as_typed)
        # a word that the public record has is spelt right, in the list of one kind too
        is_spelt = bool(findings.hits) and not findings.respelt and not findings.least
        working = area_findings(actor, text, as_typed=as_typed or is_spelt)
        asked = {"q": text, "spelling": "typed"} if as_typed or is_spelt else {"q": text}
        context |= {
            "lists": {
                key: AreaList(
                    _rows(key, group.first, working), group.count, f"?{urlencode({**asked, 'kind': key})}"
                )
                for key, group in working.groups.items()
            },
            "findings": findings,
            "rows": result_rows(findings.hits[:_MAX_PUBLIC], findings.query),
        }
    return render(request, "alliance/area/search.html", {**context, "working": working})


def _rows(kind: str, rows: Sequence[Any], working: AreaFindings) -> list[AreaRow]:
    """These rows with the words marked. Two queries."""
    names = search.marked_texts([_NAMES[kind](row) for row in rows], working.query, whole=True)
    text_of = _TEXTS.get(kind)
    texts = search.marked_texts([text_of(row) or "" for row in rows], working.query) if text_of else []
    return [
        AreaRow(row, name, texts[place] if texts else SafeString(""))
        for place, (row, name) in enumerate(zip(rows, names, strict=True))
    ]
