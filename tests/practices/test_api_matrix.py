"""The matrix at the API: each label × each relation × each route of the library × each kind of token.

What is hidden answers byte for byte like what is missing, for everybody; what is read says nothing of the
rest. A route is asked once for each label and kind of answer, and everything is read from that answer; one form of the
practice, the library and its facets by everybody. With `--full` everything is asked by everybody. The routes stand in
tests/support/api_matrix.py; the public record, and citations, have a file of their own:
tests/practices/test_api_matrix_of_record.py.
"""

import json
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator, Mapping
from itertools import cycle
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from alliance.models import Organisation
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.files import FileCase, FileState
from practices.enums import OPEN_LABELS, Label, PracticeState
from practices.models import (
    Adoption,
    Affiliation,
    Author,
    Draft,
    GroupMembership,
    Practice,
)
from tests.factories.cast import EPOCH
from tests.practices.test_labels import NOT_SHARED, RELATIONS
from tests.support.api_matrix import (
    EXEMPT,
    LIMITED_TOKENS,
    MATRIX_ROUTES,
    PROGRAMS,
    RECORD,
    REFUSED,
    WITH_TOKEN,
    labels_disclosed,
    list_urls,
    may_read,
    pages,
    programs_to_ask,
    record_url,
)
from tests.support.bearers import Bearers, comparable
from tests.support.label_matrix import (
    SOURCE,
    LabelMatrix,
    canary_text,
    harm_of,
    labels_readable_by,
    logged_accesses,
    pick_one,
    relations_to_ask_for_lists,
)
from tests.support.routes import routes
from tests.support.visitors import CapturedAnswer

pytestmark = [pytest.mark.usefixtures("matrix_rollback", "unlimited"), pytest.mark.xdist_group("matrix")]

LANGUAGES = ("en", "ru")
LIBRARY, FACETS, DRAFTS = "/api/v1/library/", "/api/v1/library/facets/", "/api/v1/library/drafts/"


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
            assert expected[0] == refusal(who, method), (who, how)
            assert not {"ETag", "TLP", "Location", "Link"} & set(expected[2]), (who, how)


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


def refusal(who: str, method: str) -> int:
    """How a program is answered that may not read it."""
    if who in REFUSED and (who != "public" or method in ("GET", "HEAD")):
        return 401
    if method not in ("GET", "HEAD"):
        return 405
    return 403 if who in LIMITED_TOKENS else 404


# By which channel an access is logged; what a list says was not opened.
LOGGED = {
    "api:practice": "api",
    "api:practice-markdown": "api",
    "api:practice-version": "api",
    "api:practice-post-list": "api",
    "api:practice-file": "attachment",
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


# The working copy of a shared practice is for no program, not even its authors'.
DRAFT_CANARIES = ("canary-never-7f3a", *(canary_text(label, "draft") for label in Label.values))


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


# --- Lists, facets, cursors ------------------------------------------------------------------


def titles(rows: Any) -> list[str]:
    return [row["title"] for row in rows]


def expected_titles(who: str) -> set[str]:
    return {"The hub", *(canary_text(label, "title") for label in labels_readable_by(who))}


def test_a_list_says_what_its_reader_may_read_and_nothing_of_the_rest(
    matrix: LabelMatrix, bearers: Bearers, full: bool
) -> None:
    """Languages take turns. The library and its facets say all of it. A list opens nothing."""
    languages = cycle(LANGUAGES)
    for url in list_urls(matrix):
        everybody = full or url in (LIBRARY, FACETS)
        others = PROGRAMS if everybody else (pick_one(REFUSED, url), pick_one(LIMITED_TOKENS, url))
        for who in dict.fromkeys((*relations_to_ask_for_lists(url, full=everybody), *others)):
            seen = bearers.ask(who, "GET", url, headers={"Accept-Language": next(languages)})
            labels = set(labels_readable_by(who)) if who in WITH_TOKEN else set()
            assert labels_disclosed(matrix, seen) <= labels, (url, who)
            assert not any(draft in seen.text for draft in DRAFT_CANARIES), (url, who)
            if everybody:
                assert (seen.status == 200) == (who in WITH_TOKEN), (url, who)
            if url in (LIBRARY, FACETS):
                assert labels_disclosed(matrix, seen) == labels, (url, who)
            if url == FACETS and who in WITH_TOKEN:
                _counts_what_one_may_read(json.loads(seen.body), who)

    assert logged_accesses(matrix) == set()


def _counts_what_one_may_read(facets: Any, who: str) -> None:
    labels, counts = labels_readable_by(who), facets["facets"]

    assert (facets["total"], facets["more"]) == (1 + len(labels), False), who
    assert {key: n for key, n in counts["harms"].items() if n} == {
        "hub": 1,
        **{harm_of(label): 1 for label in labels},
    }, who
    assert {key: n for key, n in counts["label"].items() if n} == {
        label: 1 + (label == Label.CLEAR) for label in labels
    }, who
    assert max(n for values in counts.values() for n in values.values()) == 1 + len(labels), who


def test_pages_of_one_row_have_no_holes_and_no_end_of_their_own(
    matrix: LabelMatrix, bearers: Bearers, full: bool
) -> None:
    """What is hidden stands in no page, neither as a row nor as an empty one, and is what no cursor begins after."""
    for who in relations_to_ask_for_lists("pages", full=full):
        forth = list(pages(bearers, who, f"{LIBRARY}?limit=1"))
        whole = json.loads(bearers.ask(who, "GET", LIBRARY).body)

        assert [len(page["results"]) for page in forth] == [1] * len(expected_titles(who))
        assert [title for page in forth for title in titles(page["results"])] == titles(whole["results"])
        assert set(titles(whole["results"])) == expected_titles(who)
        assert (whole["next"], whole["previous"], forth[0]["previous"]) == (None, None, None)


def test_a_cursor_says_nothing_of_the_rows_between(matrix: LabelMatrix, bearers: Bearers) -> None:
    """A running number in it would reveal how many practices there are that one may not read."""
    urls = [page["next"] for page in pages(bearers, "other", f"{LIBRARY}?limit=1") if page["next"]]
    cursors = [parse_qs(urlsplit(url).query)["cursor"][0] for url in urls]
    opened = [urlsafe_b64decode(cursor + "==") for cursor in cursors]

    assert len(cursors) > 1
    assert [cursor for cursor in opened if b"p=" in cursor or cursor.isascii()] == []


@pytest.mark.parametrize("label", [label for label in Label.values if label not in OPEN_LABELS])
def test_looking_for_what_is_hidden_is_like_looking_for_what_is_not(
    matrix: LabelMatrix, bearers: Bearers, full: bool, label: str
) -> None:
    hidden_from = [who for who in WITH_TOKEN if not may_read(who, label)]
    for url in (LIBRARY, FACETS):
        for who in hidden_from if full else [pick_one(hidden_from, f"{label} {url}")]:
            hidden, nothing = (
                bearers.ask(who, "GET", f"{url}?harms={harm}").body
                for harm in (harm_of(label), "nobodys-harm")
            )
            by_title = json.loads(
                bearers.ask(who, "GET", f"{LIBRARY}?text={canary_text(label, 'title')}").body
            )

            assert hidden == nothing, (url, who)
            assert set(titles(by_title["results"])) <= expected_titles(who), who


def test_a_use_that_is_hidden_is_counted_and_listed_nowhere(
    matrix: LabelMatrix, bearers: Bearers, full: bool
) -> None:
    """Beacon's use of the CLEAR practice is for Beth and Alice: others know of Aurora's alone."""
    practice, author = matrix.practices[Label.CLEAR], matrix.relations.actors["author"]
    beth = matrix.relations.actors["colleague_of_named"]
    with acting_as(SYSTEM):
        hidden = Adoption.objects.create(
            practice=practice, organisation_id=beth.tenant_id, label=Label.RED, since=EPOCH, state="in_use",
            author_people=[f"{beth.person_id}.{beth.tenant_id}"],
            reader_people=[f"{author.person_id}.{author.tenant_id}"],
        )  # fmt: skip
    knowing = ("author", "colleague_of_named")
    url = record_url(matrix, "api:practice-use-list", Label.CLEAR)
    for who in WITH_TOKEN if full else (*knowing, "colleague", "named", "host_named", "other"):
        uses = [row["key"] for page in pages(bearers, who, f"{url}?limit=1") for row in page["results"]]
        rows = json.loads(bearers.ask(who, "GET", f"{LIBRARY}?harms={harm_of(Label.CLEAR)}").body)["results"]

        assert (str(hidden.key) in uses, len(uses)) == (who in knowing, 1 + (who in knowing)), who
        assert [row["in_use"] for row in rows] == [1 + (who in knowing)], who


# --- What is not shared, or not any more -----------------------------------------------------


@pytest.mark.parametrize(("label", "state"), NOT_SHARED)
def test_what_is_not_shared_is_read_by_whom_its_state_names(
    matrix: LabelMatrix, bearers: Bearers, full: bool, label: str, state: str
) -> None:
    """By them, one of the others with a token of each kind; with `--full` by everybody."""
    row = NOT_SHARED[label, state].replace(" ", "")
    may = {
        relation
        for relation, mark in zip(RELATIONS, row, strict=True)
        if mark == "y" and relation in WITH_TOKEN
    }
    turn, practice = f"{label} {state}", unshared(matrix, label, state)
    others = {pick_one(kind, turn) for kind in (set(WITH_TOKEN) - may, REFUSED, LIMITED_TOKENS)}
    url, missing = (reverse("api:practice", args=[key]) for key in (practice.key, matrix.files[label].key))
    for who in PROGRAMS if full else may | others:
        seen = bearers.ask(who, "GET", url)
        assert (seen.status == 200, "canary-unshared" in seen.text) == (who in may, who in may), who
        assert who in may or comparable(seen) == comparable(bearers.ask(who, "GET", missing)), who
        is_listed = "canary-unshared" in bearers.ask(who, "GET", DRAFTS).text
        assert is_listed == (who in may & set(SOURCE) and state != PracticeState.RECALLED), who
    for who in WITH_TOKEN if full else ("author", pick_one(WITH_TOKEN, turn)):
        for shared in (LIBRARY, FACETS):
            text = bearers.ask(who, "GET", shared).text
            assert not [word for word in ("canary-unshared", str(practice.key)) if word in text], who


def unshared(matrix: LabelMatrix, label: str, state: str) -> Practice:
    author = matrix.relations.actors["author"]
    practice = matrix.relations.practice(label, state)
    text = "canary-unshared-7f3a"
    with acting_as(SYSTEM):
        Practice.objects.filter(pk=practice.pk).update(state_reason=text)
        Author.objects.create(practice=practice, person_id=author.person_id, organisation_id=author.tenant_id)
        Draft.objects.create(
            practice=practice,
            content={"title": text, "summary": text},
            updated_by_id=author.person_id,
        )
    return practice


# --- What ends while a token lives -----------------------------------------------------------


def _no_reader() -> None:
    Practice.objects.update(reader_organisations=[])


def _no_client() -> None:
    Affiliation.objects.all().delete()


def _no_member() -> None:
    GroupMembership.objects.update(ended_at=clock.now())


def _patron_suspended() -> None:
    Organisation.objects.filter(slug="cedar").update(state="suspended")


@pytest.mark.parametrize(
    ("who", "label", "lose"),
    [
        ("staff", Label.AMBER_STRICT, _no_reader),
        ("partner_named", Label.AMBER, _no_reader),
        ("affiliate", Label.AMBER, _no_client),
        ("affiliate", Label.AMBER, _patron_suspended),
        ("in_group", Label.RED, _no_member),
    ],
)
def test_a_person_who_loses_the_relation_reads_no_more_with_the_same_token(
    matrix: LabelMatrix, bearers: Bearers, who: str, label: str, lose: Callable[[], None]
) -> None:
    urls = {route: record_url(matrix, route, label) for route in RECORD}
    had = {route: bearers.ask(who, "GET", url) for route, url in urls.items()}
    first = json.loads(bearers.ask(who, "GET", f"{LIBRARY}?limit=1").body)
    assert {seen.status for seen in had.values()} == {200}

    with acting_as(SYSTEM):
        lose()

    for route, url in urls.items():
        again = bearers.ask(who, "GET", url, headers={"If-None-Match": had[route].headers["ETag"]})
        missing = bearers.ask(who, "GET", record_url(matrix, route, label, there=False))
        assert comparable(again) == comparable(missing), route
        assert again.status == 404, route
    on = list(pages(bearers, who, first["next"].removeprefix(settings.ORIGIN)))
    assert [page for page in on if not page["results"]] == []
    assert canary_text(label, "title") not in json.dumps(on)
