"""Before an organisation is suspended, leaves or merges: what is open with it, by name, and what becomes of each."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from alliance.enums import CycleState, ExtensionRequestState, OrganisationKind, ReportState
from alliance.models import (
    ExtensionRequest,
    InvitedComment,
    Measure,
    Organisation,
    Pledge,
    Report,
    SecondReading,
)
from alliance.queries.access_loss import matters_left_open
from alliance.queries.local_dates import today
from alliance.services.findings import open_finding
from alliance.services.questions import ask_question
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast, make_cycle, make_organisation, make_report, read_charter
from tests.support.corrections import LIVE, figures, proposed
from tests.support.pages import queries_of, words_of
from tests.support.published_reports import make_published_report
from tests.support.submissions import make_submission
from tests.support.world_public_questions import make_public_question

pytestmark = pytest.mark.django_db
BEFORE = pytest.mark.parametrize("step", ["suspend", "withdraw", "expel", "merge"])


@pytest.fixture
def open_matters(cast: Cast) -> None:
    """One of each kind with Aurora."""
    charter = read_charter()
    make_published_report(make_cycle(charter, "2025-h2"), cast.aurora, figures("2960", "394"))
    public = Report.objects.get()
    proposed(cast, public, LIVE, "349", by="rita")
    report = make_report(make_cycle(charter, "2026-h1", CycleState.OPEN), cast.aurora)
    make_submission(report, ReportState.IN_REVIEW)
    draft = make_report(make_cycle(charter, "2026-h2", CycleState.OPEN), cast.aurora)
    make_public_question(cast.aurora, text="Who checks ages?", forwarded_at=timezone.now())
    measure = Measure.objects.get(charter=charter, key="search")
    with acting_as(cast.actor("rita")) as rita:
        ask_question(rita, report, "A zero or a gap?")
        open_finding(rita, report, measure, text="Count the nights.", due_on=today() + timedelta(days=3))
    with acting_as(SYSTEM):
        SecondReading.objects.create(
            report=report, organisation=cast.aurora, reader=cast.rita, asked_by=cast.mona
        )
        ExtensionRequest.objects.create(
            report=draft, organisation=cast.aurora, requested_due_on=today(), reason="Two offices moved.",
            asked_by=cast.alice, state=ExtensionRequestState.OPEN,
        )  # fmt: skip
        InvitedComment.objects.create(
            report=report, organisation=cast.aurora, cycle=report.cycle, measure=measure, language="en",
            question="How well does it work?", partner=make_organisation("hotline", "partner"),
            due_on=today() + timedelta(days=9), invited_by=cast.mona,
        )  # fmt: skip
        Pledge.objects.create(
            organisation=cast.aurora,
            state="published",
            commitment_key="find",
            title="All are trained",
            text=".",
        )


def page(cast: Cast, step: str) -> str:
    return f"/secretariat/members/{cast.aurora.pk}/{'' if step == 'merge' else 'step/'}{step}/"


@BEFORE
@pytest.mark.parametrize("kind", [OrganisationKind.MEMBER, OrganisationKind.ASSOCIATE])
def test_each_page_names_what_is_open_with_links(
    cast: Cast, mona: Client, open_matters: None, step: str, kind: str
) -> None:
    Organisation.objects.filter(pk=cast.aurora.pk).update(kind=kind)
    answer = mona.get(page(cast, step))
    words, links = words_of(answer), answer.content.decode()

    for title in (
        "Count the nights.", "Two offices moved.", "A zero or a gap?", "Who checks ages?", "How well does it work?",
        "All are trained",
    ):  # fmt: skip
        assert title in words
    items = [item for group in answer.context["matters"] for item in group.items]
    assert len(items) == 10
    assert all(f'href="{item.url}"' in links for item in items)


@BEFORE
def test_what_becomes_of_each_is_said(cast: Cast, mona: Client, open_matters: None, step: str) -> None:
    words = words_of(mona.get(page(cast, step)))

    assert "another manager or an auditor decides at once" in words
    assert "Nobody can answer: the reviewer judges what was submitted" in words
    assert "Their review goes on" in words
    assert ("they count as not filed" in words) == (step in ("suspend", "merge"))
    assert ("the public reads that" in words) == (step != "suspend")
    assert "take them back and answer them yourselves" in words
    assert "They stay public, with what was promised" in words
    assert "Nobody else can read it" in words
    assert ("Those that you choose are exempted" in words) == (step == "merge")


def test_where_nothing_is_open_the_page_says_so(cast: Cast, mona: Client) -> None:
    assert "Nothing is open." in words_of(mona.get(page(cast, "expel")))


def test_before_access_is_given_nothing_is_listed(cast: Cast, mona: Client) -> None:
    Organisation.objects.filter(pk=cast.aurora.pk).update(state="suspended")
    words = words_of(mona.get(page(cast, "reinstate")))

    assert "What is open" not in words
    assert "have all their days again" in words


def test_of_a_partner_the_comments_are_named_to_which_it_is_invited(
    cast: Cast, mona: Client, open_matters: None
) -> None:
    hotline = Organisation.objects.get(slug="hotline")
    words = words_of(mona.get(f"/secretariat/members/{hotline.pk}/step/withdraw/"))

    assert "How well does it work?" in words
    assert "withdraw the invitations" in words
    assert "Nobody else can read it" not in words


def test_as_many_queries_however_much_is_open(cast: Cast, mona: Client, open_matters: None) -> None:
    few = queries_of(mona, page(cast, "expel"))
    for number in range(5):
        make_public_question(cast.aurora, text=f"And {number}?", forwarded_at=timezone.now())
    with acting_as(cast.actor("rita")) as rita:
        report = Report.objects.get(state=ReportState.IN_REVIEW)
        for number in range(5):
            ask_question(rita, report, f"Which {number}?")

    assert queries_of(mona, page(cast, "expel")) == few
    with acting_as(cast.actor("mona")) as actor:
        groups = matters_left_open(actor, cast.aurora)
    assert sum(len(group.items) for group in groups) >= 19
