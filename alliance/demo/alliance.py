"""The demonstration alliance: its members, three published half-years and one that is open, told in order."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property, partial

from alliance.demo import files
from alliance.demo.calendar import Calendar
from alliance.demo.cast import Cast, SignIn
from alliance.demo.chapters import schedule_chapters
from alliance.demo.chronicle import Chronicle
from alliance.demo.counting import hotline_counts
from alliance.demo.files import Record
from alliance.demo.filing import Filing
from alliance.demo.present import schedule_present
from alliance.demo.report_life import ReportLife
from alliance.demo.undertakings import Undertakings
from alliance.models import Charter, Cycle
from alliance.services.charters import load_charter, put_charter_in_force
from alliance.services.cycles import CyclePlan, close_cycle, open_cycle, plan_cycle, publish_cycle
from alliance.services.references import load_reference_counts
from portal.kernel import clock


@dataclass
class DemonstrationAlliance:
    """Schedules and tells everything; `present` is the moment at which the story ends."""

    present: datetime
    cast: Cast = field(default_factory=Cast)
    chronicle: Chronicle = field(default_factory=Chronicle)
    cycles: dict[int, Cycle] = field(default_factory=dict)  # by number, from 1; there once they are open

    @cached_property
    def calendar(self) -> Calendar:
        return Calendar(self.present)

    @cached_property
    def frame(self) -> Record:
        return files.read("alliance.yaml")

    def tell(self) -> list[SignIn]:
        """Do it all; gives back who can sign in."""
        charter = self._begin()
        undertakings = Undertakings(self.cast, self.calendar, self.chronicle, charter)
        for record in (*files.members(), *self.frame["others"]):
            self._join(record, undertakings)
        *past, _present = self.frame["cycles"]
        for number, record in enumerate(past, 1):
            self._schedule(number, record, charter, undertakings)
        self._schedule_present(charter, undertakings)
        schedule_chapters(self.cast, self.calendar, self.chronicle)
        self.chronicle.tell()
        return self.cast.sign_ins

    # --- the beginning ---

    def _begin(self) -> Charter:
        """The secretariat, and a charter in force."""
        record = self.frame["secretariat"]
        with clock.at(self.calendar.at(record["founded_on"])):
            self.cast.found(record, self.frame["site"])
        in_force = self.calendar.at(record["charter_in_force_on"])
        with clock.at(in_force), self.cast.acting("mona", "secretariat") as actor:
            loaded = load_charter(actor, (files.CHARTERS / "alliance.yaml").read_bytes())
            return put_charter_in_force(actor, loaded.charter)

    def _join(self, record: Record, undertakings: Undertakings) -> None:
        """An organisation is admitted; members accede and pledge."""
        joined: date = record.get("joined_on") or record["signs_on"] - timedelta(days=4)
        admit = partial(self.cast.admit, record, self.calendar.day(joined))
        self.chronicle.add(self.calendar.at(joined, 10), admit)
        if "signs_on" in record:
            undertakings.accede(record)
        for pledge in record.get("pledges", []):
            undertakings.pledge(record, pledge)

    # --- the half-years ---

    def _schedule(self, number: int, record: Record, charter: Charter, undertakings: Undertakings) -> None:
        """A half-year that is over, from its opening to its publication."""
        add, at, due = self.chronicle.add, self.calendar.at, record["due_on"]
        add(at(record["opened_on"], 9), partial(self._open, number, charter, self.calendar.day(due)))
        for place, member in enumerate(files.members()):
            filing = Filing(self.cast, member, number, self.cycles, undertakings.own)
            ReportLife(filing, record, place, self.calendar, self.chronicle).schedule()
        add(at(due + timedelta(days=4), 10), partial(self._count, number))
        add(at(due + timedelta(days=13), 9), partial(self._close, number))
        add(at(record["published_on"], 10), partial(self._publish, number))

    def _schedule_present(self, charter: Charter, undertakings: Undertakings) -> None:
        """The half-year that is open at the end of the story."""
        number, record = len(self.frame["cycles"]), self.frame["cycles"][-1]
        earliest, latest = (self.calendar.at(day, 9) for day in record["opened_between"])
        opened = max(earliest, min(latest, self.calendar.ago(18)))
        due = max(self.calendar.day(record["due_on"]), self.calendar.ago(-21).date())
        self.chronicle.add(opened, partial(self._open, number, charter, due))
        filings = {
            member["slug"]: Filing(self.cast, member, number, self.cycles, undertakings.own)
            for member in files.members()
        }
        schedule_present(self.frame["now"], filings, self.calendar, self.chronicle)

    def _open(self, number: int, charter: Charter, due: date) -> None:
        record = self.frame["cycles"][number - 1]
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

    def _count(self, number: int) -> None:
        """The hotline's own count is loaded."""
        raw = hotline_counts(self.frame["hotline"], self.cycles[number], number)
        with self.cast.acting("mona", "secretariat") as actor:
            load_reference_counts(actor, raw, f"hotline-{self.cycles[number].slug}.csv")

    def _close(self, number: int) -> None:
        with self.cast.acting("mona", "secretariat") as actor:
            self.cycles[number] = close_cycle(actor, self.cycles[number])

    def _publish(self, number: int) -> None:
        with self.cast.acting("mona", "secretariat") as actor:
            self.cycles[number] = publish_cycle(actor, self.cycles[number])
