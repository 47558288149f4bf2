"""The demonstration alliance: its members, three published half-years and one that is open, built in order."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property, partial

from alliance.demo import files
from alliance.demo.arrivals import schedule_arrivals
from alliance.demo.calendar import Calendar
from alliance.demo.cast import Cast, SignIn
from alliance.demo.extensions import schedule_demo_extensions
from alliance.demo.files import Record
from alliance.demo.filing import Filing
from alliance.demo.outside import schedule_outside
from alliance.demo.pledges import PledgeSchedule
from alliance.demo.present import schedule_open_reports
from alliance.demo.reference_counts import hotline_counts
from alliance.demo.report_lifecycle import ReportLifecycle
from alliance.demo.schedule import Schedule
from alliance.demo.supporters import import_demo_supporters
from alliance.demo.webhooks import schedule_demo_webhook
from alliance.models import Charter, Cycle
from alliance.services.charters import load_charter, put_charter_in_force
from alliance.services.cycles import CyclePlan, close_cycle, open_cycle, plan_cycle, publish_cycle
from alliance.services.public_documents import prepare_latest_reports
from alliance.services.references import load_reference_counts
from portal.kernel import clock
from portal.kernel.access import Actor

_REPORTS_WITH_FILES = 2  # a PDF takes seconds; those of others are built when somebody asks


@dataclass
class DemonstrationAlliance:
    """Schedules and runs all acts; `present` is the moment at which the demonstration ends."""

    present: datetime
    cast: Cast = field(default_factory=Cast)
    schedule: Schedule = field(default_factory=Schedule)
    cycles: dict[int, Cycle] = field(default_factory=dict)  # by number, from 1; there once they are open

    @cached_property
    def calendar(self) -> Calendar:
        return Calendar(self.present)

    @cached_property
    def settings(self) -> Record:
        return files.read("alliance.yaml")

    def load(self) -> list[SignIn]:
        """Do it all; returns who can sign in."""
        record = self.settings["secretariat"]
        with clock.at(self.calendar.moment_on(record["founded_on"])):
            self.cast.set_up_portal(record, self.settings["site"])
        in_force = self.calendar.moment_on(record["charter_in_force_on"])
        with clock.at(in_force), self.cast.acting("mona", "secretariat") as actor:
            loaded = load_charter(actor, (files.CHARTERS / "alliance.yaml").read_bytes())
            charter = put_charter_in_force(actor, loaded.charter)
        pledges = PledgeSchedule(self.cast, self.calendar, self.schedule, charter)
        for record in (*files.members(), *self.settings["others"]):
            self._schedule_organisation(record, pledges)
        *past, _present = self.settings["cycles"]
        for number, record in enumerate(past, 1):
            self._schedule_past_cycle(number, record, charter, pledges)
        self._schedule_open_cycle(charter, pledges)
        schedule_outside(self.settings["outside"], self.cast, self.calendar, self.schedule)
        schedule_arrivals(self.settings["now"], self.cast, self.calendar, self.schedule)
        self.schedule.add(
            self.calendar.days_ago(6), partial(import_demo_supporters, self.cast, self.calendar, charter)
        )
        schedule_demo_extensions(self.cast, self.calendar, self.schedule)
        first_member = files.members()[0]
        schedule_demo_webhook(
            self.settings["now"]["webhook"], first_member, self.cast, self.calendar, self.schedule
        )
        self.schedule.run()
        with clock.at(self.present):
            prepare_latest_reports(_REPORTS_WITH_FILES)
        return self.cast.sign_ins

    # --- the beginning ---

    def _schedule_organisation(self, record: Record, pledge_schedule: PledgeSchedule) -> None:
        """An organisation is admitted; members accede and pledge."""
        joined: date = record.get("joined_on") or record["signs_on"] - timedelta(days=4)
        admit = partial(self.cast.admit, record, self.calendar.day(joined))
        self.schedule.add(self.calendar.moment_on(joined, 10), admit)
        if "signs_on" in record:
            pledge_schedule.schedule_accession(record)
        for pledge in record.get("pledges", []):
            pledge_schedule.schedule_pledge(record, pledge)

    # --- the half-years ---

    def _schedule_past_cycle(
        self, number: int, record: Record, charter: Charter, pledge_schedule: PledgeSchedule
    ) -> None:
        """A half-year that is over, from its opening to its publication."""
        add, at, due = self.schedule.add, self.calendar.moment_on, record["due_on"]
        add(at(record["opened_on"], 9), partial(self._open_cycle, number, charter, self.calendar.day(due)))
        for place, member in enumerate(files.members()):
            filing = Filing(self.cast, member, number, self.cycles, pledge_schedule.own_pledge_records)
            ReportLifecycle(filing, record, place, self.calendar, self.schedule).schedule()
        add(at(due + timedelta(days=4), 10), partial(self._load_hotline_counts, number))
        add(at(due + timedelta(days=13), 9), partial(self._take_step, close_cycle, number))
        add(at(record["published_on"], 10), partial(self._take_step, publish_cycle, number))

    def _schedule_open_cycle(self, charter: Charter, pledge_schedule: PledgeSchedule) -> None:
        """The half-year that is open at the end of the demonstration."""
        number, record = len(self.settings["cycles"]), self.settings["cycles"][-1]
        earliest, latest = (self.calendar.moment_on(day, 9) for day in record["opened_between"])
        opened = max(earliest, min(latest, self.calendar.days_ago(18)))
        due = max(self.calendar.day(record["due_on"]), self.calendar.day_ago(-21))
        self.schedule.add(opened, partial(self._open_cycle, number, charter, due))
        filings = {
            member["slug"]: Filing(self.cast, member, number, self.cycles, pledge_schedule.own_pledge_records)
            for member in files.members()
        }
        schedule_open_reports(self.settings["now"], filings, self.calendar, self.schedule)

    def _open_cycle(self, number: int, charter: Charter, due: date) -> None:
        record = self.settings["cycles"][number - 1]
        year = str(record["year"] + self.calendar.years)
        first, last = (self.calendar.day(day) for day in record["period"])
        plan = CyclePlan(
            slug=record["slug"].format(year),
            titles={language: title.format(year) for language, title in record["title"].items()},
            charter=charter,
            starts_on=first,
            ends_on=last,
            due_on=due,
        )
        with self.cast.acting("mona", "secretariat") as actor:
            self.cycles[number] = open_cycle(actor, plan_cycle(actor, plan))

    def _load_hotline_counts(self, number: int) -> None:
        """The hotline's own count is loaded."""
        raw = hotline_counts(self.settings["hotline"], self.cycles[number], number)
        with self.cast.acting("mona", "secretariat") as actor:
            load_reference_counts(actor, raw, f"hotline-{self.cycles[number].slug}.csv")

    def _take_step(self, step: Callable[[Actor, Cycle], Cycle], number: int) -> None:
        with self.cast.acting("mona", "secretariat") as actor:
            self.cycles[number] = step(actor, self.cycles[number])
