"""The demonstration alliance: its members, three published half-years and one that is open, told in order."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial

from alliance.demo import files
from alliance.demo.amounts import amounts_of
from alliance.demo.calendar import Calendar
from alliance.demo.cast import Cast, SignIn
from alliance.demo.chronicle import Chronicle
from alliance.demo.filing import Filing
from alliance.demo.reviewing import Reviewing
from alliance.demo.undertakings import Undertakings
from alliance.models import Charter, Cycle
from alliance.services.charters import load_charter, put_charter_in_force
from alliance.services.cycles import CyclePlan, close_cycle, open_cycle, plan_cycle, publish_cycle
from alliance.services.obligations import exempt_report, extend_report, mark_missed
from alliance.services.references import load_reference_counts
from portal.kernel import clock
from portal.kernel.access import SYSTEM
from portal.kernel.row_security import acting_as

Record = files.Record


@dataclass
class DemonstrationAlliance:
    """Schedules and tells everything; `present` is the moment at which the story ends."""

    present: datetime
    cast: Cast = field(default_factory=Cast)
    chronicle: Chronicle = field(default_factory=Chronicle)
    cycles: dict[int, Cycle] = field(default_factory=dict)

    def tell(self) -> list[SignIn]:
        """Do it all; gives back who can sign in."""
        self.calendar = Calendar(self.present)
        self.frame = files.read("alliance.yaml")
        self._begin()
        self.undertakings = Undertakings(self.cast, self.calendar, self.chronicle, self.charter)
        for record in (*files.members(), *self.frame["others"]):
            self._join(record)
        for number in range(1, len(self.frame["cycles"])):
            self._cycle(number)
        self._present_cycle(len(self.frame["cycles"]))
        self.chronicle.tell()
        return self.cast.sign_ins

    # --- the beginning ---

    def _begin(self) -> None:
        """The secretariat, and a charter in force."""
        record = self.frame["secretariat"]
        with clock.at(self.calendar.at(record["founded_on"])):
            self.cast.found(record, self.frame["site"])
        with (
            clock.at(self.calendar.at(record["charter_in_force_on"])),
            self.cast.acting("mona", "secretariat") as actor,
        ):
            loaded = load_charter(actor, (files.CHARTERS / "alliance.yaml").read_bytes())
            self.charter: Charter = put_charter_in_force(actor, loaded.charter)

    def _join(self, record: Record) -> None:
        """An organisation is admitted; members accede and pledge."""
        joined = record.get("joined_on") or record["signs_on"] - timedelta(days=4)
        self.chronicle.add(
            self.calendar.at(joined, 10), partial(self.cast.admit, record, self.calendar.day(joined))
        )
        if "signs_on" in record:
            self.undertakings.accede(record)
        for pledge in record.get("pledges", []):
            self.undertakings.pledge(record, pledge)

    # --- a half-year that is over ---

    def _cycle(self, number: int) -> None:
        record, at = self.frame["cycles"][number - 1], self.calendar.at
        due = record["due_on"]
        self.chronicle.add(at(record["opened_on"], 9), partial(self._open, number, self.calendar.day(due)))
        for place, member in enumerate(files.members()):
            self._report(number, place, member)
        self.chronicle.add(at(due + timedelta(days=4), 10), partial(self._count, number))
        self.chronicle.add(at(due + timedelta(days=13), 9), partial(self._close, number))
        self.chronicle.add(at(record["published_on"], 10), partial(self._publish, number))

    def _open(self, number: int, due: date) -> None:
        record = self.frame["cycles"][number - 1]
        year = str(record["year"] + self.calendar.years)
        first, last = (self.calendar.day(day) for day in record["period"])
        plan = CyclePlan(
            slug=record["slug"].format(year),
            titles={language: title.format(year) for language, title in record["title"].items()},
            charter=self.charter,
            starts_on=first,
            ends_on=last,
            due_on=due,
        )
        with self.cast.acting("mona", "secretariat") as actor:
            self.cycles[number] = open_cycle(actor, plan_cycle(actor, plan))

    def _close(self, number: int) -> None:
        with self.cast.acting("mona", "secretariat") as actor:
            self.cycles[number] = close_cycle(actor, self.cycles[number])

    def _publish(self, number: int) -> None:
        with self.cast.acting("mona", "secretariat") as actor:
            self.cycles[number] = publish_cycle(actor, self.cycles[number])

    def _count(self, number: int) -> None:
        """The hotline's own count of what each member says it reported."""
        with self.cast.acting("mona", "secretariat") as actor:
            raw = "\n".join(self._counts(number)).encode()
            load_reference_counts(actor, raw, f"hotline-{self.cycles[number].slug}.csv")

    def _counts(self, number: int) -> list[str]:
        hotline, cycle = self.frame["hotline"], self.cycles[number]
        rows = ["organisation;indicator;period;value;observer;source"]
        for place, member in enumerate(files.members()):
            reported = amounts_of(member["slug"], number, self.charter.pk).number("hotline-reports")
            if reported is None or not self._files(number, member):
                continue
            percent = hotline["apart"].get(number, {}).get(member["slug"], 98 + place % 5)
            value = int(reported * percent / 100)
            facts = (member["slug"], "hotline-reports", f"{cycle.starts_on}/{cycle.ends_on}", str(value))
            rows.append(";".join((*facts, hotline["observer"], hotline["source"])))
        return rows

    # --- one report ---

    @staticmethod
    def _files(number: int, member: Record) -> bool:
        """Whether the member filed for this half-year."""
        letters = next(iter(member["verdicts"].values()))
        return bool(letters[number - 1] != "-")

    def _filing(self, number: int, member: Record) -> Filing:
        return Filing(self.cast, member, number, self.cycles[number], self.undertakings.own)

    def _report(self, number: int, place: int, member: Record) -> None:
        """Everything that happens to a member's report of a half-year that is over."""
        due, at = self.frame["cycles"][number - 1]["due_on"], self.calendar.at
        if member.get("exempt", {}).get("cycle") == number:
            self.chronicle.add(at(due - timedelta(days=20)), partial(self._exempt, number, member))
        elif member.get("not_filed") == number:
            self.chronicle.add(at(due + timedelta(days=11)), partial(self._miss, number, member))
        elif self._files(number, member):
            if member.get("extended", {}).get("cycle") == number:
                self.chronicle.add(at(due - timedelta(days=9)), partial(self._extend, number, member))
            self._file(number, place, member, self._filed_on(number, place, member))

    def _filed_on(self, number: int, place: int, member: Record) -> date:
        due: date = self.frame["cycles"][number - 1]["due_on"]
        late, extended = member.get("late", {}), member.get("extended", {})
        if late.get("cycle") == number:
            return due + timedelta(days=late["days"])
        if extended.get("cycle") == number:
            return due + timedelta(days=extended["days"] - 2)
        return due - timedelta(days=1 + (place * 5 + number) % 14)

    def _file(self, number: int, place: int, member: Record, filed_on: date) -> None:
        add, at = self.chronicle.add, self.calendar.at
        changes = member.get("changes", {})
        wrong = changes["wrong"] if changes.get("cycle") == number else None
        add(at(filed_on - timedelta(days=2), 16), lambda: self._filing(number, member).write(wrong=wrong))
        if member.get("four_eyes"):
            add(at(filed_on - timedelta(days=1), 12), lambda: self._filing(number, member).ask())
        add(at(filed_on, 14, place * 7), lambda: self._filing(number, member).submit())
        reviewed_on: date = self.frame["cycles"][number - 1]["reviewed_on"]
        if wrong:
            add(at(filed_on + timedelta(days=4), 11), lambda: self._review(number, member).start())
            add(
                at(filed_on + timedelta(days=5), 11),
                lambda: self._review(number, member).request_changes(changes["summary"].strip()),
            )
            add(at(filed_on + timedelta(days=9), 15), lambda: self._filing(number, member).put_right(wrong))
            add(at(filed_on + timedelta(days=9), 16), lambda: self._filing(number, member).submit())
        self._judge(number, place, member, reviewed_on)

    def _review(self, number: int, member: Record) -> Reviewing:
        return Reviewing(self._filing(number, member))

    def _judge(self, number: int, place: int, member: Record, reviewed_on: date) -> None:
        add, at = self.chronicle.add, self.calendar.at
        add(at(reviewed_on, 9, place * 5), lambda: self._review(number, member).start())
        for item in member.get("questions", []):
            if item["cycle"] == number:
                self._question(number, member, item, reviewed_on)
        judged_on = reviewed_on + timedelta(days=3 + place // 3)
        add(at(judged_on, 13, place * 6), lambda: self._review(number, member).judge())
        add(at(judged_on, 17, place * 6), lambda: self._review(number, member).conclude())
        for item in member.get("replies", []):
            if item["cycle"] == number:
                add(at(judged_on + timedelta(days=4), 12, place * 6), self._reply(number, member, item))

    def _question(self, number: int, member: Record, item: Record, reviewed_on: date) -> None:
        add, at = self.chronicle.add, self.calendar.at
        asked = reviewed_on + timedelta(days=1)
        add(at(asked, 10), lambda: self._review(number, member).ask(item["measure"], item["text"]))
        add(at(asked + timedelta(days=1), 9), lambda: self._review(number, member).answer(item["answer"]))

    def _reply(self, number: int, member: Record, item: Record):  # type: ignore[no-untyped-def]
        return lambda: self._review(number, member).reply(item["commitment"], item["text"])

    def _exempt(self, number: int, member: Record) -> None:
        with self.cast.acting("mona", "secretariat") as actor:
            exempt_report(actor, self._filing(number, member).report(), member["exempt"]["reason"])

    def _extend(self, number: int, member: Record) -> None:
        report, extended = self._filing(number, member).report(), member["extended"]
        with self.cast.acting("mona", "secretariat") as actor:
            extend_report(actor, report, report.due_on + timedelta(days=extended["days"]), extended["reason"])

    def _miss(self, number: int, member: Record) -> None:
        with acting_as(SYSTEM):
            mark_missed(self._filing(number, member).report().pk)

    # --- the half-year that is open ---

    def _present_cycle(self, number: int) -> None:
        """Every face has work on it: a report half written, one waiting, one in review, one returned, one to sign."""
        now, ago, add = self.frame["now"], self.calendar.ago, self.chronicle.add
        members = {member["slug"]: member for member in files.members()}
        opened = max(self.calendar.at(date(2026, 9, 29), 12), min(self.calendar.at(date(2026, 12, 14), 9), ago(18)))
        due = max(self.calendar.day(self.frame["cycles"][-1]["due_on"]), ago(-21).date())
        add(opened, lambda: self._open(number, due))
        add(ago(9), lambda: self._filing(number, members[now["returned"]]).write())
        add(ago(8), lambda: self._filing(number, members[now["returned"]]).submit())
        add(ago(7), lambda: self._filing(number, members[now["in_review"]]).write())
        add(ago(6), lambda: self._filing(number, members[now["in_review"]]).submit())
        add(ago(5), lambda: self._review(number, members[now["returned"]]).start())
        add(ago(4), lambda: self._review(number, members[now["in_review"]]).start())
        add(
            ago(3.5),
            lambda: self._review(number, members[now["returned"]]).request_changes(now["returned_summary"].strip()),
        )
        add(ago(3), lambda: self._review(number, members[now["in_review"]]).judge(upto="2.4"))
        add(ago(2.9), lambda: self._review(number, members[now["in_review"]]).note(now["note"], "1.3"))
        add(ago(2.5), lambda: self._filing(number, members[now["waiting"]]).write())
        add(ago(2), lambda: self._filing(number, members[now["waiting"]]).submit())
        question = now["question"]
        add(
            ago(1.5),
            lambda: self._review(number, members[now["in_review"]]).ask(question["measure"], question["text"]),
        )
        add(ago(1.2), lambda: self._filing(number, members[now["awaiting_sign_off"]]).write())
        add(ago(1), lambda: self._filing(number, members[now["awaiting_sign_off"]]).ask())
        add(ago(0.8), lambda: self._filing(number, members[now["half_filled"]]).write(upto="4.2"))
