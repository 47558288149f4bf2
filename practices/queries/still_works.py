"""When to ask whether a practice still works for a use: a year after a result, or when the method changed."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from alliance.queries.local_dates import today
from practices.enums import AdoptionState, PracticeState, QuestionCause
from practices.models import Adoption, Version
from practices.queries.method_changes import method_versions

EVERY = timedelta(days=365)
UNANSWERED_FOR = timedelta(days=91)  # after that the row says so
_USING = (AdoptionState.TRIAL, AdoptionState.IN_USE)


@dataclass(frozen=True, slots=True)
class Question:
    """Why the organisation of a use is asked, and since when that is so; `again` is the day to which it was put off."""

    adoption_id: int
    cause: QuestionCause
    since: date
    again: date | None = None


def due_questions() -> Iterator[Question]:
    """Of all uses that nobody is asked about now. Three queries."""
    now = today()
    rows = list(_askable(now).prefetch_related("results"))
    versions = _versions({row.practice_id for row in rows})
    for row in rows:
        if question := _question(row, versions.get(row.practice_id, ()), now):
            yield question


def question_cause(adoption: Adoption) -> QuestionCause | None:
    """Why the organisation of this use is to be asked now; None where it is not."""
    now = today()
    row = _askable(now).filter(pk=adoption.pk).prefetch_related("results").first()
    if row is None:
        return None
    question = _question(row, _versions([row.practice_id]).get(row.practice_id, ()), now)
    return question.cause if question else None


def next_question(adoption: Adoption) -> date | None:
    """The day on which its age alone leads to the question; None where nothing was measured or it is not used."""
    known = _last_known(adoption)
    if known is None or adoption.state not in _USING:
        return None
    return max(known + EVERY, adoption.ask_not_before or known)


def is_unanswered(adoption: Adoption) -> bool:
    """Whether it was asked so long ago that readers should know."""
    return adoption.asked_on is not None and adoption.asked_on + UNANSWERED_FOR < today()


def _askable(now: date) -> Any:
    rows = Adoption.objects.filter(
        Q(ask_not_before=None) | Q(ask_not_before__lte=now),
        asked_on=None,
        state__in=_USING,
        practice__state=PracticeState.SHARED,
    )
    return rows.select_related("practice").order_by("pk")


def _versions(practice_ids: Iterable[int]) -> dict[int, list[Version]]:
    versions: dict[int, list[Version]] = defaultdict(list)
    for version in Version.objects.filter(practice__in=list(practice_ids)).order_by("number"):
        versions[version.practice_id].append(version)
    return versions


def _question(adoption: Adoption, versions: Iterable[Version], now: date) -> Question | None:
    known = _last_known(adoption)
    answered = max(known or adoption.since, adoption.confirmed_on or adoption.since)
    for version in reversed(method_versions(_known_versions(adoption, versions))):
        day = timezone.localdate(version.shared_at)
        if day > answered and _recorded_before(adoption, version):
            return Question(adoption.pk, QuestionCause.VERSION, day, adoption.ask_not_before)
    if known is not None and answered + EVERY <= now:
        return Question(adoption.pk, QuestionCause.AGE, answered, adoption.ask_not_before)
    return None


def _known_versions(adoption: Adoption, versions: Iterable[Version]) -> list[Version]:
    """Not those before the practice was opened, unless the use is from before, too."""
    opened = adoption.practice.opened_version
    if opened is None or adoption.earlier_readers is not None:
        return list(versions)
    return [version for version in versions if version.number >= opened]


def _recorded_before(adoption: Adoption, version: Version) -> bool:
    """Not where a result was recorded by somebody who had read that version."""
    return all(result.version_number < version.number for result in adoption.results.all())


def _last_known(adoption: Adoption) -> date | None:
    """Until when its last result says how it worked."""
    days = [result.ends_on or timezone.localdate(result.added_at) for result in adoption.results.all()]
    return max(days, default=None)
