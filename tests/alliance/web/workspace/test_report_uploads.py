"""A file of answers from upload to its end: differences, decisions, saving all or none, taking back; and refusals."""

import csv
import io
import json
import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

import alliance.tasks  # noqa: F401 - the handlers of its jobs
from alliance.enums import ReportState, Role, UploadState
from alliance.figure_fields import FigurePlace
from alliance.models import Report, ReportUpload
from alliance.queries.local_dates import end_of_day, today
from alliance.services import report_upload_work
from alliance.services.answers import save_answer
from alliance.services.form_layout import text_key
from alliance.services.report_uploads import expire_upload
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.notices import Channel, Delivery
from portal.kernel.text import format_end
from tests.factories import Cast, make_cycle, make_person, make_report
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of
from tests.support.report_forms import filled, take_form
from tests.support.report_uploads import (
    HEADER,
    act,
    fields_of,
    send,
    set_figure,
    sheet,
    upload_of,
    values,
)

pytestmark = pytest.mark.django_db

MODERATORS = FigurePlace("moderators", None)
KIDS = FigurePlace("content-actioned", "aurora-kids")


# --- What it shows, and that nothing is saved before -----------------------------------------


def test_the_progress_counts_the_rows_and_the_cells_that_were_recognised(
    report: Report, alice: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[dict[str, Any]] = []
    monkeypatch.setattr(report_upload_work, "run_apart", lambda _sql, values: shown.append(values))
    url = send(alice, report, "moderators,,,,many,,\ncontent-actioned,aurora-kids,,,120,Counted.,\n")

    assert [(each["stage"], each["done"], each["total"], json.loads(each["facts"])) for each in shown] == [
        ("reading", 0, 2, {"cells": [0, 0]}),
        ("comparing", 2, 2, {"cells": [2, 3]}),
    ]
    with acting_as(SYSTEM):
        ReportUpload.objects.update(
            kind="form", state="reading", stage="reading", rows_done=2, rows_total=4, table={"cells": [2, 3]}
        )
    words = words_of(alice.get(f"{url}progress/"))
    assert "2 of 4 rows read" in words
    assert "2 of 3 cells recognised" in words
    assert "of the charter" in words


def test_differences_are_shown_with_their_cells_before_anything_is_saved(
    cast: Cast, report: Report, alice: Client
) -> None:
    set_figure(cast, "sven", report, MODERATORS, "412")
    page = alice.get(send(alice, report, "moderators,,,,430,,1\ncontent-actioned,aurora-kids,,,120,,0\n"))

    links = [f'href="#{kind}-heading"' in page.content.decode() for kind in ("changed", "new", "refused")]
    assert links == [True, True, False]
    words = words_of(page)
    assert "E2" in words
    assert "412" in words
    assert "430" in words
    assert "2 of 2 will be saved" in words
    assert values(report) == {MODERATORS: Decimal(412)}


def test_saving_writes_what_is_ticked_and_nothing_else(cast: Cast, report: Report, alice: Client) -> None:
    url = send(alice, report, "moderators,,,,430,,\ncontent-actioned,aurora-kids,,,120,,\n")
    act(alice, url, "save", take=["1"])

    assert values(report) == {KIDS: Decimal(120)}
    assert "1 answer saved" in words_of(alice.get(url))


def test_an_empty_cell_empties_nothing(cast: Cast, report: Report, alice: Client) -> None:
    set_figure(cast, "sven", report, MODERATORS, "412")
    url = send(alice, report, "moderators,,,,,,1\n")
    assert "The file changes nothing" in words_of(alice.get(url))
    assert values(report) == {MODERATORS: Decimal(412)}


@pytest.mark.parametrize("word", ["n/a", "not measured", "–"])
def test_a_number_of_the_report_is_erased_by_nothing_but_a_tick(
    cast: Cast, report: Report, alice: Client, word: str
) -> None:
    set_figure(cast, "sven", report, KIDS, "120")
    url = send(alice, report, f"content-actioned,aurora-kids,,,{word},,\nmoderators,,,,430,,\n")
    page = alice.get(url)
    assert [row.is_taken for row in page.context["differences"].rows] == [False, True]
    assert "What stands in the report goes only if you tick this." in words_of(page)

    act(alice, url, "save", take=["0", "1"])

    assert values(report) == {MODERATORS: Decimal(430), KIDS: None}


def test_where_no_number_stands_why_there_is_none_is_ticked(report: Report, alice: Client) -> None:
    page = alice.get(send(alice, report, "content-actioned,aurora-kids,,,n/a,,\n"))

    assert [row.is_taken for row in page.context["differences"].rows] == [True]
    assert "goes only if you tick" not in words_of(page)


def test_a_newer_edit_stays_unless_the_file_is_chosen(cast: Cast, report: Report, alice: Client) -> None:
    set_figure(cast, "alice", report, MODERATORS, "412")
    set_figure(cast, "sven", report, MODERATORS, "415")
    url = send(alice, report, "moderators,,,,430,,1\n")
    page = alice.get(url)
    assert "when the form was taken: 412" in words_of(page)
    assert fields_of(page)["choice-0"] == ["leave"]

    act(alice, url, "save", **{"choice-0": ["take"]})
    assert values(report) == {MODERATORS: Decimal(430)}


def test_an_answer_that_only_the_colleague_changed_is_no_conflict(
    cast: Cast, report: Report, alice: Client
) -> None:
    set_figure(cast, "alice", report, MODERATORS, "412")
    set_figure(cast, "sven", report, MODERATORS, "415")
    url = send(alice, report, "moderators,,,,412,,1\n")
    assert "The file changes nothing" in words_of(alice.get(url))


def test_what_would_be_wrong_is_refused_with_its_reason(cast: Cast, report: Report, alice: Client) -> None:
    url = send(alice, report, "moderators,,,,many,,\nmoderators,,,,5,,\nno-such,,,,1,,\n")
    words = words_of(alice.get(url))
    assert "“many” is not a number" in words
    assert "Another row has the same place" in words
    table = csv.reader(io.StringIO(alice.get(f"{url}refused.csv").content.decode("utf-8-sig")))
    assert [row[0] for row in table] == ["Cell", "E2", "E3", "E4"]


def test_refused_cells_can_be_taken_away_after_the_rest_was_saved(
    cast: Cast, report: Report, alice: Client
) -> None:
    url = send(
        alice, report, "moderators,,,,many,,\nmoderators,,,,5,,\ncontent-actioned,aurora-kids,,,120,,\n"
    )
    before = alice.get(f"{url}refused.csv").content
    act(alice, url, "save")

    assert "2 rows of the file were refused and are not saved." in words_of(alice.get(url))
    assert alice.get(f"{url}refused.csv").content == before
    assert "rows of the file were refused" not in words_of(signed_in(cast.bob).get(url))
    alice.post(f"{url}take-back/", {})
    assert upload_of(report).proposals == []


def test_refused_cells_are_a_workbook_too(report: Report, alice: Client) -> None:
    url = send(alice, report, "moderators,,,,=1+1,,\n")
    answer = alice.get(f"{url}refused.xlsx")
    cells = [
        cell
        for row in load_workbook(io.BytesIO(answer.content)).worksheets[0].iter_rows()
        for cell in row
        if cell.value is not None
    ]
    assert "refused-" in answer["Content-Disposition"]
    assert {"E2", "=1+1"} <= {str(cell.value) for cell in cells}
    assert not any(cell.data_type == "f" for cell in cells)


def test_saved_answers_are_taken_back_together(cast: Cast, report: Report, alice: Client) -> None:
    set_figure(cast, "sven", report, MODERATORS, "412")
    url = send(alice, report, "moderators,,,,430,,1\ncontent-actioned,aurora-kids,,,120,,0\n")
    act(alice, url, "save")
    alice.post(f"{url}take-back/", {})

    assert values(report) == {MODERATORS: Decimal(412)}
    assert upload_of(report).state == UploadState.TAKEN_BACK


def test_an_edit_since_stops_the_taking_back(cast: Cast, report: Report, alice: Client) -> None:
    url = send(alice, report, "moderators,,,,430,,0\ncontent-actioned,aurora-kids,,,120,,0\n")
    act(alice, url, "save")
    set_figure(cast, "sven", report, MODERATORS, "431")
    answer = alice.post(f"{url}take-back/", {}, follow=True)

    assert "Answers were edited since they were saved" in words_of(answer)
    assert values(report) == {MODERATORS: Decimal(431), KIDS: Decimal(120)}


def test_a_reader_of_the_organisation_looks_and_decides_nothing(
    cast: Cast, report: Report, alice: Client
) -> None:
    url = send(alice, report, "moderators,,,,430,,\n")
    words = words_of(signed_in(cast.bob).get(url))
    assert "430" in words
    assert "Take all" not in words
    assert "Save the chosen answers" not in words


def test_the_same_file_twice_is_one_upload(report: Report, alice: Client) -> None:
    first = send(alice, report, "moderators,,,,430,,0\n")
    assert "waits here already" not in words_of(alice.get(first))
    second = send(alice, report, "moderators,,,,430,,0\n")

    assert first == second
    assert re.search(
        r"This file waits here already: Alice uploaded it on .{10,40}\. It was not uploaded again\.",
        words_of(alice.get(second)),
    )


def test_the_same_table_of_ones_own_twice_says_who_has_uploaded_it(
    report: Report, alice: Client, sven: Client
) -> None:
    words = ""
    for client in (alice, sven):
        table = SimpleUploadedFile("ours.csv", b"what,Kids\nRemoved,5\n")
        url = client.post(sheet(report), {"table": table, "own": "1"})["Location"]
        run_all_jobs()
        words = words_of(client.get(url, follow=True))

    assert "This file waits here already: Alice uploaded it on" in words


def test_a_file_sent_again_while_it_is_thrown_away_is_read(report: Report, alice: Client) -> None:
    url = send(alice, report, "moderators,,,,430,,0\n")
    earlier = upload_of(report).file
    alice.post(f"{url}cancel/", {})
    again = send(alice, report, "moderators,,,,430,,0\n")

    assert upload_of(report).file != earlier
    assert "1 of 1 will be saved" in words_of(alice.get(again))


def test_a_file_without_its_columns_is_refused_in_words(report: Report, alice: Client) -> None:
    file = SimpleUploadedFile("table.csv", b"name,number\nmoderators,5\n")
    url = alice.post(sheet(report), {"file": file})["Location"]
    run_all_jobs()
    words = words_of(alice.get(url))
    assert "This file cannot be taken" in words
    assert "There is no column “name”" in words


def test_a_file_that_is_thrown_away_leaves_nothing(report: Report, alice: Client) -> None:
    url = send(alice, report, "moderators,,,,430,,0\n")
    alice.post(f"{url}cancel/", {})
    upload = upload_of(report)
    assert (upload.state, upload.file, upload.proposals) == (UploadState.CANCELLED, "", [])
    assert values(report) == {}


def test_a_submitted_report_takes_no_file(report: Report, alice: Client) -> None:
    url = send(alice, report, "moderators,,,,430,,0\n")
    fields = fields_of(alice.get(url))
    Report.objects.filter(pk=report.pk).update(state=ReportState.SUBMITTED)
    assert "Save the chosen answers" not in words_of(alice.get(url))
    assert "This cannot be done now" in words_of(alice.post(url, {**fields, "act": "save"}, follow=True))
    assert values(report) == {}


def test_a_refusal_is_read_by_each_colleague_in_their_own_language(
    cast: Cast, report: Report, alice: Client
) -> None:
    ilya = signed_in(make_person("Ilya", cast.aurora, Role.EDITOR, language="ru"))
    url = send(alice, report, "moderators,,,maybe,430,,\n")
    english, russian = words_of(alice.get(url)), words_of(ilya.get(url))
    assert "“maybe” is not a status. Choose one of: reported" in english
    assert "«maybe» — не статус. Выберите один из: сообщено" in russian
    assert "is not a status" not in russian

    send(alice, report, "moderators,,,maybe,430,,\ncontent-actioned,aurora-kids,,,120,,\n")
    url = f"/workspace/uploads/{upload_of(report).pk}/"
    act(alice, url, "save")
    assert "не статус" in ilya.get(f"{url}refused.csv").content.decode()


def test_a_file_that_cannot_be_taken_says_so_in_the_language_of_whoever_looks(
    cast: Cast, report: Report, alice: Client
) -> None:
    ilya = signed_in(make_person("Ilya", cast.aurora, Role.EDITOR, language="ru"))
    file = SimpleUploadedFile("figures.csv", b"indicator,colour\nmoderators,red\n")
    url = alice.post(sheet(report), {"file": file})["Location"]
    run_all_jobs()

    assert "There is no column “colour”" in words_of(alice.get(url))
    assert "colour" in words_of(ilya.get(url))
    assert "There is no column" not in words_of(ilya.get(url))


def test_a_form_of_another_cycle_is_refused_with_the_right_one_to_take(
    cast: Cast, report: Report, alice: Client
) -> None:
    other = make_report(make_cycle(report.charter, "2025-h2"), cast.aurora)
    file = SimpleUploadedFile("form.xlsx", take_form(cast.actor("alice"), other))
    url = alice.post(sheet(report), {"file": file})["Location"]
    run_all_jobs()

    page = alice.get(url)

    assert "This form is for" in words_of(page)
    assert "Take the form for" in words_of(page)
    assert f'action="/workspace/reports/{report.pk}/document/"' in page.content.decode()
    assert 'value="form-both.xlsx"' in page.content.decode()


def test_both_sides_of_a_conflict_of_texts_show_what_they_changed(
    cast: Cast, report: Report, alice: Client
) -> None:
    sven, key = cast.actor("sven"), "search-story"
    story = report.charter.indicators.get(key=key)
    with acting_as(sven):
        save_answer(sven, report, story, text="We look at lists.", language="en", version=0)
    content = filled(
        take_form(cast.actor("alice"), report),
        lambda form: setattr(form.cell(text_key(key)), "value", "We look at long lists."),
    )
    with acting_as(sven):
        save_answer(sven, report, story, text="We look at lists daily.", language="en", version=1)

    url = alice.post(sheet(report), {"file": SimpleUploadedFile("form.xlsx", content)})["Location"]
    run_all_jobs()
    page = alice.get(url).content.decode()

    added = re.findall(r"<ins><span[^>]*>[^<]*</span>([^<]*)</ins>", page)
    assert [words.strip() for words in added] == ["daily", "long"]
    assert "<del>" not in page


# --- Decisions, and the end ------------------------------------------------------------------


def test_a_field_that_the_page_does_not_have_is_refused(report: Report, alice: Client) -> None:
    url = send(alice, report, "moderators,,,,430,,\n")
    assert alice.post(url, {"act": "save", "text": "anything"}).status_code == 422


def test_a_file_that_waited_for_a_week_is_deleted_and_its_sender_notified(
    cast: Cast, report: Report, alice: Client
) -> None:
    page = alice.get(send(alice, report, "moderators,,,,430,,\n"))
    end = end_of_day(today() + timedelta(days=7))
    assert upload_of(report).expires_at == end
    assert f"waits for you until {format_end(end)}".replace("\N{NO-BREAK SPACE}", " ") in words_of(page)
    expire_upload(upload_of(report).pk)
    run_all_jobs()

    assert (upload_of(report).state, upload_of(report).file) == (UploadState.EXPIRED, "")
    assert notified("report_upload.expire") == {cast.alice.pk}


@pytest.mark.parametrize(("seconds", "count"), [(1, 0), (60, 1)])
def test_a_reading_that_took_long_is_notified(
    report: Report, alice: Client, seconds: int, count: int
) -> None:
    file = SimpleUploadedFile("figures.csv", f"{HEADER}moderators,,,,430,,\n".encode())
    alice.post(sheet(report), {"file": file})
    earlier = clock.now() - timedelta(seconds=seconds)
    ReportUpload.objects.filter(report=report).update(uploaded_at=earlier)
    run_all_jobs()
    assert len(notified("report_upload.finish")) == count


def test_a_file_thrown_away_while_it_waits_for_a_worker_is_not_read(report: Report, alice: Client) -> None:
    file = SimpleUploadedFile("figures.csv", f"{HEADER}moderators,,,,430,,\n".encode())
    url = alice.post(sheet(report), {"file": file})["Location"]
    assert "You may leave this page" in words_of(alice.get(url))
    alice.post(f"{url}cancel/", {})
    run_all_jobs()
    assert upload_of(report).state == UploadState.CANCELLED


def test_a_table_in_russian_is_read_as_its_writer_has_it(cast: Cast, report: Report, alice: Client) -> None:
    cast.alice.language = "ru"
    cast.alice.save()
    url = send(alice, report, 'moderators,,,,"1 430",,\ncontent-actioned,aurora-kids,,,н/д,,\n')
    act(alice, url, "save")
    assert values(report) == {MODERATORS: Decimal(1430), KIDS: None}


def notified(kind: str) -> set[int]:
    with acting_as(SYSTEM):
        rows = Delivery.objects.filter(channel=Channel.INBOX, event__kind=kind)
        return set(rows.values_list("recipient_id", flat=True))
