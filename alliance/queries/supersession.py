"""What putting a charter version in force means for the pledges to the version before: which follow, which return."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When

from alliance.enums import OPEN_PLEDGE_STATES, AccessionState, CharterState, PledgeState, SignatureRule
from alliance.models import Accession, Charter, Commitment, Organisation, Pledge, Target
from alliance.queries.charter_signatures import carried_accessions
from alliance.queries.lineage import lineage_of
from alliance.validators.lineage import VersionMapping
from portal.kernel.alphabet import ByAlphabet


class OpenPledge(NamedTuple):
    """Whose an open pledge is, what it names of the charter, and what becomes of it: whether it follows or stays.

    A large alliance has thousands, each with a text that nobody asks for here.
    """

    pk: int
    record: UUID
    state: str
    organisation: Organisation
    commitment_key: str
    measure_keys: Sequence[str]
    target_keys: Sequence[str]
    follows: bool  # else it returns for signing
    stays: bool  # for now, whatever becomes of it later


@dataclass(frozen=True)
class Supersession:
    """The version that is superseded, the way from its keys to the new ones, and the pledges to it that come along.

    A pledge follows when its commitment, its opt-in measures and its targets' indicators all have one
    successor; else it returns for signing. Those of members who have not signed the new version are `staying`.
    """

    superseded: Charter
    charter: Charter
    mapping: VersionMapping | None  # None where the new version's mapping names another one
    pledges: Sequence[OpenPledge]
    staying: Sequence[OpenPledge] = ()

    @property
    def known_pledges(self) -> list[OpenPledge]:
        """The pledges that the secretariat knows of: a draft is its organisation's alone."""
        return [pledge for pledge in self.pledges if pledge.state != PledgeState.DRAFT]

    @property
    def following(self) -> list[OpenPledge]:
        return self._moved[0]

    @property
    def returning(self) -> list[OpenPledge]:
        return self._moved[1]

    @cached_property
    def _moved(self) -> tuple[list[OpenPledge], list[OpenPledge]]:
        moved: tuple[list[OpenPledge], list[OpenPledge]] = ([], [])
        for pledge in self.known_pledges:
            moved[not pledge.follows].append(pledge)
        return moved

    def moved_of(self, organisation_id: int) -> dict[str, int]:
        """How many pledges of an organisation follow, and how many return; what is none is left out."""
        counts = {
            name: len({row.record for row in rows if row.organisation.pk == organisation_id})
            for name, rows in (("following", self.following), ("returning", self.returning))
        }
        return {name: count for name, count in counts.items() if count}

    @property
    def of_all(self) -> "Supersession":
        """The same as if every member signed the new version on its day."""
        return replace(self, pledges=[*self.pledges, *self.staying], staying=())

    @property
    def known_staying(self) -> list[OpenPledge]:
        return [pledge for pledge in self.staying if pledge.state != PledgeState.DRAFT]


@dataclass(frozen=True)
class Passage:
    """The version that is superseded, the one that supersedes it, and the way from its keys to the new ones."""

    superseded: Charter
    charter: Charter
    mapping: VersionMapping | None  # None where the new version's mapping names another one


def keys_of(pledge: OpenPledge | Pledge) -> list[str]:
    """Everything of a charter that a pledge names; of pledges that this module has read, without a query."""
    return [pledge.commitment_key, *pledge.measure_keys, *pledge.target_keys]  # type: ignore[union-attr]  # annotated here


def passage_to(charter: Charter) -> Passage | None:
    """From the version that this one would supersede; None where none of the charter is in force. Six queries."""
    in_force = Charter.objects.filter(key=charter.key, state=CharterState.IN_FORCE)
    before = in_force.exclude(pk=charter.pk).first()
    if before is None:
        return None
    lineage = lineage_of(charter)
    leads_here = lineage.versions[1:2] == [before.version]
    return Passage(before, charter, lineage.mappings[0] if leads_here else None)


def supersession_of(charter: Charter) -> Supersession | None:
    """What the version would supersede; None where no version of the charter is in force. Nine queries at most.

    Reads every open pledge; pages have `supersession_outlook`.
    """
    passage = passage_to(charter)
    if passage is None:
        return None
    rows = without_texts(pledges_of_passage(passage))
    return Supersession(
        passage.superseded,
        charter,
        passage.mapping,
        [pledge for pledge in rows if not pledge.stays],
        [pledge for pledge in rows if pledge.stays],
    )


def pledges_of_passage(passage: Passage) -> QuerySet[Any]:
    """The open pledges to the superseded version, with whether each `follows` and `stays`. One query beside its own."""
    rows = _with_follows(open_pledges_to(passage.superseded), passage.mapping)
    return rows.annotate(stays=_truth(_stays(passage)))


def _truth(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False))


def _stays(passage: Passage) -> Q:
    """Whether its member has signed the version before, and the signature does not carry over."""
    signed = standing_accessions(passage.superseded).values("organisation_id")
    stays = Q(organisation__in=signed)
    if passage.charter.signatures == SignatureRule.CARRY_OVER:
        carried = carried_accessions(passage.charter, passage.superseded).order_by().values("organisation_id")
        stays &= ~Q(organisation__in=carried)
    return stays


def _with_follows(pledges: QuerySet[Any], mapping: VersionMapping | None) -> QuerySet[Any]:
    """Each with whether everything that it names of the charter has one successor: then it `follows`."""
    if mapping is None:
        return pledges.annotate(follows=Value(False))
    keys = sorted(key for key in mapping.earlier if mapping.successor(key))
    others = (
        Target.objects.filter(pledge=OuterRef("pk")).exclude(indicator_key="").exclude(indicator_key__in=keys)
    )
    condition = Q(~Exists(others), commitment_key__in=keys, measure_keys__contained_by=keys)
    return pledges.annotate(follows=_truth(condition))


def standing_accessions(charter: Charter) -> QuerySet[Accession]:
    """The signatures under a version that hold."""
    return Accession.objects.filter(
        charter=charter, state__in=(AccessionState.SIGNED, AccessionState.PUBLISHED)
    )


def open_pledges_to(charter: Charter) -> QuerySet[Pledge]:
    """The open pledges to the version in force. One query beside their own."""
    keys = Commitment.objects.filter(charter=charter).values_list("key", flat=True)
    return _open_pledges().filter(commitment_key__in=list(keys), earlier_charter=None)


def _open_pledges() -> QuerySet[Pledge]:
    return Pledge.objects.filter(state__in=OPEN_PLEDGE_STATES).order_by()


def _with_target_keys(pledges: QuerySet[Pledge]) -> QuerySet[Any]:
    """Each with the keys of its targets' indicators: all pledges are read at once, and none of their targets."""
    targets = Target.objects.filter(pledge=OuterRef("pk")).exclude(indicator_key="")
    return pledges.annotate(target_keys=ArraySubquery(targets.values("indicator_key")))


def without_texts(pledges: QuerySet[Any]) -> list[OpenPledge]:
    """By organisation, commitment and revision; an organisation is made once for all its pledges. Two queries.

    Of rows that have `follows` and `stays`.
    """
    by_organisation: dict[int, list[tuple[Any, ...]]] = {}
    fields = ("commitment_key", "measure_keys", "target_keys", "follows", "stays")
    rows = _with_target_keys(pledges.order_by("commitment_key", "revision")).values_list(
        "organisation", "pk", "record", "state", *fields
    )
    for organisation, pk, record, state, *others in rows:
        by_organisation.setdefault(organisation, []).append((pk, record, state, *others))
    return [
        OpenPledge(pk, record, state, organisation, *others)
        for organisation in Organisation.objects.filter(pk__in=by_organisation).order_by(ByAlphabet("name"))
        for pk, record, state, *others in by_organisation[organisation.pk]
    ]


def locked_pledges(pledges: Iterable[OpenPledge], mapping: VersionMapping) -> list[Any]:
    """The same pledges as they are to be changed: with their texts, targets and services, and locked. Four queries.

    Each with whether it `follows` as it is now.
    """
    places = {pledge.pk: place for place, pledge in enumerate(pledges)}
    chosen = _with_follows(_with_target_keys(_open_pledges().filter(pk__in=places)), mapping)
    rows = chosen.select_for_update(of=("self",)).order_by("pk")
    whole = rows.prefetch_related("organisation", "targets", "services")
    return sorted(whole, key=lambda pledge: places[pledge.pk])


def steps_to(charter: Charter, organisation_id: int) -> list[tuple[Charter, Charter, VersionMapping]]:
    """The way of an organisation's pledges to a version that it has signed: from version to version, the oldest first.

    Empty where it has no pledge to an earlier one. Seven queries at most.
    """
    pledges = Pledge.objects.filter(organisation=organisation_id, state__in=OPEN_PLEDGE_STATES)
    behind = pledges.filter(
        earlier_charter__key=charter.key, earlier_charter__version__lt=charter.version
    ).values_list("earlier_charter__version", flat=True)
    first = min(behind, default=None)
    if first is None:
        return []
    lineage = lineage_of(charter)
    rows = {row.version: row for row in Charter.objects.filter(key=charter.key, version__gte=first)}
    versions = [version for version in lineage.versions if version >= first]
    steps = zip(pairwise(versions), lineage.mappings, strict=False)
    return [(rows[before], rows[after], mapping) for (after, before), mapping in steps][::-1]


def pledges_moved_by(organisation_id: int, charter: Charter) -> tuple[list[Pledge], list[Pledge]]:
    """The pledges to earlier versions that follow once the accession to this one is published, and those that return.

    Without drafts, which are the member's alone. Eight queries at most.
    """
    rows = (
        _with_target_keys(_open_pledges())
        .filter(
            organisation=organisation_id,
            earlier_charter__key=charter.key,
            earlier_charter__version__lt=charter.version,
        )
        .select_related("earlier_charter", "organisation")
        .order_by("commitment_key", "revision")
    )
    lineage = lineage_of(charter)
    moved: tuple[list[Pledge], list[Pledge]] = ([], [])
    for pledge in rows.exclude(state=PledgeState.DRAFT):
        version = pledge.earlier_charter.version if pledge.earlier_charter else charter.version
        returns = not all(lineage.current_key(key, version) for key in keys_of(pledge))
        moved[returns].append(pledge)
    return moved


def pledges_left_at(earlier: Charter, organisation_id: int, mapping: VersionMapping) -> list[OpenPledge]:
    """The open pledges of an organisation to a version that is no longer in force. Two queries."""
    rows = _open_pledges().filter(organisation=organisation_id, earlier_charter=earlier)
    return without_texts(_with_follows(rows, mapping).annotate(stays=Value(False)))
