"""The pages of docs/api about the desk and the practices: what they ask for is asked for, as it stands there."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import resolve

import alliance.tasks  # noqa: F401 - the handlers of its jobs
from alliance.enums import CycleState, OrganisationKind, ReportState, Role
from alliance.models import Charter, Cycle, InvitedComment, Report, Site
from alliance.queries.local_dates import today
from alliance.queries.site import read_site
from alliance.services.supporter_imports import send_supporters
from portal.kernel.access import SYSTEM, Actor, acting_as
from practices.models import Practice
from practices.models import Request as RequestOnBoard
from tests.factories import (
    Cast,
    make_cycle,
    make_organisation,
    make_person,
    make_report,
    read_charter,
)
from tests.factories.taxonomy import HARMS, MEASURES, make_taxonomy
from tests.support.api_docs import Walk, addresses_of, curl_lines_of, requests_of
from tests.support.bearers import token_of
from tests.support.corrections import LIVE, figures
from tests.support.jobs import run_all_jobs
from tests.support.published_reports import make_published_report
from tests.support.submissions import make_submission
from tests.support.world_public_questions import make_public_question
from tests.support.world_supporters import make_supporter

pytestmark = pytest.mark.django_db
PAGES = ("filing.md", "secretariat.md", "practices.md", "outside.md")


def supporters_to_decide_about(charter: Charter, manager: Actor) -> dict[str, int]:
    """An entry, another that may be the same, and a file that was checked."""
    Site.objects.update_or_create(id=1, defaults={"supporters_charter": charter.key})
    read_site.forget()
    listed = make_supporter(charter, "Harbour School", name_key="harbour school")
    twin = make_supporter(charter, "Harbor School", likely_twin=listed)
    rows = "Hill School;school;Eastport;hill@school.example\nHarbour School;school;Eastport;a@b.example\n"
    file = SimpleUploadedFile("march.csv", f"name;kind;region;e-mail\n{rows}".encode())
    with acting_as(manager):
        upload = send_supporters(manager, file)
    run_all_jobs()
    return {"supporter": listed.pk, "twin": twin.pk, "import": upload.pk}


def test_a_program_works_at_the_desk_as_its_page_says(cast: Cast) -> None:
    with acting_as(SYSTEM):
        charter = read_charter()
        report = make_report(make_cycle(charter, "2029-h1", CycleState.CLOSED), cast.aurora)
        make_submission(report, ReportState.SUBMITTED, assigned=False)
        published_cycle = make_cycle(charter, "2028-h1", CycleState.PUBLISHED)
        make_published_report(published_cycle, cast.aurora, figures("1200", "1300"), {"find": "complete"})
    desk = Walk(
        {"": token_of(cast.mona), "the member": token_of(cast.sven)},
        {
            "charter": charter.key,
            "report": report.pk,
            "reviewer": cast.rita.pk,
            "measure": "search",
            "other_measures": ["speed", "complaints"],
            "later": (today() + timedelta(days=90)).isoformat(),
            "published": Report.objects.get(cycle=published_cycle).pk,
            "place": LIVE.key,
        },
    )
    with acting_as(SYSTEM):
        roy = make_person("Roy", cast.secretariat, Role.REVIEWER)
    desk.values["second_reader"] = roy.pk
    desk.values |= supporters_to_decide_about(charter, cast.actor("mona"))
    review = Walk({"": token_of(cast.rita), "the second reader": token_of(roy)}, desk.values)

    for request in requests_of("secretariat.md"):
        of_review = any(part in request.address for part in ("reviews/{report}", "second-readings/"))
        answer = (review if of_review else desk).make(request)
        if request.address.endswith("2031-h1/open/"):
            with acting_as(SYSTEM):
                desk.values["member_report"] = Report.objects.get(cycle__slug="2031-h1").pk
        if request.address.endswith("plan-publication/"):
            desk.values["publish_at"] = answer["publish_at"]
        if request.method == "GET" and request.address.endswith("close/"):
            desk.values["reports"] = [
                {name: row[name] for name in ("id", "state", "concluded_at")} for row in answer["reports"]
            ]

    with acting_as(SYSTEM):
        assert Cycle.objects.get(slug="2031-h1").state == CycleState.CLOSED
        assert Report.objects.get(pk=report.pk).state == ReportState.CONCLUDED
    assert answer["state"] == "published"


def test_a_program_writes_shares_and_uses_a_practice_as_its_page_says(cast: Cast) -> None:
    with acting_as(SYSTEM):
        make_taxonomy()
    content = {
        "title": "A pause before the first message",
        "kind": "technique",
        "stage": "trial",
        "harms": [HARMS[0]],
        "summary": "Whoever writes to a child for the first time waits.",
        "permitted_use": "adapt",
        "measures": [MEASURES[0]],
    }
    walk = Walk(
        {"": token_of(cast.alice), "a signatory": token_of(cast.sven), "a reader": token_of(cast.carol)},
        {
            "reader": cast.beacon.slug,
            "content": content,
            "next_content": {**content, "summary": "The pause is three hours long."},
        },
    )

    for request in requests_of("practices.md"):
        answer = walk.make(request)
        if request.address.endswith("/uses/"):
            walk.values["use"] = answer["key"]
        if request.address.endswith("/results/"):
            walk.values["result"] = answer["key"]
        if request.address.endswith("/discussion/"):
            walk.values.setdefault("question", answer["key"])
        if request.address.endswith("/offers/"):
            walk.values["offer"] = answer["offers"][0]["key"]

    with acting_as(SYSTEM):
        practice = Practice.objects.get()
        assert (practice.state, practice.versions.count()) == ("shared", 2)
        assert practice.adoptions.get().state == "in_use"
        assert practice.posts.filter(accepted_at__isnull=False).count() == 1
        assert RequestOnBoard.objects.get().state == "answered"


def test_the_guide_to_comments_and_public_questions_runs_as_written(cast: Cast) -> None:
    question = make_public_question(cast.aurora, asker_agrees=True)
    with acting_as(SYSTEM):
        published_cycle = make_cycle(read_charter(), "2028-h1", CycleState.PUBLISHED)
        make_published_report(published_cycle, cast.aurora, figures("1200", "1300"), {"find": "complete"})
        report = Report.objects.get(cycle=published_cycle)
        partner = make_organisation("petals", kind=OrganisationKind.PARTNER)
        petra = make_person("Petra", partner, Role.EDITOR)
    walk = Walk(
        {
            "": token_of(cast.rita),
            "a manager": token_of(cast.mona),
            "the member": token_of(cast.sven),
            "the partner": token_of(petra),
        },
        {
            "report": report.pk,
            "measure": "search",
            "partner": partner.slug,
            "later": (today() + timedelta(days=30)).isoformat(),
            "question": question.pk,
        },
    )

    for request in requests_of("outside.md"):
        answer = walk.make(request)
        walk.values["question"] = question.pk  # an invitation has one of its own

    assert answer["published_at"] is not None
    with acting_as(SYSTEM):
        assert InvitedComment.objects.get().is_public


def test_the_curl_lines_of_the_pages_are_answered(cast: Cast) -> None:
    """What they send to `$API`; that they get a token from OAuth is in test_oauth."""
    lines = [line for page in ("README.md", "practices.md", "webhooks.md") for line in curl_lines_of(page)]
    assert len(lines) >= 7
    token = token_of(cast.sven)
    for line in lines:
        address, headers = line("/api/v1", token)
        answer = Client().get(address, headers=headers)
        assert answer.status_code == 200, (address, answer.content)


@pytest.mark.parametrize(
    ("page", "method", "address"), [(page, *named) for page in PAGES for named in addresses_of(page)]
)
def test_an_address_of_the_page_exists(page: str, method: str, address: str) -> None:
    path = re.sub(
        r"\{(?:key|use|post|request|offer|group|member|affiliation|record)\}",
        "0192f0c4-0000-7000-8000-000000000000",
        address,
    )
    view = resolve("/api/v1/" + re.sub(r"\{\w+\}", "1", path)).func

    assert hasattr(view.view_class, method.lower())  # type: ignore[attr-defined]  # of DRF's views
