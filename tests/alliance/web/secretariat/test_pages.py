"""The secretariat's other pages: pledges, charters, journal, work that failed, evidence, home."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from alliance.enums import CharterState, PledgeState, TextKind
from alliance.models import Charter, Evidence, ExtensionRequest, Measure, Pledge
from alliance.queries.texts import current_text
from alliance.services.pledges import (
    PledgeDraft,
    TargetDraft,
    draft_accession,
    draft_pledge,
    sign_accession,
    sign_pledge,
)
from alliance.services.supersession import publish_accession
from alliance.services.texts import write_text
from alliance.web.secretariat import home as secretariat_home
from portal.kernel import files
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.jobs import Job, JobState
from portal.kernel.journal import Event
from tests.factories import Cast, make_charter, make_cycle, make_report, read_charter
from tests.support.pages import queries_of, signed_in, words_of
from tests.support.pledges import WORDS, published
from tests.support.submissions import make_submission

pytestmark = pytest.mark.django_db


# --- Pledges -------------------------------------------------------------------------------------


def signed_pledge(cast: Cast, *, published: bool = True) -> Pledge:
    charter = read_charter()
    accession = sign_accession(cast.actor("sven"), draft_accession(cast.actor("sven"), cast.aurora, charter))
    if published:
        publish_accession(cast.actor("mona"), accession)
    draft = PledgeDraft(text="We will find more.", language="en", commitment_key="find")
    with acting_as(SYSTEM):
        return sign_pledge(cast.actor("sven"), draft_pledge(cast.actor("alice"), cast.aurora, draft))


def test_the_list_has_what_waits_for_a_signature(cast: Cast, mona: Client) -> None:
    signed_pledge(cast, published=False)

    page = mona.get("/secretariat/pledges/")

    assert [row.organisation.slug for row in page.context["accessions"]] == ["aurora-video"]
    assert [row.text for row in page.context["page"]] == ["We will find more."]


def test_a_target_without_a_figure_is_decided_on_its_page(cast: Cast, mona: Client) -> None:
    targets = [TargetDraft("Every moderator is trained", date(2026, 1, 31))]
    pledge = published(cast, read_charter(), replace(WORDS, targets=targets))
    url = f"/secretariat/pledges/{pledge.pk}/targets/1/decide/"
    assert url in mona.get(f"/secretariat/pledges/{pledge.pk}/").text
    assert url in mona.get(f"/secretariat/members/{cast.aurora.pk}/").text
    number = mona.get(url).context["form"]["publication"].value()
    words = {"publication": number, "reason_en": "No list was shown.", "reason_ru": "Списка нет."}

    refused = mona.post(url, words)
    assert (refused.status_code, "No list was shown." in refused.text) == (422, True)

    assert mona.post(url, {**words, "state": "missed"}).status_code == 302
    # a second tab, whose page knew of no decision
    assert "Change a decision" in words_of(mona.post(url, {**words, "state": "kept"}))
    stale = mona.post(url, {**words, "state": "kept", "finder": "member"})
    assert "published anew since you opened this page" in words_of(stale)
    own, members = (
        mona.get(f"/secretariat/pledges/{pledge.pk}/"),
        signed_in(cast.sven).get(f"/workspace/pledges/{pledge.pk}/"),
    )
    for page in (own, members):
        assert "Missed" in words_of(page)
        assert "No list was shown." in words_of(page)
    assert (url in own.text, url in members.text) == (True, False)  # it has no public report yet


def test_a_draft_is_not_found(cast: Cast, mona: Client) -> None:
    draft = PledgeDraft(text="CANARY-12", language="en", commitment_key="find")
    with acting_as(SYSTEM):
        pledge = draft_pledge(cast.actor("alice"), cast.aurora, draft)

    assert mona.get(f"/secretariat/pledges/{pledge.pk}/").status_code == 404
    assert b"CANARY-12" not in mona.get("/secretariat/pledges/").content


def test_countersigning_says_what_becomes_public(cast: Cast, mona: Client) -> None:
    pledge = signed_pledge(cast)
    url = f"/secretariat/pledges/{pledge.pk}/publish/"

    page = mona.get(url)
    mona.post(url)

    assert list(page.context["page"].items) == [
        "text: “We will find more.”",
        "0 targets",
        "Signed by Sven, Signatory of aurora-video",
    ]
    assert Pledge.objects.get().state == PledgeState.PUBLISHED


def test_countersigning_before_the_accession_is_refused_in_words(cast: Cast, mona: Client) -> None:
    pledge = signed_pledge(cast, published=False)

    response = mona.post(f"/secretariat/pledges/{pledge.pk}/publish/")

    assert response.status_code == 422
    assert "The accession to this charter is not published yet" in words_of(response)


def test_returning_gives_the_reason_to_the_member(cast: Cast, mona: Client) -> None:
    pledge = signed_pledge(cast)

    response = mona.post(f"/secretariat/pledges/{pledge.pk}/return/", {"reason": "Name a date."})

    assert response.url == "/secretariat/pledges/"
    with acting_as(SYSTEM):
        assert Pledge.objects.get().returned_reason == "Name a date."


def test_fulfilling_is_recorded(cast: Cast, mona: Client) -> None:
    pledge = signed_pledge(cast)
    mona.post(f"/secretariat/pledges/{pledge.pk}/publish/")

    mona.post(f"/secretariat/pledges/{pledge.pk}/fulfil/")

    assert Pledge.objects.get().state == PledgeState.FULFILLED


@pytest.mark.parametrize("action", ["publish", "return", "fulfil"])
def test_a_reviewer_reads_a_pledge_and_signs_none(cast: Cast, action: str) -> None:
    pledge = signed_pledge(cast)
    rita = signed_in(cast.rita)

    assert rita.get(f"/secretariat/pledges/{pledge.pk}/").status_code == 200
    assert rita.post(f"/secretariat/pledges/{pledge.pk}/{action}/", {"reason": "No."}).status_code == 403


# --- Charters ------------------------------------------------------------------------------------


def test_a_charter_is_read_whole(mona: Client) -> None:
    make_charter("next-charter", CharterState.DRAFT)

    page = words_of(mona.get("/secretariat/charters/next-charter/1/"))

    assert [word in page for word in ("Find", "1.1 Search", "1.1.b Content actioned")] == [True] * 3


def test_a_charter_names_its_sources(mona: Client) -> None:
    charter = make_charter("next-charter", CharterState.DRAFT)
    charter.sources = [
        {"title": {"en": "Press accounts", "ru": "Сообщения прессы"}, "url": ""},
        {"title": {"en": "The handbook", "ru": "Справочник"}, "url": "https://handbook.example/"},
    ]
    charter.save()

    page = mona.get("/secretariat/charters/next-charter/1/")

    assert "<li>Press accounts</li>" in page.content.decode()
    assert ">The handbook</a></li>" in page.content.decode()


def test_putting_a_charter_in_force_is_confirmed_first(mona: Client) -> None:
    draft = make_charter("next-charter", CharterState.DRAFT)
    url = "/secretariat/charters/next-charter/1/put-in-force/"

    page = mona.get(url)
    before = Charter.objects.get(pk=draft.pk).state
    mona.post(url)

    assert (page.status_code, before, Charter.objects.get(pk=draft.pk).state) == (
        200,
        CharterState.DRAFT,
        CharterState.IN_FORCE,
    )


@pytest.mark.parametrize("act", ["plan", "discard", "put-in-force"])
def test_the_page_before_an_act_says_that_the_state_has_moved_on(mona: Client, act: str) -> None:
    make_charter("next-charter")

    page = words_of(mona.get(f"/secretariat/charters/next-charter/1/{act}/"))

    assert "This cannot be done now: the state is “In force”." in page


def test_a_reviewer_puts_no_charter_in_force(cast: Cast) -> None:
    make_charter("next-charter", CharterState.DRAFT)

    assert signed_in(cast.rita).post("/secretariat/charters/next-charter/1/put-in-force/").status_code == 403


# --- Journal and work that failed ----------------------------------------------------------------


def test_the_journal_names_who_acted_and_filters_by_kind(cast: Cast, mona: Client) -> None:
    signed_pledge(cast)

    page = mona.get("/secretariat/journal/?kind=accession.sign")

    assert [(line.event.kind, line.person) for line in page.context["page"].rows] == [
        ("accession.sign", "Sven")
    ]


def test_the_journal_takes_no_more_queries_for_more_lines(cast: Cast, mona: Client) -> None:
    signed_pledge(cast)
    few = queries_of(mona, "/secretariat/journal/")
    Event.objects.bulk_create(
        Event(
            kind="any.act", actor_kind="person", person_id=cast.mona.pk, tenant_id=cast.secretariat.pk,
            target_type="alliance.cycle", target_id=number,
        )
        for number in range(1000)
    )  # fmt: skip

    assert queries_of(mona, "/secretariat/journal/") <= few


def dead_job(number: int = 1) -> Job:
    return Job.objects.create(
        kind="send_delivery", dedupe_key=f"d{number}", payload={"delivery": 7}, state=JobState.DEAD,
        attempts=8, last_error="smtplib.SMTPException",
    )  # fmt: skip


def test_failed_work_can_be_tried_again_and_given_up(mona: Client) -> None:
    first, second = dead_job(1), dead_job(2)

    mona.post(f"/secretariat/jobs/{first.pk}/retry/")
    mona.post(f"/secretariat/jobs/{second.pk}/cancel/", {"reason": "The address is gone."})

    states = Job.objects.filter(pk__in=(first.pk, second.pk)).order_by("pk").values_list("state", flat=True)
    assert list(states) == [JobState.READY, JobState.CANCELLED]


def test_failed_work_is_shown_with_its_error(mona: Client) -> None:
    dead_job()

    page = words_of(mona.get("/secretariat/jobs/"))

    assert "Message send_delivery delivery 7" in page
    assert "Failed 8 tries" in page
    assert "smtplib.SMTPException" in page


def test_a_reviewer_sees_failed_work_and_leaves_it(cast: Cast) -> None:
    job = dead_job()
    rita = signed_in(cast.rita)

    assert rita.get("/secretariat/jobs/").status_code == 200
    assert rita.post(f"/secretariat/jobs/{job.pk}/retry/").status_code == 403


def test_the_list_of_failed_work_takes_as_many_queries_for_more(mona: Client) -> None:
    dead_job()
    few = queries_of(mona, "/secretariat/jobs/")
    for number in range(2, 40):
        dead_job(number)

    assert queries_of(mona, "/secretariat/jobs/") == few


@pytest.mark.parametrize(("seconds", "has_banner"), [(30, False), (90, True)])
def test_a_banner_says_that_work_stands_still(mona: Client, seconds: int, has_banner: bool) -> None:
    Job.objects.create(kind="any", dedupe_key="old", next_at=timezone.now() - timedelta(seconds=seconds))

    page = words_of(mona.get("/secretariat/cycles/"))

    assert ("Background jobs are late" in page) is has_banner


# --- Evidence and home ---------------------------------------------------------------------------


def evidence_of(cast: Cast, **values: Any) -> Evidence:
    report = make_report(make_cycle(read_charter()), cast.aurora)
    path = files.store_at("evidence/test", b"a,b\n1,2\n")
    with acting_as(SYSTEM):
        return Evidence.objects.create(
            report=report, organisation=cast.aurora, measure=Measure.objects.first(), kind="file",
            title="Log", file=path, file_name="журнал.csv", media_type="text/csv", size=8, **values,
        )  # fmt: skip


def test_submitted_evidence_is_an_attachment_in_a_sandbox(cast: Cast, mona: Client) -> None:
    evidence = evidence_of(cast, submitted_at=timezone.now())

    response = mona.get(f"/secretariat/evidence/{evidence.pk}/")

    assert response.content == b"a,b\n1,2\n"
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert response["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert Event.objects.filter(kind="evidence.open").count() == 1


def test_evidence_that_is_not_submitted_does_not_exist(cast: Cast, mona: Client) -> None:
    evidence = evidence_of(cast)

    assert mona.get(f"/secretariat/evidence/{evidence.pk}/").status_code == 404


def test_home_says_what_waits(cast: Cast, mona: Client) -> None:
    signed_pledge(cast, published=False)
    dead_job()

    page = words_of(mona.get("/secretariat/"))

    assert [text in page for text in ("1 accession signed", "1 pledge signed", "1 job failed")] == [True] * 3


@pytest.mark.parametrize("name", ["alice", "sven", "carol"])
@pytest.mark.parametrize("path", ["", "cycles/", "reviews/", "pledges/", "charters/", "journal/", "jobs/"])
def test_the_secretariat_does_not_exist_for_members(cast: Cast, name: str, path: str) -> None:
    assert signed_in(getattr(cast, name)).get(f"/secretariat/{path}").status_code == 404


# --- Home ----------------------------------------------------------------------------------------


def test_a_new_portal_says_what_has_to_be_done_first(mona: Client, charter: Charter) -> None:
    Charter.objects.filter(pk=charter.pk).update(state=CharterState.DRAFT)

    words = words_of(mona.get("/secretariat/"))
    assert "none is in force" in words
    assert "9 texts of the portal" in words
    assert "No action is needed from you" not in words


def test_what_is_done_is_said_no_more(cast: Cast, mona: Client) -> None:
    for kind in set(TextKind) - {TextKind.HOME}:
        write_text(
            cast.actor("mona"),
            kind,
            {"en": "Read.", "ru": "Прочтено."},
            expected_revision=current_text(kind).revision,
        )

    words = words_of(mona.get("/secretariat/"))

    assert "No action is needed from you" in words
    assert "texts of the portal" not in words_of(signed_in(cast.rita).get("/secretariat/"))


def test_home_shows_the_members_whose_report_is_missing_and_leads_to_the_others(
    cast: Cast, mona: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secretariat_home, "_MEMBERS", 1)
    cycle = make_cycle(read_charter())
    make_submission(make_report(cycle, cast.aurora))
    make_report(cycle, cast.beacon)

    response = mona.get("/secretariat/")

    assert [row.organisation for row in response.context["matrix"].rows] == [cast.beacon]
    assert "Members shown: 1." in words_of(response)
    assert f"All members: {cycle.title}" in words_of(response)


def test_home_shows_some_requests_for_more_time_and_leads_to_the_others(
    cast: Cast, mona: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secretariat_home, "_URGENT", 1)
    cycle = make_cycle(read_charter())
    for organisation in (cast.aurora, cast.beacon):
        report = make_report(cycle, organisation)
        ExtensionRequest.objects.create(
            report=report, organisation=organisation, requested_due_on=report.due_on, reason="Two are ill.",
            asked_by=cast.alice,
        )  # fmt: skip

    response = mona.get("/secretariat/")

    assert words_of(response).count("Two are ill.") == 1
    assert f"/secretariat/cycles/{cycle.slug}/?show=asked" in response.content.decode()
