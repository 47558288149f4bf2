"""The pages of an import of supporters: cancelled half-way, and the faulty rows as files."""

import io
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import translation
from openpyxl import load_workbook

import alliance.tasks  # noqa: F401 - the handlers of its jobs
from alliance.enums import Role
from alliance.models import Charter, Site, Supporter, SupporterImport
from alliance.queries.local_dates import day_of
from alliance.queries.site import read_site
from alliance.services import supporter_import_work as work
from alliance.services.supporter_file import read_supporter_file
from alliance.templatetags.alliance_supporters import time_left
from alliance.validators.supporter_names import name_key
from alliance.web.supporter_wording import heading_of
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.text import format_date
from tests.factories import Cast, make_person
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of
from tests.support.world_supporters import make_supporter

LISTS = "/secretariat/supporters/import/"
HEADING = "name;kind;region;e-mail\n"


@pytest.fixture(autouse=True)
def open_charter(charter: Charter) -> None:
    Site.objects.update_or_create(id=1, defaults={"supporters_charter": charter.key})
    read_site.forget()


def sent(cast: Cast, rows: str) -> SupporterImport:
    file = SimpleUploadedFile("march.csv", (HEADING + rows).encode())
    signed_in(cast.mona).post(LISTS, {"file": file})
    run_all_jobs()
    with acting_as(SYSTEM):
        return SupporterImport.objects.get()


@pytest.mark.django_db(transaction=True)
def test_cancelled_on_its_page_while_a_worker_is_half_way(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = sent(cast, "".join(f"School {n};school;Eastport;s{n}@a.example\n" for n in range(1, 5)))
    mona, url = signed_in(cast.mona), f"{LISTS}{upload.pk}/"
    mona.post(f"{url}confirm/", {"is_public_at_once": "yes"})
    bring, half_way, cancelled = work._bring, threading.Event(), threading.Event()

    def bring_and_wait(upload: SupporterImport, rows: tuple[object, ...], done: int) -> None:
        bring(upload, rows, done)  # type: ignore[arg-type]  # as the worker gives them
        if done == 2:
            half_way.set()
            cancelled.wait(timeout=20)

    monkeypatch.setattr(work, "_BATCH", 2)
    monkeypatch.setattr(work, "_bring", bring_and_wait)

    def work_it() -> None:
        try:
            run_all_jobs()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        worker = pool.submit(work_it)
        assert half_way.wait(timeout=20)
        progress = words_of(mona.get(url))
        ended = words_of(mona.post(f"{url}cancel/", {}, follow=True))
        cancelled.set()
        worker.result()

    assert "2 of 4" in progress
    assert "Nothing was written: no entry, no letter." in ended
    assert "Nothing was written: no entry, no letter." in words_of(mona.get(url))
    with acting_as(SYSTEM):
        assert Supporter.objects.count() == 0
        assert upload.rows.count() == 0


@pytest.mark.django_db
def test_faulty_rows_come_as_both_files_and_each_can_be_sent_again_corrected(cast: Cast) -> None:
    upload = sent(
        cast,
        "=School 1;school;Eastport;s1@a.example\nSchool 2;school;Eastport;s2@@a.example\n"
        ";school;Eastport;x@a.example\n",
    )
    mona, url = signed_in(cast.mona), f"{LISTS}{upload.pk}/"
    page = mona.get(url).text
    assert f"{url}faulty.csv" in page
    assert f"{url}faulty.xlsx" in page

    workbook = mona.get(f"{url}faulty.xlsx")
    rows = list(load_workbook(io.BytesIO(workbook.content)).active.iter_rows(values_only=True))
    assert [(row[0], row[1], row[-1]) for row in rows[1:]] == [
        (3, "School 2", "This is not an e-mail address."), (4, None, "This cell is empty."),
    ]  # fmt: skip
    for name, content in (("a.xlsx", workbook.content), ("a.csv", mona.get(f"{url}faulty.csv").content)):
        read = read_supporter_file(name, content)
        assert [cells["email"] for _number, cells in read.rows] == ["s2@@a.example", "x@a.example"]


@pytest.mark.django_db
def test_faulty_rows_stand_by_kind_of_fault_on_pages_and_one_choice_corrects_all_of_a_kind(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    heading = "name;kind;region;e-mail;site\n"
    rows = [
        "S1;school;;s1@a.example;", "S2;school;;s2@a.example;", "S3;school;Eastport;s3@a.example;no site",
        "S4;school;Eastport;s4@a.example;nor here", "S5;school;Eastport;s5@@a.example;",
        ";school;Eastport;s6@a.example;",
    ]  # fmt: skip
    monkeypatch.setattr(f"{__name__}.HEADING", heading)
    upload, mona = sent(cast, "\n".join(rows)), signed_in(cast.mona)
    url = f"{LISTS}{upload.pk}/"
    page = mona.get(url)
    assert [(key, count) for key, _label, count in page.context["faulty"].tabs] == [
        ("region.empty", 2), ("website.website", 2), ("email.email", 1), ("name.empty", 1),
    ]  # fmt: skip
    chosen = mona.get(f"{url}?fault=email.email").context
    assert [row.number for row in chosen["faulty"].page] == [6]
    page = mona.get(f"{url}?fault=email.email&faulty=9")
    assert 'name="cell_6_email" value="s5@@a.example"' in page.text  # to be put right, not typed again
    unchanged = dict.fromkeys(("cell_6_email", "shown_cell_6_email"), "s5@@a.example")
    mona.post(f"{url}correct/?fault=email.email", {"round": str(upload.round), **unchanged})
    assert mona.get(url).context["upload"].round == upload.round

    answer = mona.post(
        f"{url}correct/?fault=email.email",
        {
            "round": str(upload.round),
            "all_region_empty": "Westport",
            "all_website_website": "empty",
            "cell_6_email": "s5@a.example",
        },
    )
    assert answer.status_code == 302
    run_all_jobs()

    with acting_as(SYSTEM):
        values = {row.values["name"]: row for row in upload.rows.order_by("number")}
    assert [(name, row.outcome) for name, row in values.items()] == [
        *((f"S{number}", "new") for number in range(1, 6)), ("", "faulty"),
    ]  # fmt: skip
    assert [values[name].values["region"] for name in ("S1", "S3")] == ["Westport", "Eastport"]
    assert values["S3"].values["website"] == ""


@pytest.mark.django_db
def test_corrections_are_taken_round_after_round(cast: Cast) -> None:
    upload = sent(cast, "S1;lyceum;Eastport;s1@@a.example\nS2;gymnasium;Eastport;s2@a.example\n")
    mona, url = signed_in(cast.mona), f"{LISTS}{upload.pk}/"
    for fields in ({"kind_0": "school"}, {"kind_0": "library"}, {"cell_2_email": "s1@a.example"}):
        mona.post(f"{url}correct/", {"round": str(mona.get(url).context["upload"].round), **fields})
        run_all_jobs()

    with acting_as(SYSTEM):
        upload.refresh_from_db()
    assert (upload.round, upload.counts) == (4, {"new": 2})


@pytest.mark.django_db
def test_a_choice_for_many_rows_is_listed_and_taken_back(cast: Cast) -> None:
    upload = sent(cast, "S1;lyceum;;s1@a.example\nS2;school;;s2@a.example\nS3;school;;s3@a.example\n")
    mona, url = signed_in(cast.mona), f"{LISTS}{upload.pk}/"
    assert "“lyceum” (1) is</label>" in mona.get(url).text
    typed = {"round": "1", "all_region_empty": "Westport", "kind_0": "school"}
    mona.post(f"{url}correct/", typed)
    run_all_jobs()
    page = mona.get(url)
    assert page.context["faulty"].tabs == []
    assert [(choice.name, choice.value) for choice in page.context["choices"]] == [
        ("kinds:lyceum", "School"), ("replacements:region.empty", "Westport"),
    ]  # fmt: skip

    # a colleague with the page of the check before: what was typed is shown, for there is no field for it any more
    stale = mona.post(f"{url}correct/", typed | {"all_region_empty": "Southport"})
    assert "What you typed region Southport" in words_of(stale)

    mona.post(f"{url}correct/", {"round": "2", "take_back": "replacements:region.empty"})
    run_all_jobs()
    page = mona.get(url)
    assert [(key, count) for key, _label, count in page.context["faulty"].tabs] == [("region.empty", 3)]
    assert [choice.name for choice in page.context["choices"]] == ["kinds:lyceum"]
    stale = mona.post(f"{url}correct/", typed | {"all_region_empty": "Southport"})
    assert (stale.status_code, 'value="Southport"' in stale.text) == (422, True)
    for name in ("kinds:other", "cells:2", "date_order:", "decisions:"):  # nothing of the kind
        mona.post(f"{url}correct/", {"round": "3", "take_back": name})
    assert mona.get(url).context["upload"].round == 3


@pytest.mark.django_db
def test_likely_rows_are_decided_together_and_unclear_ones_stay_out(cast: Cast, charter: Charter) -> None:
    for name, email in (("Harbour School", "a@a.example"), ("Lighthouse Parents Union", "c@a.example")):
        make_supporter(charter, name, name_key=name_key(name), email=email)
    upload = sent(
        cast,
        "Harbour School;school;Eastport;new@a.example\n"  # the same name and place
        "Lighthouse Parents' Unions;school;Eastport;c@a.example\n"  # nearly the same name, and the same e-mail
        "Evening Courses;school;Eastport;a@a.example\n"  # another name with the same e-mail
        "Harbour School;school;Westport;a@a.example\n"  # known
        "Harbour Schools;school;Eastport;x@a.example\n",  # a name that is much alike
    )
    mona, url = signed_in(cast.mona), f"{LISTS}{upload.pk}/"
    page = mona.get(url)
    assert [(row.number, row.is_likely) for row in page.context["page"]] == [
        (2, True), (3, True), (4, False), (6, False),
    ]  # fmt: skip
    assert [str(page.context["twins"][f"twin_{n}"].value()) for n in (2, 3, 4, 6)] == [""] * 4

    answer = mona.post(f"{url}decide/", {"twin_2": "apart", "likely": "1"}, follow=True)

    with acting_as(SYSTEM):
        decisions = dict(upload.rows.exclude(twin=None).values_list("number", "decision"))
    assert {number: decisions[number] for number in (2, 3, 4, 6)} == {2: "apart", 3: "same", 4: "", 6: ""}
    assert "1 more row is decided as one and the same." in words_of(answer)
    assert answer.context["importable"] == 1  # the one that was decided to be another organisation

    page = mona.post(f"{url}decide/", {"twin_2": "apart", "likely": "back"}, follow=True)
    assert "1 likely row is undecided again" in words_of(page)
    assert (page.context["likely"], page.context["likely_taken"], page.context["importable"]) == (1, 0, 1)
    with acting_as(SYSTEM):
        upload.refresh_from_db()
    assert upload.choices["decisions"] == {"2": "apart"}  # of the next check, too


@pytest.mark.django_db
def test_a_decision_about_a_row_can_be_taken_back_and_does_not_undo_that_of_a_colleague(
    cast: Cast, charter: Charter
) -> None:
    make_supporter(charter, "Harbour School", name_key=name_key("Harbour School"), email="a@a.example")
    upload = sent(
        cast,
        "Harbour School;school;Eastport;new@a.example\n"
        "Evening Courses;school;Eastport;a@a.example\nSchool 9;library;Eastport;s9@a.example\nNone;;;\n",
    )
    mona, url = signed_in(cast.mona), f"{LISTS}{upload.pk}/"
    mona.post(f"{url}decide/", {"initial-twin_2": "", "twin_2": "apart", "initial-twin_3": "", "twin_3": ""})
    page = mona.get(url)
    assert 'name="initial-twin_2" value="apart"' in page.text
    words = words_of(page)
    for text in ("2 rows will be imported.", "faulty: 1, not decided: 1", "1 Library", "Import 2 rows"):
        assert text in words, text

    # as a page shows it that was opened before: of row 2 it knows nothing
    mona.post(f"{url}decide/", {"initial-twin_2": "", "twin_2": "", "initial-twin_3": "", "twin_3": "out"})
    with acting_as(SYSTEM):
        upload.refresh_from_db()
    assert upload.choices["decisions"] == {"2": "apart", "3": "out"}
    assert "decided to stay out: 1" in words_of(mona.get(f"{url}?chance=1"))

    mona.post(
        f"{url}decide/", {"initial-twin_2": "apart", "twin_2": "", "initial-twin_3": "out", "twin_3": "out"}
    )
    with acting_as(SYSTEM):
        upload.refresh_from_db()
    assert upload.choices["decisions"] == {"3": "out"}

    mona.post(f"{url}cancel/")
    late = mona.post(f"{url}decide/", {"initial-twin_2": "", "twin_2": "same"})
    assert (late.status_code, "One and the same" in words_of(late)) == (409, True)


@pytest.mark.django_db
def test_a_decided_import_offers_no_decision(cast: Cast) -> None:
    upload, mona = sent(cast, "School 1;school;Eastport;s1@a.example\n"), signed_in(cast.mona)
    assert "<button" in mona.get(f"{LISTS}{upload.pk}/confirm/").content.decode().partition("<main")[2]
    mona.post(f"{LISTS}{upload.pk}/confirm/", {"is_public_at_once": "yes"})
    run_all_jobs()

    for act, words in (("confirm", "does not wait for a decision"), ("cancel", "has already ended")):
        page = mona.get(f"{LISTS}{upload.pk}/{act}/").content.decode()
        main = page.partition("<main")[2].partition("<template")[0]
        assert words in main
        assert "<button" not in main


def test_a_column_is_named_as_a_file_in_the_readers_language_has_it() -> None:
    with translation.override("ru"):
        russian = [heading_of(column) for column in ("acceded_on", "name")]
    with translation.override("en"):
        english = heading_of("acceded_on")

    assert (russian, english) == (["дата", "название"], "acceded on")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("meanwhile", ["cancelled", "checked again"])
def test_corrections_that_come_too_late_are_shown_to_be_copied(cast: Cast, meanwhile: str) -> None:
    upload = sent(cast, "School 1;unknown;Eastport;s1@a.example\nSchool 2;school;Eastport;no address\n")
    mona, url = signed_in(cast.mona), f"{LISTS}{upload.pk}/"
    if meanwhile == "cancelled":
        mona.post(f"{url}cancel/")
    else:
        fields = mona.get(url).context["corrections"].fields
        mona.post(
            f"{url}correct/", {"round": str(upload.round), **{n: "school" for n in fields if "kind" in n}}
        )

    typed = {"cell_3_email": "s2@a.example", "shown_cell_3_email": "no address"}
    untouched = {"cell_2_kind": "unknown", "shown_cell_2_kind": "unknown"}
    answer = mona.post(f"{url}correct/", {"round": str(upload.round), **untouched, **typed})

    assert answer.status_code == 409
    assert "What you typed Row 3 s2@a.example" in words_of(answer)
    assert "You changed this in another window" in words_of(answer)


@pytest.mark.django_db
def test_of_two_who_decide_about_one_row_the_first_stays_and_the_second_reads_why(
    cast: Cast, charter: Charter
) -> None:
    make_supporter(charter, "Harbour School", name_key=name_key("Harbour School"), email="a@a.example")
    upload = sent(
        cast,
        "Harbour School;school;Eastport;new@a.example\nEvening Courses;school;Eastport;a@a.example\n",
    )
    url = f"{LISTS}{upload.pk}/decide/"
    shown = {"initial-twin_2": "", "initial-twin_3": ""}
    signed_in(cast.mona).post(url, {**shown, "twin_2": "apart", "twin_3": ""})

    with acting_as(SYSTEM):
        second = make_person("Maria", cast.secretariat, Role.MANAGER)
    answer = signed_in(second).post(url, {**shown, "twin_2": "same", "twin_3": "out"})

    words = words_of(answer)
    with acting_as(SYSTEM):
        upload.refresh_from_db()
    assert (answer.status_code, upload.choices["decisions"]) == (409, {"2": "apart", "3": "out"})
    assert "Row 2 stays “Two organisations”. Mona" in words
    assert "What you typed Row 2 One and the same" in words


@pytest.mark.django_db
def test_a_checked_file_says_how_long_it_took_with_what_it_was_compared_and_until_when_it_waits(
    cast: Cast, charter: Charter
) -> None:
    make_supporter(charter, "Harbour School", email="a@a.example")
    upload = sent(cast, "School 1;school;Westport;s1@a.example\nSchool 2;school;Westport;s2@a.example\n")
    words = words_of(signed_in(cast.mona).get(f"{LISTS}{upload.pk}/"))
    assert "2 rows read in 1 second, compared with 1 supporter." in words
    last = " ".join(format_date(day_of(upload.sent_at) + timedelta(days=7)).split())
    assert f"This page waits for you until {last}; then the file is deleted." in words


@pytest.mark.parametrize(
    ("done", "total", "seconds", "left"),
    [
        (6000, 12000, 18, "about 20 seconds more"),
        (1000, 12000, 20, "about 4 minutes more"),
        (0, 12000, 20, ""),
    ],
)
def test_the_progress_says_about_how_long_it_still_takes(
    done: int, total: int, seconds: int, left: str
) -> None:
    begun_at = clock.now() - timedelta(seconds=seconds)
    upload = SupporterImport(rows_done=done, rows_total=total, begun_at=begun_at)
    assert time_left(upload) == left


@pytest.mark.django_db
def test_the_kinds_of_new_rows_are_parts_of_a_bar_and_the_rare_ones_share_the_last(cast: Cast) -> None:
    counts = {"school": 6, "library": 3, "kindergarten": 2, "company": 2, "youth": 1, "culture": 1}
    kinds = [kind for kind, count in counts.items() for _n in range(count)]
    regions = ["Eastport", "EASTPORT", "Westport"]
    rows = "".join(f"Body {n};{kind};{regions[n % 3]};b{n}@a.example\n" for n, kind in enumerate(kinds, 1))
    page = signed_in(cast.mona).get(f"{LISTS}{sent(cast, rows).pk}/")

    html, words = page.content.decode(), words_of(page)
    parts = [
        html.split("state-shares")[1].split("</ul>")[0].count(f'data-share="{share}"')
        for share in ("040", "020", "013")
    ]
    assert parts == [1, 1, 3]  # six, three, two, two, and two of the rare kinds together
    assert "By kind ; of 2 regions" in words.replace("kind;", "kind ;")
    assert "Other kinds: Museum, club or creative team 1; Youth or volunteer association 1" in words
