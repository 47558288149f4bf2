"""The keys of a report's rows in public tables: those of its cycle's charter, whatever version it answers to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from alliance.models import Cycle
from alliance.queries.lineage import Lineage, lineage_of


@dataclass(frozen=True)
class CycleKeys:
    """The way from the version that a report answers to, to the one of its cycle; none where it is the same."""

    version: int
    lineage: Lineage | None

    @property
    def earlier_version(self) -> int | None:
        return self.version if self.lineage else None

    def key(self, key: str) -> str | None:
        """What a key of the report is called in the cycle's charter; None where nothing there is the same."""
        return self.lineage.current_key(key, self.version) if self.lineage and key else key

    def series_key(self, key: str) -> str | None:
        """The same of an indicator's figures: None also where the series breaks on the way."""
        return self.lineage.series_key(key, self.version) if self.lineage and key else key


def cycle_keys(document: Mapping[str, Any], cycle: Cycle) -> CycleKeys:
    """The keys of a published report. A few queries where it answers to an earlier version, one where it does not."""
    about = document["charter"]
    is_earlier = about["key"] == cycle.charter.key and about["version"] < cycle.charter.version
    return CycleKeys(about["version"], lineage_of(cycle.charter) if is_earlier else None)
