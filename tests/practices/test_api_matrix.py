"""The matrix at the API: each label × each relation × each route of the library × each kind of token.

What is hidden answers byte for byte like what is missing, for everybody; what is read says nothing of the
rest. A route is asked once for each label and kind of answer, and everything is read from that answer; one form of the
practice, the library and its facets by everybody. With `--full` everything is asked by everybody. The routes stand in
tests/support/api_matrix.py. One record is asked for here, lists in test_api_matrix_of_lists.py, what is not shared or
ends in test_api_matrix_of_states.py, the public record and citations in test_api_matrix_of_record.py.
"""

import json
from collections.abc import Iterator, Mapping
from itertools import cycle
from typing import Any

import pytest
from django.db import transaction
from django.urls import resolve, reverse

from portal.kernel.files import FileCase, FileState
from practices.enums import OPEN_LABELS, Label
from tests.support.api_matrix import (
    DRAFT_CANARIES,
    EXEMPT,
    LANGUAGES,
    LIMITED_TOKENS,
    MATRIX_ROUTES,
    MISSING,
    OF_POSTS,
    OF_USES,
    OTHER_RECORDS,
    RECORD,
    REFUSED,
    TAKING_POSTS,
    WITH_TOKEN,
    WRITING,
    labels_disclosed,
    may_read,
    programs_to_ask,
    record_url,
)
from tests.support.bearers import Bearers, comparable
from tests.support.label_matrix import SOURCE, LabelMatrix, logged_accesses, pick_one
from tests.support.routes import routes
from tests.support.visitors import CapturedAnswer

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("matrix_rollback", "unlimited"),
    pytest.mark.xdist_group("matrix"),
]


@pytest.fixture(scope="module")
def tags(matrix: LabelMatrix, bearers: Bearers) -> dict[str, str]:
    """By address, the ETags that its source and another reader got."""
    tags: dict[str, str] = {}
    with transaction.atomic():
        for label in Label.values:
            for route in RECORD:
                url = record_url(matrix, route, label)
                own = (bearers.ask(who, "GET", url).headers["ETag"] for who in ("author", "named"))
                tags[url] = ", ".join(own)
        transaction.set_rollback(True)
    return tags


# --- No route is forgotten -------------------------------------------------------------------


def test_every_route_is_asked_or_exempt_for_a_reason() -> None:
    api = {name for name, _entry in routes() if name.startswith("api:")}
    exempt = [name for names in EXEMPT.values() for name in names]

    assert api - MATRIX_ROUTES - set(exempt) == set(), (
        "may these carry practices? see tests/support/api_matrix.py"
    )
    assert (MATRIX_ROUTES | set(exempt)) - api == set(), "these are no routes any more"
    assert sorted(exempt) == sorted(set(exempt) - MATRIX_ROUTES)


def test_no_route_of_the_practices_is_exempt() -> None:
    """Everything else that may be built there is requested; and the layers below cannot name a practice directly."""
    practice_routes = {
        name
        for name, entry in routes()
        if name.startswith("api:") and entry.callback.__module__.startswith("practices.")
    }

    assert practice_routes
    assert practice_routes <= MATRIX_ROUTES


# --- One record ------------------------------------------------------------------------------


HOW: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "read": ("GET", {}),
    "head": ("HEAD", {}),
    "with the ETag of a reader": ("GET", {"If-None-Match": "its own"}),
    "with any ETag": ("GET", {"If-None-Match": "*"}),
    "write": ("POST", {}),
}


@pytest.mark.parametrize("route", RECORD)
def test_what_is_hidden_answers_like_what_is_missing(
    matrix: LabelMatrix, bearers: Bearers, tags: dict[str, str], full: bool, route: str
) -> None:
    missing = record_url(matrix, route, Label.RED, there=False)
    for how, (method, headers) in HOW.items():
        answers: dict[str, Any] = {}  # of what is missing, for each who asks
        for label, who in hidden_pairs(f"{route} {how}", full=full):
            url = record_url(matrix, route, label)
            if who not in answers:
                answers[who] = comparable(bearers.ask(who, method, missing, headers=headers))
            expected = answers[who]
            seen = comparable(bearers.ask(who, method, url, headers=_with_tags(headers, tags[url])))

            assert seen == expected, (who, how, label)
            assert expected[0] == refusal(who, method, takes_posts=route in TAKING_POSTS), (who, how)
            assert not {"ETag", "TLP", "Location", "Link"} & set(expected[2]), (who, how)


@pytest.mark.parametrize("route", [*WRITING, *OF_USES, *OF_POSTS])
def test_writing_to_a_hidden_practice_answers_like_a_missing_one(
    matrix: LabelMatrix, bearers: Bearers, full: bool, route: str
) -> None:
    missing = record_url(matrix, route, Label.RED, there=False)
    for method in set(resolve(missing).func.cls().allowed_methods) - {
        "OPTIONS"
    }:  # which says what the schema says
        for label, who in hidden_pairs(f"{route} {method}", full=full):
            expected = comparable(bearers.ask(who, method, missing))
            seen = comparable(bearers.ask(who, method, record_url(matrix, route, label)))

            assert seen == expected, (who, method, label)
            assert seen[0] in (401, 403, 404), (who, method)


def test_the_key_of_a_hidden_practice_opens_no_other_record(matrix: LabelMatrix, bearers: Bearers) -> None:
    """It answers like a key of nothing at all, whatever is asked there."""
    key = matrix.practices[Label.RED].key
    who = next(who for who in WITH_TOKEN if not may_read(who, Label.RED))
    for route, rest in OTHER_RECORDS.items():
        missing, hidden = (reverse(route, kwargs={"key": each, **rest}) for each in (MISSING, key))
        for method in sorted(set(resolve(missing).func.cls().allowed_methods) - {"OPTIONS"}):
            expected = comparable(bearers.ask(who, method, missing))

            assert comparable(bearers.ask(who, method, hidden)) == expected, (route, method)
            assert expected[0] in (401, 403, 404), (route, method)


def hidden_pairs(turn: str, *, full: bool = False) -> Iterator[tuple[str, str]]:
    """For each label one program that may not read it; and of RED one without a valid token, one with other scopes.

    When `full`, all of them.
    """
    kinds = [(label, [who for who in WITH_TOKEN if not may_read(who, label)]) for label in Label.values]
    for label, programs in (*kinds, (Label.RED, REFUSED), (Label.RED, LIMITED_TOKENS)):
        for who in programs if full or not programs else [pick_one(programs, f"{label} {turn}")]:
            yield label, who


def test_everything_hidden_is_asked_for_by_each_whom_it_is_hidden_from() -> None:
    turns = [f"{route} {how}" for route in RECORD for how in HOW]
    pairs = {pair for turn in turns for pair in hidden_pairs(turn)}

    assert pairs == set(hidden_pairs("", full=True))


def _with_tags(headers: Mapping[str, str], tags: str) -> dict[str, str]:
    return {name: tags if value == "its own" else value for name, value in headers.items()}


def refusal(who: str, method: str, *, takes_posts: bool = False) -> int:
    """How a program is answered that may not read it."""
    is_taken = takes_posts or method in ("GET", "HEAD")
    if who in REFUSED and (who != "public" or is_taken):
        return 401
    if not is_taken:
        return 405
    return 403 if who in LIMITED_TOKENS else 404


# By which channel an access is logged; what a list says was not opened.
LOGGED = {
    "api:practice": "api",
    "api:practice-markdown": "api",
    "api:practice-version": "api",
    "api:practice-post-list": "api",
    "api:practice-file": "attachment",
    "api:practice-run-list": "api",
    "api:practice-pack": "pack",
    "api:practice-stix": "stix",
    "api:practice-misp": "misp",
    "api:practice-prompt": "prompt",
}
# Which of them everybody asks for: all find the practice in the same way, and this one is soon made.
ROUTE_FOR_EVERYBODY = "api:practice-markdown"


@pytest.mark.parametrize("route", RECORD)
def test_a_record_is_read_by_whom_its_label_names_bears_it_and_its_opening_is_logged(
    matrix: LabelMatrix, bearers: Bearers, full: bool, route: str
) -> None:
    """Languages take turns. All but CLEAR is logged, of all but the source, once however often one asks."""
    languages, accesses, channel = cycle(LANGUAGES), set(), LOGGED.get(route)
    for label in Label.values:
        url = record_url(matrix, route, label)
        everybody = WITH_TOKEN if route == ROUTE_FOR_EVERYBODY else ()
        for who in dict.fromkeys((*everybody, *programs_to_ask(label, route, full=full))):
            seen = bearers.ask(who, "GET", url, headers={"Accept-Language": next(languages)})
            assert (seen.status == 200) == may_read(who, label), (who, label)
            assert labels_disclosed(matrix, seen) == ({label} if may_read(who, label) else set()), (
                who,
                label,
            )
            assert not any(draft in seen.text for draft in DRAFT_CANARIES), (who, label)
            if may_read(who, label):
                _check_label(seen, label, route)
                if channel and label != Label.CLEAR and who not in SOURCE:
                    bearers.ask(who, "GET", url)
                    accesses.add((who, channel, label))

    assert logged_accesses(matrix) == accesses


def _check_label(captured_answer: CapturedAnswer, label: str, route: str) -> None:
    """In a header, and kept as it allows; in a list each row bears its own."""
    is_list = route.endswith("-list")
    cached = "private, no-cache" if label in OPEN_LABELS and not is_list else "private, no-store"
    assert captured_answer.headers["Cache-Control"] == cached, label
    assert captured_answer.headers.get("TLP") == (None if is_list else Label(label).label), label
    if is_list:
        assert {row["tlp"] for row in json.loads(captured_answer.body)["results"]} == {Label(label).label}


@pytest.mark.parametrize("who", ["author", "named", "host_named", "in_group"])
def test_a_file_is_found_under_its_own_practice_alone(
    matrix: LabelMatrix, bearers: Bearers, who: str
) -> None:
    def file(practice: Any, attachment: Any) -> CapturedAnswer:
        return bearers.ask(who, "GET", reverse("api:practice-file", args=[practice.key, attachment.key]))

    green, red = Label.GREEN, Label.RED
    missing = comparable(file(matrix.hub, matrix.hub))
    crossed = [(green, red), (red, green)]

    assert missing[0] == 404
    assert {
        comparable(file(matrix.practices[label], matrix.files[other]))[:2] for label, other in crossed
    } == {missing[:2]}


@pytest.mark.parametrize(("state", "status"), [(FileState.QUARANTINED, 451), (FileState.PURGED, 410)])
def test_that_a_file_is_withheld_is_disclosed_to_whom_may_read_it(
    matrix: LabelMatrix, bearers: Bearers, full: bool, state: str, status: int
) -> None:
    FileCase.objects.create(sha256=matrix.files[Label.RED].sha256, state=state, concern="illegal")
    url, missing = (
        record_url(matrix, "api:practice-file", Label.RED, there=there) for there in (True, False)
    )
    for who in programs_to_ask(Label.RED, state, full=full):
        seen = bearers.ask(who, "GET", url)
        assert (seen.status == status) == may_read(who, Label.RED), who
        assert may_read(who, Label.RED) or comparable(seen) == comparable(bearers.ask(who, "GET", missing)), (
            who
        )
