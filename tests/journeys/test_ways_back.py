"""A report whose every turn is taken, in a browser and in both languages: from the last cycle to a withdrawal."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils.translation import gettext, override
from playwright.sync_api import Browser

from alliance.enums import CycleState, Role, VerdictValue
from alliance.models import Correction, Person, Report, SecondReading, Withdrawal
from alliance.queries.local_dates import today
from portal.kernel import journal
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import Publication
from portal.kernel.text import LANGUAGES, format_date
from tests.factories import Cast, make_cycle, make_person, read_cast, read_charter
from tests.support.browser_desk import Desk, in_one_line
from tests.support.corrections import VERDICT
from tests.support.jobs import run_all_jobs
from tests.support.page_inspection import open_page
from tests.support.pages import show_at_once
from tests.support.pledges import make_published_pledge
from tests.support.public_places import PublicPlaces
from tests.support.public_record import PublicRecord
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.submissions import submitted_figure
from tests.support.working_copies import fill_report

pytestmark = pytest.mark.slow

MEASURES = ("measures/search", "measures/speed", "measures/complaints")
COMMITMENTS = ("commitments/find", "commitments/answer")
SLUG = "2026-h2"
TEXT = "We looked for it ourselves."  # in both reports
# the indicator whose figure of one service is corrected, in thousands and parts, so that no other number looks like it
INDICATOR, FIGURE = "time-to-removal", "777.25"
FIGURES = (FIGURE, "777,25")  # as the languages write it
PROPOSE = "main form button[name=propose]"
# what the journal says of it all
JOURNAL = (
    "cycle.plan", "cycle.open", "cycle.remind", "report.submit", "report.recall", "report.assign",
    "report.request_changes", "report.resume_review", "second_reading.ask", "second_reading.differ",
    "second_reading.settle", "report.conclude", "report.reopen", "report.respond", "cycle.close", "cycle.publish",
    "correction.propose", "correction.agree", "correction.object", "correction.consent", "correction.publish",
    "publication.withdraw", "withdrawal.publish",
)  # fmt: skip
# of whom the story of the report tells, and their words in it
STORY = {
    "Sven": ("One figure is missing.", "We searched at night.", "Nights follow in spring."),
    "Rita": (
        "Say how fast.",
        "Nights are missing.",
        "One verdict was too kind.",
        "Two digits were exchanged.",
    ),
    "Zoe": ("Only by day.",),
    "Mona": ("The log shows days alone.",),
    "Max": (),
}
REASONS = {f"reason_{language}": "Two digits were exchanged." for language in LANGUAGES}


class Journey:
    """The cast at their desks, and a public reader; each step is pages that are opened and forms that are sent."""

    def __init__(self, desks: dict[str, Desk], cast: Cast, language: str) -> None:
        self.desks, self.cast, self.language = desks, cast, language
        self.public = PublicRecord(desks["reader"], PublicPlaces(language, SLUG, INDICATOR), FIGURES)

    def __getattr__(self, name: str) -> Desk:
        return self.desks[name]

    @property
    def report(self) -> Report:
        with acting_as(SYSTEM):
            report: Report = Report.objects.select_related("cycle").get(cycle__slug=SLUG)
        return report

    @property
    def state(self) -> str:
        return str(self.report.state)

    def missing_from_the_story(self) -> list[str]:
        """What “All about this report” lacks of people, their words, ways to them, to the publications and verdicts."""
        words, addresses = self.mona.open_all_pages(f"/secretariat/reports/{self.report.pk}/story/")
        rows = Publication.objects.filter(type="report", record__endswith=f"/{SLUG}")
        numbers = rows.values_list("number", flat=True)
        expected = {f"/{self.language}/publications/{number}/" for number in numbers}
        people = Person.objects.filter(name__in=STORY)
        expected |= {f"/secretariat/journal/?who={person.pk}" for person in people}
        review = f"/secretariat/reviews/{self.report.pk}"
        expected |= {f"{review}/{step}/" for step in (*MEASURES, *COMMITMENTS)}
        sentences = [each for name, own in STORY.items() for each in (name, *own)]
        return [each for each in sentences if each not in words] + sorted(expected - addresses)

    def missing_from_the_journal(self) -> list[str]:
        """What of all that was done a manager does not find in the journal, which has several pages of it."""
        words, _addresses = self.mona.open_all_pages("/secretariat/journal/")
        with override(self.language):
            return [kind for kind in JOURNAL if journal.sentence_for(kind) not in words]

    # --- what they do ---

    def make_the_cycle_from_the_last(self) -> None:
        self.mona.open("/secretariat/cycles/plan/?after=2026-h1").send()
        self.mona.open(f"/secretariat/cycles/{SLUG}/open/").send()

    def remind(self) -> None:
        self.mona.open(f"/secretariat/cycles/{SLUG}/remind/?reports={self.report.pk}")
        self.mona.send(text="Three weeks are left.")
        run_all_jobs()
        self.expect_a_letter_with("Three weeks are left.", self.day(self.report.due_on))

    def expect_a_letter_with(self, *words: str) -> None:
        """The last one to the signatory."""
        letter = in_one_line([row for row in mail.outbox if self.cast.sven.email in row.to][-1].body)
        assert [each for each in words if each not in letter] == [], letter

    def day(self, day: date | None) -> str:
        assert day is not None
        with override(self.language):
            return in_one_line(format_date(day))

    def submit(self) -> None:
        self.sven.open(f"/workspace/reports/{self.report.pk}/submit/").send(stated="on")
        assert self.state == "submitted"

    def recall(self) -> None:
        self.sven.open(f"/workspace/reports/{self.report.pk}/recall/").send(reason="One figure is missing.")
        assert self.state == "draft"

    def assign(self) -> None:
        rita = str(self.cast.rita.pk)
        self.mona.open(f"/secretariat/reviews/assign/?report={self.report.pk}").send(reviewer=rita)

    def return_with_a_date(self) -> None:
        home = f"/secretariat/reviews/{self.report.pk}/"
        self.rita.open(f"{home}request-changes/").send(summary="Say how fast.")
        assert self.state == "changes_requested"
        run_all_jobs()
        day = self.day(self.report.changes_due_on)
        self.expect_a_letter_with(day)
        for desk, path in ((self.sven, f"/workspace/reports/{self.report.pk}/"), (self.rita, home)):
            assert day in in_one_line(desk.open(path).words), path

    def let_the_day_pass(self) -> None:
        """Whoever reviews reads that it is over, and was told when it was."""
        with acting_as(SYSTEM):
            Report.objects.update(changes_due_on=today() - timedelta(days=1))
        words = in_one_line(self.rita.open(f"/secretariat/reviews/{self.report.pk}/").words)
        assert self.day(self.report.changes_due_on) in words
        with override(self.language):
            assert gettext("overdue") in words

    def resume(self) -> None:
        self.rita.open(f"/secretariat/reviews/{self.report.pk}/resume/").send()
        assert self.state == "in_review"

    def judge(self, *steps: str, value: str = "substantial") -> None:
        for step in steps or (*MEASURES, *COMMITMENTS):
            self.rita.open(f"/secretariat/reviews/{self.report.pk}/{step}/")
            self.rita.send(
                "#verdict button[type=submit][data-kind=primary]", value=value, reason="Most of it."
            )

    def read_twice_and_settle(self) -> None:
        home = f"/secretariat/reviews/{self.report.pk}/"
        self.rita.open(f"{home}second-reading/").send(
            reader=str(Person.objects.get(name="Zoe").pk), measures="search"
        )
        with acting_as(SYSTEM):
            reading = SecondReading.objects.get()
        self.zoe.open(f"/secretariat/readings/{reading.pk}/measures/search/")
        self.zoe.send(value="limited", reason="Only by day.")
        self.zoe.open(f"/secretariat/readings/{reading.pk}/send/").send()
        self.rita.open(f"/secretariat/readings/{reading.pk}/settle/")
        self.rita.send(**{"outcome-search": "adopted", "reason-search": "Nights are missing."})

    def conclude(self) -> None:
        self.rita.open(f"/secretariat/reviews/{self.report.pk}/conclude/").send()
        assert self.state == "concluded"

    def reopen(self) -> None:
        self.rita.open(f"/secretariat/reviews/{self.report.pk}/reopen/").send(
            reason="One verdict was too kind."
        )
        assert self.state == "in_review"

    def answer(self) -> None:
        self.sven.open(f"/workspace/reports/{self.report.pk}/respond/find/").send(
            text="Nights follow in spring."
        )

    def publish(self) -> None:
        title = self.report.cycle.title_en if self.language == "en" else self.report.cycle.title_ru
        self.mona.open(f"/secretariat/cycles/{SLUG}/close/").send(reason="All is judged.", title=title)
        self.mona.open(f"/secretariat/cycles/{SLUG}/publish/").send()
        run_all_jobs()

    def correct_a_figure(self) -> None:
        """The member finds it wrong, on the public page; the secretariat agrees."""
        self.sven.open(self.public.report_url)
        figure = f"#indicator-{INDICATOR} details.with-provenance"
        self.sven.page.locator(f"{figure} summary").first.click()
        self.sven.follow(f'{figure}[open] a[href*="/corrections/"]')
        self.sven.send(PROPOSE, v0_value=FIGURE, **REASONS)
        self.sven.send()
        self.do(self.mona, "agree", "publish")

    def correct_a_verdict(self) -> None:
        """The reviewer finds it wrong; the member objects, a second reviewer consents, a manager decides."""
        self.rita.open(f"/secretariat/reports/{self.report.pk}/corrections/new/?value={VERDICT.key}")
        self.rita.send(
            PROPOSE,
            v0_value="not_started",
            v0_reason="Only by day.",
            v0_difference="Nights weigh most.",
            **REASONS,
        )
        self.rita.send()
        self.sven.open(f"/workspace/corrections/{self.correction.pk}/object/").send(
            reason="We searched at night."
        )
        self.do(self.zoe, "consent")
        self.do(self.mona, "publish", reason="The log shows days alone.")

    def do(self, desk: Desk, *steps: str, **fields: str) -> None:
        for step in steps:
            desk.open(f"/secretariat/corrections/{self.correction.pk}/{step}/").send(**fields)
            run_all_jobs()

    def withdraw(self) -> None:
        """A manager asks, another one consents."""
        self.mona.open(f"/secretariat/publications/{self.public.publication}/withdraw/").send(**REASONS)
        with acting_as(SYSTEM):
            withdrawal = Withdrawal.objects.get()
        self.max.open(f"/secretariat/withdrawals/{withdrawal.pk}/publish/").send()
        run_all_jobs()

    @property
    def correction(self) -> Correction:
        with acting_as(SYSTEM):
            correction: Correction = Correction.objects.latest("pk")
        return correction


@pytest.fixture(params=LANGUAGES)
def journey(
    request: pytest.FixtureRequest,
    live_server: Any,
    browser: Browser,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Journey]:
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 24 * 3600  # they have all just signed in
    show_at_once(monkeypatch)
    cast, url = read_cast(), live_server.url
    make_person("Zoe", cast.secretariat, Role.REVIEWER)
    make_person("Max", cast.secretariat, Role.MANAGER)
    Person.objects.update(language=request.param)
    make_published_pledge(
        cast.aurora, {"text": "Faster.", "indicator": INDICATOR, "due_on": "2026-09-30", "value": "600"}
    )
    earlier = make_cycle(read_charter(), "2026-h1", CycleState.PUBLISHED)
    figure = submitted_figure(INDICATOR, "3.5", service="aurora-kids")
    make_published_report(earlier, cast.aurora, {"speed": [figure]}, {"find": "complete"}, answer=TEXT)
    make_published_cycle(earlier)
    with ExitStack() as windows:

        def desk(person: Person | None = None) -> Desk:
            return Desk(windows.enter_context(open_page(browser, url, person, locale=request.param)), url)

        desks = {person.name.lower(): desk(person) for person in Person.objects.all()}
        yield Journey({**desks, "reader": desk()}, cast, request.param)


def test_every_turn_of_a_report_is_taken_back_or_corrected(journey: Journey) -> None:
    journey.make_the_cycle_from_the_last()
    journey.remind()
    fill_report(journey.cast.actor("alice"), journey.report, TEXT)
    journey.submit()
    journey.recall()
    journey.submit()
    journey.assign()
    journey.return_with_a_date()
    journey.let_the_day_pass()
    journey.resume()
    journey.judge()
    journey.read_twice_and_settle()
    journey.judge("commitments/find", value="limited")
    journey.conclude()
    journey.reopen()
    journey.conclude()
    journey.answer()
    journey.publish()
    assert journey.public.places_with(journey.public.places.of_figure, *FIGURES) == set()

    verdict = VerdictValue.NOT_STARTED, VerdictValue.LIMITED
    assert journey.public.places_of_the_verdict(*verdict) == set()

    journey.correct_a_figure()
    journey.public.expect_the_figure()
    journey.correct_a_verdict()
    journey.public.expect_the_verdict(*verdict, "The log shows days alone.")
    journey.public.expect_the_figure()
    journey.public.expect_in_files_and_feeds(
        journey.public.mark_of(*verdict), FIGURES[journey.language == "ru"]
    )
    journey.public.expect_in_files_of_the_cycle_and_open_data(*verdict)
    journey.withdraw()
    journey.public.expect_withdrawn(*verdict)
    assert journey.missing_from_the_journal() == []
    assert journey.missing_from_the_story() == []
