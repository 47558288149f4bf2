"""What a week brought to one reader: new practices, questions, uses of their practices, what is asked, what ends.

Everything is read as the reader may read it at this moment. What their organisation cares for follows from what it
wrote, uses, asks and looks for.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q

from portal.kernel import clock
from portal.kernel.access import SYSTEM, Actor, acting_as, person_of, tenant_of
from portal.kernel.journal import Event
from practices.access import entries_naming
from practices.enums import RELEASED_STATES, AdoptionState, PracticeState, RequestState
from practices.models import (
    AccessLog,
    Adoption,
    AdoptionResult,
    Follow,
    Post,
    Practice,
    Request,
    SavedSearch,
    SearchEntry,
)

MOST = 20  # rows of a section; the page of the library has the others
LENGTH = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Interests:
    """The harms and kinds of service that an organisation has to do with; without any, everything may serve it."""

    harms: frozenset[str]
    service_kinds: frozenset[str]

    @property
    def harm_tokens(self) -> list[str]:
        return [f"harms:{key}" for key in sorted(self.harms)]

    @property
    def service_tokens(self) -> list[str]:
        return [f"service_kinds:{key}" for key in sorted(self.service_kinds)]


@dataclass(frozen=True, slots=True)
class Week:
    """The rows of one week by section, each list empty where there is nothing."""

    interests: Interests
    new: Sequence[SearchEntry]
    widened: Collection[int]  # practices that are new to this reader, and not to all
    requests: Sequence[Request]
    questions: Sequence[Post]
    uses: Sequence[Adoption]
    asked: Sequence[Adoption]
    alerts: Sequence[Practice]
    is_empty: bool  # whether nothing has happened; what only goes on waiting is no news
    span: tuple[datetime, datetime]

    def has_corrected_result(self, use: Adoption) -> bool:
        """Whether a result of this use was corrected or withdrawn in the week."""
        return any(
            self.span[0] <= result.withdrawn_at < self.span[1]
            for result in use.earlier_results
            if result.withdrawn_at
        )


def week_before(actor: Actor, on: date, alerts_from: date | None = None) -> Week:
    """What happened in the seven days before that day, and which alerts end in the seven from it or another day."""
    end = datetime.combine(on, time(0), clock.local)
    span = (end - LENGTH, end)
    interests = interests_of(actor)
    widened = _widened_to(actor, span)
    new, requests = _new_entries(actor, interests, span, widened), _open_requests(actor, interests, span)
    questions, uses = _unanswered_questions(actor, span), _uses_by_others(actor, span)
    asked, alerts = _asked_uses(actor), _ending_alerts(actor, alerts_from or on)
    freshly_asked = any(row.asked_on and row.asked_on >= span[0].date() for row in asked)
    has_news = bool(new or requests or questions or uses or alerts or freshly_asked)
    return Week(interests, new, widened, requests, questions, uses, asked, alerts, not has_news, span)


def interests_of(actor: Actor) -> Interests:
    """From the practices that the organisation wrote or uses, its requests, its results and the person's searches."""
    tenant = tenant_of(actor)
    used = Adoption.objects.visible_to(actor).filter(organisation_id=tenant)
    practices = Q(practice__organisation_id=tenant) | Q(practice__in=used.values("practice_id"))
    tokens = {
        token
        for facets in SearchEntry.objects.visible_to(actor).filter(practices).values_list("facets", flat=True)
        for token in facets
    }
    harms = {token.partition(":")[2] for token in tokens if token.startswith("harms:")}
    kinds = {token.partition(":")[2] for token in tokens if token.startswith("service_kinds:")}
    results = AdoptionResult.objects.visible_to(actor).filter(
        adoption__organisation_id=tenant, withdrawn_at=None
    )
    measured = set(results.exclude(service_kind="").values_list("service_kind", flat=True))
    for row in Request.objects.visible_to(actor).filter(organisation_id=tenant):
        harms |= set(row.harms)
        kinds |= set(row.service_kinds)
    for query in SavedSearch.objects.visible_to(actor).values_list("query", flat=True):
        harms |= set(_listed(query.get("harms")))
        kinds |= set(_listed(query.get("service_kinds")))
    # where its own kinds are known from what it measured, what its practices might also serve says less
    return Interests(frozenset(harms - {"*"}), frozenset(measured or kinds - {"*"}))


def _listed(value: Any) -> Iterable[str]:
    values = [value] if isinstance(value, str) else value or []
    return (part for each in values for part in str(each).split(",") if part)


def _widened_to(actor: Actor, span: tuple[datetime, datetime]) -> frozenset[int]:
    """Practices that were shared before, and among whose readers the actor came to be in that time."""
    with acting_as(
        SYSTEM
    ):  # entries are their sources' to read; of those that let the actor in, ids are taken
        widened = Event.objects.filter(
            entries_naming(actor), kind="practice.widen", at__gte=span[0], at__lt=span[1]
        )
        return frozenset(widened.values_list("target_id", flat=True))


def _new_entries(
    actor: Actor, interests: Interests, span: tuple[datetime, datetime], widened: Collection[int]
) -> Sequence[SearchEntry]:
    """Shared for the first time, in a new version, or with the actor among its readers for the first time."""
    rows = SearchEntry.objects.visible_to(actor).filter(
        Q(updated_at__gte=span[0], updated_at__lt=span[1]) | Q(practice__in=widened),
        practice__state=PracticeState.SHARED,
    )
    rows = rows.exclude(practice__organisation_id=tenant_of(actor))
    if interests.harms:
        rows = rows.filter(facets__overlap=interests.harm_tokens)
    if interests.service_kinds:
        rows = rows.filter(facets__overlap=[*interests.service_tokens, "service_kinds:*"])
    return list(rows.select_related("practice__organisation").order_by("-updated_at", "pk")[:MOST])


def _open_requests(actor: Actor, interests: Interests, span: tuple[datetime, datetime]) -> Sequence[Request]:
    rows = Request.objects.visible_to(actor).filter(
        state=RequestState.OPEN, asked_at__gte=span[0], asked_at__lt=span[1]
    )
    rows = rows.exclude(organisation_id=tenant_of(actor))
    if interests.harms or interests.service_kinds:
        serves = Q(harms__overlap=sorted(interests.harms)) | Q(
            service_kinds__overlap=sorted(interests.service_kinds)
        )
        rows = rows.filter(serves)
    return list(rows.select_related("organisation").order_by("-asked_at", "-pk")[:MOST])


def _unanswered_questions(actor: Actor, span: tuple[datetime, datetime]) -> Sequence[Post]:
    """Asked about the organisation's own practices that can be written about, and answered by nobody yet."""
    answers = Post.objects.filter(parent=OuterRef("pk"), removed_at__isnull=True)
    rows = Post.objects.visible_to(actor).filter(
        ~Exists(answers),
        parent__isnull=True,
        removed_at__isnull=True,
        practice__organisation_id=tenant_of(actor),
        practice__state__in=RELEASED_STATES,
        posted_at__gte=span[0],
        posted_at__lt=span[1],
    )
    rows = rows.exclude(person_id=person_of(actor))
    return list(rows.select_related("practice", "organisation").order_by("-posted_at", "-pk")[:MOST])


def _uses_by_others(actor: Actor, span: tuple[datetime, datetime]) -> Sequence[Adoption]:
    """Of the organisation's own practices, begun, changed, measured, or with a result corrected or withdrawn."""
    rows = Adoption.objects.visible_to(actor).filter(
        Q(steps__recorded_at__gte=span[0], steps__recorded_at__lt=span[1])
        | Q(results__added_at__gte=span[0], results__added_at__lt=span[1])
        | Q(results__withdrawn_at__gte=span[0], results__withdrawn_at__lt=span[1]),
        practice__organisation_id=tenant_of(actor),
    )
    rows = rows.exclude(organisation_id=tenant_of(actor)).order_by("pk").distinct()
    related = rows.select_related("practice", "organisation", "service").prefetch_related("results")
    return list(related[:MOST])


def _asked_uses(actor: Actor) -> Sequence[Adoption]:
    rows = Adoption.objects.visible_to(actor).filter(organisation_id=tenant_of(actor), asked_on__isnull=False)
    return list(rows.select_related("organisation", "service").order_by("asked_on", "pk")[:MOST])


def _ending_alerts(actor: Actor, on: date) -> Sequence[Practice]:
    """One's own, and those that one follows, uses or has opened."""
    reader = {"person_id": person_of(actor), "organisation_id": tenant_of(actor)}
    with acting_as(SYSTEM):  # the access log is the sources' to read; of one's own rows only ids are taken
        opened = set(AccessLog.objects.filter(**reader).values_list("practice_id", flat=True))
    used = Adoption.objects.visible_to(actor).filter(organisation_id=tenant_of(actor))
    followed = Follow.objects.visible_to(actor).filter(practice__isnull=False)
    known = (
        Q(organisation_id=tenant_of(actor))
        | Q(pk__in=opened)
        | Q(pk__in=used.exclude(state=AdoptionState.DISCONTINUED).values("practice_id"))
        | Q(pk__in=followed.values("practice_id"))
    )
    rows = Practice.objects.visible_to(actor).filter(
        known, state=PracticeState.SHARED, expires_on__gte=on, expires_on__lt=on + LENGTH
    )
    return list(rows.select_related("organisation").order_by("expires_on", "pk")[:MOST])
