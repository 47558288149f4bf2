"""What every act of the practices' story needs: who acts, at which moment, and what has been made so far."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property, partial

from alliance.demo import files as alliance_files
from alliance.demo.calendar import Calendar
from alliance.demo.cast import Cast
from alliance.demo.files import Record
from alliance.demo.schedule import Schedule
from portal.kernel.access import Actor
from portal.kernel.web import get_visible_or_404
from practices.access import person_token
from practices.audiences import Audience, audience
from practices.models import Practice, WorkingGroup
from practices.services.access_log import log_access

DayOrDaysAgo = date | int  # a date of the files, or days before the present


def event_time(record: Record) -> DayOrDaysAgo:
    """When something happened, as the files say it: on a `day`, or some days `ago`."""
    day_or_days_ago: DayOrDaysAgo = record["day"] if "day" in record else record["ago"]
    return day_or_days_ago


@dataclass
class DemoContext:
    """The alliance's people on it are known by the keys of its files; practices and groups by those of ours."""

    cast: Cast
    calendar: Calendar
    schedule: Schedule
    practices: dict[str, Practice] = field(default_factory=dict)
    groups: dict[str, WorkingGroup] = field(default_factory=dict)
    _already_opened: set[tuple[str, int | None]] = field(default_factory=set)

    # --- when ---

    def add(self, moment: datetime, act: Callable[..., object], *arguments: object) -> None:
        self.schedule.add(moment, partial(act, *arguments))

    def moment(self, when: DayOrDaysAgo, hour: int, minute: int = 0) -> datetime:
        """The hour of that day."""
        if isinstance(when, int):
            return self.calendar.moment(self.calendar.day_ago(when), hour, minute)
        return self.calendar.moment_on(when, hour, minute)

    def when_present(self, person: str, moment: datetime) -> datetime:
        """The moment, or when the person has come to the alliance, but never after the present."""
        return min(max(moment, self._arrivals[self.home_organisation(person)]), self.calendar.present)

    # --- who ---

    def home_organisation(self, person: str) -> str:
        """The organisation for which somebody acts here: the first one that they belong to."""
        return self._home_organisations[person]

    @contextmanager
    def acting(self, person: str) -> Iterator[Actor]:
        with self.cast.acting(person, self.home_organisation(person)) as actor:
            yield actor

    def signatory(self, organisation: str) -> str:
        record = next(row for row in _organisations() if row["slug"] == organisation)
        return self.cast.holder(record, "signatory")

    def person_token(self, person: str) -> str:
        """As records name their readers."""
        organisation = self.cast.organisations[self.home_organisation(person)]
        return person_token(self.cast.people[person].pk, organisation.pk)

    def audience(self, label: str, readers: Record | None = None) -> Audience:
        readers = readers or {}
        return audience(
            label,
            map(self.person_token, readers.get("people", [])),
            [self.cast.organisations[slug].pk for slug in readers.get("organisations", [])],
            [self.groups[key].pk for key in readers.get("groups", [])],
        )

    # --- what ---

    def get_practice(self, actor: Actor, slug: str) -> Practice:
        """The practice as this actor finds it; raises if they may not see it."""
        practice: Practice = get_visible_or_404(Practice.objects, actor, key=self.practices[slug].key)
        return practice

    def open_practice(self, slug: str, actor: Actor) -> Practice:
        """The practice; the first time that this actor opens it leaves a line for its source."""
        practice, reader = self.get_practice(actor, slug), (slug, actor.person_id)
        if reader not in self._already_opened:
            log_access(actor, practice, "page")
            self._already_opened.add(reader)
        return practice

    @cached_property
    def _home_organisations(self) -> Mapping[str, str]:
        slugs_by_person: dict[str, str] = {}
        for record in (*_organisations(), {"slug": "secretariat", **_settings()["secretariat"]}):
            for person in record["people"]:
                slugs_by_person.setdefault(person["key"], record["slug"])
        return slugs_by_person

    @cached_property
    def _arrivals(self) -> Mapping[str, datetime]:
        """When each organisation's people can act: the day after it was admitted."""
        first = self.calendar.moment_on(_settings()["secretariat"]["founded_on"])
        arrivals = {"secretariat": first}
        for record in _organisations():
            joined = record.get("joined_on") or record["signs_on"]
            arrivals[record["slug"]] = self.calendar.moment_on(joined, 18) + timedelta(days=1)
        return arrivals


def _settings() -> Record:
    return alliance_files.read("alliance.yaml")


def _organisations() -> list[Record]:
    return [*alliance_files.members(), *_settings()["others"]]
