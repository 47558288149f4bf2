"""The versions of a charter behind one another, and a report of an earlier version read with today's keys."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.db.models import Q

from alliance.enums import CharterState
from alliance.models import Charter, Commitment, Indicator, KeyMapping, Measure
from alliance.validators.lineage import KeyHistory, VersionMapping, key_history
from portal.kernel.publishing import cached_for_revision
from portal.kernel.text import LANGUAGES

DocumentData = Mapping[str, Any]
_VERDICT_KEYS = ("commitment", "measure")


@dataclass(frozen=True)
class Lineage:
    """A charter version with those before it, the latest first; passage n leads to version n."""

    charter: str
    versions: Sequence[int]
    mappings: Sequence[VersionMapping]

    def history_of(self, key: str) -> KeyHistory:
        return key_history(key, self.versions, self.mappings)

    def current_key(self, key: str, version: int) -> str | None:
        """What a key of an earlier version is called in the latest, one to one all the way; else None."""
        if version not in self.versions:
            return key
        current_key: str | None = key
        for passage in reversed(self.mappings[: self.versions.index(version)]):
            current_key = passage.successor(current_key) if current_key else None
        return current_key

    def series_key(self, key: str, version: int) -> str | None:
        """The same of an indicator's figures: None also where the series breaks on the way."""
        later = self.current_key(key, version)
        breaks = later is not None and self.history_of(later).breaks_at(self.versions[0], version)
        return None if breaks else later

    def earlier_key(self, key: str, version: int) -> str | None:
        """What a key of the latest version was called in an earlier one, one to one all the way; else None."""
        candidate = self.history_of(key).key_in(version) if version in self.versions else key
        return candidate if candidate and self.current_key(candidate, version) == key else None

    def unchanged_until(self, keys: Collection[str], version: int, last: int) -> int:
        """The latest version, from `version` up to `last`, in which all these keys are called as they were."""
        reached = version
        for later, passage in reversed(list(zip(self.versions, self.mappings, strict=False))):
            if not version < later <= last:
                continue
            if any(passage.successor(key) != key for key in keys):
                break
            reached = later
        return reached

    def version_of(self, document: DocumentData) -> int | None:
        """The version that a report answers to, when it is one of these."""
        about = document["charter"]
        known = about["key"] == self.charter and about["version"] in self.versions
        return about["version"] if known else None

    def under_current_keys(self, document: DocumentData, *, across_breaks: bool = True) -> DocumentData:
        """Answers, figures and totals of an earlier report under the keys of the latest version.

        With or without the figures that are not comparable with those of the latest version.
        """
        version = self.version_of(document)
        if version is None or version == self.versions[0]:
            return document
        later, comparable = self._later_keys(version), self._later_keys(version, across_breaks=across_breaks)
        verdicts = []
        for verdict in document.get("verdicts", ()):
            keys = {name: self.current_key(verdict[name], version) for name in _VERDICT_KEYS if verdict[name]}
            if all(keys.values()):  # what it judged has a successor
                verdicts.append({**verdict, **keys})
        return {
            **document,
            "measures": [
                {
                    **measure,
                    "answers": _with_current_keys(measure["answers"], later),
                    "figures": _with_current_keys(measure["figures"], comparable),
                }
                for measure in document["measures"]
            ],
            "totals": _with_current_keys(document.get("totals", ()), comparable),
            "verdicts": verdicts,
        }

    def _later_keys(self, version: int, *, across_breaks: bool = True) -> dict[str, list[str]]:
        """What each key of an earlier version is called in the latest; more than one after a split."""
        later_keys: dict[str, list[str]] = {}
        for key in self.mappings[0].later:
            history = self.history_of(key)
            earlier = history.key_in(version)
            if earlier is not None and (across_breaks or not history.breaks_at(self.versions[0], version)):
                later_keys.setdefault(earlier, []).append(key)
        return later_keys

    def series_breaks(self, document: DocumentData, before: DocumentData | None) -> frozenset[str]:
        """The keys whose series breaks between the report before and this one."""
        version = self.version_of(document)
        last = self.version_of(before) if before is not None else None
        if version is None or not self.mappings:
            return frozenset()
        histories = map(self.history_of, self.mappings[0].later)
        return frozenset(history.key for history in histories if history.breaks_at(version, last))


def _with_current_keys(
    rows: Sequence[Mapping[str, Any]], later: Mapping[str, list[str]]
) -> list[dict[str, Any]]:
    return [{**row, "indicator": key} for row in rows for key in later.get(row["indicator"], ())]


def lineage_of(charter: Charter) -> Lineage:
    """The version with those that it goes back to, cached once it is fixed.

    No query of version 1; else one, five where there is any.
    """
    return _read(charter) if charter.state == CharterState.DRAFT else _read_once(charter)


def key_in_version(charter: Charter, key: str, version: Charter) -> str | None:
    """What another version of the charter calls what this one calls `key`; None unless one to one all the way."""
    if version.key != charter.key:
        return None
    if version.pk == charter.pk:
        return key
    if version.version > charter.version:
        return lineage_of(version).current_key(key, charter.version)
    return lineage_of(charter).earlier_key(key, version.version)


def under_key(charter: Charter, subject: str, key: str) -> Q:
    """Rows whose `subject`, a measure or a commitment, this version calls `key`, whatever its own version calls it.

    Of the same charter, one to one all the way. The queries of `lineage_of`.
    """
    lineage = lineage_of(charter)
    name, version = f"{subject}__key", f"{subject}__charter__version"
    condition = Q(**{name: key}) & ~Q(**{f"{version}__in": list(lineage.versions)})
    for number in lineage.versions:
        if earlier := lineage.earlier_key(key, number):
            condition |= Q(**{name: earlier, version: number})
    return condition & Q(**{f"{subject}__charter__key": charter.key})


def _read(charter: Charter) -> Lineage:
    if charter.version == 1:
        return Lineage(charter.key, [1], [])
    rows = Charter.objects.filter(key=charter.key, version__lt=charter.version)
    known = {
        row.version: row
        for row in rows.exclude(state=CharterState.DRAFT).only("key", "version", "supersedes")
    }
    chain = [charter]
    while (before := _previous_version(chain[-1], known)) is not None:
        chain.append(before)
    passages = _version_mappings(chain) if len(chain) > 1 else []
    return Lineage(charter.key, [row.version for row in chain], passages)


_read_once = cached_for_revision(_read)


def _previous_version(charter: Charter, versions: Mapping[int, Charter]) -> Charter | None:
    """The version whose keys the charter's mapping names; by default the last one before."""
    if charter.supersedes is not None:
        return versions.get(charter.supersedes)
    return versions.get(max((version for version in versions if version < charter.version), default=0))


def _version_mappings(chain: Sequence[Charter]) -> list[VersionMapping]:
    ids = [charter.pk for charter in chain]
    keys: dict[int, dict[str, tuple[str, str]]] = {pk: {} for pk in ids}  # each with what a figure counts
    for model in (Commitment, Measure):
        for pk, key in model.objects.filter(charter__in=ids).values_list("charter_id", "key"):
            keys[pk][key] = ("", "")
    figures = Indicator.objects.filter(charter__in=ids).values_list("charter_id", "key", "value", "unit")
    for pk, key, value, unit in figures:
        keys[pk][key] = (value, unit)
    changes: dict[int, set[tuple[str, str]]] = {pk: set() for pk in ids}
    breaks: dict[int, set[tuple[str, str]]] = {pk: set() for pk in ids}
    # what is still to be decided leads nowhere
    for row in KeyMapping.objects.filter(charter__in=ids).exclude(key=""):
        changes[row.charter_id].add((row.earlier_key, row.key))
        if any(getattr(row, f"reason_{language}") for language in LANGUAGES):
            breaks[row.charter_id].add((row.earlier_key, row.key))
    return [
        version_mapping(keys[earlier.pk], keys[later.pk], changes[later.pk], breaks[later.pk])
        for later, earlier in pairwise(chain)
    ]


def version_mapping(
    earlier: Mapping[str, tuple[str, str]],
    later: Mapping[str, tuple[str, str]],
    changes: set[tuple[str, str]],
    breaks: set[tuple[str, str]],
) -> VersionMapping:
    """The way from one version's keys to the next: each key with the value and unit of its figure, else two blanks."""
    plain = VersionMapping(earlier, later, changes)
    other = {
        key
        for key in later
        if any(earlier.get(earlier_key) != later[key] for earlier_key in plain.earlier_keys(key))
    }
    return VersionMapping(earlier, later, changes, other, breaks)
