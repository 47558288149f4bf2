"""The matrix: each label × each relation of a reader to the record × each page, with a canary in every text.

The truth is the table of tests/practices/test_labels.py, written by hand, where every relation is checked both ways;
here it is asked through what people use: pages, lists, searches, facets, counts, exports, files; what goes out,
and the public pages, in tests/practices/test_label_matrix_of_letters.py. A page is asked once for each label and kind
of answer, and everything is read from that answer; one form of the practice, the library and the board by everybody.
With `--full` everything is asked by everybody.
"""

import json
import re
import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO

import pytest

from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.search import words_in
from practices.enums import INTERNAL_KINDS, NAMED_LABELS, SIGNAL_KINDS, AttachmentKind, Label
from practices.models import Adoption, Attachment, Translation
from tests.factories.cast import EPOCH
from tests.support.canaries import leaks
from tests.support.label_matrix import (
    SIGNED_IN_RELATIONS,
    SOURCE,
    LabelMatrix,
    canary_text,
    harm_of,
    labels_hidden_from,
    labels_readable_by,
    logged_accesses,
    names_of_readers,
    pick_one,
    relations_to_ask,
    relations_to_ask_for_lists,
)
from tests.support.packs import hash_of
from tests.support.visitors import CapturedAnswer, unpacked_text

pytestmark = [pytest.mark.usefixtures("matrix_rollback"), pytest.mark.xdist_group("matrix")]

MISSING = "00000000-0000-4000-8000-000000000000"

# --- Pages of one record ---------------------------------------------------------------------

# By route: what fills the rest of its address, and the channel by which the access is logged.
ROUTES: Mapping[str, tuple[tuple[object, ...], str]] = {
    "practice": ((), "page"),
    "practice-uses": ((), ""),
    "practice-results-table": ((), "csv"),
    "practice-discussion": ((), "page"),
    "practice-versions": ((), ""),
    "practice-version": ((1,), "page"),
    "practice-markdown": ((), "markdown"),
    "practice-json": ((), "json"),
    "practice-file": ((), "attachment"),
    "practice-prompt": ((), "prompt"),
    "practice-pack": ((), "pack"),
    "practice-test-set": ((), "test_set"),
    "practice-test-set-jsonl": ((), "test_set"),
    "practice-test-set-csv": ((), "test_set"),
    "practice-stix": ((), "stix"),
    "practice-misp": ((), "misp"),
}
# Which of them everybody asks for: all find the practice in the same way, and this one is soon made.
ROUTE_FOR_EVERYBODY = "practice-json"


def record_url(matrix: LabelMatrix, who: str, label: str, route: str) -> str:
    """The address of one record, for this person."""
    rest = (matrix.files[label].key,) if route == "practice-file" else ROUTES[route][0]
    return matrix.url(who, route, matrix.practices[label].key, *rest)


def missing_url(matrix: LabelMatrix, who: str, route: str) -> str:
    """The same address of a record that there is not."""
    return record_url(matrix, who, Label.RED, route).replace(str(matrix.practices[Label.RED].key), MISSING)


@pytest.mark.parametrize("route", ROUTES)
def test_a_record_opens_to_whom_its_label_names_and_is_missing_to_others(
    matrix: LabelMatrix, full: bool, route: str
) -> None:
    """To others byte for byte and header for header; the access is logged for readers who are not the source's."""
    accesses, channel = set(), ROUTES[route][1]
    for label in Label.values:
        for who in relations_to_ask(label, route, full=full or route == ROUTE_FOR_EVERYBODY):
            seen = matrix.ask(who, record_url(matrix, who, label, route))
            if who not in names_of_readers(label):
                assert seen == matrix.ask(who, missing_url(matrix, who, route)), (who, label)
                assert (seen.status, "ETag" in seen.headers) == (404, False), (who, label)
                continue
            assert seen.status == 200, (who, label)
            assert {name.partition("-")[0] for name in leaks(unpacked_text(seen))} <= {label}, (who, label)
            assert shows_label(seen, label, route), (who, label)
            assert hashes_in(seen) == expected_hashes(label, route), (who, label)
            if channel and label != Label.CLEAR and who not in SOURCE:
                accesses.add((who, channel, label))

    assert logged_accesses(matrix) == accesses


@pytest.mark.parametrize("kind", AttachmentKind.values)
def test_a_file_of_each_kind_goes_to_readers_alone_and_signals_bear_the_label(
    matrix: LabelMatrix, full: bool, kind: str
) -> None:
    """Rows held back and answers go to nobody, not to the source either."""
    with acting_as(SYSTEM):
        Attachment.objects.filter(pk__in=[file.pk for file in matrix.files.values()]).update(kind=kind)
    for label in Label.values:
        for who in relations_to_ask(label, f"file of kind {kind}", full=full):
            seen = matrix.ask(who, record_url(matrix, who, label, "practice-file"))
            if who not in names_of_readers(label) or kind in INTERNAL_KINDS:
                assert seen == matrix.ask(who, missing_url(matrix, who, "practice-file")), (who, label)
                continue
            assert seen.status == 200, (who, label)
            lines, name = seen.text.strip().split("\n"), Label(label).label
            if kind in SIGNAL_KINDS:
                assert (lines[0], lines[-1]) == (f"# {name}", f"# {name}"), (who, label)
            if kind == AttachmentKind.TEST_SET:
                assert all(line.startswith(f'{{"tlp": "{name}"') for line in lines), (who, label)


def hashes_in(seen: CapturedAnswer) -> set[tuple[str, int]]:
    """Whose lists the hashes in an answer are of, and of which version."""
    text = unpacked_text(seen)
    return {(label, n) for label in Label.values for n in (1, 2) if hash_of(label, n) in text}


def expected_hashes(label: str, route: str) -> set[tuple[str, int]]:
    """An exchange also revokes those of the version before; a pack has those of its version alone."""
    versions = {(label, 1)} if label == Label.CLEAR else {(label, 1), (label, 2)}
    if route in ("practice-stix", "practice-misp"):
        return versions
    return {max(versions)} if route == "practice-pack" else set()


@pytest.mark.parametrize("label", Label.values)
def test_a_translation_is_read_and_found_by_whoever_reads_its_practice(
    matrix: LabelMatrix, full: bool, label: str
) -> None:
    """Its page, the library searched in its language, and titles while somebody types.

    The page names words that its reader finds nowhere, as they were typed: what else it may say of them is in
    tests/practices/test_search_of_hidden_words.py.
    """
    with acting_as(SYSTEM):
        row = Translation.objects.get(practice=matrix.practices[label])
    for who in relations_to_ask(label, "translation", full=full):
        may_read = who in names_of_readers(label)
        seen = matrix.ask(who, matrix.url(who, "translation", row.key))
        assert seen.status == (200 if may_read else 404), who
        assert {name.partition("-")[0] for name in leaks(seen.text)} <= ({label} if may_read else set()), who
        title = canary_text(label, "ru_title")
        for route, query in (("practice-list", f"?text={title}"), ("practice-titles", f"?text={title}")):
            page = re.sub("</?mark>", "", matrix.ask(who, matrix.url(who, route) + query).text)
            assert (canary_text(label, "title") in page) == may_read, (who, route)
            typed = re.compile(
                "|".join([re.escape(title), *(f"“{re.escape(word)}”" for word in words_in(title))])
            )
            others = {name.partition("-")[0] for name in leaks(typed.sub("", page))}
            assert others <= set(labels_readable_by(who)), (who, route)


def shows_label(captured_answer: CapturedAnswer, label: str, route: str) -> bool:
    """Whether the page shows the label, an export at both ends; a file is as it was added."""
    pattern = re.compile(re.escape(Label(label).label) + r"(?!\+)")
    if route == "practice-file":
        return True
    if route == "practice-stix":
        objects = json.loads(captured_answer.text)["objects"]
        marked = {each["id"] for each in objects if each.get("name") == Label(label).label}
        return all(set(each["object_marking_refs"]) == marked for each in objects[1:])
    if route == "practice-misp":
        event, tag = json.loads(captured_answer.text)["Event"], {"name": Label(label).label.lower()}
        return all(tag in each["Tag"] for each in (event, *event["Attribute"]))
    if route == "practice-json":
        values = [json.dumps(value) for value in json.loads(captured_answer.text).values()]
        return bool(pattern.search(values[0]) and pattern.search(values[-1]))
    if route == "practice-pack":
        with zipfile.ZipFile(BytesIO(captured_answer.body)) as archive:
            return all(pattern.search(archive.read(name).decode()) for name in archive.namelist())
    lines = captured_answer.text.strip().split("\n")
    if route == "practice-test-set-jsonl":
        return all(pattern.search(line) for line in lines)
    if route == "practice-test-set-csv":
        return all(pattern.search(line) for line in lines[1:])
    if route == "practice-prompt":
        return bool(pattern.search(lines[0]) and pattern.search(lines[-1]))
    if route == "practice-markdown":
        return bool(pattern.search(" ".join(lines[:3])) and pattern.search(lines[-1]))
    return bool(pattern.search(captured_answer.text))


def test_nobody_can_do_anything_to_what_they_may_not_see(matrix: LabelMatrix, full: bool) -> None:
    posts: dict[str, dict[str, str]] = {
        "practice-document": {},
        "practice-react": {"kind": "works"},
        "practice-follow": {},
        "practice-discussion": {"text": "What?"},
    }
    answers = {}
    for label in NAMED_LABELS:
        key, others = matrix.practices[label].key, set(SIGNED_IN_RELATIONS) - names_of_readers(label)
        for route, fields in posts.items():
            for who in others if full else [pick_one(others, f"{label} {route}")]:
                url = matrix.url(who, route, key)
                answers[who, label, route] = matrix.ask(who, url, "POST", **fields).status

    assert set(answers.values()) == {404}, answers


@pytest.mark.parametrize("who", ["suspended", "public", "supporter"])
def test_a_person_who_has_no_workspace_reads_nothing_there(matrix: LabelMatrix, full: bool, who: str) -> None:
    for route in ROUTES:
        for label in Label.values if full else [pick_one(Label.values, f"{who} {route}")]:
            seen = matrix.ask(who, record_url(matrix, who, label, route))
            assert seen.status in (302, 404), (route, label)
            assert not leaks(seen.text), (route, label)


# --- Lists -----------------------------------------------------------------------------------

Lister = Callable[[LabelMatrix, str], str]


def _library(query: str = "") -> Lister:
    """The page without its marks, which would cut the canaries."""
    return lambda matrix, who: re.sub(
        "</?mark>", "", matrix.ask(who, matrix.url(who, "practice-list") + query).text
    )


LISTS: dict[str, Lister] = {
    "list": _library(),
    "list by evidence": _library("?sort=evidence"),
    "list by use": _library("?sort=adoptions"),
    "search": _library("?text=canary"),
    "titles": lambda matrix, who: matrix.ask(who, matrix.url(who, "practice-titles") + "?text=canary").text,
    "relations": lambda matrix, who: matrix.ask(who, matrix.url(who, "practice", matrix.hub.key)).text,
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_shows_what_its_reader_may_read_and_says_nothing_of_the_rest(
    matrix: LabelMatrix, full: bool, name: str
) -> None:
    for who in relations_to_ask_for_lists(name, full=full or name == "list"):
        page, hidden = LISTS[name](matrix, who), labels_hidden_from(who)
        titles = {field.split("-title")[0] for field in leaks(page) if field.endswith("-title")}

        assert titles == set(labels_readable_by(who)), who
        assert [field for field in leaks(page) if field.rpartition("-")[0] in hidden] == [], who
        assert [label for label in hidden if harm_of(label) in page] == [], who
        if name == "list":
            _offers_and_counts_what_one_may_read(page, who)


def _offers_and_counts_what_one_may_read(page: str, who: str) -> None:
    """The harm of each practice is its own, and so is its facet; besides the five there is the hub."""
    assert [label for label in Label.values if harm_of(label) in page] == labels_readable_by(who), who
    count = re.search(r"(\d+) practices? available to you", page)
    assert count is not None
    assert int(count[1]) == 1 + len(labels_readable_by(who)), who


@pytest.mark.parametrize("label", Label.values)
def test_looking_for_what_one_may_not_see_finds_nothing(matrix: LabelMatrix, full: bool, label: str) -> None:
    for who in relations_to_ask(label, "harms", full=full):
        page = _library(f"?harms={harm_of(label)}")(matrix, who)

        assert (canary_text(label, "title") in page) == (who in names_of_readers(label)), who


def test_the_board_shows_the_requests_that_its_reader_may_read(matrix: LabelMatrix) -> None:
    for who in SIGNED_IN_RELATIONS:
        board = matrix.ask(who, matrix.url(who, "request-list")).text
        labels = {field.split("-request")[0] for field in leaks(board) if field.endswith("-request")}

        assert labels == matrix.requests.keys() & set(labels_readable_by(who)), who


@pytest.mark.parametrize("label", [label for label in Label.values if label != Label.CLEAR])
def test_a_request_opens_to_whom_its_label_names(matrix: LabelMatrix, full: bool, label: str) -> None:
    for who in relations_to_ask(label, "request", full=full):
        seen = matrix.ask(who, matrix.url(who, "request", matrix.requests[label].key))

        assert (seen.status == 200) == (who in names_of_readers(label)), who


# --- Counts of uses --------------------------------------------------------------------------


def test_a_use_that_one_may_not_see_is_counted_nowhere(matrix: LabelMatrix, full: bool) -> None:
    """Beacon's use of the CLEAR practice is for named people: others see one use in the list, not two."""
    practice, author = matrix.practices[Label.CLEAR], matrix.relations.actors["author"]
    with acting_as(SYSTEM):
        beth = matrix.relations.actors["colleague_of_named"]
        Adoption.objects.create(
            practice=practice, organisation_id=beth.tenant_id, label=Label.RED, since=EPOCH, state="in_use",
            author_people=[f"{beth.person_id}.{beth.tenant_id}"],
            reader_people=[f"{author.person_id}.{author.tenant_id}"],
        )  # fmt: skip
    knowing = ("author", "colleague_of_named")
    for who in SIGNED_IN_RELATIONS if full else (*knowing, "colleague", "named", "host_named", "other"):
        row = _library("?harms=clear-harm")(matrix, who)

        assert f"In use: {2 if who in knowing else 1}" in row, who
