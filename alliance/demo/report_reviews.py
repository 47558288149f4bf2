"""The secretariat's work on a report: questions, verdicts with reasons, changes, conclusion; the replies."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.utils import translation

from alliance.demo.amounts import Amounts, amounts_of
from alliance.demo.files import Record, has_filed, read
from alliance.demo.filing import Filing
from alliance.enums import Role, Unit, VerdictValue
from alliance.models import Commitment, Finding, Measure, Question, Report
from alliance.queries.local_dates import today
from alliance.queries.public.counted_units import counted_text
from alliance.queries.public.wording import rounded_value
from alliance.queries.review_state import review_state
from alliance.services.findings import carry_finding, claim_finding, complete_finding, open_finding
from alliance.services.questions import answer_question, ask_question, close_question
from alliance.services.responses import respond_to_verdicts
from alliance.services.review_notes import write_note
from alliance.services.reviews import conclude_report, give_verdict, request_changes, start_review
from portal.kernel.access import Actor

_VALUES = {
    "C": VerdictValue.COMPLETE,
    "S": VerdictValue.SUBSTANTIAL,
    "L": VerdictValue.LIMITED,
    "N": VerdictValue.NOT_STARTED,
    "E": VerdictValue.NO_EVIDENCE,
    "D": VerdictValue.NOT_DUE,
}
_REASON_OPENINGS = {
    "S": {"en": "Most of it is done.", "ru": "Большая часть сделана."},
    "L": {"en": "It has begun, and most is still to do.", "ru": "Работа начата, большая часть впереди."},
    "N": {"en": "Nothing was begun in this period.", "ru": "В этом периоде работа не начата."},
    "E": {"en": "The answer is not borne out by evidence.", "ru": "Ответ не подтверждён доказательствами."},
}
_QUOTE = {
    "en": "%(title)s (%(service)s): %(now)s, %(before)s in the last report.",
    "ru": "%(title)s (%(service)s): %(now)s, в прошлом отчёте %(before)s.",
}
# The indicator's title says what is counted; only these units follow the number as well.
_QUOTED_UNITS = (Unit.PERCENT, Unit.MINUTES, Unit.HOURS, Unit.DAYS)


@dataclass
class DemoReview:
    """The review of one filed report, in the language in which it was written."""

    filing: Filing

    @contextmanager
    def _reviewer(self) -> Iterator[Actor]:
        """Rita reads English, Zoya Russian."""
        key = "rita" if self.language == "en" else "zoya"
        with self.filing.cast.acting(key, "secretariat") as actor:
            yield actor

    @property
    def language(self) -> str:
        language: str = self.filing.member["language"]
        return language

    @property
    def member(self) -> Record:
        return self.filing.member

    def start(self) -> None:
        with self._reviewer() as actor:
            start_review(actor, self.filing.report())

    def request_changes(self, summary: str) -> None:
        with self._reviewer() as actor:
            request_changes(actor, self.filing.report(), summary)

    def note(self, text: str, code: str) -> None:
        with self._reviewer() as actor:
            write_note(actor, self.filing.report(), text, measure=self._measure(code))

    # --- questions ---

    def ask(self, code: str, text: str) -> None:
        with self._reviewer() as actor:
            ask_question(actor, self.filing.report(), text, measure=self._measure(code))

    def answer(self, text: str) -> None:
        """The member's editor answers the last question, and the reviewer closes it."""
        cast, member = self.filing.cast, self.member
        question = Question.objects.filter(report=self.filing.report()).latest("pk")
        with cast.acting(cast.holder(member, Role.EDITOR), member["slug"]) as actor:
            answered = answer_question(actor, question, text)
        with self._reviewer() as actor:
            close_question(actor, answered)

    def _measure(self, code: str) -> Measure:
        return Measure.objects.get(charter=self.filing.cycle.charter, code=code)

    # --- verdicts ---

    def give_verdicts(self, stop_before: str = "") -> None:
        """Verdicts on every due measure, commitment and own pledge; `stop_before` stops before this measure."""
        report = self.filing.report()
        charter = self.filing.cycle.charter_id
        amounts = [amounts_of(self.member["slug"], self.filing.number - back, charter) for back in (0, 1)]
        with self._reviewer() as actor:
            state = review_state(actor, report)
            assert state is not None, "it was submitted"
            for group in state.groups:
                values = []
                for step in group.measures:
                    if step.code == stop_before:
                        return
                    measure = step.measure
                    assert measure is not None, "a step of a measure has one"
                    letter = self._verdict_code(self.member["verdicts"][measure.code])
                    reason = self._reason(measure.code, letter, amounts)
                    give_verdict(actor, report, measure=measure, value=_VALUES[letter], reason=reason)
                    values.append(letter)
                self._give_commitment_verdict(actor, report, group.commitment, values)
            self._give_pledge_verdicts(actor, report)

    def _verdict_code(self, letters: str) -> str:
        """The verdict of this half-year; the present one goes on from the last."""
        return letters[min(self.filing.number, len(letters)) - 1]

    def _reason(self, code: str, letter: str, amounts: list[Amounts]) -> str:
        texts = read("measures.yaml")["measures"][code]
        if letter == "D":
            reason: str = self.member["not_due"]
            return reason
        gap = texts["gaps"][self.language][(self.filing.number + len(self.member["slug"])) % 2]
        text = (
            texts["done"][self.language]
            if letter == "C"
            else f"{_REASON_OPENINGS[letter][self.language]} {gap}"
        )
        quote = self._quote(code, *amounts) if letter in "CSL" else ""
        return f"{text} {quote}".strip()

    def _quote(self, code: str, now: Amounts, before: Amounts) -> str:
        """One figure of this half-year beside that of the last report, when both were reported."""
        key = read("trends.yaml")["quoted"].get(code)
        is_first = self.filing.number == 1 or not has_filed(self.member, self.filing.number - 1)
        if key is None or is_first:
            return ""
        for service in (None, *self.filing.cast.services[self.member["slug"]]):
            new, old = now.number(key, service), before.number(key, service)
            if new is not None and old is not None and new != old:
                return self._sentence(
                    now, key, service, self._value_text(now, key, new), self._value_text(now, key, old)
                )
        return ""

    def _sentence(self, amounts: Amounts, key: str, service: str | None, now: str, before: str) -> str:
        with translation.override(self.language):
            services, slug = self.filing.cast.services, self.member["slug"]
            name = services[slug][service].name if service else self.filing.cast.organisations[slug].name
            facts = {"title": amounts.indicators[key].title, "service": name, "now": now, "before": before}
        return _QUOTE[self.language] % facts

    def _value_text(self, amounts: Amounts, key: str, number: Decimal) -> str:
        indicator = amounts.indicators[key]
        value = rounded_value(indicator, number) or number
        with translation.override(self.language):
            return counted_text(value, indicator.unit if indicator.unit in _QUOTED_UNITS else "")

    def _give_commitment_verdict(
        self, actor: Actor, report: Report, commitment: Commitment, letters: list[str]
    ) -> None:
        """The lowest of its due measures, unless the file says otherwise and why."""
        due = [letter for letter in letters if letter != "D"]
        lowest = min(due, key="ENLSC".index) if due else "D"
        override = self._override(commitment.code)
        letter = override["value"] if override else lowest
        texts = read("measures.yaml")["commitments"][commitment.code]
        reason = texts["done" if letter == "C" else "gap"][self.language]
        if letter in "NE":  # the gap is that of something that has begun
            reason = _REASON_OPENINGS[letter][self.language]
        give_verdict(
            actor,
            report,
            commitment=commitment,
            value=_VALUES[letter],
            reason=self.member["not_due"] if letter == "D" else reason,
            difference=override["why"] if override else "",
        )

    def _override(self, code: str) -> Record | None:
        for item in self.member.get("overrides", []):
            if (item["cycle"], item["commitment"]) == (self.filing.number, code):
                record: Record = item
                return record
        return None

    def _give_pledge_verdicts(self, actor: Actor, report: Report) -> None:
        state = review_state(actor, report)
        assert state is not None, "it was submitted"
        for step in state.pledges:
            pledge = next(row for row in self.member["pledges"] if row.get("title") == step.title)
            value = _VALUES[self._verdict_code(pledge["verdicts"])]
            record = self.filing.pledge_records[self.member["slug"], step.title]
            give_verdict(actor, report, pledge_record=record, value=value, reason=pledge["reason"].strip())

    # --- findings ---

    def make_finding(self, item: Record) -> None:
        with self._reviewer() as actor:
            open_finding(
                actor,
                self.filing.report(),
                self._measure(item["measure"]),
                text=item["text"],
                due_on=today() + timedelta(days=item["days"]),
                public=item.get("public", False),
                language=self.language,
            )

    def claim_finding(self, item: Record) -> None:
        """The member's editor reports it done."""
        cast, member = self.filing.cast, self.member
        with cast.acting(cast.holder(member, Role.EDITOR), member["slug"]) as actor:
            claim_finding(actor, self._finding(item), item["claimed"]["text"], self.language)

    def carry_finding(self, item: Record) -> None:
        finding, carried = self._finding(item), item["carried"]
        later = finding.due_on + timedelta(days=carried["days"] - item["days"])
        with self._reviewer() as actor:
            carry_finding(actor, finding, later, carried["text"], self.language)

    def complete_finding(self, item: Record) -> None:
        with self._reviewer() as actor:
            complete_finding(actor, self._finding(item))

    def _finding(self, item: Record) -> Finding:
        finding: Finding = Finding.objects.get(report=self.filing.report(), measure__code=item["measure"])
        return finding

    # --- the end ---

    def conclude(self) -> None:
        with self._reviewer() as actor:
            conclude_report(actor, self.filing.report())

    def reply(self, commitment_code: str, text: str) -> None:
        cast, member = self.filing.cast, self.member
        charter = self.filing.cycle.charter
        commitment = Commitment.objects.filter(charter=charter, code=commitment_code).first()
        with cast.acting(cast.holder(member, Role.SIGNATORY), member["slug"]) as actor:
            respond_to_verdicts(actor, self.filing.report(), commitment, text, member["language"])
