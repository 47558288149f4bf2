"""Reads of the public record of practices: everything comes from publications; nobody in particular reads it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    Case,
    Count,
    F,
    Func,
    IntegerField,
    Q,
    QuerySet,
    UUIDField,
    Value,
    When,
)

from alliance.models import Organisation
from alliance.queries.public.withdrawn_records import WithdrawnRecord
from portal.kernel import search
from portal.kernel.access import ANYONE, SYSTEM, acting_as
from portal.kernel.alphabet import ByAlphabet
from portal.kernel.search import MAX_RANKED, Findings, Passage, SearchDocument
from practices.enums import EvidenceGrade, PublicState
from practices.models import Adoption, Attachment, PublishedPractice
from practices.queries.adoptions import STATE_ORDER, adoption_rows

# long texts that a list says nothing of
_LONG_COLUMNS = ("search", "authors", "relations", "files")
_NEWEST = ("-shared_at", "-pk")
_SCOPE = "practice:"  # of its document in the index, before its key


@dataclass(frozen=True, slots=True)
class PublicPracticeFilters:
    """What the list is narrowed to; an empty part narrows nothing. `grade` is the least that will do."""

    text: str = ""
    harm: str = ""
    service: str = ""
    stage: str = ""
    grade: str = ""

    @property
    def is_narrowing(self) -> bool:
        return any((self.text, self.harm, self.service, self.stage, self.grade))


def public_practices() -> QuerySet[PublishedPractice]:
    """What the world may take up or, where it is retired, still read; not what was withdrawn."""
    rows: QuerySet[PublishedPractice] = PublishedPractice.objects.current()
    return rows.exclude(state=PublicState.WITHDRAWN).select_related("organisation").defer(*_LONG_COLUMNS)


def withdrawn_practices() -> list[WithdrawnRecord]:
    """All withdrawals of practices from the public record, also of those that were shared again. One query."""
    rows = PublishedPractice.objects.filter(state=PublicState.WITHDRAWN)
    return [
        WithdrawnRecord("practice", str(record), begins, ends, at, {language: reason})
        for record, begins, ends, at, language, reason in rows.values_list(
            "record", "valid_from", "valid_to", "at", "language", "reason"
        )
    ]


@dataclass(frozen=True, slots=True)
class PracticeList:
    """The practices of the list in their order; how the words were read, where there are any."""

    rows: QuerySet[PublishedPractice]
    findings: Findings | None = None
    is_cut: bool = False  # more have the words: these are the newest

    @property
    def is_by_match(self) -> bool:
        """The best match first; else the newest."""
        return self.findings is not None and not self.findings.is_capped


def practice_list(filters: PublicPracticeFilters) -> PracticeList:
    """The best matches first when words are sought, else, and where very many have them, the newest version first."""
    rows = public_practices().filter(filter_condition(filters))
    if not filters.text:
        return PracticeList(rows.order_by(*_NEWEST))
    return matching_practices(rows, find_public(filters.text), index_filters(filters))


def find_public(text: str) -> Findings:
    """The words as the search of the public record reads them, with names and synonyms, among practices alone."""
    return search.find(text, within={"kind": ["practice"]})


def matching_practices(
    rows: QuerySet[PublishedPractice], findings: Findings, chosen: search.Filters
) -> PracticeList:
    """Those of the rows that have what was found; `chosen`: what the rows are narrowed to, as the index has it.

    However many practices there are, the index names so many as are ranked and no more are read: of a word that more
    have, the newest with these choices. One query, two for such a word.
    """
    if not findings.is_capped:
        records = _records([hit.id for hit in findings.hits])
        in_place = Func(
            Value(records, output_field=ArrayField(UUIDField())),
            F("record"),
            function="array_position",
            output_field=IntegerField(),
        )
        matching = rows.filter(record__in=records).order_by(in_place) if records else rows.none()
        return PracticeList(matching, findings)
    latest = search.latest_documents(findings, {**chosen, "kind": ["practice"]}, MAX_RANKED + 1)
    records = _records([pk for pk, _entered in latest[:MAX_RANKED]])
    return PracticeList(
        rows.filter(record__in=records).order_by(*_NEWEST), findings, is_cut=len(latest) > MAX_RANKED
    )


def _records(ids: Sequence[int]) -> list[UUID]:
    """The practices of these documents of the index, in their order. One query."""
    scopes = dict(SearchDocument.objects.filter(pk__in=ids).order_by().values_list("pk", "scope"))
    return [UUID(scopes[pk].removeprefix(_SCOPE)) for pk in ids if pk in scopes]


def marked_practices(
    rows: Collection[PublishedPractice], findings: Findings
) -> dict[UUID, tuple[Passage, Passage | None]]:
    """Title and passage of each with the words marked, by record. Two queries."""
    scopes = {f"{_SCOPE}{row.record}": row.record for row in rows}
    ids = dict(SearchDocument.objects.filter(scope__in=scopes).order_by().values_list("pk", "scope"))
    return {
        scopes[ids[pk]]: passages for pk, passages in search.marked_documents(ids, findings.query).items()
    }


def latest_changes(limit: int) -> list[PublishedPractice]:
    """The practices that were published, retired or withdrawn last, that first. One query."""
    rows = PublishedPractice.objects.current().select_related("organisation").defer(*_LONG_COLUMNS)
    return list(rows.order_by("-valid_from")[:limit])


def changes_of(key: UUID, limit: int) -> list[PublishedPractice]:
    """What was published of one practice, the latest first: its versions, its end, its withdrawal. One query."""
    rows = PublishedPractice.objects.filter(record=key).select_related("organisation").defer(*_LONG_COLUMNS)
    return list(rows.order_by("-valid_from")[:limit])


def filter_condition(filters: PublicPracticeFilters) -> Q:
    """All but the words."""
    condition = Q()
    if filters.harm:
        condition &= Q(harms__contains=[filters.harm])
    if filters.service:
        condition &= Q(service_kinds__contains=[filters.service])
    if filters.stage:
        condition &= Q(stage=filters.stage)
    if filters.grade:
        condition &= Q(grade__in=_grades_from(filters.grade))
    return condition


def index_filters(filters: PublicPracticeFilters) -> search.Filters:
    """The same as the index of the record has it, which holds what `PublicPracticeFilter` chooses by too."""
    chosen = {
        "harm": [filters.harm],
        "service": [filters.service],
        "stage": [filters.stage],
        "grade": _grades_from(filters.grade) if filters.grade else [],
    }
    return {facet: values for facet, values in chosen.items() if any(values)}


def _grades_from(grade: str) -> list[str]:
    grades = EvidenceGrade.values
    return grades[grades.index(grade) :]


def published_practice(key: UUID) -> PublishedPractice | None:
    """The present row of a practice, even if retired or withdrawn; None when it was never public. One query."""
    rows = PublishedPractice.objects.current().filter(record=key)
    return rows.select_related("organisation").defer("search").first()


def published_version(key: UUID, number: int) -> PublishedPractice | None:
    """A version as it was published, whatever the practice's state now. One query."""
    rows = PublishedPractice.objects.filter(record=key, number=number, state=PublicState.SHARED)
    return rows.select_related("organisation").defer("search").order_by("-valid_from").first()


def published_versions(key: UUID) -> list[PublishedPractice]:
    """Every version that was published, the latest first, without what they say. One query."""
    rows = PublishedPractice.objects.filter(record=key, state=PublicState.SHARED)
    return list(rows.defer(*_LONG_COLUMNS, "content").order_by("-number", "-valid_from").distinct("number"))


def version_rows(key: UUID) -> QuerySet[PublishedPractice]:
    """The same as rows that a list can be cut from."""
    last = PublishedPractice.objects.filter(record=key, state=PublicState.SHARED)
    last = last.order_by("number", "-valid_from").distinct("number")
    return PublishedPractice.objects.filter(pk__in=last.values("pk")).defer(*_LONG_COLUMNS, "content")


_MAX_RELATED = 24


def related_to(row: PublishedPractice) -> list[tuple[str, PublishedPractice]]:
    """The public practices that it names, and those that name it: the kind of relation, `by_` before the latter.

    So many of them as a page can name. One query.
    """
    forth = {relation["practice"]: relation["kind"] for relation in row.relations}
    back = Q(relations__contains=[{"practice": str(row.record)}])
    practices = (
        public_practices().filter(Q(record__in=list(forth)) | back).defer(None).defer("search", "content")
    )
    pairs = []
    for other in practices.order_by(ByAlphabet("title"), "pk")[:_MAX_RELATED]:
        if str(other.record) in forth:
            pairs.append((forth[str(other.record)], other))
        kinds = [relation["kind"] for relation in other.relations if relation["practice"] == str(row.record)]
        pairs += [(f"by_{kind}", other) for kind in kinds]
    return pairs


_GRADE_ORDER = Case(
    *(When(grade=grade, then=Value(place)) for place, grade in enumerate(EvidenceGrade.values, 1)),
    default=Value(0),
    output_field=IntegerField(),
)


def public_practices_for_measures(measures: Collection[str]) -> QuerySet[PublishedPractice]:
    """The public practices that serve one of the measures, the best proven first."""
    rows = public_practices().filter(measures__overlap=list(measures))
    return rows.order_by(-_GRADE_ORDER, ByAlphabet("title"), "pk")


def practices_of(organisation: Organisation) -> QuerySet[PublishedPractice]:
    """The public practices that name the organisation as their source, the newest version first."""
    return public_practices().filter(organisation=organisation).order_by("-shared_at", "-pk")


def public_adoptions(key: UUID) -> list[Any]:
    """Who uses a practice, as far as they say so to the world, with what came of it. Three queries."""
    rows = adoption_rows(ANYONE).filter(practice__key=key)
    return sorted(rows, key=lambda row: (STATE_ORDER.index(row.state), row.since, row.pk))


def public_uses(keys: Collection[UUID]) -> dict[UUID, dict[str, int]]:
    """How many say to the world that they use each of these practices, by state. One query."""
    rows = Adoption.objects.visible_to(ANYONE).filter(practice__key__in=keys).order_by()
    uses: dict[UUID, dict[str, int]] = {}
    counts = rows.values_list("practice__key", "state").annotate(n=Count("organisation_id", distinct=True))
    for key, state, count in counts:
        uses.setdefault(key, {})[state] = count
    return uses


def published_file(key: UUID, sha256: str) -> dict[str, Any] | None:
    """A file that the current or an earlier public version lists. One query."""
    listing = PublishedPractice.objects.filter(record=key, files__contains=[{"sha256": sha256}])
    files = listing.order_by("-valid_from").values_list("files", flat=True).first()
    return next((file for file in files or [] if file["sha256"] == sha256), None)


def stored_file_path(key: UUID, sha256: str) -> str:
    """The storage path of a public file; empty when there is none. The caller has checked the record."""
    with acting_as(SYSTEM):  # the practice itself may be withdrawn
        rows = Attachment.objects.filter(practice__key=key, sha256=sha256)
        return rows.values_list("file", flat=True).first() or ""
