"""Everything that happens to one report of a half-year that is over."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, partial

from alliance.demo import files
from alliance.demo.afterwards import schedule_afterwards
from alliance.demo.calendar import Calendar
from alliance.demo.files import Record
from alliance.demo.filing import Filing
from alliance.demo.report_reviews import DemoReview
from alliance.demo.schedule import Schedule
from alliance.services.extensions import extend_report
from alliance.services.obligations import exempt_report, mark_not_filed
from portal.kernel.access import SYSTEM, acting_as


@dataclass
class ReportLifecycle:
    """Schedules one report; `position` spreads the members over days and hours."""

    filing: Filing
    cycle_record: Record  # of the cycle: its dates
    position: int
    calendar: Calendar
    timetable: Schedule

    @property
    def member(self) -> Record:
        return self.filing.member

    @cached_property
    def review(self) -> DemoReview:
        return DemoReview(self.filing)

    def _has_event(self, kind: str) -> bool:
        """Whether the member's file says that this happened in this half-year."""
        record: Record = self.member.get(kind, {})
        return record.get("cycle") == self.filing.number

    def schedule(self) -> None:
        due = self.cycle_record["due_on"]
        if self._has_event("exempt"):
            self._add(due - timedelta(days=20), 11, self._exempt)
        elif self._has_event("not_filed"):
            self._add(due + timedelta(days=11), 1, self._miss)
        elif files.has_filed(self.member, self.filing.number):
            if self._has_event("extended"):
                self._add(due - timedelta(days=9), 11, self._extend)
            self._file(self._filed_on())
            self._review(self.cycle_record["reviewed_on"])
            schedule_afterwards(self.filing, self.calendar, self.timetable)

    def _add(self, day: date, hour: int, act: files.Act, minute: int = 0) -> None:
        self.timetable.add(self.calendar.moment_on(day, hour, minute), act)

    # --- the member ---

    def _filed_on(self) -> date:
        due: date = self.cycle_record["due_on"]
        if self._has_event("late"):
            return due + timedelta(days=self.member["late"]["days"])
        if self._has_event("extended"):
            return due + timedelta(days=self.member["extended"]["days"] - 2)
        return due - timedelta(days=1 + (self.position * 5 + self.filing.number) % 14)

    def _file(self, day: date) -> None:
        """Written, signed off, submitted; where changes are requested, put right and submitted again."""
        changes = self.member["changes"] if self._has_event("changes") else None
        wrong = changes["wrong"] if changes else None
        published_wrong = next((item["wrong"] for item in self.filing.of_cycle("corrections")), None)
        write = partial(self.filing.write, wrong=wrong or published_wrong)
        self._add(day - timedelta(days=2), 16, write)
        if self.member.get("four_eyes"):
            self._add(day - timedelta(days=1), 12, self.filing.ask_for_sign_off)
        self._add(day, 14, self.filing.submit, self.position * 7)
        if changes and wrong:
            self._add(day + timedelta(days=4), 11, self.review.start)
            back = partial(self.review.request_changes, changes["summary"].strip())
            self._add(day + timedelta(days=5), 11, back)
            self._add(day + timedelta(days=9), 15, partial(self.filing.correct_figure, wrong))
            self._add(day + timedelta(days=9), 16, self.filing.submit)

    # --- the secretariat ---

    def _review(self, day: date) -> None:
        """Taken into review, asked about, judged, concluded; and the member's replies."""
        self._add(day, 9, self.review.start, self.position * 5)
        for item in self.filing.of_cycle("questions"):
            question_day = day + timedelta(days=1)
            self._add(
                question_day, 10, partial(self.review.ask, item["measure"], item["text"]), self.position
            )
            self._add(
                question_day + timedelta(days=1),
                9,
                partial(self.review.answer, item["answer"]),
                self.position,
            )
        review_day = day + timedelta(days=3 + self.position // 3)
        self._add(review_day, 13, self.review.give_verdicts, self.position * 6)
        findings = self.filing.of_cycle("findings")
        for item in findings:
            self._add(review_day, 16, partial(self.review.make_finding, item), self.position * 6)
        self._add(review_day, 17, self.review.conclude, self.position * 6)
        for item in findings:
            self._follow_finding(review_day, item)
        for item in self.filing.of_cycle("replies"):
            reply = partial(self.review.reply, item["commitment"], item["text"])
            reply_day = review_day + timedelta(days=4)
            if item.get("published"):  # a reply that comes after the report is public
                reply_day = self.cycle_record["published_on"] + timedelta(days=2)
            self._add(reply_day, 12, reply, self.position * 6)

    def _follow_finding(self, made_on: date, item: Record) -> None:
        """What becomes of a finding, so many days after it was made."""
        acts = {
            "claimed": self.review.claim_finding,
            "carried": self.review.carry_finding,
            "done": self.review.complete_finding,
        }
        for name, act in acts.items():
            if name in item:
                self._add(
                    made_on + timedelta(days=item[name]["after"]), 11, partial(act, item), self.position * 6
                )

    def _exempt(self) -> None:
        with self.filing.cast.acting("mona", "secretariat") as actor:
            exempt_report(actor, self.filing.report(), self.member["exempt"]["reason"])

    def _extend(self) -> None:
        report, extended = self.filing.report(), self.member["extended"]
        with self.filing.cast.acting("mona", "secretariat") as actor:
            due = report.due_on + timedelta(days=extended["days"])
            extend_report(actor, report, due, extended["reason"])

    def _miss(self) -> None:
        with acting_as(SYSTEM):
            mark_not_filed(self.filing.report().pk)
