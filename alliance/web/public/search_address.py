"""What the address of a search asks for; and such a search as something that readers follow by e-mail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.queries.public.followed import FollowedSubject, Span, SubjectKind
from alliance.queries.public.members import moved_members
from alliance.queries.public.summaries import Summary
from alliance.web.public.search_rows import ResultRow, document_rows
from portal.kernel import search

FACETS = {
    "kind": gettext_lazy("What it is"),
    "member": gettext_lazy("Member"),
    "cycle": gettext_lazy("Cycle"),
    "language": gettext_lazy("Language"),
    "harm": gettext_lazy("Harm"),
    "supporter": gettext_lazy("Kind of supporter"),
}
MOST_OF_KEY = 300  # by which a search is followed


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for."""

    text: str
    filters: Mapping[str, Sequence[str]]
    with_synonyms: bool
    as_typed: bool
    order: str  # empty: by kind

    def url(self, *, route: str = "public:search", **changes: str | Sequence[str]) -> str:
        """The page, or the file, with these parameters changed; an empty one is left out."""
        return f"{reverse(route)}?{self._query(**changes)}"

    @property
    def key(self) -> str:
        """The query by which the search is followed, in whatever order it is shown."""
        return self._query(order="")

    def _query(self, **changes: str | Sequence[str]) -> str:
        values: dict[str, str | Sequence[str]] = {
            "q": self.text,
            **self.filters,
            "words": "" if self.with_synonyms else "only",
            "spelling": "typed" if self.as_typed else "",
            "order": self.order,
            **changes,
        }
        return urlencode({name: value for name, value in values.items() if value}, doseq=True)


def read_asked(values: QueryDict) -> Asked:
    """What a query asks for; of a facet there may be several values, one by one or with commas between.

    Members also by addresses that they had before: a search is followed for years. One query where it names members.
    """
    filters = {
        facet: [value for part in values.getlist(facet) for value in part.split(",") if value]
        for facet in FACETS
        if values.get(facet)
    }
    if slugs := filters.get("member"):
        moved = moved_members(slugs)
        filters["member"] = list(dict.fromkeys(moved.get(slug, slug) for slug in slugs))
    return Asked(
        search.clean_text(values.get("q", "")),
        filters,
        values.get("words") != "only",
        values.get("spelling") == "typed",
        values.get("order", ""),
    )


def find_asked(asked: Asked) -> search.Findings:
    """What everybody may read of it."""
    return search.find(asked.text, asked.filters, with_synonyms=asked.with_synonyms, as_typed=asked.as_typed)


# --- Followed by e-mail --------------------------------------------------------------------------


def _subject(key: str) -> FollowedSubject | None:
    asked = read_asked(QueryDict(key))
    if not asked.text or len(asked.key) > MOST_OF_KEY:
        return None
    title = _("Search for “%(words)s”") % {"words": asked.text}
    return FollowedSubject("search", asked.key, title, asked.url(order="newest"))


def _changes(key: str, span: Span) -> Sequence[Summary]:
    """The results that a publication since has brought, or brought anew; none that have one word of two alone."""
    asked = read_asked(QueryDict(key))
    findings = find_asked(asked)
    if findings.least == 1:
        return []  # one word of two is not what is waited for
    new = search.new_documents(findings, asked.filters, (span.after, span.until), (span.since, span.to))
    return [_summary(row) for row in document_rows(new, findings.query)]


def _summary(row: ResultRow) -> Summary:
    return Summary(
        key=row.url,
        at=row.at,
        kind=row.kind,
        title=row.plain_title,
        url=row.url,
        text=row.plain_summary,
    )


SEARCHES = SubjectKind(gettext_lazy("Search"), _subject, _changes)
