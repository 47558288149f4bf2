"""The form that every notice of the practices has, and what it may say by label.

What is not for the community is announced by its label and a link: no letter names it, its source, or who did
something. The inbox, which is read behind the sign-in, names it to those who may see it at that moment. A title is
never stored with an item, so it disappears for those who lose access.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.utils.text import capfirst

from alliance.models import Organisation, Person
from alliance.queries.site import read_site
from portal.kernel.access import Actor
from portal.kernel.journal import Event
from portal.kernel.notices import Notice, Recipient, Timing
from practices.enums import EARLIER_LABEL, OPEN_LABELS, Label, strictest
from practices.models import (
    Adoption,
    DiscussionSubject,
    Post,
    Practice,
    Request,
    Translation,
    WorkingGroup,
)
from practices.models.discussion import SUBJECT_FIELDS
from practices.queries.titles import titles_of

# What a group says to itself is for those whom it names as its members.
_GROUP_LABEL = Label.RED

TemplateContext = Mapping[str, Any]


def notice(
    kind: str,
    recipients: Callable[[Event], Iterable[Recipient]],
    context: Callable[[Actor, Event], TemplateContext | None],
    *,
    group: str,
    names: bool = True,
    quotes: Iterable[str] = (),
    timing: Callable[[Event], Timing | None] | None = None,
) -> Notice:
    """The notice of an event kind. `names`: whether its subject may carry a title at all; `quotes`: what else."""
    return Notice(
        kind,
        "practices/email/news.html",
        recipients,
        context,
        ("label", "what", *quotes),
        name_lookup=titles_by_event if names else None,
        letter_name_lookup=open_titles_by_event if names else None,
        group=group,
        timing=timing,
    )


def page_of(actor: Actor, name: str, *args: object) -> str:
    """The name of a page in the area where the recipient works."""
    return f"{'secretariat' if actor.is_host else 'workspace'}:{name}"


def letter_context(event: Event, news: str, url: str, label: str) -> dict[str, Any]:
    """What the letter says: the news, the label, and of what is open also who did it. Its title comes by its name."""
    context = {"site": read_site(), "what": news, "label": Label(label).label, "url": url}
    if label not in OPEN_LABELS:
        return {**context, "is_named": True}
    person = Person.objects.filter(pk=event.person_id or 0).first()
    organisation = Organisation.objects.filter(pk=event.tenant_id or 0).first()
    return {**context, "by": ", ".join(row.name for row in (person, organisation) if row)}


def label_of(subject: DiscussionSubject) -> str:
    return _GROUP_LABEL if isinstance(subject, WorkingGroup) else subject.label


# --- Titles, looked up for the reader -----------------------------------------------------


def titles_by_event(actor: Actor, events: Sequence[Event]) -> Mapping[int, Mapping[str, str]]:
    """By event, the label that the record has now, its title if the actor may see it, and what it is `about`.

    As many queries for many events as for one.
    """
    labels, places = _labels_and_subjects(actor, events)
    practices = Practice.objects.visible_to(actor).in_bulk(_ids("practice", places))
    requests = Request.objects.visible_to(actor).in_bulk(_ids("request", places))
    titles = titles_of(actor, practices)
    texts: dict[int, dict[str, str]] = {}
    for event_id, (place, pk) in places.items():
        row = {"practice": practices, "request": requests}.get(place, {}).get(pk)
        if row is None:
            continue
        label = Label(strictest(row.label, *labels.get(event_id, ())))
        title = titles.get(pk, "") if place == "practice" else capfirst(row.title)
        texts[event_id] = {"label": label.label, "title": title, "about": f"{place}:{pk}"}
    return texts


_OPEN_NAMES = frozenset(Label(label).label for label in OPEN_LABELS)


def open_titles_by_event(actor: Actor, events: Sequence[Event]) -> Mapping[int, Mapping[str, str]]:
    """The same for a letter, which leaves the portal: it bears the title of what is open alone."""
    return {
        event_id: texts if texts["label"] in _OPEN_NAMES else {**texts, "title": ""}
        for event_id, texts in titles_by_event(actor, events).items()
    }


def _ids(subject_field: str, subjects: Mapping[int, tuple[str, int]]) -> set[int]:
    return {pk for kind, pk in subjects.values() if kind == subject_field}


def _labels_and_subjects(
    actor: Actor, events: Sequence[Event]
) -> tuple[dict[int, list[str]], dict[int, tuple[str, int]]]:
    """By event: the labels of the records between, and the kind and id of its subject."""
    of_adoptions = [event for event in events if event.target_type == "practices.adoption"]
    adoptions = Adoption.objects.visible_to(actor).in_bulk({event.target_id for event in of_adoptions})
    earlier = _earlier_parts(actor, events)
    labels: dict[int, list[str]] = {}
    places: dict[int, tuple[str, int]] = {}
    for event in events:
        model = event.target_type.rpartition(".")[2]
        subject_fields = [place for place in SUBJECT_FIELDS if event.data.get(place)]
        if event.target_type == "practices.adoption":
            if row := adoptions.get(event.target_id):
                labels[event.pk] = [row.handling_label]
                places[event.pk] = ("practice", row.practice_id)
        elif model in ("practice", "request"):
            places[event.pk] = (model, event.target_id)
        elif subject_fields:
            if (event.target_type, event.target_id) in earlier:
                labels[event.pk] = [EARLIER_LABEL]
            places[event.pk] = (subject_fields[0], int(event.data[subject_fields[0]]))
    return labels, places


_PARTS: Mapping[str, Any] = {"practices.post": Post, "practices.translation": Translation}


def _earlier_parts(actor: Actor, events: Sequence[Event]) -> set[tuple[str, int]]:
    """Those that the events are about and that only earlier readers see: by type and id. A query for each type."""
    earlier: set[tuple[str, int]] = set()
    for target_type, model in _PARTS.items():
        ids = {event.target_id for event in events if event.target_type == target_type}
        if ids:
            rows = model.objects.visible_to(actor).filter(pk__in=ids, earlier_readers__isnull=False)
            earlier |= {(target_type, pk) for pk in rows.values_list("pk", flat=True)}
    return earlier
