"""A word of a practice that one may not read is a word that is nowhere: every search gives the same answer to both.

Who types a word reads it again, as in “Not found: …”. So answers are compared but for what was typed: what is listed,
counted, suggested and named as absent, how it is spelt instead, and how many queries it takes.
"""

import re
from urllib.parse import quote

import pytest
from django.db import connection, reset_queries
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.kernel.access import SYSTEM, acting_as
from practices.enums import Label
from practices.services.publications import publish_version
from tests.factories.library import make_library_practice
from tests.support.bearers import Bearers
from tests.support.label_matrix import SIGNED_IN_RELATIONS, LabelMatrix, names_of_readers, pick_one
from tests.support.query_log import own_queries
from tests.support.visitors import CapturedAnswer

pytestmark = [
    pytest.mark.usefixtures("matrix_rollback", "unlimited"),
    pytest.mark.xdist_group("matrix"),
]

# A word of the hidden practice, by how it is typed, and one that is as long and nowhere.
WORDS = {
    "as it is written": ("xylophones", "qwertyuiop"),
    "two letters in each other's place": ("xylohpones", "qwertyuoip"),
    "by its sounds": ("ксилофоун", "йцукенгшщ"),
    "in the other alphabet": ("fagoty", "qwerty"),
    "on the other keyboard": ("чндщзрщтуы", "йцукенгшщз"),
}
TEXTS = ("moderators {}", "{}", "how do moderators sort {} fastest", '"{}" moderators', "moderators -{}")


@pytest.mark.parametrize("manner", WORDS)
@pytest.mark.parametrize("label", [label for label in Label.values if label != Label.CLEAR])
def test_a_hidden_word_and_an_unknown_word_give_the_same_response(
    matrix: LabelMatrix, bearers: Bearers, full: bool, label: str, manner: str
) -> None:
    hidden, nowhere = WORDS[manner]
    make_library_practice(matrix.relations, label, title="Xylophones", summary="Фаготы и ksilofoun.")
    open_practice = make_library_practice(
        matrix.relations, Label.CLEAR, title="A queue", summary="Moderators."
    )
    with acting_as(SYSTEM):
        publish_version(SYSTEM, open_practice.versions.get())
    others = sorted(set(SIGNED_IN_RELATIONS) - names_of_readers(label))
    asked = others if full or not others else [pick_one(others, f"{label} {manner}")]
    for who in (*asked, *(["public"] if full or label == Label.RED else [])):
        for address in addresses(matrix, who):
            for text in TEXTS if full else {TEXTS[0], pick_one(TEXTS, f"{label} {manner} {address}")}:
                # what is read once for all visits is read by now
                compared_answer(matrix, bearers, who, address, text, nowhere[::-1])
                of_hidden, of_nowhere = (
                    compared_answer(matrix, bearers, who, address, text, word) for word in (hidden, nowhere)
                )
                assert of_hidden == of_nowhere, (who, address, text)


@pytest.mark.parametrize("manner", WORDS)
def test_a_reader_of_the_practice_finds_the_word(matrix: LabelMatrix, bearers: Bearers, manner: str) -> None:
    hidden, nowhere = WORDS[manner]
    make_library_practice(matrix.relations, Label.RED, title="Xylophones", summary="Фаготы и ksilofoun.")

    of_hidden, of_nowhere = (
        compared_answer(
            matrix, bearers, "author", matrix.url("author", "practice-list") + "?text=", TEXTS[1], word
        )
        for word in (hidden, nowhere)
    )
    assert of_hidden != of_nowhere


def addresses(matrix: LabelMatrix, who: str) -> list[str]:
    """Where this person may look for a text, which follows."""
    if who == "public":
        pages = [
            f"public:{name}"
            for name in ("practice-list", "practice-list-data", "search", "search-table", "search-feed")
        ]
        return [f"{reverse(page)}?q=" for page in pages]
    lists = [matrix.url(who, "practice-list"), matrix.url(who, "practice-titles")]
    lists += [reverse("api:practice-list"), reverse("api:practice-facets")]
    return [*(f"{each}?text=" for each in lists), f"{matrix.url(who, 'search')}?q="]


def compared_answer(
    matrix: LabelMatrix, bearers: Bearers, who: str, address: str, text: str, word: str
) -> tuple[int, str, int]:
    """Status and body without what was typed and what differs at each visit, and the number of queries."""
    url = address + quote(text.format(word))
    by_program = url.startswith("/api/")
    reset_queries()  # of so many no more are logged at some time
    with CaptureQueriesContext(connection) as queries:
        answer: CapturedAnswer = bearers.ask(who, "GET", url) if by_program else matrix.ask(who, url)
    body = re.sub(r'value="\w{64}"|nonce[-=]"?[\w+/=-]+|urn:request:[\w-]+|<updated>[^<]+', "", answer.text)
    for typed in (word, quote(word), quote(quote(word))):
        body = body.replace(typed, "…")
    return answer.status, body, len(own_queries(queries))
