"""A pack that comes back to its own practice, and what its test set says beside its rows: nothing is lost by it."""

import io
import json
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portal.kernel import files
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError
from practices.content import clean_content
from practices.enums import AttachmentKind, ImportChoice, Label
from practices.models import Attachment, Draft, ModelRun, Practice
from practices.packs.test_set_rows import stored_rows
from practices.services.import_choices import choose_files
from practices.services.packs import TestSetInput, add_test_set
from practices.services.practices import edit_practice
from tests.factories import Cast
from tests.factories.practices import call_as, make_draft, make_next_version, make_shared
from tests.practices.packs.test_packs import POLICY, ROWS, ids_held_back, ran, shared_pack, table
from tests.support.pack_imports import brought_in, prepared, rows_of
from tests.support.pages import words_of

pytestmark = pytest.mark.django_db
PROVENANCE = {"title": "Gold rows", "labelled_by": "Two moderators", "made_from": "Reports of March"}


def pack_of(client: Client, cast: Cast, practice: Practice, **changed: str) -> dict[str, str | bytes]:
    """The files of the exported pack, some with another text."""
    client.force_login(cast.alice)
    body = client.get(f"/workspace/practices/{practice.key}/pack/").content
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        texts: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    return {name: changed.get(name, raw) for name, raw in texts.items()}


def working_sets(practice: Practice) -> list[Attachment]:
    with acting_as(SYSTEM):
        rows = Attachment.objects.filter(practice=practice, kind=AttachmentKind.TEST_SET, removed_at=None)
        return list(rows.order_by("pk"))


def texts_held_back(test_set: Attachment) -> set[str]:
    with acting_as(SYSTEM):
        row = Attachment.objects.get(kind=AttachmentKind.HELD_ROWS, belongs_to=test_set)
        return {each["text"] for each in stored_rows(files.read(row.file))}


def runs_of(test_set: Attachment) -> list[Any]:
    with acting_as(SYSTEM):
        rows = ModelRun.objects.filter(attachment=test_set).order_by("pk")
        return list(rows.values_list("pk", "organisation__slug", "counts", "counts_held_back"))


def test_ones_own_pack_leaves_test_set_rows_held_back_and_runs_as_they_are(
    cast: Cast, client: Client
) -> None:
    practice = shared_pack(cast, Label.GREEN, hold_back=25, **PROVENANCE)
    (test_set,) = working_sets(practice)
    answers = "".join(f"{row_id},harm\n" for row_id, _text, _class in ROWS)
    ran(cast, practice, "alice", answers)  # also on the rows held back
    given = [row for row in ROWS if row[0] not in ids_held_back(test_set)]
    ran(cast, practice, "carol", "".join(f"{row_id},harm\n" for row_id, _text, _class in given))
    runs, hidden = runs_of(test_set), texts_held_back(test_set)

    changed = pack_of(client, cast, practice)
    changed["policy.md"] = bytes(changed["policy.md"]).replace(b"takes away breath", b"takes away air")
    assert changed["policy.md"] != pack_of(client, cast, practice)["policy.md"]
    practice_import = prepared(cast, changed)
    page = client.get(f"/workspace/practices/imports/{practice_import.key}/").content.decode()
    assert "These are the rows of the test set that the practice has" in page
    done = brought_in(cast, practice_import)

    assert [row.refusal for row in done.values() if row.refusal] == []
    assert done["policy.md"].practice == practice
    assert [(row.pk, row.title, row.facts) for row in working_sets(practice)] == [
        (test_set.pk, "Gold rows", test_set.facts)
    ]
    assert (runs_of(test_set), texts_held_back(test_set)) == (runs, hidden)
    assert len(runs) == 2


def test_a_pack_in_which_nothing_differs_proposes_nothing_and_says_so(cast: Cast, client: Client) -> None:
    practice = shared_pack(cast, Label.GREEN, hold_back=25, **PROVENANCE)
    ran(cast, practice, "alice", "".join(f"{row_id},harm\n" for row_id, _text, _class in ROWS))
    pack = pack_of(client, cast, practice)
    before = version_of(practice)

    practice_import = prepared(cast, pack)

    rows = rows_of(practice_import)
    assert {"policy.md", "runs.json", "test-set.jsonl"} <= rows.keys()
    assert {row.choice for row in rows.values()} == {ImportChoice.LEAVE_OUT}
    words = words_of(client.get(f"/workspace/practices/imports/{practice_import.key}/"))
    assert "Nothing to import: nothing differs from your practice" in words
    assert "Nothing in it differs from your practice." in words
    assert words.count("Your practice has this already.") == 2
    assert "Bring in" not in words
    # chosen all the same, it makes nothing
    chosen = {rows["policy.md"].position: ImportChoice.VERSION}
    call_as(cast.actor("alice"), choose_files, practice_import, chosen, {})
    brought_in(cast, practice_import)
    assert version_of(practice) == before


@pytest.mark.parametrize(
    ("listing", "fault"),
    [("", "not in this import under those names: test-set.jsonl."), ("{", "cannot be read")],
)
def test_a_pack_that_came_back_without_a_file_or_with_a_broken_list_says_so(
    cast: Cast, client: Client, listing: str, fault: str
) -> None:
    practice = shared_pack(cast, Label.GREEN, **PROVENANCE)
    pack = pack_of(client, cast, practice)
    if listing:
        pack["pack.json"] = listing
    else:
        del pack["test-set.jsonl"]

    practice_import = prepared(cast, pack)

    words = words_of(client.get(f"/workspace/practices/imports/{practice_import.key}/"))
    assert fault in rows_of(practice_import)["pack.json"].report["pack_fault"]
    assert fault in words
    assert "nothing differs from your practice" not in words
    assert "pack_fault" not in rows_of(prepared(cast, pack_of(client, cast, practice)))["pack.json"].report


def test_of_a_pack_with_the_policy_that_is_there_only_what_is_new_is_proposed(
    cast: Cast, client: Client
) -> None:
    practice = shared_pack(cast, Label.GREEN, **PROVENANCE)
    pack = pack_of(client, cast, practice)
    pack["notes.txt"] = "What we have learnt."

    practice_import = prepared(cast, pack)

    rows = rows_of(practice_import)
    coming = {name for name, row in rows.items() if row.choice != ImportChoice.LEAVE_OUT}
    assert (coming, rows["notes.txt"].choice) == ({"notes.txt"}, ImportChoice.ATTACHMENT)
    done = brought_in(cast, practice_import)
    assert (done["notes.txt"].practice, done["notes.txt"].refusal) == (practice, "")
    pack["policy.md"] = bytes(pack["policy.md"]).replace(b"\nlanguage: en", b"\nlanguage: ru")
    changed = rows_of(prepared(cast, pack))
    assert changed["policy.md"].choice != ImportChoice.LEAVE_OUT


def version_of(practice: Practice) -> int:
    with acting_as(SYSTEM):
        return Draft.objects.get(practice=practice).version


@pytest.mark.parametrize("shared", [True, False])
def test_a_changed_test_set_says_what_it_replaces_and_rows_held_back_stay_so(
    cast: Cast, client: Client, shared: bool
) -> None:
    practice = make_shared(cast, Label.GREEN, **POLICY)
    sent = TestSetInput(hold_back=25, **PROVENANCE)
    first = call_as(cast.actor("alice"), add_test_set, practice, table(ROWS), sent)
    hidden = texts_held_back(first)
    pack = pack_of(client, cast, practice)
    if shared:
        make_next_version(cast, practice)
        ran(cast, practice, "alice", "r1,harm\n" if "r1" not in ids_held_back(first) else "r3,harm\n")
        pack = pack_of(client, cast, practice)
        pack.pop("runs.json")
    rows = str(bytes(pack.pop("test-set.jsonl")).decode()) if shared else "\n".join(
        json.dumps({"id": row[0], "text": row[1], "class": row[2]})
        for row in ROWS
        if row[0] not in ids_held_back(first)
    )  # fmt: skip
    taken_id = ids_held_back(first)[0]  # of another row by now
    added = json.dumps({"id": taken_id, "text": "A new text", "class": "harm"})
    policy = pack["policy.md"]

    practice_import = prepared(cast, {"policy.md": policy, "rows.jsonl": f"{rows}\n{added}\n"})
    page = client.get(f"/workspace/practices/imports/{practice_import.key}/").content.decode()
    assert "Replaces the test set “Gold rows”" in page
    assert "Rows that are held back stay so." in page
    assert ("1 run stays with the version that has it" in page) == shared
    done = brought_in(cast, practice_import)

    assert [row.refusal for row in done.values() if row.refusal] == []
    (second,) = working_sets(practice)
    assert second.pk != first.pk
    assert (texts_held_back(second), second.facts["held"]) == (hidden, len(hidden))
    with acting_as(SYSTEM):
        given = {row["id"]: row["text"] for row in stored_rows(files.read(second.file))}
    assert given[taken_id] == "A new text"
    assert not set(given) & set(ids_held_back(second))


def test_title_and_provenance_of_a_test_set_come_back_with_a_new_practice(cast: Cast, client: Client) -> None:
    practice = shared_pack(cast, Label.GREEN, **PROVENANCE)
    practice_import = prepared(cast, pack_of(client, cast, practice))
    chosen = {rows_of(practice_import)["policy.md"].position: ImportChoice.PRACTICE}
    call_as(cast.actor("alice"), choose_files, practice_import, chosen, {})
    done = brought_in(cast, practice_import)

    again = done["policy.md"].practice
    assert again is not None
    assert again != practice
    (row,) = working_sets(again)
    assert {key: {"title": row.title, **row.facts}[key] for key in PROVENANCE} == PROVENANCE


# --- Further columns -------------------------------------------------------------------------

GOLD = (
    "id,text,class,rationale,severity,annotator\n"
    "a,A dare on a roof,harm,He may fall,3,Mona\n"
    "b,A firefighter tells,fine,,,Theo\n"
)


def test_values_of_further_columns_are_shown_as_json_has_them(cast: Cast, client: Client) -> None:
    practice = make_shared(cast, Label.GREEN, **POLICY)
    row = {"id": "a", "text": "A dare", "class": "harm", "sure": True, "votes": [1, None]}
    sent = SimpleUploadedFile("gold.jsonl", json.dumps(row).encode())
    call_as(cast.actor("alice"), add_test_set, practice, sent, TestSetInput())
    make_next_version(cast, practice)
    client.force_login(cast.alice)
    page = client.get(f"/workspace/practices/{practice.key}/test-set/").text

    assert "sure</span>: true<" in page
    assert "votes</span>: [1, null]<" in page


def test_further_columns_of_a_test_set_are_named_and_go_out_again(cast: Cast, client: Client) -> None:
    practice = make_shared(cast, Label.GREEN, **POLICY)
    policy = pack_of(client, cast, practice)["policy.md"]
    practice_import = prepared(cast, {"policy.md": policy, "gold.csv": GOLD})
    page = client.get(f"/workspace/practices/imports/{practice_import.key}/").content.decode()
    assert "rationale, severity, annotator" in page
    brought_in(cast, practice_import)
    make_next_version(cast, practice)

    here = f"/workspace/practices/{practice.key}"
    assert "rationale, severity, annotator" in client.get(f"{here}/").content.decode()
    assert client.get(f"{here}/test-set/csv/").content.decode().splitlines() == [
        "tlp,id,text,class,language,rationale,severity,annotator",
        "TLP:GREEN,a,A dare on a roof,harm,en,He may fall,3,Mona",
        "TLP:GREEN,b,A firefighter tells,fine,en,,,Theo",
    ]
    # the exported file says the same again
    lines = client.get(f"{here}/test-set/jsonl/").content
    assert "severity</span>: 3" in client.get(f"{here}/test-set/").content.decode()
    (before,) = working_sets(practice)
    call_as(
        cast.actor("alice"), add_test_set, practice, SimpleUploadedFile("again.jsonl", lines), TestSetInput()
    )
    (after,) = working_sets(practice)
    assert (after.sha256, after.facts["columns"]) == (before.sha256, ["rationale", "severity", "annotator"])


# --- In no file and no prompt ----------------------------------------------------------------


def add_rows(cast: Cast, practice: Practice, rows: list[tuple[str, str, str]], **sent: Any) -> Attachment:
    added: Attachment = call_as(
        cast.actor("alice"), add_test_set, practice, table(rows), TestSetInput(**sent)
    )
    return added


def test_no_row_is_held_back_that_the_policy_says_or_a_version_gave_out(cast: Cast) -> None:
    practice = make_draft(cast, Label.GREEN, **POLICY)
    first = POLICY["examples"][0]
    examples = [("e0", f" {first['text'].upper()} ", first["class"])]
    added = add_rows(cast, practice, [*ROWS, *examples], hold_back=90)
    hidden = texts_held_back(added)
    assert len(hidden) > 20
    assert not {text for _id, text, _class in examples} & hidden

    # of one text all rows are held back, or none
    (text,) = sorted(hidden)[:1]
    twice = add_rows(cast, practice, [*ROWS, ("twice", text, "harm")])
    assert "twice" in ids_held_back(twice)

    shared = shared_pack(cast, Label.GREEN)
    with pytest.raises(DomainError, match="None of these rows can be held back"):
        add_rows(cast, shared, ROWS, hold_back=50)
    new = [(f"n{number}", f"New {number}", "harm") for number in range(40)]
    later = add_rows(cast, shared, [*ROWS, *new], hold_back=50)
    assert texts_held_back(later) <= {text for _id, text, _class in new}


def test_a_policy_that_says_a_row_held_back_is_not_handed_on(cast: Cast) -> None:
    practice = shared_pack(cast, Label.AMBER, hold_back=25)
    (test_set,) = working_sets(practice)
    shown = sorted(texts_held_back(test_set))[0]
    with acting_as(cast.actor("alice")):
        draft = Draft.objects.get(practice=practice)
    examples = [*draft.content["examples"], {"class": "harm", "text": shown}]
    content = clean_content({**draft.content, "examples": examples})
    call_as(cast.actor("alice"), edit_practice, practice, content, version=draft.version)

    with pytest.raises(DomainError, match=f"holds back: “{shown}”"):
        make_next_version(cast, practice)
    again = add_rows(cast, practice, ROWS)
    assert shown not in texts_held_back(again)
    make_next_version(cast, practice)
