"""Reads of the journal, for those of the secretariat who may: filtered, in words, page by page from the newest."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.models import Organisation, Person
from portal.kernel import journal, journal_words
from portal.kernel.access import Actor, ActorKind, can
from portal.kernel.models import Event

ROWS = 50
_FOUND = 1000  # people of whom one asks by a part of their name
_DIGEST_LENGTH = 64
_STEP = ("source", "target")  # from which state to which
_NAMELESS: dict[str, Promise] = {
    ActorKind.SYSTEM: gettext_lazy("Portal"),
    ActorKind.ANYONE: gettext_lazy("a visitor"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Which lines are wanted; what is left empty asks for all. `thing` is model and number: `alliance.report:42`."""

    group: str = ""
    kind: str = ""
    person: str = ""
    organisation: int | None = None
    thing: str = ""
    since: date | None = None
    until: date | None = None


ALL = Asked()


@dataclass(frozen=True, slots=True)
class Line:
    """One line with the names behind its ids; a person who is gone has none."""

    event: Event
    person: str
    organisation: str
    url: str = ""

    @property
    def says(self) -> str:
        """What happened, as a sentence."""
        return journal_words.sentence(self.event.kind)

    @property
    def who(self) -> str:
        """Who acted: a name, or in words what there is instead of one."""
        return who_of(self.person, self.event.actor_kind)

    @property
    def target(self) -> str:
        """What kind of thing it was."""
        return journal_words.thing(self.event.target_type.rpartition(".")[2])

    @property
    def is_shaded(self) -> bool:
        """Whether not everybody who reads the journal may know of the thing."""
        return journal.is_shaded(self.event)

    @property
    def number(self) -> str:
        """Which one of its kind; of what not everybody may know of a number would tell how many there are."""
        return "" if self.is_shaded else str(self.event.target_id)

    @property
    def details(self) -> str:
        """What the line holds besides."""
        return details_of(self.event.data, self.event.target_type, is_shaded=self.is_shaded)


def who_of(name: str, kind: str) -> str:
    """Who acted: a name, or in words what there is instead of one."""
    return name or str(_NAMELESS.get(kind, _("Erased person")))


def details_of(data: Mapping[str, object], target: str, *, is_shaded: bool) -> str:
    """What a line about a target (`label.model`) holds besides: states, days and ids, never words of people.

    Of what not everybody may know of, no ids: they would number other such things, and name their readers.
    """
    shown = {name: value for name, value in data.items() if isinstance(value, str) or not is_shaded}
    step = [journal_words.state(target, str(shown.pop(end))) for end in _STEP if end in shown]
    facts = [f"{journal_words.fact(name)}: {_short(value)}" for name, value in shown.items()]
    return ", ".join([" → ".join(step), *facts] if step else facts)


def _short(value: object) -> str:
    """A digest is known by its beginning; what a list holds stands in a row."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return f"{text[:12]}…" if len(text) == _DIGEST_LENGTH else text


@dataclass(frozen=True, slots=True)
class Slice:
    """A page of lines, and the number of the line after which the next page begins; 0 on the last page."""

    lines: Sequence[Line] = field(default_factory=list)
    older: int = 0


def journal_lines(actor: Actor, asked: Asked = ALL) -> QuerySet[Event]:
    """The lines that the actor may know of and that were asked for, newest first.

    Nothing for who may not read the journal.
    """
    rows = journal.lines_seen_by(actor) if can(actor, "journal.read") else Event.objects.none()
    return _about(_by_whom(_within(rows, asked), actor, asked), asked).order_by("-pk")


def _within(rows: QuerySet[Event], asked: Asked) -> QuerySet[Event]:
    """Days begin and end in the alliance's time zone."""
    if asked.since:
        rows = rows.filter(at__gte=_midnight(asked.since))
    if asked.until:
        rows = rows.filter(at__lt=_midnight(asked.until + timedelta(days=1)))
    return rows


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _by_whom(rows: QuerySet[Event], actor: Actor, asked: Asked) -> QuerySet[Event]:
    if asked.person:
        named = Person.objects.visible_to(actor).filter(name__icontains=asked.person)
        rows = rows.filter(person_id__in=list(named.values_list("pk", flat=True)[:_FOUND]))
    if asked.organisation:
        rows = rows.filter(tenant_id=asked.organisation)
    return rows


def _about(rows: QuerySet[Event], asked: Asked) -> QuerySet[Event]:
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.group:
        kinds = [kind for kind in journal_words.kinds() if kind.startswith(f"{asked.group}.")]
        rows = rows.filter(kind__in=kinds)
    model, _colon, number = asked.thing.partition(":")
    if model:
        # of what not everybody may know of, nobody asks for one by its number
        known = number.isdigit() and len(number) < 19 and not journal.is_shaded(Event(target_type=model))
        rows = rows.filter(target_type=model, target_id=int(number)) if known else rows.none()
    return rows


def journal_page(actor: Actor, asked: Asked, before: int = 0) -> Slice:
    """The lines that come after the line `before`; as many queries and as little time for the last as for the first."""
    rows = journal_lines(actor, asked)
    found = list((rows.filter(pk__lt=before) if before else rows)[: ROWS + 1])
    lines = named_lines(actor, found[:ROWS])
    return Slice(lines, found[ROWS - 1].pk if len(found) > ROWS else 0)


def names_of(
    actor: Actor, people: Collection[int | None], tenants: Collection[int | None]
) -> tuple[dict[int, str], dict[int, str]]:
    """What the people and the organisations that the actor may see are called, by their numbers. Two queries."""
    persons = Person.objects.visible_to(actor).filter(pk__in=[one for one in people if one])
    organisations = Organisation.objects.visible_to(actor).in_bulk([one for one in tenants if one])
    return (
        dict(persons.values_list("pk", "name")),
        {pk: organisation.name for pk, organisation in organisations.items()},
    )


def named_lines(actor: Actor, events: Sequence[Event]) -> list[Line]:
    """The lines with names and addresses. As many queries as there are sorts of things, however many lines."""
    people, tenants = names_of(actor, {row.person_id for row in events}, {row.tenant_id for row in events})
    targets: dict[str, set[int]] = {}
    for row in events:
        targets.setdefault(row.target_type, set()).add(row.target_id)
    urls = journal_words.addresses(actor, targets)
    return [
        Line(
            row,
            people.get(row.person_id or 0, ""),
            tenants.get(row.tenant_id or 0, ""),
            urls.get((row.target_type, row.target_id), ""),
        )
        for row in events
    ]
