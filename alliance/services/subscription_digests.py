"""Letters about what is new: who is due one, how far it reaches, what it says, and what is noted once it is sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from alliance.enums import LetterPace
from alliance.models import Subscriber, Subscription
from alliance.queries.public.followed import (
    RECORD,
    FollowedSubject,
    Span,
    changes_about,
    find_subject,
    kind_label,
    successor_of,
    titles_of,
)
from alliance.queries.public.overdue import overdue_targets
from alliance.queries.public.record import last_number
from alliance.queries.public.summaries import Summary
from alliance.queries.public_questions import published_questions
from alliance.services.subscription_links import confirmed_subscriptions
from portal.kernel import clock
from portal.kernel.access import ANYONE, SYSTEM, acting_as
from portal.kernel.jobs import enqueue_all
from portal.kernel.notices import last_digest_day
from portal.kernel.text import reader_language

CHUNK = 1000  # subscribers of one statement
MOST_CHANGES = 30  # of one subject in a letter
# what was published in the last minute may not be committed yet, and has no number by which one could tell
_MARGIN = timedelta(minutes=1)
_WEEKS = timedelta(days=14)  # a letter a week reaches as far back, and further


@dataclass(frozen=True, slots=True)
class LetterSection:
    """What a letter says of one subject; `now` is under which it is followed from then on, None where it is no more."""

    subscription: Subscription
    title: str
    label: str
    url: str
    notes: Sequence[str]
    changes: Sequence[Summary]
    more: int  # changes that are not listed
    now: FollowedSubject | None


def enqueue_follow_digests() -> int:
    """Queue a letter for each subscriber who is due one since the last morning, where anything at all is new.

    The key holds that day: two schedulers queue it once. Returns how many are new.
    """
    on, count, last = last_digest_day(), 0, 0
    while True:
        with acting_as(SYSTEM):
            due = list(_due(on).filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK])
            payloads: dict[str, dict[str, int | str]] = {
                f"follow-digest:{pk}:{on}": {"subscriber": pk, "on": on.isoformat()} for pk in due
            }
            count += enqueue_all("send_follow_digest", payloads) if payloads else 0
        if len(due) < CHUNK:
            return count
        last = due[-1]


def _due(on: date) -> QuerySet[Subscriber]:
    """To whom a letter may go on that day: whether it has anything to say of their subjects is seen when it is made."""
    monday = on - timedelta(days=on.weekday())
    is_day = Q(pace=LetterPace.DAILY, last_on__lt=on) | Q(pace=LetterPace.WEEKLY, last_on__lt=monday)
    news = Q(last_number__lt=last_number())
    now = clock.now()
    answered = published_questions().values_list("published_at", flat=True).first()
    if answered is not None and answered <= now - _MARGIN:
        news |= Q(last_moment__lt=answered)
    if overdue := overdue_targets(now - _WEEKS, now - _MARGIN):
        news |= Q(last_moment__lt=overdue[0].at)
    rows: QuerySet[Subscriber] = Subscriber.objects.filter(is_day, news)
    return rows


def begin_letter(pk: int, on: date) -> Subscriber | None:
    """Write how far the letter of that day reaches, once, so that another try says the same; None where it is done.

    As SYSTEM. None also where a later letter is on its way, or the subscriber has ended it all.
    """
    with acting_as(SYSTEM):
        rows = Subscriber.objects.select_for_update(of=("self",))
        subscriber: Subscriber | None = rows.filter(pk=pk).first()
        if subscriber is None or (subscriber.last_on and subscriber.last_on >= on):
            return None
        if subscriber.letter_on is not None and subscriber.letter_on > on:
            return None
        if subscriber.letter_on != on:
            subscriber.letter_on, subscriber.letter_number = on, last_number()
            subscriber.letter_moment = max(clock.now() - _MARGIN, subscriber.last_moment)
            if not subscriber.bounce_code:  # the letter before has arrived
                subscriber.bounces = 0
            subscriber.bounce_code = ""
            subscriber.save()
        return subscriber


def sections_for(subscriber: Subscriber) -> list[LetterSection]:
    """What the letter says, in the active language, as everybody may read it; the whole record last.

    What stands under one subject is not repeated under another. Sections without news are left out.
    """
    rows = sorted(confirmed_subscriptions(subscriber), key=lambda row: row.kind == RECORD)
    known: set[str] = set()
    with acting_as(ANYONE):
        sections = [_section(subscriber, row, known) for row in rows]
    return [section for section in sections if section.changes or section.notes]


def _section(subscriber: Subscriber, row: Subscription, known: set[str]) -> LetterSection:
    subject = find_subject(row.kind, row.key)
    span = Span(
        max(subscriber.last_number, row.from_number),
        subscriber.letter_number or 0,
        max(subscriber.last_moment, row.confirmed_at or subscriber.last_moment),
        subscriber.letter_moment or subscriber.last_moment,
    )
    changes: list[Summary] = []
    for key in dict.fromkeys((row.key, subject.key if subject else row.key)):
        changes += [each for each in changes_about(row.kind, key, span) if each.key not in known]
        known.update(each.key for each in changes)
    before = row.titles.get(reader_language(), row.key)
    now = (successor_of(subject) or subject) if subject else None
    return LetterSection(
        row,
        subject.title if subject else before,
        kind_label(row.kind),
        subject.url if subject else "",
        _notes(before, subject, now),
        changes[:MOST_CHANGES],
        max(0, len(changes) - MOST_CHANGES),
        now,
    )


def _notes(before: str, subject: FollowedSubject | None, now: FollowedSubject | None) -> list[str]:
    """That it is public no more, has gone over into another, or has another name."""
    if subject is None or now is None:
        return [_("It is public no more. You no longer follow it.")]
    notes = [_("Its name before: %(name)s.") % {"name": before}] if subject.title != before else []
    if now is not subject:
        notes.append(_("%(new)s has taken its place. You follow that from now on.") % {"new": now.title})
    return notes


def finish_letter(pk: int, sections: Sequence[LetterSection]) -> None:
    """Note that the letter of the day is done, sent or not; subjects are followed under what they are now.

    Belongs into the transaction that ends its job.
    """
    subscriber = Subscriber.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if subscriber is None or subscriber.letter_number is None or subscriber.letter_moment is None:
        return
    subscriber.last_on, subscriber.last_number = subscriber.letter_on, subscriber.letter_number
    subscriber.last_moment = subscriber.letter_moment
    subscriber.letter_on = subscriber.letter_number = subscriber.letter_moment = None
    subscriber.save()
    for section in sections:
        if section.notes:
            _move(section.subscription, section.now)
    if not subscriber.subscriptions.exists():
        subscriber.delete()


def _move(subscription: Subscription, now: FollowedSubject | None) -> None:
    rows = Subscription.objects.filter(subscriber_id=subscription.subscriber_id, kind=subscription.kind)
    if now is None or rows.filter(key=now.key).exclude(pk=subscription.pk).exists():
        rows.filter(pk=subscription.pk).delete()
    else:
        rows.filter(pk=subscription.pk).update(key=now.key, titles=titles_of(now))
