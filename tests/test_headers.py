"""What every answer says to a browser: run nothing that is not ours, frame nothing, guess nothing, no referrers.

Each answer of the policy table is held to it in tests/test_permissions.py; here the checks are shown to see what they
are for, and stands what no line of the table is about.
"""

from dataclasses import replace

import pytest
from django.test import Client

from tests.policy import Case
from tests.policy.rows import OWN
from tests.support.answer_checks import HEADERS, POLICY, SANDBOX, CheckedAnswer, directives, faults
from tests.support.canaries import canary
from tests.support.inline_code import inline_code
from tests.support.visitors import CapturedAnswer

PRIVATE = {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "private, no-cache", "Vary": "Cookie"}
PAGE = CapturedAnswer(200, {**HEADERS, **PRIVATE, "Content-Security-Policy": POLICY}, (), b"<p>Yours.</p>")
FILE = replace(
    PAGE,
    headers={
        **PAGE.headers,
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": "attachment; filename=a.csv",
        "Content-Security-Policy": SANDBOX,
    },
)
MISSING = replace(PAGE, status=404)
LINE, EVIDENCE = Case("workspace:report", "report", get=OWN), Case("workspace:evidence", "evidence", get=OWN)


def with_headers(response: CapturedAnswer, **headers: str) -> CapturedAnswer:
    return replace(
        response,
        headers={**response.headers, **{name.replace("_", "-"): its for name, its in headers.items()}},
    )


@pytest.mark.parametrize(
    ("seen", "name", "fault"),
    [
        (replace(PAGE, status=403), "alice", "answers 3 where the table says o"),
        (PAGE, "carol", "answers o where the table says 4"),
        (with_headers(PAGE, Content_Type="text/html"), "alice", "no character encoding is named: text/html"),
        (with_headers(PAGE, X_Frame_Options="SAMEORIGIN"), "alice", "X-Frame-Options is SAMEORIGIN"),
        (
            with_headers(PAGE, Content_Security_Policy="default-src *"),
            "alice",
            "Content-Security-Policy is default-src *",
        ),
        (replace(PAGE, body=b"<p onclick='go()'></p>"), "alice", 'holds <p onclick="go()">'),
        (replace(PAGE, body=b"<script type='module'>go()</script>"), "alice", "holds <script>go()"),
        (with_headers(PAGE, Cache_Control="public"), "alice", "may be kept on the way: public"),
        (with_headers(PAGE, Vary=""), "alice", "may be kept on the way: private, no-cache"),
        (replace(PAGE, body=canary("note").encode()), "alice", "shows note"),
    ],
)
def test_the_checks_see_what_is_wrong_with_a_page(seen: CapturedAnswer, name: str, fault: str) -> None:
    assert faults(CheckedAnswer(LINE, "GET", name, seen)) == [f"GET as {name}: {fault}"]


@pytest.mark.parametrize(
    ("twin", "fault"),
    [
        (with_headers(MISSING, ETag='"2"'), "what is hidden does not answer like what is missing"),
        (replace(MISSING, body=b"nothing"), "what is hidden does not answer like what is missing"),
    ],
)
def test_the_checks_see_what_gives_a_hidden_record_away(twin: CapturedAnswer, fault: str) -> None:
    assert faults(CheckedAnswer(LINE, "GET", "carol", MISSING, twin)) == [f"GET as carol: {fault}"]
    with_cookie = replace(MISSING, cookies=("csrftoken",))
    assert faults(CheckedAnswer(LINE, "GET", "carol", with_cookie, with_cookie)) == [
        "GET as carol: what is hidden carries a token or a cookie"
    ]


def test_the_checks_see_a_file_that_a_browser_would_show() -> None:
    captured_answer = with_headers(FILE, Content_Disposition="inline", Content_Security_Policy=POLICY)

    assert faults(CheckedAnswer(EVIDENCE, "GET", "alice", captured_answer)) == [
        "GET as alice: a file that is no attachment",
        "GET as alice: a file outside the sandbox",
    ]


def test_the_checks_pass_what_is_well() -> None:
    answers = [CheckedAnswer(LINE, "GET", "alice", PAGE), CheckedAnswer(EVIDENCE, "GET", "alice", FILE)]

    assert [faults(answer) for answer in answers] == [[], []]
    assert faults(CheckedAnswer(LINE, "GET", "carol", MISSING, MISSING)) == []


def test_the_search_for_inline_code_finds_it() -> None:
    page = (
        '<p style="color:red" onclick="go()" hx-on:click="go()">a</p><a href=" javascript:go()">b</a>'
        '<script>go()</script><script src="//cdn.example/x.js"></script><style>p{}</style><iframe></iframe>'
    )

    assert len(inline_code(CapturedAnswer(200, {"Content-Type": "text/html"}, (), page.encode()))) == 8


@pytest.mark.django_db
def test_error_pages_carry_the_policy_too(client: Client) -> None:
    for url in ("/en/no-such-page/", "/no-such-page/", "/workspace/reports/999999/"):
        answer = client.get(url, follow=True)
        assert directives(answer["Content-Security-Policy"]) == directives(POLICY)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    ["/.git/HEAD", "/manage.py", "/static/", "/static/css/", "/static/../manage.py", "/files/", "/var/"],
)
def test_nothing_is_served_but_pages_and_static_files(client: Client, path: str) -> None:
    assert client.get(path, follow=True).status_code == 404
