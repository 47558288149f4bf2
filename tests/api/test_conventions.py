"""What holds at every address of the API: refusals, pages, versions, limits, and who may read from elsewhere."""

from base64 import urlsafe_b64decode
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings as portal_settings
from django.db import OperationalError
from django.test import Client, RequestFactory

from alliance.api.views.members import MemberList
from portal.kernel.api import PROBLEM_KINDS, Deprecation, matched_version
from portal.kernel.publishing import touch_public_revision
from tests.factories import Cast, make_organisation
from tests.support.bearers import token_of

pytestmark = pytest.mark.django_db
MEMBERS = "/api/v1/members/"


def refusal(answer: Any) -> tuple[int, str]:
    """The status and the kind of a problem; every member of RFC 9457 is there and true."""
    problem = answer.json()
    kind = problem["type"].removeprefix(f"{portal_settings.ORIGIN}/api/v1/problems/").strip("/")
    assert answer["Content-Type"] == "application/problem+json"
    assert problem["status"] == answer.status_code == PROBLEM_KINDS[kind].status
    assert problem["title"]
    assert problem["detail"]
    assert problem["instance"].startswith("urn:request:")
    return answer.status_code, kind


@pytest.mark.parametrize(
    ("method", "url", "headers", "expected"),
    [
        ("get", "/api/v1/no-such-thing/", {}, (404, "not-found")),
        ("get", "/api/", {}, (404, "not-found")),
        ("post", "/api/v1/no-such-thing/", {}, (404, "not-found")),
        ("get", "/api/v1/members", {}, (404, "not-found")),
        ("get", "/api/v1/members/nobody/", {}, (404, "not-found")),
        ("post", MEMBERS, {}, (405, "method-not-allowed")),
        ("get", MEMBERS, {"Accept": "text/csv"}, (406, "not-acceptable")),
        ("get", "/api/v1/token/", {}, (401, "unauthenticated")),
        ("get", f"{MEMBERS}?limit=0", {}, (400, "malformed")),
        ("get", f"{MEMBERS}?limit=201", {}, (400, "malformed")),
        ("get", f"{MEMBERS}?limit=٣", {}, (400, "malformed")),
        ("get", f"{MEMBERS}?cursor=x", {}, (400, "malformed")),
        ("get", f"{MEMBERS}?kind=nobody", {}, (400, "malformed")),
        ("get", f"{MEMBERS}?kind=", {}, (400, "malformed")),
        ("get", f"{MEMBERS}?page=2", {}, (400, "malformed")),
        ("get", "/api/v1/?a=1", {}, (400, "malformed")),
        ("get", "/api/v1/members/nobody/", {"If-None-Match": "*"}, (404, "not-found")),
    ],
)
def test_every_refusal_is_a_problem(
    cast: Cast, client: Client, method: str, url: str, headers: dict[str, str], expected: tuple[int, str]
) -> None:
    assert refusal(getattr(client, method)(url, headers=headers)) == expected


def test_a_wrong_parameter_is_named(cast: Cast, client: Client) -> None:
    answer = client.get(f"{MEMBERS}?kind=nobody")

    assert [(fault["field"], fault["pointer"]) for fault in answer.json()["errors"]] == [("kind", "")]


def test_a_problem_speaks_the_readers_language(cast: Cast, client: Client) -> None:
    answers = [client.get(f"{MEMBERS}nobody/", headers={"Accept-Language": code}) for code in ("en", "ru")]

    assert answers[0].json()["title"] == "Not found"
    assert answers[1].json()["title"] != answers[0].json()["title"]
    assert answers[1]["Content-Language"] == "ru"


@pytest.mark.parametrize("slug", PROBLEM_KINDS)
def test_every_kind_of_problem_has_a_page(client: Client, slug: str) -> None:
    page = client.get(f"/api/v1/problems/{slug}/")

    assert (page.status_code, page["Content-Type"]) == (200, "text/html; charset=utf-8")


def breaks(error: Exception) -> Any:
    def broken(*_arguments: object) -> None:
        raise error

    return broken


def test_a_mistake_of_ours_says_nothing_of_itself(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(raise_request_exception=False)
    monkeypatch.setattr(
        "alliance.api.views.members.members_with_services", breaks(RuntimeError("secret words"))
    )

    answer = client.get(MEMBERS)

    assert refusal(answer) == (500, "error")
    assert b"secret" not in answer.content


@pytest.mark.parametrize(
    "place", ["alliance.api.views.members.members_with_services", "alliance.api.middleware.set_context"]
)
def test_a_database_that_is_away_asks_for_patience(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    client = Client(raise_request_exception=False)
    monkeypatch.setattr(place, breaks(OperationalError("server closed the connection")))

    answer = client.get(MEMBERS)

    assert refusal(answer) == (503, "unavailable")
    assert answer["Retry-After"] == "10"


# --- Pages and versions ----------------------------------------------------------------------


def slugs(answer: Any) -> list[str]:
    return [row["slug"] for row in answer.json()["results"]]


def test_a_page_stays_where_it_was_when_rows_come_before_it(cast: Cast, client: Client) -> None:
    for slug in ("cedar", "dune", "elm"):
        make_organisation(slug)
    first = client.get(f"{MEMBERS}?limit=2")
    make_organisation("aaa")
    touch_public_revision()

    second = client.get(first.json()["next"])
    third = client.get(second.json()["next"])
    back = client.get(second.json()["previous"])

    assert [slugs(page) for page in (first, second, third)] == [
        ["aurora-video", "beacon-search"],
        ["cedar", "dune"],
        ["elm"],
    ]
    assert slugs(back) == ["aurora-video", "beacon-search"]
    assert third.json()["next"] is None


def test_a_cursor_reveals_nothing_and_works_in_its_own_list_alone(cast: Cast, client: Client) -> None:
    """A page's start may be a running number, which would reveal how many rows there are that one may not see."""
    url = client.get(f"{MEMBERS}?limit=1").json()["next"]
    again = client.get(f"{MEMBERS}?limit=1").json()["next"]
    cursor = parse_qs(urlsplit(url).query)["cursor"][0]
    altered = cursor[:-2] + ("A" if cursor[-2] != "A" else "B") + cursor[-1]

    answers = [
        client.get(f"/api/v1/{path}") for path in (f"members/?cursor={altered}", f"cycles/?cursor={cursor}")
    ]

    assert url == again
    assert b"aurora" not in urlsafe_b64decode(cursor + "==")
    assert client.get(url).status_code == 200
    assert [refusal(answer) for answer in answers] == [(400, "malformed")] * 2


def test_a_cursor_outlives_the_key_that_it_was_sealed_with(cast: Cast, client: Client, settings: Any) -> None:
    url = client.get(f"{MEMBERS}?limit=1").json()["next"]
    before = slugs(client.get(url))
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another key"

    assert slugs(client.get(url)) == before


def test_links_lead_to_the_configured_origin(cast: Cast, client: Client, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]

    answer = client.get(f"{MEMBERS}?limit=1", headers={"Host": "elsewhere.example"})

    assert answer.json()["next"].startswith(f"{portal_settings.ORIGIN}{MEMBERS}?")


def test_what_has_not_changed_is_not_sent_again(cast: Cast, client: Client) -> None:
    first = client.get(MEMBERS)

    again = client.get(MEMBERS, headers={"If-None-Match": first["ETag"]})
    touch_public_revision()
    changed = client.get(MEMBERS, headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert (changed.status_code, changed["ETag"] != first["ETag"]) == (200, True)
    assert first["Cache-Control"] == again["Cache-Control"] == "public, max-age=0, must-revalidate"


def test_any_tag_will_do_for_what_is_there_and_for_nothing_else(cast: Cast, client: Client) -> None:
    urls = (MEMBERS, f"{MEMBERS}nobody/")

    assert [client.get(url, headers={"If-None-Match": "*"}).status_code for url in urls] == [304, 404]


def test_what_is_ones_own_has_a_tag_and_is_kept_private(cast: Cast, client: Client) -> None:
    headers = {"Authorization": f"Bearer {token_of(cast.alice)}"}
    first = client.get("/api/v1/token/", headers=headers)

    again = client.get("/api/v1/token/", headers={**headers, "If-None-Match": first["ETag"]})

    assert first["Cache-Control"] == "private, no-cache"
    assert "Authorization" in first["Vary"]
    assert (again.status_code, again.content) == (304, b"")


def test_head_answers_as_get_does_without_a_body(cast: Cast, client: Client) -> None:
    got, head = client.get(MEMBERS), client.head(MEMBERS)

    assert (head.status_code, head.content, head["ETag"]) == (200, b"", got["ETag"])


# --- What a list lets its reader choose ------------------------------------------------------


def test_a_list_sends_the_fields_that_are_asked_for_and_refuses_others(cast: Cast, client: Client) -> None:
    chosen = client.get(f"{MEMBERS}?fields=slug,kind&limit=1").json()["results"]
    wrong = [client.get(f"{MEMBERS}?fields={names}") for names in ("slug,password", "", "name.en")]

    assert chosen == [{"slug": "aurora-video", "kind": "member"}]
    assert [refusal(answer) for answer in wrong] == [(400, "malformed")] * 3
    assert [[fault["field"] for fault in answer.json()["errors"]] for answer in wrong] == [["fields"]] * 3
    assert refusal(client.get(f"{MEMBERS}aurora-video/?fields=slug")) == (400, "malformed")


def test_a_list_is_turned_round_and_its_pages_stay_in_their_order(cast: Cast, client: Client) -> None:
    for slug in ("cedar", "dune"):
        make_organisation(slug)
    first = client.get(f"{MEMBERS}?ordering=-slug&limit=3&fields=slug")
    second = client.get(first.json()["next"])
    cursor = parse_qs(urlsplit(first.json()["next"]).query)["cursor"][0]

    assert slugs(first) == ["dune", "cedar", "beacon-search"]
    assert slugs(second) == ["aurora-video"]
    assert refusal(client.get(f"{MEMBERS}?cursor={cursor}")) == (400, "malformed")  # of another order
    assert refusal(client.get(f"{MEMBERS}?ordering=sector")) == (400, "malformed")


def test_an_address_that_goes_says_so_with_its_day(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not client.get(MEMBERS).has_header("Deprecation")
    goes = Deprecation(date(2027, 1, 1), date(2028, 1, 1), "/api/v1/docs/#members")
    monkeypatch.setattr(MemberList, "deprecation", goes)
    touch_public_revision()

    answers = [client.get(MEMBERS), client.get(f"{MEMBERS}?kind=nobody")]

    for answer in answers:
        assert answer["Deprecation"] == "@1798761600"  # RFC 9745, and RFC 8594
        assert answer["Sunset"] == "Sat, 01 Jan 2028 00:00:00 GMT"
        assert answer["Link"] == (
            f'<{portal_settings.ORIGIN}/api/v1/docs/#members>; rel="deprecation"; type="text/html"'
        )


# --- Limits and other sites ------------------------------------------------------------------


def test_too_many_requests_wait(cast: Cast, client: Client, settings: Any) -> None:
    settings.API_REQUESTS_PER_ADDRESS = 2

    answers = [client.get(MEMBERS) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[0]["RateLimit-Policy"] == '"address";q=2;w=60'
    assert answers[0]["RateLimit"].startswith('"address";r=1;t=')
    assert refusal(answers[2]) == (429, "too-many")
    assert 1 <= int(answers[2]["Retry-After"]) <= 60


def test_a_token_has_a_limit_of_its_own(cast: Cast, client: Client, settings: Any) -> None:
    settings.API_REQUESTS_PER_ADDRESS, settings.API_REQUESTS_PER_TOKEN = 1, 2
    alice, bob = ({"Authorization": f"Bearer {token_of(person)}"} for person in (cast.alice, cast.bob))

    statuses = [
        client.get(MEMBERS, headers=headers).status_code for headers in (alice, alice, alice, bob, {}, {})
    ]

    assert statuses == [200, 200, 429, 200, 200, 429]


def test_guessing_tokens_is_slowed_down(cast: Cast, client: Client, settings: Any) -> None:
    settings.API_REQUESTS_PER_ADDRESS = 1
    wrong = {"Authorization": "Bearer apt_nothing"}

    assert [client.get(MEMBERS, headers=wrong).status_code for _ in range(2)] == [401, 429]


def test_other_sites_may_read_what_is_public_and_nothing_else(cast: Cast, client: Client) -> None:
    token = {"Authorization": f"Bearer {token_of(cast.alice)}"}
    public = [client.get(MEMBERS), client.options(MEMBERS), client.get(f"{MEMBERS}nobody/")]
    private = [client.get("/api/v1/token/", headers=token), client.options("/api/v1/token/", headers=token)]

    assert {answer["Access-Control-Allow-Origin"] for answer in public} == {"*"}
    assert [answer.has_header("Access-Control-Allow-Origin") for answer in private] == [False, False]
    assert [answer.has_header("Access-Control-Allow-Credentials") for answer in public] == [False] * 3


def test_options_names_the_methods(cast: Cast, client: Client) -> None:
    answer = client.options(MEMBERS)

    assert (answer.status_code, answer["Allow"]) == (204, "GET, HEAD, OPTIONS")


def test_a_version_may_be_sent_back_as_it_came_compressed() -> None:
    request = RequestFactory().patch("/", headers={"If-Match": 'W/"3"'})

    assert matched_version(request) == 3
