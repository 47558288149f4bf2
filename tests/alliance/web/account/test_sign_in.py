"""Signing in and passwords: equal answers, limits, sessions that end, links of our own origin."""

import re
from typing import Any

import pytest
from django.conf import settings as portal_settings
from django.core import mail as sent
from django.template.loader import render_to_string
from django.test import Client

from alliance.enums import Role
from alliance.models import Person, PersonSession
from alliance.queries.actors import PersonMemberships
from alliance.queries.site import read_site
from tests.factories import Cast, make_person, read_cast
from tests.factories.cast import PASSWORD
from tests.support.background_programs import Worker
from tests.support.jobs import run_all_jobs
from tests.support.mail import MailServer
from tests.support.pages import words_of
from tests.support.second_factors import add_app

pytestmark = pytest.mark.django_db
LOGIN, RESET, CHANGE = "/accounts/login/", "/accounts/password/reset/", "/accounts/password/change/"
NEW = "another long password"
LINK = re.compile(r"http://127\.0\.0\.1:\d+(/accounts/password/reset/key/\S+)")


def sign_in(client: Client, email: str, password: str = PASSWORD) -> Any:
    return client.post(LOGIN, {"login": email, "password": password})


def errors(response: Any) -> Any:
    return response.context["form"].errors


def test_the_mark_leads_home_by_name_where_the_site_has_none_yet(client: Client) -> None:
    read_site.forget()
    page = client.get(LOGIN).content.decode()
    assert re.search(r'class="brand".*<span>Home</span></a>', page, re.DOTALL)


def test_signing_in_leads_to_the_start(cast: Cast, client: Client) -> None:
    response = sign_in(client, cast.alice.email.upper())
    assert (response.status_code, response["Location"]) == (302, "/session/start/")


@pytest.mark.parametrize(
    "spelling",
    ["Bob@Bücher.example", "bob@xn--bcher-kva.example", "bob＠bücher．example", "bob@bücher.example."],
)
def test_an_address_may_be_typed_in_any_spelling(cast: Cast, client: Client, spelling: str) -> None:
    person = make_person("Bob", cast.beacon, Role.READER)
    Person.objects.filter(pk=person.pk).update(email="bob@xn--bcher-kva.example")

    assert sign_in(client, spelling).status_code == 302
    client.post(RESET, {"email": spelling})
    run_all_jobs()
    assert sent.outbox[-1].to == ["bob@xn--bcher-kva.example"]


def test_unknown_people_wrong_passwords_and_closed_accounts_get_one_answer(
    cast: Cast, client: Client
) -> None:
    Person.objects.filter(pk=cast.bob.pk).update(is_active=False)
    answers = [
        sign_in(client, "nobody@nowhere.example"),
        sign_in(client, cast.alice.email, "a wrong password"),
        sign_in(client, cast.bob.email, PASSWORD),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert errors(answers[0]) == errors(answers[1]) == errors(answers[2])
    assert "The e-mail address or the password is wrong." in words_of(answers[0])


def test_there_is_no_sign_up(client: Client) -> None:
    for path in (
        "signup",
        "email",
        "confirm-email",
        "reauthenticate",
        "login/code",
        "password/set",
        "inactive",
    ):
        assert client.get(f"/accounts/{path}/").status_code == 404


def test_after_five_wrong_passwords_the_right_one_has_to_wait(cast: Cast, client: Client) -> None:
    for _try in range(5):
        sign_in(client, cast.alice.email, "a wrong password")
    response = sign_in(client, cast.alice.email)
    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 300
    assert "Nothing was done. Try again in" in response.content.decode()
    assert sign_in(client, cast.sven.email).status_code == 302


def test_asking_for_many_letters_is_limited(cast: Cast, client: Client) -> None:
    answers = [client.post(RESET, {"email": cast.alice.email}).status_code for _try in range(6)]
    assert answers == [302, 302, 302, 302, 302, 429]


def test_signing_out_is_a_post(cast: Cast, client: Client) -> None:
    client.force_login(cast.alice)
    assert client.get("/accounts/logout/").status_code == 200
    assert client.get("/session/start/")["Location"] == "/workspace/"
    assert client.post("/accounts/logout/")["Clear-Site-Data"] == '"cache"'
    assert client.get("/session/start/")["Location"] == "/accounts/login/?next=/session/start/"


def test_every_form_that_signs_out_names_whose_words_the_device_lets_go(cast: Cast, client: Client) -> None:
    """But one: in the second step nobody is signed in yet, and their words wait for them."""
    forms = re.compile(r"<form[^>]*(?:account_logout|{{ leave }})[^>]*>")
    without = [
        path.name
        for path in (portal_settings.BASE_DIR / "templates").rglob("*.html")
        for form in forms.findall(path.read_text())
        if "_sign_out_attributes.html" not in form
    ]
    client.force_login(cast.alice)

    page = client.get("/accounts/logout/").text
    answer = client.post("/accounts/logout/", headers={"Form-By-Script": "1"})

    assert without == ["second_factor.html"]
    assert re.search(rf'<form method="post"\s+data-sign-out="{cast.alice.pk}-"[^>]*\sdata-asked>', page)
    assert f'data-draft-owner="{cast.alice.pk}-{cast.aurora.pk}"' in page
    scripts = set(re.findall(r'<script src="[^"]*/js/([\w-]+)\.', page))
    assert {"sign-out", "device-drafts", "unsent-words", "device-words"} <= scripts
    assert (answer.status_code, answer.json()) == (200, {"go_to": "/"})
    assert "_auth_user_id" not in client.session


def test_a_session_of_one_organisation_lets_go_of_its_words_alone(cast: Cast) -> None:
    """Those of the others cannot be shown in it before."""
    request = type("Request", (), {"user": cast.alice})
    for reaches_all, whose in ((True, f"{cast.alice.pk}-"), (False, f"{cast.alice.pk}-{cast.aurora.pk}:")):
        memberships = PersonMemberships((), frozenset(), reaches_all=reaches_all)
        context = {"request": request, "person_memberships": memberships, "actor": cast.actor("alice")}
        attributes = render_to_string("base/_sign_out_attributes.html", context)
        assert f'data-sign-out="{whose}"' in attributes
        assert 'data-unknown="The portal has not answered' in attributes


@pytest.mark.parametrize("ends_itself", [True, False])
def test_the_next_page_of_signing_in_is_in_the_language_of_the_session(cast: Cast, ends_itself: bool) -> None:
    """Also where the browser prefers another, and where the session ran out."""
    Person.objects.filter(pk=cast.alice.pk).update(language="ru")
    client = Client(headers={"Accept-Language": "en"})
    assert "Sign in" in client.get(LOGIN).text
    client.post(LOGIN, {"login": cast.alice.email, "password": PASSWORD})

    if ends_itself:
        client.post("/accounts/logout/")
    else:
        PersonSession.objects.all().delete()

    page = client.get(LOGIN)
    assert page.headers["Content-Language"] == "ru"
    assert "Войти" in page.text


def test_next_leads_only_to_pages_of_ours(cast: Cast, client: Client) -> None:
    response = client.post(
        LOGIN, {"login": cast.alice.email, "password": PASSWORD, "next": "https://evil.example/"}
    )
    assert response["Location"] == "/session/start/"


# --- Passwords -------------------------------------------------------------------------------


def test_known_and_unknown_addresses_get_the_same_answer(cast: Cast, client: Client) -> None:
    known = client.post(RESET, {"email": cast.alice.email})
    unknown = client.post(RESET, {"email": "nobody@nowhere.example"})
    assert (
        (known.status_code, known["Location"])
        == (unknown.status_code, unknown["Location"])
        == (302, RESET + "done/")
    )


def test_asking_costs_as_many_queries_for_anybody(
    cast: Cast, client: Client, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(30) as known:
        client.post(RESET, {"email": cast.alice.email})
    with django_assert_num_queries(len(known)):
        client.post(RESET, {"email": "nobody@nowhere.example"})


def reset_link() -> str:
    run_all_jobs()
    match = LINK.search(str(sent.outbox[-1].body))
    assert match
    return match[1]


def test_no_letter_leaves_in_the_request(cast: Cast, client: Client) -> None:
    client.post(RESET, {"email": cast.alice.email})
    assert sent.outbox == []


def test_a_host_header_changes_no_link(cast: Cast, client: Client, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    client.post(RESET, {"email": cast.alice.email}, headers={"host": "evil.example"})
    run_all_jobs()
    assert "evil.example" not in str(sent.outbox[-1].message())


def test_a_new_password_by_letter(cast: Cast, client: Client) -> None:
    client.post(RESET, {"email": cast.alice.email})
    form = client.get(reset_link(), follow=True)
    response = client.post(form.request["PATH_INFO"], {"password1": NEW, "password2": NEW})
    assert "is made of words" not in words_of(form)  # that is a refusal, and nothing has been typed
    assert response["Location"] == "/accounts/password/reset/key/done/"
    assert words_of(client.get(response["Location"])).count("Your password has been changed") == 1
    assert sign_in(client, cast.alice.email).status_code == 200
    assert sign_in(client, cast.alice.email, NEW).status_code == 302


def test_a_link_is_good_once(cast: Cast, client: Client) -> None:
    client.post(RESET, {"email": cast.alice.email})
    link = reset_link()
    form = client.get(link, follow=True)
    client.post(form.request["PATH_INFO"], {"password1": NEW, "password2": NEW})
    assert client.get(link).context["token_fail"] is True


def test_a_new_password_ends_the_waiting_after_wrong_ones(cast: Cast, client: Client) -> None:
    for _try in range(5):
        sign_in(client, cast.alice.email, "a wrong password")
    client.post(RESET, {"email": cast.alice.email})
    form = client.get(reset_link(), follow=True)
    client.post(form.request["PATH_INFO"], {"password1": NEW, "password2": NEW})
    assert sign_in(client, cast.alice.email, NEW).status_code == 302


@pytest.mark.parametrize(
    "weak",
    ["short", "password1234", "alice aurora-video", "Alliance-Portal-2026!", "Секретариат_альянса"],
)
def test_a_weak_password_is_refused(cast: Cast, client: Client, weak: str) -> None:
    client.post(RESET, {"email": cast.alice.email})
    form = client.get(reset_link(), follow=True)
    response = client.post(form.request["PATH_INFO"], {"password1": weak, "password2": weak})
    assert list(errors(response)) == ["password1"]


def test_a_link_runs_out(cast: Cast, client: Client, settings: Any) -> None:
    client.post(RESET, {"email": cast.alice.email})
    link = reset_link()
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert client.get(link, follow=True).context["token_fail"] is True


def test_a_new_password_does_not_pass_by_the_second_factor(cast: Cast, client: Client) -> None:
    add_app(cast.alice)
    client.post(RESET, {"email": cast.alice.email})
    form = client.get(reset_link(), follow=True)
    client.post(form.request["PATH_INFO"], {"password1": NEW, "password2": NEW})
    assert sign_in(client, cast.alice.email, NEW)["Location"] == "/accounts/login/second/"
    assert client.get("/session/start/")["Location"] == "/accounts/login/?next=/session/start/"


def test_a_password_is_taken_exactly_as_it_was_typed(cast: Cast, client: Client) -> None:
    """Of any length that a person types, with any signs, in any letters; nothing is cut off or folded."""
    password = f" Ёлка, {'long ' * 20}🌲 "
    client.post(RESET, {"email": cast.alice.email})
    form = client.get(reset_link(), follow=True)
    client.post(form.request["PATH_INFO"], {"password1": password, "password2": password})
    for wrong in (password.strip(), password[:64], password.lower()):
        assert sign_in(client, cast.alice.email, wrong).status_code == 200
    assert sign_in(client, cast.alice.email, password).status_code == 302


def test_fields_of_passwords_hide_them_and_leave_password_managers_alone(cast: Cast, client: Client) -> None:
    client.force_login(cast.alice)
    for path, kinds in ((LOGIN, ["current"]), (CHANGE, ["current", "new", "new"])):
        visitor = Client() if path == LOGIN else client
        fields = re.findall(r'<input type="password"[^>]*>', visitor.get(path).text)
        assert [re.findall(r'autocomplete="([a-z]+)-password"', field) for field in fields] == [
            [kind] for kind in kinds
        ]
        assert not any("maxlength" in field for field in fields)


def test_a_changed_password_ends_every_session(cast: Cast) -> None:
    here, there = Client(), Client()
    for client in (here, there):
        sign_in(client, cast.alice.email)
    here.post(CHANGE, {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    for client in (here, there):
        assert client.get("/session/start/")["Location"] == "/accounts/login/?next=/session/start/"


def test_changing_needs_the_password_of_now(cast: Cast, client: Client) -> None:
    client.force_login(cast.alice)
    response = client.post(CHANGE, {"oldpassword": "wrong", "password1": NEW, "password2": NEW})
    assert errors(response) == {"oldpassword": ["Wrong password. Enter it again."]}


def test_the_keys_of_links_stay_out_of_the_logs(
    cast: Cast, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    client.post(RESET, {"email": cast.alice.email})
    link = reset_link()
    client.get(link)
    assert "GET /accounts/password/reset/key/" in caplog.text
    assert link not in caplog.text


def test_each_way_in_and_each_refusal_is_logged_without_an_address(
    cast: Cast, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    sign_in(client, cast.alice.email, "a wrong password")
    sign_in(client, cast.alice.email)
    client.post("/accounts/again/password/", {"password": "a wrong password"})
    client.post(
        "/workspace/people/invite/", {"email": "new@nowhere.example", "name": "New", "roles": ["reader"]}
    )
    client.post("/accounts/logout/")
    client.get("/api/v1/token/", headers={"authorization": "Bearer apt_x"})

    failed, signed_in, again, refused, signed_out, token = (
        next(message for message in caplog.messages if f"'{event}'" in message)
        for event in (
            "sign_in_failed", "signed_in", "reauthentication_failed", "act_refused", "signed_out", "token_refused",
        )
    )  # fmt: skip
    who = f"'person': {cast.alice.pk}"
    assert [who in line for line in (signed_in, again, refused, signed_out)] == [True] * 4
    assert "'methods': ['password']" in signed_in
    assert "'rule': 'membership.invite'" in refused
    account = re.findall(r"'account': '(\w{16})'", failed + signed_in)
    assert len(account) == 2
    assert account[0] == account[1]
    assert all("'request_id'" in line for line in (failed, signed_in, again, refused, signed_out, token))
    assert all(re.search(r"'timestamp': '[\d-]+T[\d:.]+Z'", line) for line in (failed, signed_in, refused))
    assert cast.alice.email not in caplog.text


def test_pages_name_the_site_and_not_the_host(cast: Cast, client: Client) -> None:
    for path in (LOGIN, RESET, RESET + "done/"):
        assert "testserver" not in client.get(path).content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_reset_letter_comes_out_of_a_real_worker(client: Client, worker: Worker, mail: MailServer) -> None:
    cast = read_cast()
    client.post(RESET, {"email": cast.alice.email})
    (letter,) = mail.wait_for(cast.alice.email)
    body = letter.get_body(("plain",))
    assert body
    match = LINK.search(body.get_content())
    assert match
    assert client.get(match[1]).status_code == 302


@pytest.mark.parametrize("address", ["http://[", "//[::1", "https://elsewhere.example/"])
def test_nobody_is_led_to_what_is_no_address_of_the_portal(client: Client, address: str) -> None:
    page = client.get("/accounts/login/", {"next": address})
    person = {"login": read_cast().alice.email, "password": PASSWORD}
    answer = client.post("/accounts/login/", {**person, "next": address})

    assert page.status_code == 200
    assert (answer.status_code, answer["Location"]) == (302, "/session/start/")
