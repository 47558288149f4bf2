"""The versions of a charter behind one another, and a report of an earlier version read with today's keys."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from alliance.enums import CharterState
from alliance.models import Charter, Commitment, Indicator, Measure
from alliance.models import Mapping as KeyMapping
from alliance.validators.lineage import Passage, Trace, trace_back
from portal.kernel.kept import kept

Document = Mapping[str, Any]
_JUDGED = ("commitment", "measure")


@dataclass(frozen=True)
class Lineage:
    """A charter version with those before it, the latest first; passage n leads to version n."""

    charter: str
    versions: Sequence[int]
    passages: Sequence[Passage]

    def trace(self, key: str) -> Trace:
        return trace_back(key, self.versions, self.passages)

    def follow(self, key: str, version: int) -> str | None:
        """What a key of an earlier version is called in the latest, one to one all the way; else None."""
        if version not in self.versions:
            return key
        here: str | None = key
        for passage in reversed(self.passages[: self.versions.index(version)]):
            here = passage.successor(here) if here else None
        return here

    def earlier_name(self, key: str, version: int) -> str | None:
        """What a key of the latest version was called in an earlier one, one to one all the way; else None."""
        found = self.trace(key).key_in(version) if version in self.versions else key
        return found if found and self.follow(found, version) == key else None

    def version_of(self, document: Document) -> int | None:
        """The version that a report answers to, when it is one of these."""
        about = document["charter"]
        known = about["key"] == self.charter and about["version"] in self.versions
        return about["version"] if known else None

    def reread(self, document: Document, *, over_seams: bool = True) -> Document:
        """Answers, figures and totals of an earlier report under the keys of the latest version.

        With or without the figures that are not comparable with those of the latest version.
        """
        version = self.version_of(document)
        if version is None or version == self.versions[0]:
            return document
        later, comparable = self._later_keys(version), self._later_keys(version, over_seams=over_seams)
        return {
            **document,
            "measures": [
                {
                    **measure,
                    "answers": _renamed(measure["answers"], later),
                    "figures": _renamed(measure["figures"], comparable),
                }
                for measure in document["measures"]
            ],
            "totals": _renamed(document.get("totals", ()), comparable),
            "verdicts": [
                row for one in document.get("verdicts", ()) if (row := self._followed(one, version))
            ],
        }

    def _followed(self, verdict: Document, version: int) -> Document | None:
        """The verdict under the later keys; None where what it judged has no successor."""
        later = {name: self.follow(verdict[name], version) for name in _JUDGED if verdict[name]}
        return {**verdict, **later} if all(later.values()) else None

    def _later_keys(self, version: int, *, over_seams: bool = True) -> dict[str, list[str]]:
        """What each key of an earlier version is called in the latest; more than one after a split."""
        found: dict[str, list[str]] = {}
        for key in self.passages[0].later:
            trace = self.trace(key)
            earlier = trace.key_in(version)
            if earlier is not None and (over_seams or not trace.broken_at(self.versions[0], version)):
                found.setdefault(earlier, []).append(key)
        return found

    def seams(self, document: Document, before: Document | None) -> frozenset[str]:
        """The keys whose series breaks between the report before and this one."""
        version = self.version_of(document)
        last = self.version_of(before) if before is not None else None
        if version is None or not self.passages:
            return frozenset()
        traces = map(self.trace, self.passages[0].later)
        return frozenset(trace.key for trace in traces if trace.broken_at(version, last))


def _renamed(rows: Sequence[Mapping[str, Any]], later: Mapping[str, list[str]]) -> list[dict[str, Any]]:
    return [{**row, "indicator": key} for row in rows for key in later.get(row["indicator"], ())]


def lineage_of(charter: Charter) -> Lineage:
    """The version with those that it goes back to, kept once it is fixed. One query, five where there is any."""
    return _read(charter) if charter.state == CharterState.DRAFT else _read_once(charter)


def _read(charter: Charter) -> Lineage:
    rows = Charter.objects.filter(key=charter.key, version__lt=charter.version)
    known = {
        row.version: row
        for row in rows.exclude(state=CharterState.DRAFT).only("key", "version", "supersedes")
    }
    chain = [charter]
    while (before := _before(chain[-1], known)) is not None:
        chain.append(before)
    passages = _passages(chain) if len(chain) > 1 else []
    return Lineage(charter.key, [row.version for row in chain], passages)


_read_once = kept(_read)


def _before(charter: Charter, known: Mapping[int, Charter]) -> Charter | None:
    """The version whose keys the charter's mapping speaks of; where it does not say, the last one before."""
    if charter.supersedes is not None:
        return known.get(charter.supersedes)
    return known.get(max((version for version in known if version < charter.version), default=0))


def _passages(chain: Sequence[Charter]) -> list[Passage]:
    ids = [charter.pk for charter in chain]
    keys: dict[int, dict[str, tuple[str, str]]] = {pk: {} for pk in ids}  # each with what a figure counts
    for model in (Commitment, Measure):
        for pk, key in model.objects.filter(charter__in=ids).values_list("charter_id", "key"):
            keys[pk][key] = ("", "")
    figures = Indicator.objects.filter(charter__in=ids).values_list("charter_id", "key", "value", "unit")
    for pk, key, value, unit in figures:
        keys[pk][key] = (value, unit)
    changes: dict[int, set[tuple[str, str]]] = {pk: set() for pk in ids}
    for pk, earlier, later in KeyMapping.objects.filter(charter__in=ids).values_list(
        "charter_id", "earlier_key", "key"
    ):
        changes[pk].add((earlier, later))
    return [
        _passage(keys[earlier.pk], keys[later.pk], changes[later.pk]) for later, earlier in pairwise(chain)
    ]


def _passage(
    earlier: Mapping[str, tuple[str, str]],
    later: Mapping[str, tuple[str, str]],
    changes: set[tuple[str, str]],
) -> Passage:
    plain = Passage(earlier, later, changes)
    other = {key for key in later if any(earlier.get(one) != later[key] for one in plain.before(key))}
    return Passage(earlier, later, changes, other)
