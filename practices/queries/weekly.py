"""What a week brought to one reader: new practices, questions, uses of their practices, what is asked, what ends.

Everything is read as the reader may read it at this moment. What their organisation cares for follows from what it
wrote, uses, asks and looks for; what names the reader is shown whatever it is about.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils import timezone

from portal.kernel import clock
from portal.kernel.access import SYSTEM, Actor, acting_as, person_of, tenant_of
from portal.kernel.journal import Event
from practices.access import entries_naming
from practices.enums import (
    NAMED_LABELS,
    RELEASED_STATES,
    AdoptionState,
    PracticeState,
    RequestState,
)
from practices.models import (
    AccessLog,
    Adoption,
    Follow,
    Post,
    Practice,
    Request,
    SearchEntry,
)
from practices.queries.interests import Interests, interests_of

MOST = 20  # rows of a section of the letter; its page has the others
MOST_ON_PAGE = 500
LENGTH = timedelta(days=7)


_Row = TypeVar("_Row", bound=Model)


class FirstRows(list[_Row]):
    """The first rows of a section; `total` is how many there are."""

    def __init__(self, rows: QuerySet[_Row], most: int) -> None:
        super().__init__(rows[: most + 1])
        self.total = len(self)
        if self.total > most:
            self.pop()
            self.total = rows.count()


@dataclass(frozen=True, slots=True)
class Week:
    """The rows of one week by section, each list empty where there is nothing."""

    interests: Interests
    new: FirstRows[SearchEntry]
    widened: Collection[int]  # practices that are new to this reader, and not to all
    requests: FirstRows[Request]
    questions: FirstRows[Post]
    uses: FirstRows[Adoption]
    asked: FirstRows[Adoption]
    alerts: FirstRows[Practice]
    is_empty: bool  # whether nothing has happened; what only goes on waiting is no news
    span: tuple[datetime, datetime]

    def has_corrected_result(self, use: Adoption) -> bool:
        """Whether a result of this use was corrected or withdrawn in the week."""
        return any(
            self.span[0] <= result.withdrawn_at < self.span[1]
            for result in use.earlier_results
            if result.withdrawn_at
        )


def week_before(actor: Actor, on: date, alerts_from: date | None = None, *, most: int | None = None) -> Week:
    """What happened in the seven days before that day, and which alerts end in the seven from it or another day.

    Of each kind at most `most` rows, without it as many as a letter has.
    """
    most = most or MOST
    end = datetime.combine(on, time(0), clock.local)
    span = (end - LENGTH, end)
    interests = interests_of(actor)
    widened = _widened_to(actor, span)
    new = FirstRows(_new_entries(actor, interests, span, widened), most)
    requests = FirstRows(_open_requests(actor, interests, span), most)
    questions = FirstRows(_unanswered_questions(actor, span), most)
    uses = FirstRows(_uses_by_others(actor, span), most)
    asked = FirstRows(_asked_uses(actor), most)
    alerts = FirstRows(_ending_alerts(actor, alerts_from or on), most)
    has_news = bool(new or requests or questions or uses or alerts or _is_freshly_asked(actor, asked, span))
    return Week(interests, new, widened, requests, questions, uses, asked, alerts, not has_news, span)


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
) -> QuerySet[SearchEntry]:
    """Shared for the first time, in a new version, or with the actor among its readers for the first time.

    What names its readers is chosen by its source, and by nothing else: no other letter tells an organisation of it.
    """
    rows = SearchEntry.objects.visible_to(actor).filter(
        Q(updated_at__gte=span[0], updated_at__lt=span[1]) | Q(practice__in=widened),
        practice__state=PracticeState.SHARED,
    )
    rows = rows.exclude(practice__organisation_id=tenant_of(actor))
    serves = Q()
    if interests.harms:
        serves &= Q(facets__overlap=interests.harm_tokens)
    if interests.service_kinds:
        serves &= Q(facets__overlap=[*interests.service_tokens, "service_kinds:*"])
    if serves:
        rows = rows.filter(serves | Q(practice__label__in=NAMED_LABELS) | Q(practice__in=widened))
    return rows.select_related("practice__organisation").order_by("-updated_at", "pk")


def _open_requests(actor: Actor, interests: Interests, span: tuple[datetime, datetime]) -> QuerySet[Request]:
    rows = Request.objects.visible_to(actor).filter(
        state=RequestState.OPEN, asked_at__gte=span[0], asked_at__lt=span[1]
    )
    rows = rows.exclude(organisation_id=tenant_of(actor))
    if interests.harms or interests.service_kinds:
        serves = Q(harms__overlap=sorted(interests.harms)) | Q(
            service_kinds__overlap=sorted(interests.service_kinds)
        )
        serves |= Q(harms=[], service_kinds=[])  # about anything
        rows = rows.filter(serves | Q(label__in=NAMED_LABELS))
    return rows.select_related("organisation").order_by("-asked_at", "-pk")


def _unanswered_questions(actor: Actor, span: tuple[datetime, datetime]) -> QuerySet[Post]:
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
    return rows.select_related("practice", "organisation").order_by("-posted_at", "-pk")


def _uses_by_others(actor: Actor, span: tuple[datetime, datetime]) -> QuerySet[Adoption]:
    """Of the organisation's own practices, begun, changed, measured, or with a result corrected or withdrawn."""
    rows = Adoption.objects.visible_to(actor).filter(
        Q(steps__recorded_at__gte=span[0], steps__recorded_at__lt=span[1])
        | Q(results__added_at__gte=span[0], results__added_at__lt=span[1])
        | Q(results__withdrawn_at__gte=span[0], results__withdrawn_at__lt=span[1]),
        practice__organisation_id=tenant_of(actor),
    )
    rows = rows.exclude(organisation_id=tenant_of(actor)).order_by("pk").distinct()
    return rows.select_related("practice", "organisation", "service").prefetch_related("results", "steps")


def _asked_uses(actor: Actor) -> QuerySet[Adoption]:
    rows = Adoption.objects.visible_to(actor).filter(organisation_id=tenant_of(actor), asked_on__isnull=False)
    return rows.select_related("organisation", "service").order_by("asked_on", "pk")


def _is_freshly_asked(actor: Actor, asked: FirstRows[Adoption], span: tuple[datetime, datetime]) -> bool:
    """Whether one of the questions is of this week; the first rows are those that wait longest."""
    first_day = timezone.localdate(span[0], clock.local)
    if any(row.asked_on and row.asked_on >= first_day for row in asked):
        return True
    return asked.total > len(asked) and _asked_uses(actor).filter(asked_on__gte=first_day).exists()


def _ending_alerts(actor: Actor, on: date) -> QuerySet[Practice]:
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
    return rows.select_related("organisation").order_by("expires_on", "pk")
