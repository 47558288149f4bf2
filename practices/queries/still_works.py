"""When to ask whether a practice still works for a use: a year after a result, or when the method changed."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from alliance.queries.local_dates import day_of, today
from practices.access import still_readable_uses
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
    """Of all uses that nobody is asked about now, and whose users still read the practice. Four queries."""
    now = today()
    rows = list(_askable(now))
    versions = _versions({row.practice_id for row in rows})
    for row in rows:
        if question := _question(row, versions.get(row.practice_id, ()), now):
            yield question


def question_cause(adoption: Adoption) -> QuestionCause | None:
    """Why the organisation of this use is to be asked now; None where it is not."""
    now = today()
    row = _askable(now).filter(pk=adoption.pk).first()
    if row is None:
        return None
    question = _question(row, _versions([row.practice_id]).get(row.practice_id, ()), now)
    return question.cause if question else None


def next_question(adoption: Adoption) -> date | None:
    """The day on which its age alone leads to the question; None where nothing was measured or it is not used.

    Of a practice that is shared: of others nobody is asked.
    """
    if adoption.state not in _USING or not adoption.current_results:
        return None
    due = _last_news(adoption) + EVERY
    return max(due, adoption.ask_not_before or due)


def is_unanswered(adoption: Adoption) -> bool:
    """Whether it was asked so long ago that readers should know."""
    return adoption.asked_on is not None and adoption.asked_on + UNANSWERED_FOR < today()


def _askable(now: date) -> Any:
    """Whoever may not read the practice any more is not asked about what others read."""
    rows = Adoption.objects.filter(
        still_readable_uses(),
        Q(ask_not_before=None) | Q(ask_not_before__lte=now),
        asked_on=None,
        state__in=_USING,
        practice__state=PracticeState.SHARED,
    )
    return rows.select_related("practice").order_by("pk").prefetch_related("results", "steps")


def _versions(practice_ids: Iterable[int]) -> dict[int, list[Version]]:
    versions: dict[int, list[Version]] = defaultdict(list)
    for version in Version.objects.filter(practice__in=list(practice_ids)).order_by("number"):
        versions[version.practice_id].append(version)
    return versions


def _question(adoption: Adoption, versions: Iterable[Version], now: date) -> Question | None:
    news = _last_news(adoption)
    for version in reversed(method_versions(_known_versions(adoption, versions))):
        day = day_of(version.shared_at)
        if day > news and _recorded_before(adoption, version):
            return Question(adoption.pk, QuestionCause.VERSION, day, adoption.ask_not_before)
    if adoption.current_results and news + EVERY <= now:
        return Question(adoption.pk, QuestionCause.AGE, news, adoption.ask_not_before)
    return None


def _known_versions(adoption: Adoption, versions: Iterable[Version]) -> list[Version]:
    """Not those before the practice was opened, unless the use is from before, too."""
    opened = adoption.practice.opened_version
    if opened is None or adoption.earlier_readers is not None:
        return list(versions)
    return [version for version in versions if version.number >= opened]


def _recorded_before(adoption: Adoption, version: Version) -> bool:
    """Not where a result was recorded by somebody who had read that version."""
    return all(result.version_number < version.number for result in adoption.current_results)


def _last_news(adoption: Adoption) -> date:
    """The last day of which its organisation has said how it works: by a result, an answer, or a note after both.

    A result says nothing of days after it was recorded, whatever its period is.
    """
    results = adoption.current_results
    last_result = max((result.added_at for result in results), default=adoption.created_at)
    notes = (step.recorded_at for step in adoption.steps.all() if step.recorded_at > last_result)
    periods = (min(result.ends_on or date.max, day_of(result.added_at)) for result in results)
    return max(adoption.since, adoption.confirmed_on or adoption.since, *periods, *map(day_of, notes))
