"""Importing supporters: what comes in and whom it asks, all or none, cancelled, taken back."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

import alliance.tasks  # noqa: F401 - the handlers of its jobs
from alliance.enums import Role, SupporterState
from alliance.models import Charter, Supporter, SupporterContact, SupporterImport
from alliance.services import supporter_import_work as work
from alliance.services import supporter_imports as services
from alliance.services.supporter_links import link_token_of
from alliance.services.supporters import (
    Signatory,
    SupporterFacts,
    accede,
    confirm_supporter,
    merge_supporter,
)
from portal.kernel import clock, files, jobs
from portal.kernel.access import ANYONE, SYSTEM, acting_as
from portal.kernel.errors import DomainError, Forbidden, WrongState
from portal.kernel.jobs import Job, JobState
from portal.kernel.journal import Event
from portal.kernel.notices import Channel, Delivery
from tests.factories import Cast, make_person
from tests.factories.cast import actor_of
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of
from tests.support.supporter_imports import HEADING, ROWS, checked, imported_names, make_directory, send
from tests.support.world_supporters import make_supporter

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def directory(charter: Charter) -> None:
    make_directory(charter)


def test_the_same_file_checked_twice_and_imported_twice_brings_each_row_once(cast: Cast) -> None:
    """Both were checked before either was imported: the second brings what is not there yet."""
    first, second = (
        send(cast),
        send(cast, (HEADING + ROWS + "School 9;school;Westport;;nine@a.example;;\n").encode()),
    )
    with acting_as(cast.actor("mona")) as mona:
        services.decide_twins(mona, first, {6: "apart"})
        services.decide_twins(mona, second, {6: "apart"})
        services.confirm_import(mona, first, is_public_at_once=True)
        services.confirm_import(mona, second, is_public_at_once=True)
    checked(first)
    second = checked(second)
    assert imported_names(first) == {"School 1", "МБОУ «Школа 2»", "Lighthouse"}
    assert imported_names(second) == {"School 9"}
    assert second.counts == {"new": 1, "known": 4, "repeated": 1, "faulty": 6}
    page = words_of(signed_in(cast.mona).get(f"/secretariat/supporters/import/{second.pk}/"))
    assert "3 rows stayed out: their organisations, or ones much like them, came into the directory" in page


@pytest.mark.parametrize("kind", ["check_supporters", "import_supporters"])
def test_an_import_that_nobody_goes_on_with_ends_and_says_so(cast: Cast, kind: str) -> None:
    """Its worker was lost in each try while the file was checked, or while its rows were taken over."""
    with acting_as(cast.actor("mona")) as mona:
        file = SimpleUploadedFile("march.csv", (HEADING + ROWS).encode())
        upload = services.send_supporters(mona, file)
    if kind == "import_supporters":
        checked(upload)
        with acting_as(cast.actor("mona")) as mona:
            services.confirm_import(mona, upload, is_public_at_once=True)
    job = Job.objects.get(kind=kind, state=JobState.READY)
    long_ago = clock.now() - timedelta(days=1)
    Job.objects.filter(pk=job.pk).update(state=JobState.LEASED, attempts=jobs.TRIES, lease_until=long_ago)
    jobs.run_job(job.pk)

    page = words_of(signed_in(cast.mona).get(f"/secretariat/supporters/import/{upload.pk}/"))
    assert "The portal could not finish it, and took nothing over." in page
    assert imported_names(upload) == set()
    with acting_as(SYSTEM):
        assert not upload.rows.exists()


def test_a_row_much_like_an_entry_that_came_after_the_check_stays_out(cast: Cast, charter: Charter) -> None:
    upload = send(cast, (HEADING + "Riverside Parents Union;parents;Eastport;;new@a.example;;\n").encode())
    assert upload.counts == {"new": 1}
    make_supporter(charter, "Riverside Parents’ Unions", email="here@b.example")
    with acting_as(cast.actor("mona")) as mona:
        services.confirm_import(mona, upload, is_public_at_once=True)
    assert checked(upload).counts == {"unclear": 1}
    assert imported_names(upload) == set()


def test_all_that_is_new_or_apart_comes_at_once_and_is_asked_by_e_mail(cast: Cast, mailoutbox: list) -> None:
    upload = send(cast)
    with acting_as(cast.actor("mona")) as mona:
        services.decide_twins(mona, upload, {6: "apart"})
        services.confirm_import(mona, upload, is_public_at_once=False)
        with pytest.raises(WrongState):
            services.confirm_import(mona, upload, is_public_at_once=True)
    upload = checked(upload)
    assert imported_names(upload) == {"School 1", "МБОУ «Школа 2»", "Lighthouse"}
    assert Supporter.objects.visible_to(ANYONE).filter(import_number=upload.pk).count() == 0
    assert sorted(letter.to[0] for letter in mailoutbox) == [
        "lib@light.example",
        "one@a.example",
        "two@a.example",
    ]
    assert (upload.file, upload.rows_done) == ("", 3)
    page = words_of(signed_in(cast.mona).get(f"/secretariat/supporters/import/{upload.pk}/"))
    assert "Confirmed: 0. Not confirmed yet: 3. Letters that came back: 0." in page


def test_public_at_once_sends_no_letter_and_a_week_long_it_is_taken_back(
    cast: Cast, mailoutbox: list
) -> None:
    upload = send(cast)
    with acting_as(cast.actor("mona")) as mona:
        services.confirm_import(mona, upload, is_public_at_once=True)
    upload = checked(upload)
    assert Supporter.objects.visible_to(ANYONE).filter(import_number=upload.pk).count() == 2
    assert mailoutbox == []
    with acting_as(cast.actor("mona")) as mona:
        services.take_import_back(mona, upload)
        with pytest.raises(WrongState, match="Its entries were removed again on"):
            services.take_import_back(mona, upload)
    assert imported_names(upload) == set()
    with acting_as(SYSTEM):
        assert SupporterContact.objects.count() == 2  # of those that were here
    old = SupporterImport(imported_at=clock.now() - timedelta(days=8))
    assert not services.can_be_taken_back(old, clock.now())
    assert "The rows were imported on" in services.taking_back_refusal(old)


@pytest.mark.parametrize(
    ("state", "reason"),
    [(SupporterState.LISTED, ""), (SupporterState.HIDDEN, "It asked us to wait.")],
)
def test_what_acceded_by_itself_outlives_the_import_into_which_it_was_merged(
    cast: Cast, charter: Charter, state: str, reason: str
) -> None:
    upload = send(cast)
    with acting_as(cast.actor("mona")) as mona:
        services.confirm_import(mona, upload, is_public_at_once=True)
    upload = checked(upload)
    with acting_as(SYSTEM):
        school = Supporter.objects.get(name="School 1", import_number=upload.pk)
    own = make_supporter(
        charter,
        "School No 1",
        email="head@school1.example",
        likely_twin=school,
        state=state,
        state_reason=reason,
    )
    with acting_as(cast.actor("mona")) as mona:
        merge_supporter(mona, own)
    page = signed_in(cast.mona).get(f"/secretariat/supporters/import/{upload.pk}/take-back/")
    assert "1 entry that acceded by itself" in words_of(page)
    with acting_as(cast.actor("mona")) as mona:
        services.take_import_back(mona, upload)
    with acting_as(SYSTEM):
        own.refresh_from_db()
    assert (own.state, own.ended_on, own.merged_into) == (state, None, None)


def test_who_fills_in_the_form_after_an_import_keeps_its_day(cast: Cast) -> None:
    """It was asked by e-mail to confirm, and acceded by the form instead."""
    upload = send(cast)
    with acting_as(cast.actor("mona")) as mona:
        services.confirm_import(mona, upload, is_public_at_once=False)
    upload = checked(upload)
    accede(SupporterFacts("School 1", "school", "Eastport"), Signatory("one@a.example"), consent_revision=1)
    with acting_as(SYSTEM):
        entry = Supporter.objects.get(name="School 1")
    assert (entry.acceded_on, entry.import_number) == (date(2026, 3, 1), upload.pk)

    confirm_supporter(link_token_of(entry.contact) or "")
    with acting_as(cast.actor("mona")) as mona:
        services.take_import_back(mona, upload)
    with acting_as(SYSTEM):
        assert Supporter.objects.get(name="School 1").state == SupporterState.LISTED


def test_an_imported_entry_agrees_before_it_is_public_and_then_stays(cast: Cast) -> None:
    upload = send(cast)
    with acting_as(cast.actor("mona")) as mona:
        services.confirm_import(mona, upload, is_public_at_once=False)
    upload = checked(upload)
    with acting_as(SYSTEM):
        entry = Supporter.objects.get(name="School 1")
    visitor, url = Client(), f"/en/supporters/link/{link_token_of(entry.contact)}/"
    form = visitor.get(url).context["form"].initial

    refused = visitor.post(url, form)
    assert (refused.status_code, "Without this agreement nobody can accede" in words_of(refused)) == (
        422,
        True,
    )
    with acting_as(SYSTEM):
        assert Supporter.objects.get(pk=entry.pk).state == SupporterState.UNCONFIRMED

    assert visitor.post(url, {**form, "agreed": "on"}).status_code == 302
    with acting_as(cast.actor("mona")) as mona:
        services.take_import_back(mona, upload)
    with acting_as(SYSTEM):
        stays = Supporter.objects.select_related("contact").get(pk=entry.pk)
    assert (stays.state, stays.contact.consent_revision) == (SupporterState.LISTED, 1)


def test_nothing_is_imported_that_the_page_did_not_show(cast: Cast) -> None:
    upload = send(cast)
    mona, url = signed_in(cast.mona), f"/secretariat/supporters/import/{upload.pk}/confirm/"
    seen = mona.get(url).context["form"].initial["seen"]
    with acting_as(cast.actor("mona")) as actor:
        services.correct_rows(actor, upload, kinds={"детсад": "school"})
    checked(upload)

    late = mona.post(url, {"is_public_at_once": "yes", "seen": seen})

    assert (late.status_code, "Rows were corrected or decided meanwhile" in words_of(late)) == (422, True)
    assert checked(upload).confirmed_at is None


def test_cancelling_waits_for_no_check(cast: Cast) -> None:
    """A second check holds the rows of the first; they go when its job comes to its end."""
    upload = send(cast)
    with acting_as(cast.actor("mona")) as mona:
        services.correct_rows(mona, upload, kinds={"детсад": "school"})
        with CaptureQueriesContext(connection) as asked:
            services.cancel_import(mona, upload)
    assert not any("supporterimportrow" in query["sql"] for query in asked)
    upload = checked(upload)
    with acting_as(SYSTEM):
        assert (upload.is_checking, upload.rows.count()) == (False, 0)


def test_cancelled_while_it_runs_nothing_is_left_but_the_journal(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = send(cast)
    path = upload.file
    with acting_as(cast.actor("mona")) as mona:
        services.confirm_import(mona, upload, is_public_at_once=True)
    brought = work._bring

    def cancel_then_bring(*arguments: object) -> None:
        brought(*arguments)
        SupporterImport.objects.filter(pk=upload.pk).update(cancelled_at=clock.now())

    monkeypatch.setattr(work, "_bring", cancel_then_bring)
    with pytest.raises(work.ImportCancelled), acting_as(SYSTEM):
        work.import_rows(upload.pk)
    monkeypatch.undo()
    with acting_as(cast.actor("mona")) as mona:
        services.cancel_import(mona, upload)
    upload = checked(upload)
    assert imported_names(upload) == set()
    assert (upload.file, files.exists(path)) == ("", False)
    with acting_as(SYSTEM):
        assert upload.rows.count() == 0
        assert Event.objects.filter(kind="supporter_import.cancel").count() == 1


def test_after_seven_days_without_a_decision_the_file_goes(cast: Cast) -> None:
    upload = send(cast)
    with acting_as(SYSTEM):
        services.expire_import(upload.pk)
    assert checked(upload).file == ""
    with acting_as(cast.actor("mona")) as mona, pytest.raises(WrongState):
        services.confirm_import(mona, upload, is_public_at_once=True)


def test_a_manager_alone_imports_and_only_tables(cast: Cast) -> None:
    with acting_as(cast.actor("rita")) as rita, pytest.raises(Forbidden):
        services.send_supporters(rita, SimpleUploadedFile("a.csv", b"name\n"))
    with acting_as(cast.actor("mona")) as mona, pytest.raises(DomainError):
        services.send_supporters(mona, SimpleUploadedFile("a.exe", b"MZ"))


def notified(kind: str) -> list[str]:
    rows = Delivery.objects.filter(channel=Channel.INBOX, event__kind=f"supporter_import.{kind}")
    return list(rows.values_list("recipient__name", flat=True))


def test_the_sender_of_an_import_is_notified_of_its_end_only(cast: Cast) -> None:
    other = actor_of(make_person("Otto", cast.secretariat, Role.MANAGER))
    send(cast, b"only;these;columns\n1;2;3\n")
    assert notified("refuse") == ["Mona"]
    with acting_as(cast.actor("mona")) as mona:
        services.cancel_import(mona, send(cast))
    run_all_jobs()
    assert notified("cancel") == []
    upload = send(cast)
    with acting_as(other):
        services.cancel_import(other, upload)
    run_all_jobs()
    assert notified("cancel") == ["Mona"]
    upload = send(cast)
    with acting_as(other):
        services.confirm_import(other, upload, is_public_at_once=True)
    run_all_jobs()
    assert notified("finish") == ["Mona"]


def test_imported_entries_find_their_twins_when_they_are_confirmed_but_for_those_kept_apart(
    cast: Cast, charter: Charter
) -> None:
    upload = send(cast)
    with acting_as(cast.actor("mona")) as mona:
        services.decide_twins(mona, upload, {6: "apart"})
        services.confirm_import(mona, upload, is_public_at_once=False)
    upload = checked(upload)
    school = make_supporter(charter, "School № 1", name_key="school 1", email="head@school1.example")
    for name in ("School 1", "Lighthouse"):
        with acting_as(SYSTEM):
            contact = SupporterContact.objects.get(supporter__name=name, supporter__import_number=upload.pk)
            token = link_token_of(contact) or ""
        confirm_supporter(token, consent_revision=1)
    with acting_as(SYSTEM):
        listed = Supporter.objects.filter(state=SupporterState.LISTED).exclude(pk=school.pk)
        brought = listed.filter(name__in=("School 1", "Lighthouse"))
        assert dict(brought.values_list("name", "likely_twin")) == {"School 1": school.pk, "Lighthouse": None}
