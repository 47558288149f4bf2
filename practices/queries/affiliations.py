"""Affiliations: for those who have a part in one, who reads by one now, and whose records one opens."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Case, IntegerField, Q, Value, When

from alliance.models import Organisation
from portal.kernel.access import SYSTEM, Actor, acting_as, tenant_of
from portal.kernel.alphabet import ByAlphabet
from practices.access import AFFILIATE_KINDS, in_effect, own
from practices.enums import OPEN_AFFILIATION_STATES, RELEASED_STATES, AffiliationState, Label
from practices.models import Adoption, Affiliation, Practice, Request
from practices.models.labelled import Labelled
from practices.queries.directory import community_organisations
from practices.queries.titles import practices_with_titles

_STATE_ORDER = (AffiliationState.CONFIRMED, AffiliationState.PROPOSED, AffiliationState.IN_FORCE)

# --- For those who have a part in one --------------------------------------------------------


def affiliation_rows(actor: Actor) -> Any:
    """Those that the actor sees: what waits first, then what is in force, then what is over, the latest first."""
    rank = Case(
        *(When(state=state, then=Value(place)) for place, state in enumerate(_STATE_ORDER)),
        default=Value(len(_STATE_ORDER)),
        output_field=IntegerField(),
    )
    people = ("proposed_by", "confirmed_by", "approved_by", "closed_by", "closed_for")
    rows = Affiliation.objects.visible_to(actor).select_related("organisation", "affiliate", *people)
    return rows.order_by(rank, "-proposed_at", "-pk")


def waiting_affiliations(actor: Actor) -> Any:
    """What waits for the actor's side: confirmed ones for the secretariat, proposed ones for the affiliate."""
    rows = Affiliation.objects.visible_to(actor).select_related("organisation", "affiliate")
    if actor.is_host:
        waiting = rows.filter(state=AffiliationState.CONFIRMED)
    else:
        waiting = rows.filter(state=AffiliationState.PROPOSED, affiliate_id=actor.tenant_id)
    return waiting.order_by("lapses_on", "pk")


def possible_affiliates(actor: Actor) -> Any:
    """The organisations that the actor's could propose now, by name."""
    own_open = Affiliation.objects.visible_to(actor).filter(
        organisation_id=actor.tenant_id, state__in=OPEN_AFFILIATION_STATES
    )
    rows = community_organisations().filter(kind__in=AFFILIATE_KINDS).exclude(pk=actor.tenant_id)
    return rows.exclude(pk__in=own_open.values("affiliate_id"))


# --- Who reads by one now --------------------------------------------------------------------


def affiliations_in_effect(organisations: Collection[int]) -> list[Affiliation]:
    """By which somebody reads what is AMBER for these organisations, whoever asks: a source may know its readers."""
    if not organisations:
        return []
    rows = Affiliation.objects.filter(in_effect(), organisation_id__in=organisations)
    with acting_as(SYSTEM):  # others have agreed on them, for their own purposes
        return list(
            rows.select_related("organisation", "affiliate").order_by(
                ByAlphabet("affiliate__name"), ByAlphabet("organisation__name")
            )
        )


def affiliations_at_times(
    organisations: Collection[int], affiliates: Collection[int]
) -> Mapping[int, list[Affiliation]]:
    """Those that are or were in force between them, by affiliate: as whose affiliate somebody may have read.

    For the source that names these organisations, whose access log names the affiliates.
    """
    if not organisations or not affiliates:
        return {}
    rows = Affiliation.objects.filter(
        organisation_id__in=organisations, affiliate_id__in=affiliates, approved_at__isnull=False
    ).order_by("approved_at")
    by_affiliate: dict[int, list[Affiliation]] = defaultdict(list)
    with acting_as(SYSTEM):
        for row in rows.select_related("organisation"):
            by_affiliate[row.affiliate_id].append(row)
    return by_affiliate


def organisations_read_through(rows: Sequence[Affiliation], at: datetime) -> list[Organisation]:
    """Through which organisations an affiliate read at that moment."""
    return [
        row.organisation
        for row in rows
        if row.approved_at is not None
        and row.approved_at <= at
        and (row.closed_at is None or at <= row.closed_at)
    ]


# --- Whose records one opens -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OpenedRecords:
    """How many of an organisation's records the affiliate reads by the affiliation; no titles."""

    source: Organisation
    practices: int = 0
    uses: int = 0
    requests: int = 0


def _tokens_by_affiliate(affiliates: Collection[int]) -> Mapping[int, set[str]]:
    """What everybody at each of them holds by `practices_actor_tokens`."""
    rows = Affiliation.objects.filter(in_effect(), affiliate_id__in=affiliates)
    tokens = {pk: {"everybody", "community", f"staff:{pk}"} for pk in affiliates}
    with acting_as(SYSTEM):  # a source has to be told only what it opens or closes
        for affiliate, organisation in rows.values_list("affiliate_id", "organisation_id"):
            tokens[affiliate].add(f"client:{organisation}")
    return tokens


def opened_rows(model: type[Labelled], rows: Any, organisation: int, affiliate: int) -> Any:
    """Those of the rows (practices, uses or requests) that the affiliate reads by this affiliation alone.

    Its own are left out, and what it reads in another way: by name, or through another organisation. A use is read only
    with its practice.
    """
    client = f"client:{organisation}"
    others = sorted(_tokens_by_affiliate({affiliate})[affiliate] - {client})
    opened = rows.filter(reader_tokens__contains=[client]).exclude(reader_tokens__overlap=others)
    opened = opened.exclude(organisation_id=affiliate)
    if model is Practice:
        return opened.filter(state__in=RELEASED_STATES)
    if model is Adoption:
        readable = Q(practice__reader_tokens__overlap=[client, *others])
        return opened.filter(readable, practice__state__in=RELEASED_STATES)
    return opened


def opened_records(organisation: int, affiliate: int | None = None) -> list[OpenedRecords]:
    """By source, how many records an affiliate of the organisation reads now; for who decides about one.

    The secretariat, too, is told how many of whom, and nothing else: what is AMBER need not name it.
    """
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    with acting_as(SYSTEM):  # whose they are and how many, of what the one who decides need not see
        for name, model in (("practices", Practice), ("uses", Adoption), ("requests", Request)):
            rows = opened_rows(model, model.objects.all(), organisation, affiliate or 0)
            for source in rows.order_by().values_list("organisation_id", flat=True):
                counts[source][name] = counts[source].get(name, 0) + 1
    sources = Organisation.objects.filter(pk__in=counts).order_by(ByAlphabet("name"))
    return [OpenedRecords(source, **counts[source.pk]) for source in sources]


def opened_to(actor: Actor, affiliation: Affiliation) -> list[OpenedRecords] | None:
    """What it opens or would open; None for those who may not know whose records these are, and once it is over."""
    is_party = actor.is_host or affiliation.organisation_id == actor.tenant_id
    if not is_party or affiliation.state not in OPEN_AFFILIATION_STATES:
        return None
    return opened_records(affiliation.organisation_id, affiliation.affiliate_id)


# --- For the source --------------------------------------------------------------------------


@dataclass(slots=True)
class AffiliateReader:
    """An affiliation by which records of the actor's organisation are read, and those records."""

    affiliation: Affiliation
    practices: list[tuple[Practice, str]] = field(default_factory=list)  # each with its title
    uses: list[tuple[Adoption, str]] = field(default_factory=list)  # each with the title of its practice
    requests: list[Request] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.practices or self.uses or self.requests)


def affiliate_readers(actor: Actor) -> Sequence[AffiliateReader]:
    """The affiliates that read what the actor's organisation has shared, as far as the actor sees that themselves.

    As many queries for many of them as for one.
    """
    practices = _own_amber(Practice, actor, state__in=RELEASED_STATES)
    uses = _own_amber(Adoption, actor)
    requests = _own_amber(Request, actor)
    organisations = {pk for row in (*practices, *uses, *requests) for pk in row.reader_organisations}
    titles = practices_with_titles(actor, {row.pk for row in practices} | {row.practice_id for row in uses})
    affiliations = affiliations_in_effect(organisations)
    tokens = _tokens_by_affiliate({row.affiliate_id for row in affiliations})
    readers = []
    for affiliation in affiliations:
        reader = AffiliateReader(affiliation)
        reader.practices = [
            titles[row.pk] for row in practices if _opens(affiliation, row) and row.pk in titles
        ]
        readable = {
            pk
            for pk, (practice, _title) in titles.items()
            if not tokens[affiliation.affiliate_id].isdisjoint(practice.reader_tokens)
        }
        reader.uses = [
            (row, titles[row.practice_id][1])
            for row in uses
            if _opens(affiliation, row) and row.practice_id in readable
        ]
        reader.requests = [row for row in requests if _opens(affiliation, row)]
        if reader:
            readers.append(reader)
    return readers


def _own_amber(model: Any, actor: Actor, **lookup: object) -> list[Any]:
    rows = model.objects.visible_to(actor).filter(own(actor), label=Label.AMBER, **lookup)
    return list(rows.filter(organisation_id=tenant_of(actor)).order_by("-pk"))


def _opens(affiliation: Affiliation, row: Labelled) -> bool:
    """Whether it is read by this affiliation, and perhaps by another one too; what names the affiliate needs none."""
    named = f"staff:{affiliation.affiliate_id}" in row.reader_tokens
    is_client = f"client:{affiliation.organisation_id}" in row.reader_tokens
    return is_client and not named and row.organisation_id != affiliation.affiliate_id
