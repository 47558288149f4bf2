"""What the publication of a charter version contains: its whole text in every language, from the stored rows."""

from collections import defaultdict
from typing import Any

from django.db.models import Model

from alliance.enums import IndicatorType
from alliance.models import Charter, Indicator, KeyMapping
from portal.kernel.text import LANGUAGES, plain_decimal


def charter_publication_content(charter: Charter) -> dict[str, Any]:
    """The document of the publication: keys and codes, texts by language, numbers as decimal strings."""
    return {
        "key": charter.key,
        "version": charter.version,
        "in_force_on": charter.in_force_on.isoformat() if charter.in_force_on else None,
        "working_text": charter.working_text,
        "sha256": charter.sha256,
        **_texts(charter, "title", "summary", "note", "statement"),
        "sources": charter.sources,
        "harms": [
            {"key": harm.key, **_texts(harm, "title", "note"), "identifiers": harm.identifiers}
            for harm in charter.harms.all()
        ],
        "breakdowns": charter.breakdowns,
        "chapters": _chapters(charter),
        "later_versions": {"signatures": charter.later_signatures, "notice_days": charter.notice_days},
        "supersedes": charter.supersedes,
        "mapping": [_change(row) for row in charter.mappings.order_by("pk")],
    }


def _change(row: KeyMapping) -> dict[str, Any]:
    """One row of the mapping; why the series breaks, where somebody has said so."""
    reason = in_languages(row, "reason")
    breaks = {"breaks": reason} if any(reason.values()) else {}
    return {"from": row.earlier_key, "to": row.key, **breaks}


def in_languages(row: Model, field: str) -> dict[str, str]:
    """A translated field as a mapping of languages."""
    return {language: getattr(row, f"{field}_{language}") or "" for language in LANGUAGES}


def _texts(row: Model, *fields: str) -> dict[str, dict[str, str]]:
    return {field: in_languages(row, field) for field in fields}


def _chapters(charter: Charter) -> list[dict[str, Any]]:
    """The tree, from one query for each level."""
    commitments: dict[int, list[Any]] = defaultdict(list)
    measures: dict[int, list[Any]] = defaultdict(list)
    indicators: dict[int, list[Any]] = defaultdict(list)
    for indicator in charter.indicators.all():
        indicators[indicator.measure_id].append(_indicator(indicator))
    for measure in charter.measures.all():
        texts = _texts(measure, "title", "text")
        measures[measure.commitment_id].append(
            {
                "key": measure.key,
                "code": measure.code,
                "core": measure.core,
                **texts,
                "indicators": indicators[measure.pk],
            }
        )
    for commitment in charter.commitments.all():
        texts = _texts(commitment, "short", "title", "text")
        commitments[commitment.chapter_id].append(
            {"key": commitment.key, "code": commitment.code, **texts, "measures": measures[commitment.pk]}
        )
    return [
        {**_texts(chapter, "title"), "commitments": commitments[chapter.pk]}
        for chapter in charter.chapters.all()
    ]


def _indicator(indicator: Indicator) -> dict[str, Any]:
    common = {
        "key": indicator.key,
        "code": indicator.code,
        "type": indicator.type,
        **_texts(indicator, "title", "guidance", "explanation"),
        "disclosure": indicator.disclosure,
    }
    if indicator.type == IndicatorType.NARRATIVE:
        return {**common, "limit": indicator.limit}
    return {
        **common,
        "value": indicator.value,
        "choices": indicator.choices,
        "unit": indicator.unit,
        "direction": indicator.direction,
        "scope": indicator.scope,
        "breakdowns": indicator.breakdowns,
        "exclusive": indicator.exclusive,
        "aggregation": indicator.aggregation,
        "minimum": plain_decimal(indicator.minimum),
        "maximum": plain_decimal(indicator.maximum),
        "part_of": indicator.part_of,
        "period": indicator.period,
        "period_aggregation": indicator.period_aggregation,
    }
