"""Notices about practices: moderated, shared, updated, retired, recalled."""

from collections.abc import Callable, Iterable
from datetime import date

from django.urls import reverse

from alliance.enums import Role
from alliance.notify.recipients import secretariat_staff
from alliance.notify.reminder_texts import ReminderText
from alliance.queries.local_dates import end_of_day
from portal.kernel.access import Actor
from portal.kernel.journal import Event
from portal.kernel.notices import Recipient, Timing
from practices.access import person_token
from practices.audiences import by_kind
from practices.enums import AttachmentKind, OpeningState
from practices.models import AccessLog, Adoption, Attachment, GroupMembership, Opening, Practice
from practices.notify.letters import TemplateContext, letter_context, notice, page_of
from practices.notify.recipients import (
    adopters_of,
    followers_of,
    is_of_source,
    people_named,
    source_of,
    unique_recipients,
)
from practices.queries.expiry import EXPIRED, EXPIRING, is_expiry_due
from practices.queries.readership import people_holding
from practices.queries.recalls import own_reading_history


def _practice(event: Event) -> Practice:
    return Practice.objects.get(pk=event.target_id)


# --- Who -------------------------------------------------------------------------------------


def _managers(event: Event) -> list[Recipient]:
    return unique_recipients(event, secretariat_staff(Role.MANAGER))


def _source(event: Event) -> list[Recipient]:
    return unique_recipients(event, source_of(_practice(event)))


def _source_and_named(event: Event) -> list[Recipient]:
    """Also the people whom a practice names, by themselves or by their groups."""
    practice = _practice(event)
    return unique_recipients(event, source_of(practice), _people_named_by(practice.reader_tokens))


def _newly_named(event: Event) -> list[Recipient]:
    """Whom a change of its readers names by themselves or by their groups, and who could not read it before."""
    source = {each.person_id for each in source_of(_practice(event))}
    named = unique_recipients(event, _people_named_by(event.data.get("added", ())))
    rows = people_holding(event.data.get("earlier_readers", ()))
    earlier = set(rows.values_list("person_id", "organisation_id")) if named else set()
    return [
        each
        for each in named
        if each.person_id not in source and (each.person_id, each.tenant_id) not in earlier
    ]


def _people_named_by(tokens: Iterable[str]) -> list[Recipient]:
    """The people among readers, by themselves or by groups; organisations read of it in the letter of the week."""
    kinds = by_kind(tokens)
    groups = [int(pk) for pk in kinds.get("group", ())]
    members = GroupMembership.objects.filter(group__in=groups, ended_at__isnull=True)
    grouped = [person_token(*pair) for pair in members.values_list("person_id", "organisation_id")]
    return people_named([*kinds.get("person", ()), *grouped])


def _readers(event: Event) -> list[Recipient]:
    """Who uses or follows it."""
    practice = _practice(event)
    return unique_recipients(event, adopters_of(practice), followers_of(practice))


def _people_in_access_log(event: Event) -> list[Recipient]:
    """Everyone who had opened it, and who uses it; for a public one also who followed it."""
    practice = _practice(event)
    log_rows = AccessLog.objects.filter(practice=practice).order_by().distinct()
    opened = people_named(
        person_token(*pair) for pair in log_rows.values_list("person_id", "organisation_id")
    )
    return unique_recipients(event, opened, adopters_of(practice), followers_of(practice))


# --- What ------------------------------------------------------------------------------------


def _about_practice(actor: Actor, event: Event) -> TemplateContext | None:
    return _about_practice_news(actor, event, event.kind)


def _about_practice_news(actor: Actor, event: Event, news: str) -> TemplateContext | None:
    practice = Practice.objects.visible_to(actor).filter(pk=event.target_id).first()
    return _letter(actor, event, news, practice) if practice else None


def _letter(actor: Actor, event: Event, news: str, practice: Practice) -> TemplateContext:
    url = reverse(page_of(actor, "practice"), args=[practice.key])
    return letter_context(event, news, url, practice.label)


def _news_by_recipient(news: str, news_for_source: str) -> Callable[[Actor, Event], TemplateContext | None]:
    """The news for those at the source, and for everybody else."""

    def context(actor: Actor, event: Event) -> TemplateContext | None:
        practice = Practice.objects.visible_to(actor).filter(pk=event.target_id).first()
        if practice is None:
            return None
        return _letter(actor, event, news_for_source if is_of_source(actor, practice) else news, practice)

    return context


def _about_expiry(actor: Actor, event: Event) -> TemplateContext | None:
    """As long as it is so: an alert that was prolonged or retired in the meantime is not reminded of."""
    practice = Practice.objects.visible_to(actor).filter(pk=event.target_id).first()
    last_day = date.fromisoformat(event.data["on"])
    if practice is None or not is_expiry_due(event.kind, practice, last_day):
        return None
    is_for_reader = event.kind == EXPIRED and not is_of_source(actor, practice)
    context = _letter(actor, event, "practice.expired" if is_for_reader else event.kind, practice)
    reminder = ReminderText(last_day, date.fromisoformat(event.data["planned"]))
    return {**context, "reminder": reminder, "ends_at": reminder.ends_at}


def _before_it_expires(event: Event) -> Timing:
    return Timing(end_of_day(date.fromisoformat(event.data["on"])))


def _about_recall(actor: Actor, event: Event) -> TemplateContext | None:
    """To people who see it no more: by the label under which they knew it, and a page that says what they need."""
    history = own_reading_history(actor, event.target_id)
    if history is None:
        return None
    url = reverse(page_of(actor, "practice-recalled"))
    return {**letter_context(event, event.kind, url, history.label), "title": "", "by": ""}


def _about_narrowing(actor: Actor, event: Event) -> TemplateContext | None:
    """To those alone who had opened or used it and may not read it any more: they may hold a copy."""
    if Practice.objects.visible_to(actor).filter(pk=event.target_id).exists():
        return None
    history = own_reading_history(actor, event.target_id)
    if history is None:
        return None
    url = reverse(page_of(actor, "practice-list"))
    return {**letter_context(event, event.kind, url, history.label), "title": "", "by": ""}


def _about_opening(actor: Actor, event: Event) -> TemplateContext | None:
    """To those who decide, while it waits; and to its source, when it was returned."""
    row = Opening.objects.visible_to(actor).filter(pk=event.target_id).first()
    if row is None:
        return None
    if event.kind == "opening.propose":
        if row.state != OpeningState.PROPOSED:
            return None
        return letter_context(
            event, event.kind, reverse("secretariat:opening", args=[row.key]), row.proposed["label"]
        )
    practice = Practice.objects.visible_to(actor).filter(pk=row.practice_id).first()
    return _letter(actor, event, event.kind, practice) if practice else None


def _opening_source(event: Event) -> list[Recipient]:
    return unique_recipients(event, source_of(Opening.objects.get(pk=event.target_id).practice))


def _about_opened(actor: Actor, event: Event) -> TemplateContext | None:
    """To its source, to followers, and to those who use it, whose use stays with its earlier readers for now."""
    practice = Practice.objects.visible_to(actor).filter(pk=event.target_id).first()
    if practice is None:
        return None
    if is_of_source(actor, practice):
        return _letter(actor, event, "practice.opened", practice)
    uses = Adoption.objects.visible_to(actor).filter(practice=practice, organisation_id=actor.tenant_id)
    stays = uses.filter(earlier_readers__isnull=False).order_by("pk").first()
    # no export after the opening revokes what one before it gave out
    lists = Attachment.objects.visible_to(actor).filter(practice=practice, kind=AttachmentKind.HASH_LIST)
    news = "_hashes" if lists.filter(shared_at__lt=event.at).exists() else ""
    if stays is None or actor.is_host:
        return _letter(actor, event, f"practice.open{news}", practice)
    url = reverse("workspace:adoption-readers", args=[stays.key])
    return letter_context(event, f"practice.opened_used{news}", url, practice.label)


NOTICES = (
    notice("practice.narrow", _people_in_access_log, _about_narrowing, names=False, group="recalls"),
    notice("practice.submit", _managers, _about_practice, group="moderation"),
    notice("practice.return", _source, _about_practice, group="own_practices"),
    notice("practice.share", _source, _about_practice, group="own_practices"),
    notice(
        "practice.share_directly",
        _source_and_named,
        _news_by_recipient("practice.named", "practice.share"),
        group="practices",
    ),
    notice(
        "practice.widen",
        _newly_named,
        lambda actor, event: _about_practice_news(actor, event, "practice.named"),
        group="practices",
    ),
    notice("practice.update", _readers, _about_practice, group="practices"),
    notice("practice.propose_update", _managers, _about_practice, group="moderation"),
    notice(
        "practice.share_update",
        lambda event: unique_recipients(event, _source(event), _readers(event)),
        _news_by_recipient("practice.update", "practice.share_update"),
        group="practices",
    ),
    notice("opening.propose", _managers, _about_opening, group="moderation"),
    notice("opening.return", _opening_source, _about_opening, group="own_practices"),
    notice(
        "practice.open",
        lambda event: unique_recipients(event, _source(event), _readers(event)),
        _about_opened,
        group="practices",
    ),
    notice("practice.return_update", _source, _about_practice, group="own_practices"),
    notice(
        EXPIRING,
        _source,
        _about_expiry,
        quotes=("reminder.time",),
        group="own_practices",
        timing=_before_it_expires,
    ),
    notice(
        EXPIRED,
        lambda event: unique_recipients(event, _source(event), _readers(event)),
        _about_expiry,
        group="practices",
        timing=lambda event: Timing(),
    ),
    notice("practice.retire", _readers, _about_practice, group="practices"),
    notice("practice.recall", _people_in_access_log, _about_recall, names=False, group="recalls"),
)
