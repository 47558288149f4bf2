"""The matrix at the API: each label × each relation × each door of the library × each kind of token.

What is hidden answers byte for byte like what is missing, whoever asks and however; what is read says nothing of the
rest. The doors stand in tests/support/matrix_api.py; the record that the world reads, and citations, have a file of
their own: tests/practices/test_api_matrix_of_record.py.
"""

import json
from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping
from itertools import cycle
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from alliance.models import Organisation
from portal.kernel import clock
from portal.kernel.access import SYSTEM
from portal.kernel.models import FileCase, FileState
from portal.kernel.row_security import acting_as
from practices.enums import OPEN_LABELS, Label, PracticeState
from practices.models import (
    Adoption,
    Affiliation,
    Author,
    Draft,
    GroupMembership,
    Opening,
    Practice,
)
from tests.factories.cast import EPOCH
from tests.practices.test_labels import NOT_SHARED, RELATIONS
from tests.support.bearers import Bearers, bare
from tests.support.matrix_api import (
    ASKED,
    EXEMPT,
    HOLDERS,
    OTHERWISE,
    PROGRAMS,
    RECORD,
    REFUSED,
    hidden_from,
    list_urls,
    pages,
    reads,
    record_url,
    told,
)
from tests.support.practice_matrix import Matrix, harm_of, word
from tests.support.routes import routes
from tests.support.visitors import Seen

pytestmark = [pytest.mark.usefixtures("undone_matrix", "unlimited"), pytest.mark.xdist_group("matrix")]

LANGUAGES = ("en", "ru")
LIBRARY, FACETS, DRAFTS = "/api/v1/library/", "/api/v1/library/facets/", "/api/v1/library/drafts/"


@pytest.fixture(scope="module")
def tags(matrix: Matrix, bearers: Bearers) -> dict[str, str]:
    """By address, the ETags that its source and another reader got."""
    found: dict[str, str] = {}
    with transaction.atomic():
        for label in Label.values:
            for route in RECORD:
                url = record_url(matrix, route, label)
                given = (bearers.ask(who, "GET", url).headers["ETag"] for who in ("author", "named"))
                found[url] = ", ".join(given)
        transaction.set_rollback(True)
    return found


# --- No door is forgotten --------------------------------------------------------------------


def test_every_route_is_asked_or_exempt_for_a_reason() -> None:
    api = {name for name, _entry in routes() if name.startswith("api:")}
    exempt = [name for names in EXEMPT.values() for name in names]

    assert api - ASKED - set(exempt) == set(), "may these carry practices? see tests/support/matrix_api.py"
    assert (ASKED | set(exempt)) - api == set(), "these are no routes any more"
    assert sorted(exempt) == sorted(set(exempt) - ASKED)


def test_no_route_of_the_practices_is_exempt() -> None:
    """Whatever else may be built there is asked; and the floors below cannot name a practice by themselves."""
    theirs = {
        name
        for name, entry in routes()
        if name.startswith("api:") and entry.callback.__module__.startswith("practices.")
    }

    assert theirs
    assert theirs <= ASKED


# --- One record ------------------------------------------------------------------------------


HOW: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "read": ("GET", {}),
    "head": ("HEAD", {}),
    "with the ETag of a reader": ("GET", {"If-None-Match": "its own"}),
    "with any ETag": ("GET", {"If-None-Match": "*"}),
    "write": ("POST", {}),
}


@pytest.mark.parametrize("who", PROGRAMS)
def test_what_is_hidden_answers_like_what_is_missing(
    matrix: Matrix, bearers: Bearers, tags: dict[str, str], who: str
) -> None:
    labels = hidden_from(who) if who in HOLDERS else [Label.RED]  # the rest are let in nowhere
    for route in RECORD if labels else ():
        for how, (method, headers) in HOW.items():
            urls = [record_url(matrix, route, label) for label in labels]
            missing = record_url(matrix, route, Label.RED, there=False)
            expected = bare(bearers.ask(who, method, missing, headers=headers))
            answers = [
                bare(bearers.ask(who, method, url, headers=_with_tags(headers, tags[url]))) for url in urls
            ]

            assert answers == [expected] * len(urls), (route, how)
            assert expected[0] == refusal(who, method), (route, how)
            assert not {"ETag", "TLP", "Location", "Link"} & set(expected[2]), (route, how)


def _with_tags(headers: Mapping[str, str], tags: str) -> dict[str, str]:
    return {name: tags if value == "its own" else value for name, value in headers.items()}


def refusal(who: str, method: str) -> int:
    """What a program is told that does not read it."""
    if who in REFUSED and (who != "public" or method in ("GET", "HEAD")):
        return 401
    if method not in ("GET", "HEAD"):
        return 405
    return 403 if who in OTHERWISE else 404


@pytest.mark.parametrize("who", ["author", "named", "host_named", "in_group"])
def test_a_file_is_found_beside_its_own_practice_alone(matrix: Matrix, bearers: Bearers, who: str) -> None:
    def file(practice: Any, attachment: Any) -> Seen:
        return bearers.ask(who, "GET", reverse("api:practice-file", args=[practice.key, attachment.key]))

    green, red = Label.GREEN, Label.RED
    missing = bare(file(matrix.hub, matrix.hub))
    crossed = [(green, red), (red, green)]

    assert missing[0] == 404
    assert {bare(file(matrix.practices[one], matrix.files[other]))[:2] for one, other in crossed} == {
        missing[:2]
    }


@pytest.mark.parametrize(("state", "status"), [(FileState.HELD, 451), (FileState.PURGED, 410)])
def test_that_a_file_is_withheld_is_told_to_whom_may_read_it(
    matrix: Matrix, bearers: Bearers, state: str, status: int
) -> None:
    file = matrix.files[Label.RED]
    FileCase.objects.create(sha256=file.sha256, state=state, concern="illegal")
    url, missing = (
        record_url(matrix, "api:practice-file", Label.RED, there=there) for there in (True, False)
    )
    seen = {who: bearers.ask(who, "GET", url) for who in HOLDERS}

    assert {who for who, one in seen.items() if one.status == status} == {
        who for who in HOLDERS if reads(who, Label.RED)
    }
    assert [
        who
        for who, one in seen.items()
        if one.status != status and bare(one) != bare(bearers.ask(who, "GET", missing))
    ] == []


# --- Whatever is said ------------------------------------------------------------------------


@pytest.mark.parametrize("who", PROGRAMS)
def test_a_program_reads_what_the_labels_let_its_owner_and_nothing_of_the_rest(
    matrix: Matrix, bearers: Bearers, who: str
) -> None:
    """Doors and languages take turns, so that each door is asked in both."""
    doors = {record_url(matrix, route, label): label for route in RECORD for label in Label.values}
    languages = cycle(LANGUAGES if PROGRAMS.index(who) % 2 else LANGUAGES[::-1])
    seen = {
        url: bearers.ask(who, "GET", url, headers={"Accept-Language": next(languages)})
        for url in (*doors, *list_urls(matrix))
    }
    said = {url: told(matrix, answer) for url, answer in seen.items()}
    mine = {label for label in Label.values if reads(who, label)}

    assert {url for url in doors if seen[url].status == 200} == {
        url for url, label in doors.items() if label in mine
    }
    assert {url: labels - mine for url, labels in said.items() if labels - mine} == {}
    assert {label for labels in said.values() for label in labels} == mine
    # the working copy beside what is shared is for no program, its authors' neither
    drafts = ("canary-never-7f3a", *(word(label, "draft") for label in Label.values))
    assert [url for url, answer in seen.items() if any(one in answer.text for one in drafts)] == []


@pytest.mark.parametrize("label", Label.values)
def test_every_answer_about_a_practice_bears_its_label_and_is_kept_as_it_allows(
    matrix: Matrix, bearers: Bearers, label: str
) -> None:
    shown = Label(label).label
    for route in RECORD:
        seen = bearers.ask("named", "GET", record_url(matrix, route, label))
        is_list = route.endswith("-list")
        kept = "private, no-cache" if label in OPEN_LABELS and not is_list else "private, no-store"

        assert seen.headers["Cache-Control"] == kept, route
        assert seen.headers.get("TLP") == (None if is_list else shown), route
        if is_list:
            rows = json.loads(seen.body)["results"]
            assert {row["tlp"] for row in rows} == {shown}, route


# --- Lists, facets, cursors ------------------------------------------------------------------


def titles(rows: Any) -> list[str]:
    return [row["title"] for row in rows]


def expected_titles(who: str) -> set[str]:
    return {"The hub", *(word(label, "title") for label in Label.values if reads(who, label))}


@pytest.mark.parametrize("who", HOLDERS)
def test_pages_of_one_row_have_no_holes_and_no_end_of_their_own(
    matrix: Matrix, bearers: Bearers, who: str
) -> None:
    """What is hidden stands in no page, neither as a row nor as an empty one, and is what no cursor begins after."""
    forth = list(pages(bearers, who, f"{LIBRARY}?limit=1"))
    whole = json.loads(bearers.ask(who, "GET", LIBRARY).body)

    assert [len(page["results"]) for page in forth] == [1] * len(expected_titles(who))
    assert [title for page in forth for title in titles(page["results"])] == titles(whole["results"])
    assert set(titles(whole["results"])) == expected_titles(who)
    assert (whole["next"], whole["previous"], forth[0]["previous"]) == (None, None, None)


def test_a_cursor_says_nothing_of_the_rows_between(matrix: Matrix, bearers: Bearers) -> None:
    """A running number in it would tell how many practices there are that one may not read."""
    urls = [page["next"] for page in pages(bearers, "other", f"{LIBRARY}?limit=1") if page["next"]]
    cursors = [parse_qs(urlsplit(url).query)["cursor"][0] for url in urls]
    opened = [urlsafe_b64decode(cursor + "==") for cursor in cursors]

    assert len(cursors) > 1
    assert [one for one in opened if b"p=" in one or one.isascii()] == []


@pytest.mark.parametrize("who", HOLDERS)
def test_facets_count_what_their_reader_may_read(matrix: Matrix, bearers: Bearers, who: str) -> None:
    mine = [label for label in Label.values if reads(who, label)]
    said = json.loads(bearers.ask(who, "GET", FACETS).body)
    counts = said["facets"]

    assert (said["total"], said["more"]) == (1 + len(mine), False)
    assert {key: n for key, n in counts["harms"].items() if n} == {
        "hub": 1,
        **{harm_of(one): 1 for one in mine},
    }
    assert {key: n for key, n in counts["label"].items() if n} == {
        label: 1 + (label == Label.CLEAR) for label in mine
    }
    assert max(n for found in counts.values() for n in found.values()) == 1 + len(mine)


@pytest.mark.parametrize("who", HOLDERS)
def test_looking_for_what_is_hidden_is_like_looking_for_what_is_not(
    matrix: Matrix, bearers: Bearers, who: str
) -> None:
    def looked_for(door: str, harm: str) -> bytes:
        return bearers.ask(who, "GET", f"{door}?harms={harm}").body

    for label in hidden_from(who):
        for door in (LIBRARY, FACETS):
            assert looked_for(door, harm_of(label)) == looked_for(door, "nobodys-harm"), door
        found = json.loads(bearers.ask(who, "GET", f"{LIBRARY}?text={word(label, 'title')}").body)
        assert set(titles(found["results"])) <= expected_titles(who)


@pytest.mark.parametrize("who", HOLDERS)
def test_a_use_that_is_hidden_is_counted_and_listed_nowhere(
    matrix: Matrix, bearers: Bearers, who: str
) -> None:
    """Beacon's use of the CLEAR practice is for Beth and Alice: others know of Aurora's alone."""
    practice, author = matrix.practices[Label.CLEAR], matrix.circle.actors["author"]
    beth = matrix.circle.actors["colleague_of_named"]
    with acting_as(SYSTEM):
        hidden = Adoption.objects.create(
            practice=practice, organisation_id=beth.tenant_id, label=Label.RED, since=EPOCH, state="in_use",
            author_people=[f"{beth.person_id}.{beth.tenant_id}"],
            reader_people=[f"{author.person_id}.{author.tenant_id}"],
        )  # fmt: skip
    knows = who in ("author", "colleague_of_named")
    url = record_url(matrix, "api:practice-use-list", Label.CLEAR)
    uses = [row["key"] for page in pages(bearers, who, f"{url}?limit=1") for row in page["results"]]
    rows = json.loads(bearers.ask(who, "GET", f"{LIBRARY}?harms={harm_of(Label.CLEAR)}").body)["results"]

    assert (str(hidden.key) in uses, len(uses)) == (knows, 1 + knows)
    assert [row["in_use"] for row in rows] == [1 + knows]


# --- What is not shared, or not any more -----------------------------------------------------


@pytest.mark.parametrize(("label", "state"), NOT_SHARED)
def test_what_is_not_shared_is_read_by_whom_its_state_names(
    matrix: Matrix, bearers: Bearers, label: str, state: str
) -> None:
    row = NOT_SHARED[label, state].replace(" ", "")
    may = {one for one, mark in zip(RELATIONS, row, strict=True) if mark == "y" and one in HOLDERS}
    practice = unshared(matrix, label, state)
    url, missing = (reverse("api:practice", args=[key]) for key in (practice.key, matrix.files[label].key))
    seen = {who: bearers.ask(who, "GET", url) for who in PROGRAMS}
    listed = {who for who in HOLDERS if "canary-unshared" in bearers.ask(who, "GET", DRAFTS).text}
    others = "".join(bearers.ask(who, "GET", door).text for who in HOLDERS for door in (LIBRARY, FACETS))

    assert {who for who, one in seen.items() if one.status == 200} == may
    assert {who for who, one in seen.items() if "canary-unshared" in one.text} == may
    assert [
        who
        for who in PROGRAMS
        if who not in may and bare(seen[who]) != bare(bearers.ask(who, "GET", missing))
    ] == []
    assert listed == (may & {"author", "colleague"} if state != PracticeState.RECALLED else set())
    assert "canary-unshared" not in others
    assert str(practice.key) not in others


def unshared(matrix: Matrix, label: str, state: str) -> Practice:
    author = matrix.circle.actors["author"]
    practice = matrix.circle.practice(label, state)
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
def test_who_loses_the_relation_reads_no_more_with_the_same_token(
    matrix: Matrix, bearers: Bearers, who: str, label: str, lose: Callable[[], None]
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
        assert bare(again) == bare(missing), route
        assert again.status == 404, route
    on = list(pages(bearers, who, first["next"].removeprefix(settings.ORIGIN)))
    assert [page for page in on if not page["results"]] == []
    assert word(label, "title") not in json.dumps(on)


# --- Openings --------------------------------------------------------------------------------

LOGGED = {
    "api:practice": "api",
    "api:practice-markdown": "api",
    "api:practice-version": "api",
    "api:practice-post-list": "api",
    "api:practice-file": "attachment",
}


@pytest.mark.parametrize("label", Label.values)
def test_an_opening_is_logged_for_whom_the_rule_names(matrix: Matrix, bearers: Bearers, label: str) -> None:
    """Of all but CLEAR, by all but the source; what is refused was not opened, nor is what a list says."""
    openers = {who for who in HOLDERS if reads(who, label)} - {"author", "colleague"}
    for route in RECORD:
        door = LOGGED.get(route)
        expected = {(who, door, label) for who in openers} if door and label != Label.CLEAR else set()

        assert openings(matrix, bearers, record_url(matrix, route, label)) == expected, route


def openings(matrix: Matrix, bearers: Bearers, url: str) -> set[tuple[str, str, str]]:
    """Who, by which door and under which label, when everybody has asked for it, and one of them twice."""
    relation = {(one.person_id, one.tenant_id): who for who, one in matrix.circle.actors.items()}
    with transaction.atomic():
        for who in (*HOLDERS, "partner_named", "left", "narrow"):
            bearers.ask(who, "GET", url)
        with acting_as(SYSTEM):
            lines = list(Opening.objects.values_list("person_id", "organisation_id", "door", "label"))
        transaction.set_rollback(True)
    found = [(relation[person, place], door, label) for person, place, door, label in lines]
    assert len(found) == len(set(found))
    return set(found)


@pytest.mark.parametrize("door", [LIBRARY, FACETS, DRAFTS])
def test_lists_open_nothing(matrix: Matrix, bearers: Bearers, door: str) -> None:
    assert openings(matrix, bearers, door) == set()
