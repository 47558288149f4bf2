"""The main job from the charter to the public page, through people's pages; letters by a real worker."""

import re
from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from alliance.enums import CharterState
from alliance.models import Accession, Charter, Person, Pledge, Question, Report, Submission
from alliance.queries.reminder_steps import working_day_after
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import Publication
from tests.factories import Cast, make_cast, make_charter
from tests.support.background_programs import Worker
from tests.support.forms import FormClient
from tests.support.mail import MailServer, wait_until
from tests.support.pages import words_of

CHARTER = "test-charter/1"


class Walkthrough:
    """The cast, signed in; every step is a page that is opened and a form that is sent."""

    def __init__(self, cast: Cast, mail: MailServer) -> None:
        self.cast, self.mail = cast, mail
        self.clients: dict[str, FormClient] = {}

    def client(self, name: str) -> FormClient:
        if name not in self.clients:
            self.clients[name] = FormClient(getattr(self.cast, name))
        return self.clients[name]

    def act(self, name: str, url: str, action: str | None = None, **entries: str | list[str]) -> str:
        """Open the page and send its form; gives back where that leads."""
        client = self.client(name)
        client.open(url)
        return client.send(entries, action=action)

    def letters(self, name: str, count: int) -> list[str]:
        """The subjects of the letters to one of the cast, once so many have come."""
        person: Person = getattr(self.cast, name)
        return sorted(str(letter["Subject"]) for letter in self.mail.wait_for(person.email, count))

    def letter(self, name: str, subject: str) -> None:
        """Wait until one of the cast has this letter."""
        address = getattr(self.cast, name).email
        wait_until(
            lambda: subject in {str(letter["Subject"]) for letter in self.mail.sent_to(address)}, what=subject
        )

    @property
    def report(self) -> Report:
        return Report.objects.get(organisation=self.cast.aurora)

    # --- what they do ---

    def put_in_force(self) -> None:
        self.act("mona", f"/secretariat/charters/{CHARTER}/put-in-force/")

    def accede(self) -> None:
        self.act("sven", f"/workspace/charters/{CHARTER}/sign/")
        accession = Accession.objects.get(organisation=self.cast.aurora)
        self.act("mona", f"/secretariat/accessions/{accession.pk}/publish/")

    def pledge(self) -> None:
        words = "We look before anybody complains."
        kids = str(self.cast.aurora.ownerships.get(service__slug="aurora-kids").service_id)
        self.act("alice", "/workspace/pledges/new/?commitment=find", text=words, services=[kids])
        with acting_as(SYSTEM):
            pledge = Pledge.objects.get(organisation=self.cast.aurora)
        self.act("sven", f"/workspace/pledges/{pledge.pk}/sign/")
        self.act("mona", f"/secretariat/pledges/{pledge.pk}/publish/")

    def open_cycle(self) -> None:
        year = timezone.localdate().year
        self.act(
            "mona",
            "/secretariat/cycles/plan/",
            title_en="The year before",
            title_ru="Год до этого",
            slug="before",
            charter=str(Charter.objects.get().pk),
            starts_on=f"{year - 1}-01-01",
            ends_on=f"{year - 1}-12-31",
            due_on=working_day_after(date(year + 1, 1, 31)).isoformat(),
        )
        self.act("mona", "/secretariat/cycles/before/open/")

    def write(self) -> None:
        """Alice fills in every measure: a text, and a value for every figure that is asked."""
        for measure in ("search", "speed", "complaints"):
            client = self.client("alice")
            client.open(f"/workspace/reports/{self.report.pk}/measures/{measure}/")
            names = client.form(field="once").names
            texts = {name: f"What we did about {measure}." for name in names if name.endswith("-text")}
            values = {name: "7" for name in names if re.fullmatch(r"f\d+-\d+-value", name)}
            client.send({**texts, **values, **self._yes(client)})

    def _yes(self, client: FormClient) -> dict[str, str]:
        """A yes where yes or no is asked."""
        source = client.page.decode()
        radios = set(re.findall(r'type="radio" name="(f\d+-\d+-value)"', source))
        choices = set(re.findall(r'<select name="(f\d+-\d+-value)"', source))
        return dict.fromkeys(radios | choices, "1")

    def submit(self) -> Submission:
        self.act("sven", f"/workspace/reports/{self.report.pk}/submit/", stated="on")
        with acting_as(SYSTEM):
            submission: Submission = self.report.submissions.first()
        return submission

    def question_and_answer(self) -> None:
        home = f"/secretariat/reviews/{self.report.pk}/"
        self.act("rita", home, f"{home}start/")
        asked = {"act": "question", "question-text": "On which services?"}
        self.act("rita", f"{home}measures/search/", **asked)
        question = Question.objects.get()
        self.letter(
            "alice", "A question about your report for The year before"
        )  # none of one that is answered
        answer = f"/workspace/questions/{question.pk}/answer/"
        self.act("alice", f"/workspace/reports/{self.report.pk}/", answer, text="On both of them.")

    def return_and_resubmit(self) -> Submission:
        home = f"/secretariat/reviews/{self.report.pk}/"
        self.act("rita", f"{home}request-changes/", summary="Say how fast, not only how much.")
        client = self.client("alice")
        client.open(f"/workspace/reports/{self.report.pk}/measures/speed/")
        text = next(name for name in client.form(field="once").names if name.endswith("-text"))
        client.send({text: "Within seven hours, at night too."})
        return self.submit()

    def judge(self) -> None:
        home = f"/secretariat/reviews/{self.report.pk}/"
        self.act("rita", home, f"{home}start/")
        for page in ("measures/search", "measures/speed", "measures/complaints"):
            self.act("rita", f"{home}{page}/", value="substantial", reason="Most of it is done.")
        for page in ("commitments/find", "commitments/answer"):
            self.act("rita", f"{home}{page}/", value="substantial", reason="So it stands.")
        self.act("rita", f"{home}conclude/")

    def reply(self) -> None:
        self.act("sven", f"/workspace/reports/{self.report.pk}/respond/find/", text="We accept the verdict.")

    def publish(self) -> None:
        title = self.report.cycle.title.replace("–", "-").upper()
        self.act("mona", "/secretariat/cycles/before/close/", reason="All have filed.", title=title)
        self.act("mona", "/secretariat/cycles/before/publish/")


@pytest.fixture
def story(empty_database: None, worker: Worker, mail: MailServer) -> Walkthrough:
    cast = make_cast()
    make_charter(state=CharterState.DRAFT)
    return Walkthrough(cast, mail)


def test_the_main_job(story: Walkthrough) -> None:
    story.put_in_force()
    story.accede()
    story.pledge()
    story.open_cycle()
    story.write()
    first = story.submit()
    story.question_and_answer()
    second = story.return_and_resubmit()
    story.judge()
    story.reply()
    story.publish()

    assert (first.number, second.number, first.sha256 != second.sha256) == (1, 2, True)
    _is_public(second)
    _check_letters(story, first)


def _is_public(submission: Submission) -> None:
    """What the public reads, and the numbered record behind it."""
    page = words_of(Client().get("/en/reports/aurora-video/before/"))
    for text in (
        "Within seven hours, at night too.",
        "Most of it is done.",
        "We accept the verdict.",
        submission.sha256[:8],
    ):
        assert text in page, text
    numbers = list(Publication.objects.order_by("number").values_list("number", "type"))
    assert numbers == list(enumerate(("charter", "accession", "pledge", "cycle", "report", "response"), 1))


EXPECTED_LETTERS = {
    "alice": [
        "A question about your report for The year before",
        "Changes requested: report for The year before",
        "Published: the pledge “Find”",
        "Published: the reporting cycle The year before",
        "Published: your accession to Test charter",
        "Receipt: report for The year before",
        "Receipt: report for The year before",
        "The reporting cycle is open: The year before",
        "The review is concluded: report for The year before",
    ],
    "rita": [
        "Aurora Video has answered a question",
        "Aurora Video has replied to the verdicts",
        "Aurora Video has submitted its report for The year before",
        "Aurora Video has submitted its report for The year before",
    ],
    "mona": [
        "Aurora Video has replied to the verdicts",
        "Aurora Video has signed a charter",
        "Aurora Video has signed a pledge",
        "Aurora Video has submitted its report for The year before",
        "Aurora Video has submitted its report for The year before",
    ],
}


def _check_letters(story: Walkthrough, first: Submission) -> None:
    """Everybody was notified of what concerns them and of nothing else, by a real worker and a real mail server."""
    assert {
        name: story.letters(name, len(subjects)) for name, subjects in EXPECTED_LETTERS.items()
    } == EXPECTED_LETTERS
    assert all(re.search("[а-я]{5}", subject) for subject in story.letters("bob", 3))  # he reads Russian
    assert story.mail.sent_to(story.cast.carol.email) == []
    receipts = [
        letter
        for letter in story.mail.sent_to(story.cast.sven.email)
        if first.sha256 in letter.get_body(("plain",)).get_content()
    ]
    assert len(receipts) == 1
