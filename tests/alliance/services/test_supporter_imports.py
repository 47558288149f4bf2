"""Importing supporters: what each row becomes, corrections for many, all or none, cancelled, taken back."""

import io
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook

import alliance.tasks  # noqa: F401 - the handlers of its jobs
from alliance.enums import Role, SupporterState
from alliance.models import Charter, Site, Supporter, SupporterContact, SupporterImport
from alliance.queries.site import read_site
from alliance.services import supporter_import_work as work
from alliance.services import supporter_imports as services
from alliance.services.supporter_file import read_supporter_file
from alliance.services.supporter_links import link_token_of
from alliance.services.supporters import (
    Signatory,
    SupporterFacts,
    accede,
    confirm_supporter,
    merge_supporter,
)
from portal.kernel import clock, files
from portal.kernel.access import ANYONE, SYSTEM, acting_as
from portal.kernel.errors import DomainError, Forbidden, WrongState
from portal.kernel.journal import Event
from portal.kernel.notices import Channel, Delivery
from tests.factories import Cast, make_person
from tests.factories.cast import actor_of
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of
from tests.support.world_supporters import make_supporter

pytestmark = pytest.mark.django_db

HEADING = "Название;Kind;region;Town;e-mail;acceded on;Notes\n"
ROWS = (
    "School 1;school;Eastport;;one@a.example;2026-03-01;x\n"
    "МБОУ «Школа 2»;Школа;Eastport;;two@a.example;04.03.2026;\n"
    "School 1;school;Eastport;;again@a.example;;\n"  # twice in the file
    "Harbour Club;culture;Eastport;;office@harbour.example;;\n"  # is here: the same name and e-mail
    "Lighthouse;library;Eastport;;lib@light.example;;\n"  # may be here: another e-mail
    "School 3;детсад;Eastport;;three@a.example;;\n"
    "School 4;детсад;Eastport;;four@a.example;;\n"
    "School 5;school;Eastport;;five@a.example;03/04/25;\n"
    "School 6;school;Eastport;;six@@a.example;;\n"
    "School 7;school;Eastport;;seven@a.example;31.02.2026;\n"
    ";school;Eastport;;eight@a.example;;\n"
)


@pytest.fixture(autouse=True)
def directory(charter: Charter) -> None:
    Site.objects.update_or_create(id=1, defaults={"supporters_charter": charter.key})
    read_site.forget()
    make_supporter(charter, "Harbour Club", email="office@harbour.example")
    make_supporter(charter, "Lighthouse", email="other@light.example")


def send(cast: Cast, content: bytes = (HEADING + ROWS).encode(), name: str = "march.csv") -> SupporterImport:
    with acting_as(cast.actor("mona")) as mona:
        upload = services.send_supporters(mona, SimpleUploadedFile(name, content))
    return checked(upload)


def checked(upload: SupporterImport) -> SupporterImport:
    run_all_jobs()
    with acting_as(SYSTEM):
        upload.refresh_from_db()
    return upload


def imported_names(upload: SupporterImport) -> set[str]:
    with acting_as(SYSTEM):
        return set(Supporter.objects.filter(import_number=upload.pk).values_list("name", flat=True))


def test_corrections_of_an_earlier_check_are_not_taken_for_other_rows(cast: Cast) -> None:
    """Two managers have the page open: after one has corrected, the first word is another one."""
    words = "School 1;lyceum 1;Eastport;;one@a.example;;\nSchool 2;nursery 2;Eastport;;two@a.example;;\n"
    upload = send(cast, (HEADING + words).encode())
    mona = signed_in(cast.mona)
    url = f"/secretariat/supporters/import/{upload.pk}/correct/"
    mona.post(url, {"kind_0": "school", "kind_1": "", "round": "1"})
    assert checked(upload).counts == {"new": 1, "faulty": 1}

    refused = mona.post(url, {"kind_0": "school", "kind_1": "", "round": "1"}, follow=True)

    assert "You changed this in another window or on another device" in words_of(refused)
    assert checked(upload).counts == {"new": 1, "faulty": 1}


def test_a_cell_that_was_typed_meanwhile_stays_in_its_field(cast: Cast) -> None:
    upload = send(cast)
    mona = signed_in(cast.mona)
    url = f"/secretariat/supporters/import/{upload.pk}/correct/"
    mona.post(url, {"cell_12_name": "School 8", "round": "1"})
    assert checked(upload).counts["faulty"] == 5

    refused = mona.post(url, {"cell_10_email": "six@a.example", "cell_12_name": "School 8", "round": "1"})

    assert refused.status_code == 422
    assert 'value="six@a.example"' in refused.content.decode()


def test_a_text_that_is_too_long_for_a_cell_is_said_and_loses_no_other(cast: Cast) -> None:
    upload = send(cast)
    cells = {"cell_12_name": "x" * 301, "cell_10_email": "six@a.example", "round": "1"}
    refused = signed_in(cast.mona).post(f"/secretariat/supporters/import/{upload.pk}/correct/", cells)
    assert refused.status_code == 422
    assert "There is a problem" in words_of(refused)
    assert 'value="six@a.example"' in refused.content.decode()


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


def test_a_row_much_like_an_entry_that_came_after_the_check_stays_out(cast: Cast, charter: Charter) -> None:
    upload = send(cast, (HEADING + "Riverside Parents Union;parents;Eastport;;new@a.example;;\n").encode())
    assert upload.counts == {"new": 1}
    make_supporter(charter, "Riverside Parents’ Unions", email="here@b.example")
    with acting_as(cast.actor("mona")) as mona:
        services.confirm_import(mona, upload, is_public_at_once=True)
    assert checked(upload).counts == {"unclear": 1}
    assert imported_names(upload) == set()


@pytest.mark.parametrize("encoding", ["cp1251", "utf-16"])
def test_a_table_in_another_encoding_is_read_and_how_is_said(cast: Cast, encoding: str) -> None:
    upload = send(cast, (HEADING + ROWS).encode(encoding))
    assert upload.counts == {"new": 2, "unclear": 1, "known": 1, "repeated": 1, "faulty": 6}
    page = words_of(signed_in(cast.mona).get(f"/secretariat/supporters/import/{upload.pk}/"))
    assert "Read as text in Windows-1251" in page or "Read as text in UTF-16" in page
    assert "МБОУ «Школа 2»" in page


def test_a_workbook_tells_its_rows_and_one_that_does_not_is_not_guessed() -> None:
    workbook, lazy = Workbook(), Workbook(write_only=True)
    totals = []
    for book, sheet in ((workbook, workbook.active), (lazy, lazy.create_sheet())):
        for row in (
            ["name", "kind", "region", "e-mail"],
            ["School 1", "school", "Eastport", "one@a.example"],
        ):
            sheet.append(row)
        stream = io.BytesIO()
        book.save(stream)
        totals.append(read_supporter_file("march.xlsx", stream.getvalue()).total)
    assert totals == [1, 0]
    assert read_supporter_file("march.csv", (HEADING + ROWS).encode()).total == 11


def test_the_counts_come_to_the_rows_of_the_file(cast: Cast) -> None:
    upload = send(cast)
    assert upload.counts == {"new": 2, "unclear": 1, "known": 1, "repeated": 1, "faulty": 6}
    assert (sum(upload.counts.values()), upload.left_columns) == (11, ["Notes"])
    with acting_as(SYSTEM):
        faults = list(upload.rows.filter(outcome="faulty").values_list("number", "fault_column", "fault"))
    assert faults == [
        (7, "kind", "kind"), (8, "kind", "kind"), (9, "acceded_on", "date-order"), (10, "email", "email"),
        (11, "acceded_on", "date"), (12, "name", "empty"),
    ]  # fmt: skip
    assert imported_names(upload) == set()


def test_a_choice_corrects_all_rows_of_a_kind_and_a_cell_one(cast: Cast) -> None:
    upload = send(cast)
    with acting_as(cast.actor("mona")) as mona:
        services.correct_rows(
            mona,
            upload,
            date_order="day",
            kinds={"детсад": "kindergarten"},
            cells={10: ("email", "six@a.example")},
        )
    upload = checked(upload)
    assert (upload.counts["new"], upload.counts["faulty"]) == (6, 2)
    with acting_as(SYSTEM):
        assert upload.rows.get(number=9).values["acceded_on"] == "2025-04-03"
        assert upload.rows.get(number=7).values["kind"] == "kindergarten"


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
        with pytest.raises(WrongState):
            services.take_import_back(mona, upload)
    assert imported_names(upload) == set()
    with acting_as(SYSTEM):
        assert SupporterContact.objects.count() == 2  # of those that were here
    assert not services.can_be_taken_back(
        SupporterImport(imported_at=clock.now() - timedelta(days=8)), clock.now()
    )


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


def test_a_workbook_is_read_like_a_table(cast: Cast) -> None:
    workbook, stream = Workbook(), io.BytesIO()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(["Organisation", "Type", "Region", "Email", "Date"])
    sheet.append(["School 9", "School", "Eastport", "nine@a.example", clock.now().replace(tzinfo=None)])
    workbook.save(stream)
    assert send(cast, stream.getvalue(), "march.xlsx").counts == {"new": 1}


def test_a_file_without_the_columns_ends_with_its_reason(cast: Cast) -> None:
    upload = send(cast, b"name,region\nSchool,Eastport\n")
    assert "kind, e-mail" in upload.refusal
    assert upload.file == ""


def test_after_seven_days_without_a_decision_the_file_goes(cast: Cast) -> None:
    upload = send(cast)
    with acting_as(SYSTEM):
        services.expire_import(upload.pk)
    assert checked(upload).file == ""
    with acting_as(cast.actor("mona")) as mona, pytest.raises(WrongState):
        services.confirm_import(mona, upload, is_public_at_once=True)


def test_a_name_much_like_that_of_a_row_before_is_left_to_a_person_unless_its_town_differs(
    cast: Cast, charter: Charter
) -> None:
    rows = (
        "Northern Lights Community Centre;culture;Eastport;;a@a.example;;\n"
        "Northern Light Communal Centre;culture;Eastport;;b@b.example;;\n"
        "Southern Stars;culture;Eastport;;c@c.example;;\n"
        "Northern Light Communal Centre;culture;Westport;;d@d.example;;\n"
    )
    upload = send(cast, (HEADING + rows).encode())

    assert upload.counts == {"unclear": 1, "new": 3}
    with acting_as(SYSTEM):
        unclear = upload.rows.get(outcome="unclear")
        assert (unclear.twin_id, unclear.twin_row, unclear.number) == (None, 2, 3)
    page = words_of(signed_in(cast.mona).get(f"/secretariat/supporters/import/{upload.pk}/"))
    assert "row 2 of this file" in page
    with acting_as(cast.actor("mona")) as mona:
        services.decide_twins(mona, upload, {3: "apart"})
        services.confirm_import(mona, upload, is_public_at_once=True)
    run_all_jobs()
    with acting_as(SYSTEM):
        assert Supporter.objects.filter(import_number=upload.pk).count() == 4


def test_a_manager_alone_imports_and_only_tables(cast: Cast) -> None:
    with acting_as(cast.actor("rita")) as rita, pytest.raises(Forbidden):
        services.send_supporters(rita, SimpleUploadedFile("a.csv", b"name\n"))
    with acting_as(cast.actor("mona")) as mona, pytest.raises(DomainError):
        services.send_supporters(mona, SimpleUploadedFile("a.exe", b"MZ"))


def test_a_name_that_is_much_alike_is_left_to_a_person_unless_its_number_or_region_differs(
    cast: Cast, charter: Charter
) -> None:
    here = make_supporter(
        charter, "Northern Lights Community Centre", name_key="northern lights community centre"
    )
    make_supporter(charter, "Gymnasium 12 of Eastport", name_key="gymnasium 12 of eastport")
    rows = (
        "Northern Light Communal Centre;club;Eastport;;a@a.example;;\n"
        "Gymnasium 13 of Eastport;school;Eastport;;b@a.example;;\n"
        "Northern Light Communal Centre;club;Westport;;c@a.example;;\n"
        "Southern Stars;club;Eastport;;d@a.example;;\n"
    )
    upload = send(cast, (HEADING + rows.replace(";club;", ";culture;")).encode())

    assert upload.counts == {"unclear": 1, "new": 3}
    with acting_as(SYSTEM):
        unclear = upload.rows.get(outcome="unclear")
        assert (unclear.twin_id, unclear.number) == (here.pk, 2)
        assert 60 <= (unclear.likeness or 0) < 100
    page = words_of(signed_in(cast.mona).get(f"/secretariat/supporters/import/{upload.pk}/"))
    assert f"names alike: {unclear.likeness} %" in page


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
