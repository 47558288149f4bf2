"""The indicators that can be compared, by commitment, and those of them that words find."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from alliance.models import Commitment, Indicator
from alliance.queries.public.charters import listed_figure_indicators
from alliance.queries.public.data_tables import DataScope
from alliance.queries.public.figure_lines import MOST_INDICATORS
from alliance.web.public.figures import figures_url
from portal.kernel import search
from portal.kernel.search import Findings
from portal.kernel.text import LANGUAGES


@dataclass(frozen=True, slots=True)
class IndicatorGroup:
    """The indicators of one commitment, in the order of the charter."""

    commitment: Commitment
    indicators: list[Indicator]
    is_open: bool

    @property
    def table_url(self) -> str:
        """The address of their figures in one table."""
        keys = sorted(indicator.key for indicator in self.indicators)[:MOST_INDICATORS]
        return figures_url(DataScope(indicators=tuple(keys)))


@dataclass(frozen=True, slots=True)
class IndicatorMenu:
    """The groups in the order of the charter; how the words were read, where the search has found what they show."""

    groups: Sequence[IndicatorGroup]
    findings: Findings | None = None


def indicator_menu(words: str, chosen: Indicator | None) -> IndicatorMenu:
    """All of them; with words, those that the search of the record finds and those that are called so.

    What somebody has typed in part is a part of a name, and no misspelt word of another one. One query without words.
    """
    indicators = list(listed_figure_indicators())
    findings = None
    if words:
        pieces = words.casefold().split()
        keys = {each.key for each in indicators if all(piece in _names(each) for piece in pieces)}
        findings = search.find(words, within={"kind": ["indicator"]})
        if not keys or not (findings.respelt or findings.least):
            keys |= _keys(findings)
        else:
            findings = None
        indicators = [each for each in indicators if each.key in keys]
    by_commitment: dict[int, list[Indicator]] = defaultdict(list)
    for indicator in indicators:
        by_commitment[indicator.measure.commitment_id].append(indicator)
    here = chosen.measure.commitment_id if chosen else None
    groups = [
        IndicatorGroup(rows[0].measure.commitment, rows, bool(words) or pk == here)
        for pk, rows in by_commitment.items()
    ]
    return IndicatorMenu(groups, findings if groups else None)


def _names(indicator: Indicator) -> str:
    """Key, code and title in each language, small."""
    titles = [getattr(indicator, f"title_{language}") for language in LANGUAGES]
    return "\n".join([indicator.key, indicator.code, *titles]).casefold()


def _keys(findings: Findings) -> set[str]:
    """Those of the indicators that were found; kinds of harm, which are found with them, have no key."""
    documents = search.documents_by_id([hit.id for hit in findings.hits])
    return {row.detail["key"] for row in documents.values() if "key" in row.detail}
