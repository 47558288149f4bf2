"""What somebody had opened or used and that was recalled since: they see the practice no more, but must be notified."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from portal.kernel.access import SYSTEM, Actor, acting_as, person_of, tenant_of
from portal.kernel.journal import Event
from practices.access import adoptions, readable, readable_versions
from practices.enums import Label, PracticeState
from practices.models import AccessLog, Adoption, Follow, Practice, Version


@dataclass(frozen=True, slots=True)
class ReadingHistory:
    """How a person knew a practice: its label then, and the day they last opened it, if they did."""

    label: str
    known_at: datetime  # when they last had to do with it, and could read it
    opened_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RecalledPractice:
    """A practice that was recalled, under the title that the reader knew.

    `reason` is empty unless the reader could still read the practice when it was recalled.
    """

    title: str
    language: str
    source: str
    label: str
    opened_at: datetime | None
    recalled_at: datetime | None
    reason: str


def own_reading_history(actor: Actor, practice_id: int) -> ReadingHistory | None:
    """How the actor knew this practice; None when they did not."""
    return _reading_histories(actor, [practice_id]).get(practice_id)


def recalled_practices(actor: Actor) -> Sequence[RecalledPractice]:
    """All recalled practices that the actor had opened or uses, latest first. As many queries as for one.

    The title is that of the version they last opened. They get the reason only where the label still named them
    when the practice was recalled.
    """
    histories = _reading_histories(actor)
    with acting_as(SYSTEM):  # they see it no more, but must be notified
        rows = Practice.objects.filter(pk__in=histories, state=PracticeState.RECALLED).select_related(
            "organisation"
        )
        recalled = {row.pk: row for row in rows.exclude(organisation_id=tenant_of(actor))}
        to_the_end = set(
            Practice.objects.filter(readable(actor), pk__in=recalled).values_list("pk", flat=True)
        )
        titles = _titles(actor, {pk: histories[pk].known_at for pk in recalled})
        events = Event.objects.filter(kind="practice.recall", target_id__in=recalled).order_by("at")
        days = dict(events.values_list("target_id", "at"))
    practices = [
        RecalledPractice(
            title=titles.get(pk, ""),
            language=row.language,
            source=row.organisation.name,
            label=Label(histories[pk].label).label,
            opened_at=histories[pk].opened_at,
            recalled_at=days.get(pk),
            reason=row.state_reason if pk in to_the_end else "",
        )
        for pk, row in recalled.items()
    ]
    return sorted(
        practices,
        key=lambda practice: practice.recalled_at.timestamp() if practice.recalled_at else 0,
        reverse=True,
    )


def _titles(actor: Actor, known_at: Mapping[int, datetime]) -> dict[int, str]:
    """By practice: the title of the last version that was there at the moment; the first where none was."""
    titles: dict[int, str] = {}
    rows = Version.objects.filter(readable_versions(actor), practice__in=known_at).order_by("number")
    for pk, at, title in rows.values_list("practice_id", "shared_at", "content__title"):
        if pk not in titles or at <= known_at[pk]:
            titles[pk] = str(title)
    return titles


def _reading_histories(actor: Actor, ids: Sequence[int] | None = None) -> dict[int, ReadingHistory]:
    """By practice, all or these: the last access, or else a use by one's own organisation, or else that one follows it.

    The access log is the source's to read; these entries are the actor's own. A follow counts where the world could
    read. A use goes on where its practice can no longer be read: it was known then as it was when that was recorded.
    """
    own = {"person_id": person_of(actor), "organisation_id": tenant_of(actor)}
    of_practices = Q() if ids is None else Q(practice__in=ids)
    with acting_as(SYSTEM):
        followed = Follow.objects.filter(of_practices, **own, practice__label=Label.CLEAR)
        histories = {
            pk: ReadingHistory(Label.CLEAR, at) for pk, at in followed.values_list("practice_id", "since")
        }
        still_named = Practice.objects.filter(readable(actor), pk=OuterRef("practice_id"))
        used = Adoption.objects.filter(adoptions(actor), of_practices, organisation_id=tenant_of(actor))
        for use in used.select_related("practice").annotate(is_readable=Exists(still_named)):
            histories[use.practice_id] = (
                ReadingHistory(use.practice.label, use.updated_at)
                if use.is_readable
                else ReadingHistory(use.practice_label, use.created_at)
            )
        opened = AccessLog.objects.filter(of_practices, **own).order_by("opened_at", "pk")
        for pk, label, at in opened.values_list("practice_id", "label", "opened_at"):
            histories[pk] = ReadingHistory(label, at, at)
    return histories
