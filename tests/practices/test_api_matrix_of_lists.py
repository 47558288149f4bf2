"""The matrix at the API's lists: the library, its facets and cursors say what their reader may read, and no more."""

import json
from base64 import urlsafe_b64decode
from itertools import cycle
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from portal.kernel.access import SYSTEM, acting_as
from practices.enums import OPEN_LABELS, Label
from practices.models import Adoption, PracticeChange
from tests.factories.cast import EPOCH
from tests.support.api_matrix import (
    DRAFT_CANARIES,
    FACETS,
    FEED,
    LANGUAGES,
    LIBRARY,
    LIMITED_TOKENS,
    PROGRAMS,
    REFUSED,
    WITH_TOKEN,
    labels_disclosed,
    list_urls,
    may_read,
    pages,
    record_url,
)
from tests.support.bearers import Bearers
from tests.support.label_matrix import (
    LabelMatrix,
    canary_text,
    harm_of,
    labels_readable_by,
    logged_accesses,
    pick_one,
    relations_to_ask_for_lists,
)

pytestmark = [pytest.mark.usefixtures("matrix_rollback", "unlimited"), pytest.mark.xdist_group("matrix")]


def titles(rows: Any) -> list[str]:
    return [row["title"] for row in rows]


def expected_titles(who: str) -> set[str]:
    return {"The hub", *(canary_text(label, "title") for label in labels_readable_by(who))}


@pytest.mark.parametrize("who", PROGRAMS)
def test_the_feed_has_what_happened_to_practices_that_a_program_may_read(
    matrix: LabelMatrix, bearers: Bearers, who: str
) -> None:
    with acting_as(SYSTEM):
        PracticeChange.objects.all().delete()
        for number, label in enumerate(Label.values, 1):
            PracticeChange.objects.create(
                number=number, practice=matrix.practices[label], event_id=-number, kind="practice.updated"
            )

    seen = bearers.ask(who, "GET", reverse(FEED))

    readable = {str(matrix.practices[label].key) for label in Label.values if may_read(who, label)}
    if who in WITH_TOKEN:
        assert {row["practice"] for row in json.loads(seen.body)["results"]} == readable
    else:
        assert seen.status == (401 if who in REFUSED else 403)
        assert not any(str(practice.key) in seen.text for practice in matrix.practices.values())


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
