"""Display settings: a cookie strictly read, a stylesheet made of it, a way back that stays on the site."""

import pytest
from django.test import Client

from portal import display

pytestmark = pytest.mark.django_db
USUAL = {"size": "100", "scheme": "auto", "spacing": "usual", "pictures": "on"}


def chosen_after(client: Client, **post: str) -> str:
    client.post("/en/display/", post)
    return client.cookies[display.COOKIE].value


def test_without_a_cookie_everything_is_as_usual() -> None:
    assert display.parse("") == USUAL


def test_a_cookie_is_read_back_as_it_was_written() -> None:
    chosen = {"size": "150", "scheme": "white-on-black", "spacing": "wider", "pictures": "off"}

    assert display.parse(display.to_cookie(chosen)) == chosen


@pytest.mark.parametrize(
    "cookie",
    [
        "size_999",
        "scheme_}body{display:none}",
        "colour_blue",
        "size=150",
        "." * 5000,
        "scheme_../../settings",
    ],
)
def test_what_is_not_a_choice_of_ours_counts_as_not_chosen(cookie: str) -> None:
    assert display.parse(cookie) == USUAL


def test_a_scheme_applies_to_the_whole_page() -> None:
    sheet = display.stylesheet("scheme_blue")

    assert (":root {" in sheet, "--ink: #063462;" in sheet, "data-scheme" in sheet) == (True, True, False)


@pytest.mark.parametrize("scheme", display.CHOICES["scheme"])
def test_every_scheme_has_its_rules(scheme: str) -> None:
    assert ("color-scheme" in display.stylesheet(f"scheme_{scheme}")) == (scheme != "auto")


def test_text_grows_from_the_root() -> None:
    assert ":root{font-size:175%}" in display.stylesheet("size_175")


def test_the_panel_marks_what_is_chosen() -> None:
    assert '.display-form button[name="size"][value="125"]::before' in display.stylesheet("size_125")


def test_the_stylesheet_belongs_to_its_reader_alone(client: Client) -> None:
    answer = client.get("/display.css")

    assert answer["Cache-Control"] == "private, no-cache"
    assert "Cookie" in answer["Vary"]
    assert answer["Content-Type"] == "text/css; charset=utf-8"


def test_an_unchanged_stylesheet_is_not_sent_twice(client: Client) -> None:
    etag = client.get("/display.css")["ETag"]

    assert client.get("/display.css", headers={"If-None-Match": etag}).status_code == 304


def test_a_junk_cookie_gets_the_usual_stylesheet(client: Client) -> None:
    usual = client.get("/display.css").content
    client.cookies[display.COOKIE] = "scheme_red"

    assert client.get("/display.css").content == usual


def test_the_stylesheet_asks_nothing_of_the_database(client: Client, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        client.get("/display.css")


def test_one_button_changes_one_setting_and_keeps_the_others(client: Client) -> None:
    chosen_after(client, size="150")

    assert chosen_after(client, scheme="dark") == "size_150.scheme_dark"


def test_an_unknown_value_changes_nothing(client: Client) -> None:
    assert chosen_after(client, size="17", scheme="pink") == ""


def test_a_post_goes_back_to_its_page(client: Client) -> None:
    answer = client.post("/ru/display/", {"size": "125", "next": "/ru/members/?page=2"})

    assert (answer.status_code, answer["Location"]) == (302, "/ru/members/?page=2")


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "x", ""]
)
def test_a_post_never_leads_off_the_site(client: Client, elsewhere: str) -> None:
    answer = client.post("/en/display/", {"size": "125", "next": elsewhere})

    assert answer["Location"] == "/en/display/"


def test_the_cookie_is_closed_to_scripts_and_other_sites(client: Client) -> None:
    client.post("/en/display/", {"size": "125"})
    cookie = client.cookies[display.COOKIE]

    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")


def test_the_page_of_settings_shows_what_holds_and_is_kept_by_nobody(client: Client) -> None:
    client.cookies[display.COOKIE] = "size_200"
    answer = client.get("/en/display/")

    assert answer["Cache-Control"] == "private, no-store"
    assert answer.content.count(b'value="200" checked') == 1


def test_the_panel_works_without_a_token(settings) -> None:
    strict = Client(enforce_csrf_checks=True)

    assert strict.post("/en/display/", {"size": "125"}).status_code == 302
