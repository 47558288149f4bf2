"""What the secretariat knows of generated documents: who asked for what, never what is in it."""

import pytest
from django.test import Client
from django.utils import translation

from alliance.services.documents import request_draft_summary, request_working_cycle
from alliance.web.documents.subjects import subject_page
from portal.kernel.access import ANYONE
from portal.kernel.documents import Document, request_document
from portal.kernel.journal import Event
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.jobs import run_all_jobs
from tests.support.pdf_reports import search_figures
from tests.support.submissions import make_submission

pytestmark = pytest.mark.django_db
LIST = "/secretariat/documents/generated/"


def ask(cast: Cast, kind: str, title: str, name: str = "alice") -> Document:
    return request_document(cast.actor(name), kind, 1, title=title, language="en")


def page_text(client: Client, query: str = "") -> str:
    response = client.get(LIST + query)
    assert response.status_code == 200
    return response.content.decode()


def test_it_says_who_asked_for_what_but_not_its_title(cast: Cast, client: Client) -> None:
    ask(cast, "report.working.xlsx", "Aurora, half a year: working copy")
    client.force_login(cast.mona)
    page = page_text(client)
    assert [word for word in ("Alice", "Aurora Video", "Draft report, XLSX") if word not in page] == []
    assert ("half a year" in page, str(Document.objects.get().key) in page) == (False, False)


def test_what_everybody_may_fetch_is_led_to(cast: Cast, client: Client) -> None:
    document = request_document(
        ANYONE, "report.pdf", 1, title="A public report", language="en", cache_key="x"
    )
    client.force_login(cast.mona)
    page = page_text(client)
    assert (f"/documents/{document.key}/" in page, "A public report" in page) == (True, True)


def test_documents_of_practices_are_their_askers_alone(cast: Cast, client: Client) -> None:
    ask(cast, "practice.archive", "Your practices")
    client.force_login(cast.mona)
    assert "Nothing found" in page_text(client)


def test_it_is_narrowed_by_kind_and_state(cast: Cast, client: Client) -> None:
    ask(cast, "report.filed.json", "x")
    failed = ask(cast, "report.filed.xlsx", "x", "sven")
    Document.objects.filter(pk=failed.pk).update(state="failed", error="It is gone.")
    client.force_login(cast.mona)
    by_state, by_kind = page_text(client, "?state=failed"), page_text(client, "?kind=report.filed.json")
    assert ["Sven" in by_state, "Alice" in by_state, "It is gone." in by_state] == [True, False, True]
    assert ["Sven" in by_kind, "Alice" in by_kind] == [False, True]


def test_ones_own_list_is_narrowed_too(cast: Cast, client: Client) -> None:
    ask(cast, "report.filed.json", "The JSON of it")
    ask(cast, "report.filed.xlsx", "The workbook of it")
    client.force_login(cast.alice)
    page = client.get("/workspace/documents/?kind=report.filed.xlsx").content.decode()
    assert ("The workbook of it" in page, "The JSON of it" in page) == (True, False)


def test_documents_of_a_cycle_begin_with_a_capital_and_lists_say_in_which_language_they_are(
    cast: Cast, client: Client
) -> None:
    """A cycle of months begins with a small letter in Russian."""
    cycle = make_cycle(read_charter())
    type(cycle).objects.filter(pk=cycle.pk).update(title_ru="январь — июнь 2026")
    cycle.refresh_from_db()
    mona = cast.actor("mona")
    workbook = request_working_cycle(mona, cycle, "ru")
    summary = request_draft_summary(mona, cycle, "ru")
    client.force_login(cast.mona)

    page = client.get("/secretariat/documents/").content.decode()
    with translation.override("ru"):
        subject = subject_page(mona, summary)

    assert workbook.title == "Январь — июнь 2026: Черновая таблица XLSX"
    assert 'lang="ru">Январь — июнь 2026: Черновик сводного отчёта</a>' in page
    assert subject is not None
    assert subject.title == "Январь — июнь 2026"


def test_the_working_workbook_is_asked_for_fetched_and_journalled(cast: Cast, client: Client) -> None:
    cycle = make_cycle(read_charter())
    make_submission(make_report(cycle, cast.aurora), figures=search_figures())
    client.force_login(cast.rita)
    where = client.post(f"/secretariat/cycles/{cycle.slug}/export/")["Location"]
    run_all_jobs()
    page = client.get(where).content.decode()
    assert ("Only you" in page, "As of" in page, "Draft workbook" in page) == (True,) * 3
    file = client.get(f"{where}file/")
    assert b"".join(file.streaming_content)[:2] == b"PK"
    assert Event.objects.filter(kind="document.download", person_id=cast.rita.pk).count() == 1
    assert client.get(f"/documents/{Document.objects.get().pk}/")["Location"] == where


def test_a_member_does_not_ask_for_it(cast: Cast, client: Client) -> None:
    make_cycle(read_charter())
    client.force_login(cast.alice)
    assert client.post("/secretariat/cycles/2026-h1/export/").status_code == 404
    assert Document.objects.count() == 0
