"""Reads of the journal, for those of the secretariat who may: filtered, in words, page by page from the newest."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.models import Cycle, Organisation, Person, Report, Withdrawal
from alliance.queries.access_return import DAYS_GIVEN_BACK
from alliance.queries.journal_drafts import without_drafts_of_others
from alliance.queries.journal_names import FactNames, journal_names, numbers_in, people_in
from alliance.queries.journal_reasons import REASON_FACTS, reasons_of
from alliance.queries.journal_values import ChangedValues, changed_values
from alliance.queries.review_state import reports_read_blind, without_judgements_read_blind
from alliance.workflows import CYCLE
from portal.kernel import journal
from portal.kernel.access import Actor, ActorKind, can
from portal.kernel.alphabet import ByAlphabet
from portal.kernel.journal import Event, TargetLink
from portal.kernel.publishing import Publication
from portal.kernel.text import format_date, format_moment, whole_number

PAGE_SIZE = 50
_SHA256_LENGTH = 64
_DAY_LENGTH = len("2026-04-01")
_TRANSITION_KEYS = ("source", "target")  # from which state to which
_ACTOR_LABELS: dict[str, Promise] = {
    ActorKind.SYSTEM: gettext_lazy("Portal"),
    ActorKind.ANYONE: gettext_lazy("a visitor"),
}


@dataclass(frozen=True, slots=True)
class JournalFilter:
    """A filter of journal entries; an empty field selects all. `target` is model and number: `alliance.report:42`.

    `person` is a part of names and `who` the number of one person; `part` narrows both to one of `PARTS`.
    `organisation` are those that were acted for, `concerned` those whose the target is, whoever acted, by number, or a
    query of numbers: None selects all, and of none nothing. `report` selects what was done to one report and everything
    that is part of it, each change of its cycle's dates since its member has to report, and the days that it was given
    back.
    """

    group: str = ""
    kind: str = ""
    person: str = ""
    who: int | None = None
    part: str = ""
    organisation: Collection[int] | QuerySet[Any] | None = None
    concerned: Collection[int] | QuerySet[Any] | None = None
    report: int | None = None
    target: str = ""
    since: date | None = None
    until: date | None = None


NO_FILTER = JournalFilter()
_DATES_MOVED = CYCLE.rule("reschedule")
# what of a person: all, what they did, what was done to them; by the columns that name them
PARTS: dict[str, tuple[str, ...]] = {
    "": ("person_id", "subject_id", "successor_id"),
    "did": ("person_id",),
    "done": ("subject_id", "successor_id"),
}


# the numbers of rows that no page names: they lead nowhere, and stand in the export alone; of a reply what it is to
_BARE_NUMBERS = (
    "assignment", "submission", "reading", "entry", "pause",
    "decision", "exemption", "request", "changes_request", "reminder", "response", "date_change",
)  # fmt: skip

# the record of a target, which its title says in words, while a link leads to the publication
_NAMED_RECORDS: Mapping[str, tuple[str, ...]] = {
    Withdrawal._meta.label_lower: ("type", "record", "number"),
    Publication._meta.label_lower: ("record",),
}


@dataclass(frozen=True, slots=True)
class JournalRow:
    """One entry with the names behind its ids; an erased person has none."""

    event: Event
    person: str
    organisation: str
    url: str = ""
    target_title: str = ""  # what the target is called, where the reader may see it
    reason: str = ""  # of a decision about a cycle or a report, where the reader may read it
    people: Mapping[int, str] = field(default_factory=dict)  # the names of whom it was done to
    names: FactNames = field(default_factory=dict)  # of what its facts have the numbers of
    hidden_reports: Collection[int] = ()  # whose verdicts the reader may not see yet
    values: ChangedValues = field(default_factory=ChangedValues)  # of the correction that it is about

    @property
    def publication(self) -> int | None:
        """The number of the publication that it is about; none of restricted targets."""
        is_withdrawal = self.event.target_type == Withdrawal._meta.label_lower
        number = self.event.data.get("number" if is_withdrawal else "publication")
        return number if isinstance(number, int) and not self.is_restricted else None

    @property
    def sentence(self) -> str:
        """What happened, as a sentence."""
        return journal.sentence_for(self.event.kind)

    @property
    def actor_name(self) -> str:
        """Who acted: a name, or in words what there is instead of one."""
        return actor_name(self.person, self.event.actor_kind)

    @property
    def target_name(self) -> str:
        """The kind of its target."""
        return journal.target_name(self.event.target_type.rpartition(".")[2])

    @property
    def is_restricted(self) -> bool:
        """Whether the target is restricted."""
        return journal.is_restricted(self.event)

    @property
    def target_number(self) -> str:
        """The number of the target; none for restricted kinds, where it would reveal how many there are."""
        return "" if self.is_restricted else str(self.event.target_id)

    @property
    def details_text(self) -> str:
        """The entry's further facts."""
        event = self.event
        return details_text_of(
            event.data,
            event.target_type,
            self.people,
            is_restricted=self.is_restricted,
            hidden_reports=self.hidden_reports,
            left_out={name for name, value in event.data.items() if self._is_shown_elsewhere(name, value)},
            names=self.names,
        )

    def _is_shown_elsewhere(self, name: str, value: object) -> bool:
        """Whether a fact is the bare number of what the entry leads to by name, or whose words it shows."""
        if name == "report":
            return self.event.parent_id == value
        if name in _NAMED_RECORDS.get(self.event.target_type, ()):
            return bool(self.target_title)
        if name == "publication":
            return self.publication is not None
        if name == "batch":  # binds entries together, and leads nowhere
            return True
        if name in _BARE_NUMBERS and isinstance(value, int):
            return value not in self.names.get(name, {})
        return name in REASON_FACTS and bool(self.reason)

    @property
    def subject(self) -> str:
        """The name of the person whom it was done to; of restricted targets, as of nobody, there is none."""
        return "" if self.is_restricted else self.people.get(self.event.subject_id or 0, "")


def actor_name(name: str, kind: str) -> str:
    """Who acted: a name, or in words what there is instead of one."""
    return name or str(_ACTOR_LABELS.get(kind, _("Erased person")))


def details_text_of(
    data: Mapping[str, object],
    target: str,
    people: Mapping[int, str] | None = None,
    *,
    is_restricted: bool,
    hidden_reports: Collection[int] = (),
    left_out: Collection[str] = (),
    names: FactNames | None = None,
) -> str:
    """The further facts of an entry about a target (`label.model`): states, days and ids, never texts of people.

    Those of `left_out` are shown elsewhere.

    `people` are the names of those whom it was done to, by number; `names` those of other numbers, by fact.
    No ids for restricted targets: they would reveal how many there are, and who reads them. No verdicts on
    `hidden_reports`, which the reader is to judge blind.
    """
    visible = {name: value for name, value in data.items() if isinstance(value, str) or not is_restricted}
    visible = {
        name: value for name, value in visible.items() if name not in left_out and value not in (None, [])
    }
    step = [journal.state_name(target, str(visible.pop(end))) for end in _TRANSITION_KEYS if end in visible]
    visible.pop("person", None)  # is shown by name, beside the details
    if data.get("report") in hidden_reports:
        visible.pop("value", None)
    successor = visible.get("successor")
    if isinstance(successor, int) and people:
        visible["successor"] = people.get(successor, successor)
    for name, known in (names or {}).items():
        if name in visible:
            visible[name] = [known.get(each, each) for each in numbers_in(visible[name])]
    facts = [f"{journal.detail_name(name)}: {_short(name, value)}" for name, value in visible.items()]
    return ", ".join([" → ".join(step), *facts] if step else facts)


def _short(name: str, value: object) -> str:
    """The words of codes, a day or a moment in words; a digest is shortened to its beginning, a list joined."""
    if isinstance(value, str) and len(value) == _DAY_LENGTH:
        with suppress(ValueError):
            return format_date(date.fromisoformat(value))
    if name == "at" and isinstance(value, str):
        with suppress(ValueError):
            return format_moment(datetime.fromisoformat(value))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if name == "within":  # the kind of the act of which it was a part
        return journal.sentence_for(str(value))
    codes = value if isinstance(value, list) else [value]
    text = ", ".join(journal.value_name(name, code) for code in codes)
    return f"{text[:12]}…" if len(text) == _SHA256_LENGTH else text


@dataclass(frozen=True, slots=True)
class JournalPage:
    """A page of entries, and the number of the entry after which the next page begins; 0 on the last page."""

    rows: Sequence[JournalRow] = field(default_factory=list)
    next_before: int = 0


def journal_events(actor: Actor, filters: JournalFilter = NO_FILTER) -> QuerySet[Event]:
    """The entries that the actor may see and that the filter selects, newest first.

    Empty for an actor without `journal.read`. How far a draft of a member has come is not in it, and neither is what
    others have found on a report that the actor still reads blind.
    """
    if not can(actor, "journal.read"):
        return Event.objects.none()
    rows = without_drafts_of_others(actor, journal.entries_visible_to(actor))
    rows = without_judgements_read_blind(actor, rows)
    return _about_target(_by_actor(_in_period(rows, filters), actor, filters), filters).order_by("-pk")


def _in_period(rows: QuerySet[Event], filters: JournalFilter) -> QuerySet[Event]:
    """Days begin and end in the alliance's time zone."""
    if filters.since:
        rows = rows.filter(at__gte=_midnight(filters.since))
    if filters.until:
        rows = rows.filter(at__lt=_midnight(filters.until + timedelta(days=1)))
    return rows


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _by_actor(rows: QuerySet[Event], actor: Actor, filters: JournalFilter) -> QuerySet[Event]:
    if filters.person or filters.who:
        people = list(people_matching(actor, filters).order_by().values_list("pk", flat=True))
        columns = PARTS.get(filters.part, PARTS[""])
        condition = Q(pk__in=())
        for column in columns:
            condition |= Q(**{f"{column}__in": people})
        rows = rows.filter(condition)
    if filters.organisation is not None:
        rows = rows.filter(tenant_id__in=filters.organisation)
    return rows


def people_matching(actor: Actor, filters: JournalFilter) -> QuerySet[Person]:
    """The people that the filter is about, by name."""
    people: QuerySet[Person] = Person.objects.visible_to(actor).order_by(ByAlphabet("name"), "pk")
    return people.filter(pk=filters.who) if filters.who else people.filter(name__icontains=filters.person)


def _of_report(number: int) -> Q:
    """What was done to a report, to its parts and to the days that it follows. One query."""
    condition = Q(parent_type=Report._meta.label_lower, parent_id=number)
    rows = Report.objects.filter(pk=number).values_list("cycle_id", "organisation_id", "joined_on")
    for cycle, organisation, joined_on in rows:
        moved = Q(kind=_DATES_MOVED, target_type=Cycle._meta.label_lower, target_id=cycle)
        condition |= moved & Q(at__gte=_midnight(joined_on)) if joined_on else moved
        given_back = Q(
            kind=DAYS_GIVEN_BACK, target_type=Organisation._meta.label_lower, target_id=organisation
        )
        condition |= given_back & Q(data__reports__contains=[number])
    return condition


def _about_target(rows: QuerySet[Event], filters: JournalFilter) -> QuerySet[Event]:
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.concerned is not None:
        rows = rows.filter(target_tenant_id__in=filters.concerned)
    if filters.report:
        rows = rows.filter(_of_report(filters.report))
    if filters.group:
        kinds = [kind for kind in journal.described_kinds() if kind.startswith(f"{filters.group}.")]
        rows = rows.filter(kind__in=kinds)
    model, _colon, digits = filters.target.partition(":")
    if model:
        # of what not everybody may know of, nobody asks for one by its number
        number = None if journal.is_restricted(Event(target_type=model)) else whole_number(digits)
        rows = rows.filter(target_type=model, target_id=number) if number is not None else rows.none()
    return rows


def journal_page(
    actor: Actor, filters: JournalFilter, before: int = 0, *, size: int = PAGE_SIZE
) -> JournalPage:
    """The entries after the entry `before`; each page takes as many queries and as little time as the first."""
    rows = journal_events(actor, filters)
    events = list((rows.filter(pk__lt=before) if before else rows)[: size + 1])
    page_rows = journal_rows(actor, events[:size])
    return JournalPage(page_rows, events[size - 1].pk if len(events) > size else 0)


def journal_rows(actor: Actor, events: Sequence[Event]) -> list[JournalRow]:
    """The entries with names and addresses. One query for each kind of target, however many entries."""
    tenants = {row.tenant_id for row in events}
    names = journal_names(actor, people_in(events), tenants, [row.data for row in events])
    targets: dict[str, set[int]] = {}
    for row in events:
        targets.setdefault(row.target_type, set()).add(row.target_id)
    links = journal.target_links(actor, targets)
    reasons = reasons_of(actor, events)
    nothing = TargetLink()
    of_target = [links.get((row.target_type, row.target_id), nothing) for row in events]
    hidden = reports_read_blind(actor)
    values = changed_values(actor, [(row.pk, row.kind, row.target_id) for row in events])
    return [
        JournalRow(
            row,
            names.people.get(row.person_id or 0, ""),
            names.organisations.get(row.tenant_id or 0, ""),
            link.url,
            link.title,
            reasons.get(row.pk, ""),
            names.people,
            names.facts,
            hidden,
            values.get(row.pk, ChangedValues()),
        )
        for row, link in zip(events, of_target, strict=True)
    ]
