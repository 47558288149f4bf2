"""What is found of a charter in force: its text, measures and indicators, and its kinds of harm."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import yaml

from alliance.enums import CharterState, IndicatorType
from alliance.models import Charter, Commitment, Harm, Indicator, Measure
from alliance.services.charter_publication_content import in_languages
from portal.kernel import search
from portal.kernel.access import ANYONE
from portal.kernel.publishing import Publication
from portal.kernel.search import Document, WordsByLanguage
from portal.kernel.text import LANGUAGES

_HARM = "harm"  # the breakdown by kinds of harm
_WORDS = Path(__file__).resolve().parents[1] / "data" / "synonyms.yaml"


def delivered_synonyms() -> Mapping[str, WordsByLanguage]:
    """The groups that the portal begins with: `harm:<key>` for kinds of harm, others by names of their own."""
    groups: Mapping[str, WordsByLanguage] = yaml.safe_load(_WORDS.read_text(encoding="utf-8"))
    return groups


def _charter_documents(key: str) -> Iterable[Document]:
    charters = Charter.objects.visible_to(ANYONE).filter(key=key, state=CharterState.IN_FORCE)
    for charter in charters:
        at = datetime.combine(charter.in_force_on, time(), UTC) if charter.in_force_on else charter.loaded_at
        yield Document(
            "commitment", in_languages(charter, "title"), in_languages(charter, "summary"), "public:charter",
            [charter.key, charter.version], at=at, detail={"what": "charter", "version": charter.version},
        )  # fmt: skip
        yield from _parts(charter, at)


def _parts(charter: Charter, at: datetime) -> Iterable[Document]:
    version = {"version": charter.version}
    harms = list(Harm.objects.filter(charter=charter))
    for commitment in Commitment.objects.filter(charter=charter):
        yield Document(
            "commitment", _heading(commitment), in_languages(commitment, "text"), "public:commitment",
            [commitment.key], at=at, detail={"what": "commitment", **version},
        )  # fmt: skip
    for measure in Measure.objects.filter(charter=charter).select_related("commitment"):
        yield Document(
            "commitment", _heading(measure), in_languages(measure, "text"), "public:commitment",
            [measure.commitment.key], at=at, fragment=f"#measure-{measure.key}",
            detail={"what": "measure", "of": _heading(measure.commitment), **version},
        )  # fmt: skip
    for indicator in Indicator.objects.filter(charter=charter).select_related("measure__commitment"):
        is_figure = indicator.type == IndicatorType.FIGURE
        yield Document(
            "indicator", _heading(indicator), _meaning(indicator),
            "public:compare" if is_figure else "public:commitment",
            [] if is_figure else [indicator.measure.commitment.key], at=at,
            fragment=f"?indicator={indicator.key}" if is_figure else f"#measure-{indicator.measure.key}",
            # one that is broken down by kinds of harm tells of each of them
            facets=[f"harm:{harm.key}" for harm in harms] if _HARM in indicator.breakdowns else [],
            detail={"what": "indicator", "key": indicator.key, "of": _heading(indicator.measure), **version},
        )  # fmt: skip
    for harm in harms:
        yield Document(
            "indicator", in_languages(harm, "title"), in_languages(harm, "note"),
            "public:charter", [charter.key, charter.version], at=at, facets=[f"harm:{harm.key}"],
            detail={"what": "harm", **version},
            # found by what others call it, and no words for readers
            labels=[identifier["id"].replace("_", " ") for identifier in harm.identifiers],
        )  # fmt: skip


def _heading(row: Commitment | Measure | Indicator) -> dict[str, str]:
    return {language: f"{row.code} {title}" for language, title in in_languages(row, "title").items()}


def _meaning(indicator: Indicator) -> dict[str, str]:
    """In words for readers where there are such, then what is asked of members: both are looked for."""
    words, guidance = in_languages(indicator, "explanation"), in_languages(indicator, "guidance")
    return {language: f"{words[language]}\n{guidance[language]}".strip() for language in LANGUAGES}


def _changed_by(publication: Publication, content: Mapping[str, Any]) -> list[str]:
    return [content["key"]] if publication.type == "charter" else []


def _keys() -> list[str]:
    rows = Charter.objects.visible_to(ANYONE).filter(state=CharterState.IN_FORCE)
    return list(rows.order_by("key").values_list("key", flat=True))


search.register_synonyms(delivered_synonyms)
search.register_source("charter", search.Source(_charter_documents, _keys, _changed_by))
