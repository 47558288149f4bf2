"""What is in the index: documents made by the sources that apps register, replaced by scope."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import Q
from django.utils.functional import Promise

from portal.kernel.database import lock_name
from portal.kernel.jobs import Claim, enqueue, enqueue_all, handles
from portal.kernel.publishing import (
    Publication,
    follow_projections,
    hold_publications,
    read_publication,
    try_hold_publications,
)
from portal.kernel.search.models import SearchDocument, SpelledWord
from portal.kernel.search.parsing import quoted, with_noun_forms
from portal.kernel.search.synonyms import Synonyms, as_facet, filed_word, read_synonym_groups

_BATCH = 500
_NO_BREAK = {0xA0: " ", 0x202F: " "}  # words on both sides of such a space are two
_SEPARATOR = "\n"  # of names in a job; slugs, keys and numbers have none


@dataclass(frozen=True, slots=True)
class Document:
    """One text to be found; what it is found by, and where it stands. Everybody may read all of it."""

    kind: str
    titles: Mapping[str, str]
    texts: Mapping[str, str]
    route: str
    route_args: Sequence[Any]
    at: datetime
    fragment: str = ""
    facets: Collection[str] = ()  # without its kind and languages, which are added
    number: int | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    labels: Sequence[
        str
    ] = ()  # what it is found by too, and nobody is shown: names of what it is filed under


def _none(publication: Publication, document: Mapping[str, Any]) -> Iterable[str]:
    del publication, document
    return ()


@dataclass(frozen=True, slots=True)
class Source:
    """Where documents of some scopes come from: `topic:rivers` is a scope of the source `topic`.

    `documents(name)`: those of one scope, none when it is not public any more. `names()`: all there are.
    `changed_by(publication, document)`: those that a publication is about, which are replaced with it. `reworded_by`:
    those whose words it may have changed besides, which may be very many; jobs replace them. `documents_of(names)`:
    those of many small scopes read at once, each with its name; jobs take more of these.
    """

    documents: Callable[[str], Iterable[Document]]
    names: Callable[[], Iterable[str]]
    changed_by: Callable[[Publication, Mapping[str, Any]], Iterable[str]]
    reworded_by: Callable[[Publication, Mapping[str, Any]], Iterable[str]] = _none
    documents_of: Callable[[Sequence[str]], Iterable[tuple[str, Document]]] | None = None

    def named_documents(self, names: Sequence[str]) -> Iterable[tuple[str, Document]]:
        """Those of these scopes, each with the name of its scope."""
        if self.documents_of is None:
            yield from ((name, document) for name in names for document in self.documents(name))
            return
        for start in range(0, len(names), _MANY_JOB_NAMES):
            yield from self.documents_of(names[start : start + _MANY_JOB_NAMES])


_SOURCES: dict[str, Source] = {}
_JOB_NAMES = 25  # scopes of one job: a publication that waits for it waits for a fraction of a second
_MANY_JOB_NAMES = 500  # of scopes that are read at once
_KINDS: dict[str, tuple[int, str | Promise]] = {}


def register_kind(key: str, title: str | Promise, place: int) -> None:
    """Name a kind of documents; pages list the kinds by their places."""
    _KINDS[key] = place, title


def kinds() -> Mapping[str, str | Promise]:
    """The kinds with their titles, in their order."""
    return {key: title for key, (_place, title) in sorted(_KINDS.items(), key=lambda pair: pair[1][0])}


def register_source(key: str, source: Source) -> None:
    """Let the index be made from this source too."""
    _SOURCES[key] = source


def refresh(key: str, names: Iterable[str]) -> None:
    """Replace the documents of these scopes of the source, within the transaction that changed what they say."""
    source = _SOURCES[key]
    by_scope = {f"{key}:{name}": name for name in dict.fromkeys(names)}
    if not by_scope:
        return
    SearchDocument.objects.filter(scope__in=by_scope).delete()
    filing = _filing()
    named = source.named_documents(list(by_scope.values()))
    rows = [_row(f"{key}:{name}", document, filing) for name, document in named]
    for start in range(0, len(rows), _BATCH):
        _insert(rows[start : start + _BATCH], filing)


def _filing() -> dict[str, str]:
    """By the values of facets that words stand for, these words for `to_tsquery`. One query."""
    groups = {as_facet(key): group for key, group in read_synonym_groups().items()}
    return {token: _any_of(group) for token, group in groups.items() if token and group.all_words}


def _any_of(group: Synonyms) -> str:
    return " | ".join(map(quoted, with_noun_forms(group.all_words)))


def refresh_beside(key: str, names: Collection[str]) -> None:
    """The same of scopes that no publication is about; nobody waits for a publication in progress.

    While there is one, what they said is out at once, and a job puts in what they say. A job that has read them before
    is waited for, so that it puts in nothing that is not public any more.
    """
    _hold_source(key)
    if try_hold_publications():
        refresh(key, names)
        return
    _forget(key, names)
    refresh_later(key, names, cause=uuid4().hex)


def forget_beside(key: str, names: Iterable[str]) -> None:
    """Take the documents of such scopes out; a job that has read them before is waited for."""
    _hold_source(key)
    _forget(key, names)


def _hold_source(key: str) -> None:
    """Wait for the job that makes documents of this source, and let no other until the end of this transaction."""
    lock_name(f"search:{key}")


def _forget(key: str, names: Iterable[str]) -> None:
    """Take the documents of these scopes out, within the transaction that made an end of what they say."""
    SearchDocument.objects.filter(scope__in=[f"{key}:{name}" for name in names]).delete()


def refresh_later(key: str, names: Iterable[str], *, cause: str, is_bulk: bool = False) -> None:
    """Have jobs replace the documents of these scopes once this transaction is committed; `cause` is its own name.

    Until then, some seconds, what they said before is found. `is_bulk`: other work comes first.
    """
    ordered = sorted(set(names))
    size = _MANY_JOB_NAMES if _SOURCES[key].documents_of else _JOB_NAMES
    batches = [ordered[start : start + size] for start in range(0, len(ordered), size)]
    payloads = {
        f"search:{key}:{cause}:{number}": {"source": key, "names": _SEPARATOR.join(batch)}
        for number, batch in enumerate(batches)
    }
    if payloads:
        enqueue_all("refresh_search", payloads, is_bulk=is_bulk)


def refresh_everything_later() -> int:
    """Have jobs replace the whole index, some scopes at a time, beside all that goes on; returns how many scopes.

    Those are looked at too that the index has and no source names any more. Once for each version that writes other
    documents than the one before: everything that changes a text refreshes its documents by itself.
    """
    cause, count = uuid4().hex, 0
    names = {key: set(source.names()) for key, source in _SOURCES.items()}
    for scope in SearchDocument.objects.order_by().values_list("scope", flat=True).distinct():
        key, _colon, name = scope.partition(":")
        if key in names:
            names[key].add(name)
    for key, own in names.items():
        refresh_later(key, own, cause=cause, is_bulk=True)
        count += len(own)
    return count


def refresh_filed_under(facet: str, *, cause: str) -> None:
    """The same for every document that is filed under this facet, such as `topic:rivers`, or has its words.

    Its name has changed, or the words that stand for it. Which documents these are, a job looks up: a publication that
    is made meanwhile may add to them.
    """
    enqueue("refresh_filed_search", key=f"search:{facet}:{cause}", payload={"facet": facet, "cause": cause})


@handles("refresh_filed_search")
def refresh_filed_in_job(claim: Claim) -> None:
    """Queue the jobs for all that is filed under a facet; no publication adds to it at the same moment."""
    with claim.finishing():
        hold_publications()
        _refresh_filed(str(claim.payload["facet"]), str(claim.payload["cause"]))


def _refresh_filed(facet: str, cause: str) -> None:
    condition = Q(facets__contains=[facet])
    if words := _filing().get(facet):
        condition |= Q(vector=SearchQuery(words, config="portal_words", search_type="raw"))
    rows = SearchDocument.objects.filter(condition).order_by()
    by_source: dict[str, list[str]] = {}
    for scope in rows.values_list("scope", flat=True).distinct():
        key, _colon, name = scope.partition(":")
        by_source.setdefault(key, []).append(name)
    for key, names in by_source.items():
        refresh_later(key, names, cause=cause)


@handles("refresh_search")
def refresh_in_job(claim: Claim) -> None:
    """Replace the documents of some scopes; no publication replaces them at the same moment."""
    source = str(claim.payload["source"])
    with claim.finishing():
        hold_publications()
        _hold_source(source)  # never while it waits for a publication
        refresh(source, str(claim.payload["names"]).split(_SEPARATOR))


def documents_by_id(ids: Collection[int]) -> Mapping[int, SearchDocument]:
    """These documents without their texts, of which pages show passages. One query."""
    return SearchDocument.objects.defer("vector", "texts", "titles").in_bulk(list(ids))


def rebuild_index() -> None:
    """Empty the index and fill it from every source; what is taken out meanwhile waits for it."""
    for key in _SOURCES:
        _hold_source(key)
    SearchDocument.objects.all().delete()
    SpelledWord.objects.all().delete()
    for key, source in _SOURCES.items():
        refresh(key, source.names())


def _refresh_after(publication: Publication) -> None:
    content = read_publication(publication)
    for key, source in _SOURCES.items():
        refresh(key, source.changed_by(publication, content))
        refresh_later(key, source.reworded_by(publication, content), cause=f"No. {publication.number}")


follow_projections(_refresh_after, rebuild_index)


def _row(scope: str, document: Document, filing: Mapping[str, str]) -> dict[str, Any]:
    values = asdict(document)
    for name in ("titles", "texts"):
        # a marker of a passage can be in no text
        texts = {code: "".join(_plain(text)) for code, text in values[name].items() if text}
        values[name] = texts
    languages = values["texts"] or values["titles"]
    values["facets"] = [
        f"kind:{document.kind}",
        *(f"language:{code}" for code in languages),
        *values["facets"],
    ]
    return {
        **values,
        "scope": scope,
        "at": document.at.isoformat(),
        "route_args": list(values["route_args"]),
        "labels": [*document.labels, *(filed_word(token) for token in document.facets if token in filing)],
    }


def _plain(text: str) -> Iterable[str]:
    spaced = text.translate(_NO_BREAK)
    return (letter for letter in spaced if letter.isprintable() or letter in "\n\t")


# A document that says nothing of a facet is filed under those of its values whose words it has.
_INSERT = """
WITH rows AS MATERIALIZED (
  SELECT r.*, setweight(to_tsvector('portal_words', titles), 'A') || setweight(to_tsvector('portal_words', texts), 'B')
      || setweight(to_tsvector('portal_words', labels), 'C') AS vector
  FROM jsonb_to_recordset(%s::jsonb) AS r(kind text, scope text, titles jsonb, texts jsonb, route text,
    route_args jsonb, fragment text, facets text[], number bigint, at timestamptz, detail jsonb, labels jsonb)
), filing AS MATERIALIZED (
  SELECT key AS token, split_part(key, ':', 1) || ':' AS facet, to_tsquery('portal_words', value) AS words
  FROM jsonb_each_text(%s::jsonb)
), spelled AS (
  INSERT INTO portal_spelledword (word)
    SELECT DISTINCT word FROM rows, LATERAL (SELECT value FROM jsonb_each_text(titles)
        UNION ALL SELECT value FROM jsonb_each_text(texts)) v,
      regexp_split_to_table(translate(lower(v.value), 'ё', 'е'), '[^[:alnum:]]+') word
      WHERE length(word) BETWEEN 4 AND 40 AND word !~ '[0-9]' ORDER BY word
  ON CONFLICT DO NOTHING
)
INSERT INTO portal_searchdocument (kind, scope, titles, texts, route, route_args, fragment, facets, number, at, detail,
    vector)
  SELECT kind, scope, titles, texts, route, route_args, fragment,
    facets || ARRAY(SELECT token FROM filing WHERE vector @@ words
      AND NOT EXISTS (SELECT FROM unnest(facets) own WHERE starts_with(own, facet)) ORDER BY token),
    number, at, detail, vector
  FROM rows
"""


def _insert(rows: Sequence[Mapping[str, Any]], filing: Mapping[str, str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT,
            [json.dumps(rows, ensure_ascii=False, default=str), json.dumps(filing, ensure_ascii=False)],
        )
