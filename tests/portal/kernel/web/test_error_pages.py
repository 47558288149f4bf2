"""Pages of errors: right status, right language, not cached, and served even when the rest is down."""

import errno
from dataclasses import dataclass

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404
from django.template import engines
from django.test import Client, RequestFactory
from django.utils import translation

from portal.kernel import web
from portal.kernel.web import error_page, error_pages
from tests.support.pages import words_of

STATUSES = (400, 403, 404, 405, 410, 413, 429, 500, 503, 507)


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize(("path", "language"), [("/en/x/", "en"), ("/ru/x/", "ru")])
def test_every_error_has_a_page_in_both_languages_without_a_query(
    status: int, path: str, language: str
) -> None:
    answer = error_page(RequestFactory().get(path), status)  # no database is marked: a query would fail

    text = answer.content.decode()
    assert (answer.status_code, answer["Cache-Control"]) == (status, "no-store")
    assert f'<html lang="{language}">' in text
    ways = ("/",) if status == 503 else ("/", "/commitments/", "/about/contact/")
    assert all(f'href="/{language}{place}"' in text for place in ways)


def test_a_disk_that_is_full_while_an_upload_is_received_is_no_fault_of_the_portal() -> None:
    """Large uploads lie in a temporary file until they are whole, and its disk may be the full one."""
    try:
        try:
            raise OSError(errno.ENOSPC, "No space left on device")
        except OSError as error:
            raise ValueError from error
    except ValueError:
        page = web.server_error(RequestFactory().post("/en/x/"))

    assert (page.status_code, "Nothing was saved." in page.content.decode()) == (507, True)


@dataclass
class Named:
    """A site as it was last known."""

    name: str = "The alliance"
    contact: str = "desk@alliance.example"


def test_while_the_database_is_away_one_can_write_to_the_secretariat(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every page of the portal would be away too."""
    monkeypatch.setattr(error_pages, "_SITE_SOURCE", [Named])

    text = web.unavailable(RequestFactory().get("/en/")).content.decode()

    assert 'href="mailto:desk@alliance.example"' in text
    assert "/commitments/" not in text


@pytest.mark.parametrize(
    ("headers", "language"),
    [
        ({"HTTP_ACCEPT_LANGUAGE": "ru"}, "ru"),
        ({"HTTP_ACCEPT_LANGUAGE": "de"}, "en"),
        ({"HTTP_COOKIE": "language=ru"}, "ru"),
    ],
)
def test_an_address_without_a_language_takes_the_readers(headers: dict[str, str], language: str) -> None:
    with translation.override("en"):
        answer = error_page(RequestFactory().get("/workspace/", **headers), 500)
    assert f'<html lang="{language}">' in answer.content.decode()


def test_the_language_of_the_request_before_is_not_used() -> None:
    with translation.override("ru"):
        answer = error_page(RequestFactory().get("/workspace/", headers={"accept-language": "en"}), 500)
    assert '<html lang="en">' in answer.content.decode()


@pytest.mark.parametrize(("status", "wait"), [(503, "10"), (429, "60")])
def test_who_should_come_back_learns_when(status: int, wait: str) -> None:
    request = RequestFactory().get("/en/")
    answer = web.unavailable(request) if status == 503 else web.too_many_requests(request)
    assert (answer.status_code, answer["Retry-After"]) == (status, wait)


def test_when_not_even_the_page_can_be_made_there_are_two_plain_sentences(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken() -> object:
        raise OperationalError("gone")

    monkeypatch.setattr(error_pages, "_SITE_SOURCE", [broken])
    answer = error_page(RequestFactory().get("/en/"), 500)
    assert (answer.status_code, answer["Content-Type"]) == (500, "text/plain; charset=utf-8")
    assert "Попробуйте через минуту" in answer.content.decode()


@pytest.mark.django_db
def test_a_broken_context_still_ends_in_the_page_with_the_number_to_name(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(request: object) -> dict[str, object]:
        raise ValueError("broken")

    monkeypatch.setattr(engines["django"].engine, "template_context_processors", (broken,))
    client.raise_request_exception = False
    answer = client.get("/en/about/", HTTP_X_REQUEST_ID="abc")
    assert answer.status_code == 500
    assert "Something went wrong on our side" in words_of(answer)
    assert "quote this number" in words_of(answer)


@pytest.mark.parametrize(("error", "status"), [(Http404(), 404), (PermissionDenied(), 403)])
def test_the_handlers_answer_with_these_pages(error: Exception, status: int) -> None:
    handler = web.page_not_found if status == 404 else web.permission_denied
    assert handler(RequestFactory().get("/en/"), error).status_code == status


@pytest.mark.django_db
def test_a_method_that_nothing_takes_gets_a_page_too(client: Client) -> None:
    answer = client.put("/en/")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, POST")
    assert "This address cannot be opened directly" in words_of(answer)
