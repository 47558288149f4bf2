"""The matrix: each label × each relation of a reader to the record × each door, with a canary in every text.

The truth is the table of tests/practices/test_labels.py, written by hand; here it is asked through the doors that
people use: pages, lists, searches, facets, counts, feeds, exports, files, letters, the inbox, the journal.
"""

import json
import re
from collections.abc import Callable
from io import BytesIO

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import translation
from pypdf import PdfReader

from alliance.models import Membership
from portal.kernel import journal
from portal.kernel.access import SYSTEM
from portal.kernel.models import Document, Publication
from portal.kernel.row_security import acting_as
from practices.enums import NAMED_LABELS, Label
from practices.models import Adoption, Follow, Post, Practice, SavedSearch
from practices.queries.exports import export_of
from practices.services.documents import request_brief
from practices.services.searches import announce
from tests.factories.cast import EPOCH
from tests.support.canaries import leaks
from tests.support.jobs import do_all_jobs
from tests.support.practice_matrix import (
    AT_DESKS,
    HOSTS,
    WHO,
    Matrix,
    harm_of,
    readers,
    relation_of,
    word,
)

pytestmark = [pytest.mark.usefixtures("undone_matrix"), pytest.mark.xdist_group("matrix")]

# --- Doors that lead to one record -----------------------------------------------------------

ROUTES: dict[str, tuple[object, ...]] = {
    "practice": (),
    "practice-uses": (),
    "practice-talk": (),
    "practice-versions": (),
    "practice-version": (1,),
    "practice-markdown": (),
    "practice-json": (),
}


def record_urls(matrix: Matrix, who: str, label: str) -> dict[str, str]:
    """Every address of one record, on the person's desk."""
    key, file = matrix.practices[label].key, matrix.files[label]
    urls = {route: matrix.url(who, route, key, *rest) for route, rest in ROUTES.items()}
    urls["practice-file"] = matrix.url(who, "practice-file", key, file.key)
    return urls


@pytest.mark.parametrize("label", Label.values)
def test_a_record_opens_to_whom_its_label_names(matrix: Matrix, label: str) -> None:
    opened = {
        door: {who for who in AT_DESKS if matrix.ask(who, url_of(matrix, who, label, door)).status == 200}
        for door in (*ROUTES, "practice-file")
    }

    assert opened == dict.fromkeys(opened, readers(label) & set(AT_DESKS))


def url_of(matrix: Matrix, who: str, label: str, door: str) -> str:
    return record_urls(matrix, who, label)[door]


@pytest.mark.parametrize("label", Label.values)
def test_to_others_it_answers_like_what_is_not_there(matrix: Matrix, label: str) -> None:
    """Byte for byte and header for header, also to who sends the ETag of somebody's copy."""
    key, missing = str(matrix.practices[label].key), "00000000-0000-4000-8000-000000000000"
    others = set(AT_DESKS) - readers(label)
    for who in sorted(others):
        for door, url in record_urls(matrix, who, label).items():
            seen = matrix.ask(who, url)
            assert seen.status == 404, (who, door)
            assert seen == matrix.ask(who, url.replace(key, missing)), (who, door)
            assert "ETag" not in seen.headers, (who, door)


@pytest.mark.parametrize("label", NAMED_LABELS)
def test_nobody_can_do_anything_to_what_they_may_not_see(matrix: Matrix, label: str) -> None:
    key = matrix.practices[label].key
    posts = ("practice-document", "practice-react", "practice-follow", "practice-talk")
    answers = {
        (who, route): matrix.ask(who, matrix.url(who, route, key), "POST", text="What?", kind="works").status
        for who in set(AT_DESKS) - readers(label)
        for route in posts
    }

    assert set(answers.values()) == {404}


@pytest.mark.parametrize("who", ["suspended", "public", "supporter"])
def test_whoever_has_no_desk_reads_at_none(matrix: Matrix, who: str) -> None:
    for label in Label.values:
        for url in record_urls(matrix, who, label).values():
            seen = matrix.ask(who, url)
            assert seen.status in (302, 404), url
            assert not leaks(seen.text), url


# --- Doors that lead to many -----------------------------------------------------------------

Door = Callable[[Matrix, str], str]


def _library(query: str = "") -> Door:
    """The page without its marks, which would cut the canaries."""
    return lambda matrix, who: re.sub(
        "</?mark>", "", matrix.ask(who, matrix.url(who, "practice-list") + query).text
    )


MANY: dict[str, Door] = {
    "list": _library(),
    "list by evidence": _library("?sort=evidence"),
    "list by use": _library("?sort=adoptions"),
    "search": _library("?text=canary"),
    "titles": lambda matrix, who: matrix.ask(who, matrix.url(who, "practice-titles") + "?text=canary").text,
    "relations": lambda matrix, who: matrix.ask(who, matrix.url(who, "practice", matrix.hub.key)).text,
}


@pytest.mark.parametrize("who", AT_DESKS)
@pytest.mark.parametrize("door", sorted(MANY))
def test_a_list_shows_what_its_reader_may_read(matrix: Matrix, who: str, door: str) -> None:
    found = {name.split("-title")[0] for name in leaks(MANY[door](matrix, who)) if name.endswith("-title")}

    assert found == {label for label in Label.values if who in readers(label)}


@pytest.mark.parametrize("who", AT_DESKS)
@pytest.mark.parametrize("door", sorted(MANY))
def test_a_list_says_nothing_of_the_rest(matrix: Matrix, who: str, door: str) -> None:
    hidden = [label for label in Label.values if who not in readers(label)]
    text = MANY[door](matrix, who)

    assert [name for name in leaks(text) if name.rpartition("-")[0] in hidden] == []
    assert [label for label in hidden if harm_of(label) in text] == []


@pytest.mark.parametrize("who", AT_DESKS)
def test_a_facet_offers_and_counts_what_its_reader_may_read(matrix: Matrix, who: str) -> None:
    """The harm of each practice is its own: it is offered to those alone who may read that practice."""
    page = _library()(matrix, who)
    mine = [label for label in Label.values if who in readers(label)]

    offered = [label for label in Label.values if harm_of(label) in page]
    assert offered == mine


@pytest.mark.parametrize("who", AT_DESKS)
def test_the_number_at_the_head_is_that_of_what_one_may_read(matrix: Matrix, who: str) -> None:
    """Six of them all: one of each label, and the hub."""
    page = _library()(matrix, who)
    found = re.search(r"(\d+) (?:practices? )?that you may read", page)

    assert found is not None
    assert int(found[1]) == 1 + len([label for label in Label.values if who in readers(label)])


@pytest.mark.parametrize("who", AT_DESKS)
def test_looking_for_what_one_may_not_see_finds_nothing(matrix: Matrix, who: str) -> None:
    for label in Label.values:
        harm = harm_of(label)
        page = _library(f"?harms={harm}")(matrix, who)

        assert (word(label, "title") in page) == (who in readers(label)), label


@pytest.mark.parametrize("who", AT_DESKS)
def test_the_board_shows_the_requests_that_its_reader_may_read(matrix: Matrix, who: str) -> None:
    board = matrix.ask(who, matrix.url(who, "request-list")).text
    opened = {
        label
        for label, row in matrix.requests.items()
        if matrix.ask(who, matrix.url(who, "request", row.key)).status == 200
    }
    expected = {label for label in matrix.requests if who in readers(label)}

    assert {name.split("-request")[0] for name in leaks(board) if name.endswith("-request")} == expected
    assert opened == expected


# --- Counts of uses --------------------------------------------------------------------------


@pytest.mark.parametrize("who", AT_DESKS)
def test_a_use_that_one_may_not_see_is_counted_nowhere(matrix: Matrix, who: str) -> None:
    """Aurora's other use of the CLEAR practice is for named people: others see one use in the list, not two."""
    practice, author = matrix.practices[Label.CLEAR], matrix.circle.actors["author"]
    with acting_as(SYSTEM):
        beth = matrix.circle.actors["colleague_of_named"]
        Adoption.objects.create(
            practice=practice, organisation_id=beth.tenant_id, label=Label.RED, since=EPOCH, state="in_use",
            author_people=[f"{beth.person_id}.{beth.tenant_id}"],
            reader_people=[f"{author.person_id}.{author.tenant_id}"],
        )  # fmt: skip
    row = _library("?harms=clear-harm")(matrix, who)

    uses = 2 if who in ("author", "colleague_of_named") else 1
    assert f"{uses} in use" in row


# --- Documents -------------------------------------------------------------------------------


@pytest.mark.parametrize("label", Label.values)
def test_a_brief_bears_its_label_on_every_page_and_is_its_askers_alone(matrix: Matrix, label: str) -> None:
    with translation.override("en"):
        document = _brief(matrix, label)
    url = reverse("document-file", args=[document.key])
    pages = [page.extract_text() for page in PdfReader(BytesIO(matrix.ask("author", url).body)).pages]

    assert [page.count(Label(label).label) >= 2 for page in pages] == [True] * len(pages)
    assert word(label, "title") in " ".join(pages).replace("\n", "")
    assert {who for who in WHO if matrix.ask(who, url).status == 200} == {"author"}


def test_a_brief_is_gone_with_the_sight_of_its_practice(matrix: Matrix) -> None:
    label = Label.AMBER_STRICT
    document = _brief(matrix, label, who="staff")
    url = reverse("document-file", args=[document.key])
    assert matrix.ask("staff", url).status == 200

    with acting_as(SYSTEM):
        Practice.objects.filter(pk=matrix.practices[label].pk).update(reader_organisations=[])

    assert matrix.ask("staff", url).status == 404
    assert not leaks(matrix.ask("staff", reverse("workspace:document-list")).text)


def _brief(matrix: Matrix, label: str, who: str = "author") -> Document:
    """Asked for by a form that is really kept, and built."""
    actor = matrix.circle.actors[who]
    with acting_as(actor):
        export = export_of(actor, Practice.objects.select_related("organisation").get(
            pk=matrix.practices[label].pk))  # fmt: skip
        document = request_brief(actor, export, "en")
    do_all_jobs()
    found: Document = Document.objects.get(pk=document.pk)
    return found


@pytest.mark.parametrize("label", Label.values)
def test_exports_bear_their_label_at_both_ends(matrix: Matrix, label: str) -> None:
    shown = Label(label).label
    markdown = matrix.ask("author", url_of(matrix, "author", label, "practice-markdown")).text.strip()
    raw = matrix.ask("author", url_of(matrix, "author", label, "practice-json")).text

    lines = markdown.split("\n")
    assert shown in " ".join(lines[:3])
    assert shown in lines[-1]
    values = list(json.loads(raw).values())
    assert shown in json.dumps(values[0])
    assert shown in json.dumps(values[-1])


# --- Letters, inbox, journal -----------------------------------------------------------------


@pytest.mark.parametrize("label", Label.values)
def test_letters_go_to_readers_alone_and_say_what_the_label_lets_them(matrix: Matrix, label: str) -> None:
    """Everybody follows it, and has a saved search that it answers; then there is a new version, and a question."""
    practice, author = matrix.practices[label], matrix.circle.actors["author"]
    with acting_as(SYSTEM):
        for who in AT_DESKS:
            mine = {
                "person_id": matrix.circle.actors[who].person_id,
                "organisation_id": matrix.circle.actors[who].tenant_id,
            }
            Follow.objects.create(practice=practice, **mine)
            SavedSearch.objects.create(name="Mine", query={"harms": practice.versions.first().content["harms"]},
                                       **mine)  # fmt: skip
        journal.record(SYSTEM, "practice.update", practice, number=2)
        question = Post.objects.create(
            practice=practice, text=word(label, "post"), person_id=author.person_id,
            organisation_id=author.tenant_id,
        )  # fmt: skip
        journal.record(SYSTEM, "post.write", question)
        announce(SYSTEM, practice)
    mail.outbox = []
    do_all_jobs()

    assert {relation_of(matrix, letter.to[0]) for letter in mail.outbox} == readers(label) & set(AT_DESKS)
    assert {Label(label).label in letter.subject for letter in mail.outbox} == {True}
    if label in NAMED_LABELS:
        told = [f"{letter.subject} {letter.body} {letter.alternatives}" for letter in mail.outbox]
        assert [name for text in told for name in leaks(text)] == []
        assert [text for text in told if "Aurora" in text] == []


@pytest.mark.parametrize("label", Label.values)
def test_the_inbox_names_nothing_that_its_reader_may_not_see_any_more(matrix: Matrix, label: str) -> None:
    practice = matrix.practices[label]
    with acting_as(SYSTEM):
        for who in AT_DESKS:
            actor = matrix.circle.actors[who]
            Follow.objects.create(
                practice=practice, person_id=actor.person_id, organisation_id=actor.tenant_id
            )
        journal.record(SYSTEM, "practice.update", practice, number=2)
    do_all_jobs()
    inboxes = {who: matrix.ask(who, matrix.url(who, "inbox")).text for who in AT_DESKS}
    named = {who for who, text in inboxes.items() if leaks(text)}
    assert named == (set() if label in NAMED_LABELS else readers(label) & set(AT_DESKS))

    with acting_as(SYSTEM):
        Practice.objects.filter(pk=practice.pk).update(state="recalled")
    later = {who for who in AT_DESKS if leaks(matrix.ask(who, matrix.url(who, "inbox")).text)}

    assert later <= {"author", "colleague"}


@pytest.mark.parametrize("label", Label.values)
def test_the_journal_tells_the_secretariat_of_what_it_may_read(matrix: Matrix, label: str) -> None:
    with acting_as(SYSTEM):
        journal.record(SYSTEM, "practice.update", matrix.practices[label])
        Membership.objects.filter(person__in=[matrix.circle.people[who] for who in HOSTS]).update(
            grants=["auditor"]
        )
    told = {who for who in HOSTS if "practice.update" in matrix.ask(who, reverse("secretariat:journal")).text}

    assert told == readers(label) & set(HOSTS)


# --- The world -------------------------------------------------------------------------------

PUBLIC = (
    "/en/practices/", "/ru/practices/", "/en/practices/?q=canary", "/en/practices/practices.json",
    "/en/practices/feed.atom", "/en/", "/en/publications/", "/en/members/aurora/",
)  # fmt: skip


@pytest.mark.parametrize("url", PUBLIC)
def test_the_world_reads_what_is_clear(matrix: Matrix, url: str) -> None:
    found = {name.rpartition("-")[0] for name in leaks(matrix.ask("public", url).text)}

    assert found <= {Label.CLEAR}


@pytest.mark.parametrize("label", Label.values)
def test_a_public_page_is_there_for_what_is_clear(matrix: Matrix, label: str) -> None:
    key = matrix.practices[label].key
    for name in ("practice", "practice-data"):
        seen = matrix.ask("public", reverse(f"public:{name}", args=[key]))
        assert seen.status == (200 if label == Label.CLEAR else 404), name


def test_the_hub_names_to_the_world_what_the_world_may_read(matrix: Matrix) -> None:
    page = matrix.ask("public", reverse("public:practice", args=[matrix.hub.key])).text

    assert {name.rpartition("-")[0] for name in leaks(page)} <= {Label.CLEAR}


def test_the_record_holds_what_is_clear_and_no_more(matrix: Matrix) -> None:
    bodies = " ".join(bytes(row.body).decode() for row in Publication.objects.all())

    assert {name.rpartition("-")[0] for name in leaks(bodies)} == {Label.CLEAR}
