"""The demonstration alliance, loaded once: who can sign in, what is public, what is in work, and no letter."""

import io
import json
import re
from collections import Counter
from pathlib import Path

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

import alliance.tasks  # noqa: F401 - the handlers of its jobs
from alliance.enums import SupporterKind
from alliance.models import (
    Cycle,
    Person,
    PublishedFigure,
    PublishedPledge,
    PublishedReport,
    PublishedTarget,
    PublishedVerdict,
    Question,
    Report,
    Supporter,
)
from alliance.services.carry_over import carry_over_share
from portal.kernel.jobs import Job, JobState
from portal.kernel.journal import Event
from portal.kernel.notices import Channel, Delivery
from portal.kernel.publishing import Publication, rebuild
from tests.support.demo_practices import check_demo_practices, check_demo_visibility
from tests.support.filing_docs import example_bodies, run_script
from tests.support.jobs import run_all_jobs
from tests.support.report_program import ReportProgram

DOCUMENTATION = Path(__file__).parents[3] / "docs" / "how-to" / "demonstration-data.md"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_database"), pytest.mark.slow]


def test_load_demo_loads_the_whole_story(tmp_path: Path, full: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "demo.json"

    call_command("load_demo", data_file=file, verbosity=0)

    _can_sign_in(json.loads(file.read_text(encoding="utf-8"))["people"])
    _is_published()
    _is_in_work()
    _begins_with_what_may_still_be_true()
    _has_supporters()
    check_demo_practices()
    check_demo_visibility()
    _is_rebuilt()
    _nobody_is_written_to(full=full)
    _takes_a_report_as_the_docs_say(monkeypatch)
    with pytest.raises(CommandError, match="nothing was loaded"):
        call_command("load_demo", data_file=file, verbosity=0)


def _begins_with_what_may_still_be_true() -> None:
    """The last report of each member began with everything but the numbers of the one before it."""
    reports = Report.objects.order_by("organisation_id", "-cycle__starts_on").distinct("organisation_id")
    shares = [share for report in reports if (share := carry_over_share(report))]
    assert len(shares) > 3
    assert all(share.carried_over == share.stable > 0 for share in shares)
    printed = io.StringIO()
    call_command("carried_over", stdout=printed)
    documented = re.findall(
        r"^ {4}(\S+, \S+: \d+ %.*)$", DOCUMENTATION.read_text(encoding="utf-8"), re.MULTILINE
    )
    assert list(map(without_year, printed.getvalue().splitlines())) == list(map(without_year, documented))


def without_year(line: str) -> str:
    """The demonstration moves with the calendar."""
    return re.sub(r"\d{4}-h", "h", line)


def _can_sign_in(people: list[dict[str, str | list[str]]]) -> None:
    """Everybody with the password that the file says; Dana belongs to two organisations."""
    assert {tuple(sorted(person)) for person in people} == {
        ("email", "name", "organisation", "password", "roles")
    }
    passwords = {str(person["email"]): str(person["password"]) for person in people}
    assert all(person.check_password(passwords[person.email]) for person in Person.objects.all()[:3])
    assert set(passwords) == set(Person.objects.values_list("email", flat=True))
    assert Counter(person["name"] for person in people)["Dana Kessler"] == 2


def _is_published() -> None:
    """Three half-years, in order, with everything that a record may have in it."""
    moments = list(Publication.objects.order_by("number").values_list("published_at", flat=True))
    assert moments == sorted(moments)
    assert Cycle.objects.filter(state="published").count() == 3
    notices = PublishedReport.objects.exclude(notice="").values_list("organisation__slug", "notice")
    assert sorted(notices) == [("cedar-messenger", "not_filed"), ("harbor-social", "exempt")]
    assert PublishedReport.objects.filter(late=True).count() == 1
    figures = PublishedFigure.objects.all()
    assert {row.status for row in figures} == {"reported", "not_measured", "not_applicable", "declined"}
    assert all(
        figures.filter(**{name: True}).exists() for name in ("estimate", "withheld", "definition_changed")
    )
    verdicts = set(PublishedVerdict.objects.values_list("value", flat=True))
    assert verdicts == {"no_evidence", "not_started", "limited", "substantial", "complete", "not_due"}
    assert set(PublishedPledge.objects.current().values_list("state", flat=True)) == {
        "published",
        "fulfilled",
        "withdrawn",
    }
    assert PublishedPledge.objects.filter(revision=2).exists()
    outcomes = Counter(PublishedTarget.objects.current().values_list("outcome", flat=True))
    assert outcomes["missed"] > 1
    assert outcomes["kept"] > 1
    corrected = PublishedFigure.objects.current().get(corrected_in__isnull=False)
    assert (corrected.was["value"], corrected.value) == ("41882", 43107)
    withdrawal = Publication.objects.get(type="withdrawal")
    assert withdrawal.record == f"report/granite-security/{Cycle.objects.earliest('starts_on').slug}"


def _is_in_work() -> None:
    """The open half-year has something to do for everybody."""
    states = dict(Report.objects.filter(cycle__state="open").values_list("organisation__slug", "state"))
    assert states == {
        "aurora-video": "draft",
        "beacon-search": "submitted",
        "cedar-messenger": "in_review",
        "dune-telecom": "awaiting_sign_off",
        "ember-games": "draft",
        "fjord-media": "draft",
        "granite-security": "draft",
        "harbor-social": "changes_requested",
        "ivory-cloud": "draft",
    }
    assert Question.objects.filter(state="open").count() == 1


def _has_supporters() -> None:
    """In the directory, of each kind but one, in several regions; none was asked by e-mail."""
    listed = Supporter.objects.filter(state="listed")
    assert listed.count() == 80
    assert {*SupporterKind} - set(listed.values_list("kind", flat=True)) == {SupporterKind.OTHER}
    assert listed.values("region").distinct().count() == 5


def _is_rebuilt() -> None:
    """The public pages' tables follow from the publications alone."""
    before = PublishedFigure.objects.current().count()
    rebuild()
    assert PublishedFigure.objects.current().count() == before


def _nobody_is_written_to(*, full: bool) -> None:
    """Every event is recorded as past; the last of each kind is routed, with `--full` every one."""
    routing = Job.objects.filter(kind="route_event")
    assert routing.exists()
    assert not routing.exclude(payload__has_key="quiet").exists()
    if not full:
        kinds = dict(Event.objects.values_list("pk", "kind"))
        last = {kinds[job.payload["event"]]: job.pk for job in routing.order_by("pk")}
        routing.exclude(pk__in=last.values()).update(state=JobState.DONE)

    run_all_jobs()

    assert mail.outbox == []
    assert not Delivery.objects.filter(channel=Channel.EMAIL).exists()
    assert Delivery.objects.filter(channel=Channel.INBOX, read_at=None).exists()


def _takes_a_report_as_the_docs_say(monkeypatch: pytest.MonkeyPatch) -> None:
    """The examples of docs/api/filing.md are saved, and its script files its report.json."""
    report = Report.objects.get(organisation__slug="ivory-cloud", cycle__state="open")
    program = ReportProgram(Person.objects.get(email="pavel@ivory-cloud.example"), report)
    examples = example_bodies()
    assert set(examples) == {"answers", "figures"}
    for part, body in examples.items():
        answer = program("patch", f"{part}/", body)
        assert answer.status_code == 200, answer.content

    run_script(program.token, monkeypatch)

    report.refresh_from_db()
    assert report.state == "submitted"
