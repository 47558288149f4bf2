"""What is said from outside: questions and complaints of the public, and what a partner says about one measure."""

from dataclasses import dataclass
from datetime import timedelta

from alliance.demo.calendar import Calendar
from alliance.demo.cast import Cast
from alliance.demo.files import Record
from alliance.demo.schedule import Schedule
from alliance.models import InvitedComment, Measure, PublicQuestion, PublicQuestionContact, Report
from alliance.queries.local_dates import today
from alliance.services import mediation, public_questions
from alliance.services.public_question_links import link_token_of
from portal.kernel.access import SYSTEM, acting_as


def schedule_outside(record: Record, cast: Cast, calendar: Calendar, schedule: Schedule) -> None:
    """Questions, some answered in public, one waiting; comments invited, one of them public."""
    for question in record["questions"]:
        _DemoQuestion(question, cast).schedule(calendar, schedule)
    for comment in record["comments"]:
        _DemoComment(comment, cast).schedule(calendar, schedule)


@dataclass
class _DemoQuestion:
    record: Record
    cast: Cast
    pk: int = 0

    def schedule(self, calendar: Calendar, schedule: Schedule) -> None:
        record = self.record
        if "asked_on" not in record:  # it waits at the desk
            schedule.add(calendar.days_ago(record["days_ago"]), self.ask)
            return
        steps = (self.ask, self.forward, self.answer, self.agree, self.publish)
        for days, act in enumerate(steps):
            schedule.add(calendar.moment_on(record["asked_on"] + timedelta(days=days), 12), act)

    def ask(self) -> None:
        """Asked by the form, and confirmed by the link."""
        record = self.record
        asked = public_questions.AskedQuestion(
            kind=record["kind"],
            text=record["text"].strip(),
            language=record["language"],
            member=record.get("member", ""),
            commitment=record.get("commitment", ""),
            name=record.get("name", ""),
            agrees=True,
        )
        public_questions.ask_publicly(asked, record["email"])
        with acting_as(SYSTEM):
            contact = PublicQuestionContact.objects.latest("pk")
        token = link_token_of(contact)
        assert token is not None, "the link was made with our own key"
        self.pk = public_questions.confirm_question(token).pk

    def forward(self) -> None:
        with self.cast.acting("mona", "secretariat") as actor:
            public_questions.forward_question(actor, self._row())

    def answer(self) -> None:
        with self.cast.acting(self.record["signatory"], self.record["member"]) as actor:
            text = self.record["answer"].strip()
            public_questions.answer_question(actor, self._row(), text, self.record["language"])

    def agree(self) -> None:
        with self.cast.acting(self.record["signatory"], self.record["member"]) as actor:
            public_questions.change_member_consent(actor, self._row(), agrees=True)

    def publish(self) -> None:
        with self.cast.acting("mona", "secretariat") as actor:
            public_questions.publish_question(actor, self._row())

    def _row(self) -> PublicQuestion:
        row: PublicQuestion = PublicQuestion.objects.get(pk=self.pk)
        return row


@dataclass
class _DemoComment:
    record: Record
    cast: Cast
    pk: int = 0

    def schedule(self, calendar: Calendar, schedule: Schedule) -> None:
        record = self.record
        if "invited_on" not in record:  # the partner has still to answer
            schedule.add(calendar.days_ago(record["days_ago"]), self.invite)
            return
        for days, act in enumerate((self.invite, self.give, self.agree)):
            schedule.add(calendar.moment_on(record["invited_on"] + timedelta(days=2 * days), 15), act)

    def invite(self) -> None:
        """About the member's latest published report."""
        record = self.record
        with self.cast.acting("mona", "secretariat") as actor:
            reports = Report.objects.filter(
                organisation=self.cast.organisations[record["member"]], state="published"
            )
            report = reports.select_related("cycle").latest("cycle__starts_on")
            measure = Measure.objects.get(
                key=record["measure"], commitment__charter_id=report.cycle.charter_id
            )
            comment = mediation.invite_comment(
                actor,
                report,
                measure,
                self.cast.organisations[record["partner"]],
                question=record["question"].strip(),
                language=record["language"],
                due_on=today() + timedelta(days=21),
            )
        self.pk = comment.pk

    def give(self) -> None:
        record = self.record
        with self.cast.acting(record["writer"], record["partner"]) as actor:
            mediation.give_comment(
                actor, self._row(), record["text"].strip(), record["language"], agrees=True
            )

    def agree(self) -> None:
        with self.cast.acting(self.record["signatory"], self.record["member"]) as actor:
            mediation.change_member_consent(actor, self._row(), agrees=True)

    def _row(self) -> InvitedComment:
        row: InvitedComment = InvitedComment.objects.get(pk=self.pk)
        return row
