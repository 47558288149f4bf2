"""Adopted practices cited as evidence: their texts for a reader, and their public state.

The content of a citation is looked up for each reader, and never stored: not even its title.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from alliance.enums import EvidenceKind
from alliance.models import Evidence
from portal.kernel import registry
from portal.kernel.access import ANYONE, Actor

EvidenceRow = Mapping[str, Any]


def with_citations(actor: Actor, evidence: Iterable[Evidence]) -> list[Evidence]:
    """The evidence, each citation with `cited`: its content as this actor may see it, or None."""
    rows = list(evidence)
    places = [(row.organisation_id, row.source, row.reference) for row in rows if row.is_citation]
    tenants = {tenant for tenant, _source, _reference in places}
    citations = {
        tenant: registry.citations_for(actor, tenant, [place[1:] for place in places if place[0] == tenant])
        for tenant in tenants
    }
    for row in rows:
        row.citation = citations.get(row.organisation_id, {}).get((row.source, row.reference))
    return rows


def rows_with_citations(
    actor: Actor, organisation_id: int, items: Iterable[EvidenceRow]
) -> list[dict[str, Any]]:
    """The same for evidence as a submission keeps it."""
    rows = [dict(item) for item in items]
    places = [(row["source"], row["reference"]) for row in rows if row["kind"] == EvidenceKind.PRACTICE]
    citations = registry.citations_for(actor, organisation_id, places) if places else {}
    for row in rows:
        row["citation"] = citations.get((row.get("source", ""), row.get("reference", "")))
    return rows


def public_evidence_rows(organisation_id: int, items: Iterable[EvidenceRow]) -> list[dict[str, Any]]:
    """Evidence for the public: a cited practice by title and key where everybody may read it, else by its kind."""
    return [_public(row) for row in rows_with_citations(ANYONE, organisation_id, items)]


def _public(row: dict[str, Any]) -> dict[str, Any]:
    citation = row.pop("citation")
    if row["kind"] != EvidenceKind.PRACTICE:
        return row
    del row["source"], row["reference"]
    return {
        **row,
        "title": citation.title if citation else "",
        "practice": citation.key if citation else "",
    }
