"""A policy that can be run: its test set, runs by whoever reads it, all of it taken away, each time with the label."""

import json
import zipfile
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.kernel import files
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError, Forbidden
from portal.kernel.journal import Event
from practices.enums import AttachmentKind, Label, RunKind
from practices.models import AccessLog, Attachment, Draft, ModelRun, Practice
from practices.packs.faults import FileRefused
from practices.packs.test_set_rows import labelled_rows, stored_rows
from practices.queries.packs import run_targets
from practices.services.attachments import remove_attachment
from practices.services.packs import (
    RunInput,
    TestSetInput,
    add_run,
    add_test_set,
    confirm_test_set,
    remove_run,
)
from practices.services.practices import edit_practice
from practices.services.signals import add_signals
from tests.factories import Cast
from tests.factories.practices import CONTENT, call_as, make_draft, make_next_version, make_shared

pytestmark = pytest.mark.django_db

POLICY = {
    "classes": [
        {"key": "harm", "title": "Serious injury", "outcome": "violating", "meaning": "It can be copied."},
        {"key": "fine", "title": "No serious injury", "outcome": "allowed"},
    ],
    "examples": [
        {"class": "harm", "text": "A game that takes away breath."},
        {"class": "fine", "text": "A skateboarder falls, in pads."},
    ],
}
ROWS = [(f"r{number}", f"Text {number}", "harm" if number % 2 else "fine") for number in range(40)]


def table(rows: list[tuple[str, str, str]]) -> SimpleUploadedFile:
    lines = [",".join(row) for row in [("id", "text", "class"), *rows]]
    return SimpleUploadedFile("cases.csv", "\n".join(lines).encode(), content_type="text/csv")


def with_test_set(cast: Cast, practice: Practice, **sent: Any) -> Attachment:
    added: Attachment = call_as(
        cast.actor("alice"), add_test_set, practice, table(ROWS), TestSetInput(**sent)
    )
    return added


def shared_pack(cast: Cast, label: str = Label.AMBER, **sent: Any) -> Practice:
    """A pack of Aurora's that names Beacon."""
    practice = make_shared(cast, label, **POLICY)
    with_test_set(cast, practice, **sent)
    make_next_version(cast, practice)
    practice.refresh_from_db()
    return practice


def ids_held_back(test_set: Attachment) -> list[str]:
    with acting_as(SYSTEM):
        row = Attachment.objects.get(kind=AttachmentKind.HELD_ROWS, belongs_to=test_set)
        return [each["id"] for each in stored_rows(files.read(row.file))]


def ran(cast: Cast, practice: Practice, who: str, answers: str, **sent: Any) -> ModelRun:
    actor = cast.actor(who)
    with acting_as(actor):
        target = run_targets(actor, practice)[0]
    values = {"kind": RunKind.MODEL, "name": "Tern 8B", "ran_on": date(2026, 2, 3), **sent}
    upload = SimpleUploadedFile("answers.csv", answers.encode())
    run: ModelRun = call_as(actor, add_run, target, upload, RunInput(**values))
    return run


def test_a_reader_takes_the_test_set_away_and_the_portal_counts_the_answers(
    cast: Cast, client: Client
) -> None:
    practice = shared_pack(cast, hold_back=25)
    client.force_login(cast.carol)
    here = f"/workspace/practices/{practice.key}"
    rows = [json.loads(line) for line in client.get(f"{here}/test-set/jsonl/").content.decode().splitlines()]
    assert {row["tlp"] for row in rows} == {"TLP:AMBER"}
    answers = "".join(
        f"{row['id']},{'harm' if row['id'] != rows[0]['id'] else row['class']}\n" for row in rows
    )

    answer = client.post(
        f"{here}/runs/add/",
        {"file": SimpleUploadedFile("a.csv", answers.encode()), "kind": "model", "name": "Harbor 5",
         "setting": "", "ran_on": "2026-01-21"},
    )  # fmt: skip

    assert answer.status_code == 302, answer.content.decode()
    with acting_as(cast.actor("bob")):
        run = ModelRun.objects.visible_to(cast.actor("bob")).get()
    assert (run.rows, run.organisation_id, run.counts_held_back) == (len(rows), cast.beacon.pk, {})
    harmful = sum(row["class"] == "harm" for row in rows)
    assert run.counts["harm"]["right"] == harmful
    page = client.get(f"{here}/?class=harm").content.decode()
    assert "Harbor 5" in page
    assert "One run so far" in page
    with acting_as(SYSTEM):
        assert set(AccessLog.objects.values_list("channel", flat=True)) == {"test_set", "page"}


def test_rows_held_back_are_the_sources_to_answer_and_nobodys_to_read(cast: Cast, client: Client) -> None:
    practice = shared_pack(cast, hold_back=25)
    with acting_as(SYSTEM):
        test_set = Attachment.objects.get(kind=AttachmentKind.TEST_SET)
    hidden_ids = ids_held_back(test_set)
    assert test_set.facts["held"] == len(hidden_ids) > 0
    guess = "r1,harm\nr3,harm\n" if "r1" not in hidden_ids else "r5,harm\n"

    with pytest.raises(FileRefused) as refused:
        ran(cast, practice, "carol", f"{guess}{hidden_ids[0]},harm\n")
    own = ran(cast, practice, "alice", f"{guess}{hidden_ids[0]},harm\n")

    assert "There is no row" in str(refused.value)
    assert sum(sum(counts.values()) for counts in own.counts_held_back.values()) in (1, 2)
    client.force_login(cast.alice)
    names = ("practice-pack", "practice-prompt", "practice-test-set-jsonl", "practice-test-set-csv")
    for name in names:
        body = client.get(reverse(f"workspace:{name}", args=[practice.key])).content
        text = _texts(body)
        assert [each for each in hidden_ids if f'Text {each[1:]}"' in text or f"{each},Text" in text] == [], (
            name
        )
    with acting_as(cast.actor("alice")):
        internal = Attachment.objects.filter(kind__in=(AttachmentKind.HELD_ROWS, AttachmentKind.ANSWERS))
        assert not internal.exists()


def _texts(body: bytes) -> str:
    if not body.startswith(b"PK"):
        return body.decode()
    with zipfile.ZipFile(BytesIO(body)) as archive:
        return "\n".join(archive.read(name).decode() for name in archive.namelist())


def test_a_changed_policy_asks_whether_its_test_set_still_fits(cast: Cast, client: Client) -> None:
    practice = shared_pack(cast, Label.GREEN)
    run = ran(cast, practice, "carol", "r1,harm\n")
    reworded = [{**POLICY["classes"][0], "meaning": "A child can copy it."}, POLICY["classes"][1]]
    with acting_as(cast.actor("alice")):
        draft = Draft.objects.get(practice=practice)
    call_as(
        cast.actor("alice"),
        edit_practice,
        practice,
        {**draft.content, "classes": reworded},
        version=draft.version,
    )
    client.force_login(cast.alice)
    assert "Does it still fit?" in client.get(f"/workspace/practices/{practice.key}/files/").content.decode()

    call_as(cast.actor("alice"), confirm_test_set, practice)
    assert (
        "Does it still fit?" not in client.get(f"/workspace/practices/{practice.key}/files/").content.decode()
    )
    call_as(cast.actor("alice"), add_test_set, practice, table(ROWS[:30]), TestSetInput())
    make_next_version(cast, practice, note="Other rows.")

    page = client.get(f"/workspace/practices/{practice.key}/").content.decode()
    assert "On another test set: other rows" in page
    assert run.name in page.split("On another test set")[-1]


def test_a_test_set_is_refused_whole_where_the_policy_does_not_know_a_class(cast: Cast) -> None:
    practice = make_draft(cast, **POLICY)
    alice, rows = cast.actor("alice"), [*ROWS, ("p1", "An address", "pii")]
    with pytest.raises(FileRefused) as refused:
        call_as(alice, add_test_set, practice, table(rows), TestSetInput())
    assert "“pii” is not in the policy: 1 rows, the first on line 42" in str(refused.value)

    added = call_as(alice, add_test_set, practice, table(rows), TestSetInput(leave_out_unknown=True))
    assert (added.facts["rows"], added.facts["left_out"]) == (40, 1)
    with pytest.raises(DomainError, match="no classes yet"):
        call_as(alice, add_test_set, make_draft(cast), table(ROWS), TestSetInput())
    with pytest.raises(FileRefused, match="one of these types"):
        call_as(alice, add_test_set, practice, SimpleUploadedFile("a.exe", b"MZ"), TestSetInput())


def test_a_test_set_takes_the_place_of_the_one_before_and_goes_with_its_runs(cast: Cast) -> None:
    practice = make_draft(cast, Label.AMBER, **POLICY)
    first = with_test_set(cast, practice, hold_back=20)
    ran(cast, practice, "alice", "r1,harm\n" if "r1" not in ids_held_back(first) else "r3,harm\n")
    second = with_test_set(cast, practice, hold_back=0)
    with acting_as(SYSTEM):
        assert list(Attachment.objects.values_list("pk", flat=True)) == [second.pk]
        assert not ModelRun.objects.exists()

    call_as(cast.actor("alice"), remove_attachment, second)
    with acting_as(SYSTEM):
        assert not Attachment.objects.exists()


def test_what_goes_with_an_earlier_test_set_is_in_the_journal(cast: Cast) -> None:
    practice = make_draft(cast, Label.AMBER, **POLICY)
    with_test_set(cast, practice)
    run = ran(cast, practice, "alice", "r1,harm\n")
    with_test_set(cast, practice)

    with acting_as(SYSTEM):
        entries = Event.objects.filter(kind__in=("attachment.remove", "run.remove"), person_id=cast.alice.pk)
        assert set(entries.values_list("kind", flat=True)) == {"attachment.remove", "run.remove"}
        assert not ModelRun.objects.filter(pk=run.pk).exists()


def test_rows_that_a_version_holds_back_are_given_out_by_no_later_test_set(cast: Cast) -> None:
    practice = shared_pack(cast, hold_back=25)
    with acting_as(SYSTEM):
        first = Attachment.objects.get(kind=AttachmentKind.TEST_SET)
    texts = {f"Text {row_id[1:]}" for row_id in ids_held_back(first)}
    rows = [(f"n{number}", text, key) for number, (_id, text, key) in enumerate(ROWS)]

    later = call_as(cast.actor("alice"), add_test_set, practice, table(rows), TestSetInput(hold_back=0))

    assert {rows[int(row_id[1:])][1] for row_id in ids_held_back(later)} == texts


def test_a_test_set_of_the_working_copy_keeps_what_is_held_back_unless_it_is_chosen_anew(cast: Cast) -> None:
    practice = make_draft(cast, **POLICY)
    hidden_ids = ids_held_back(with_test_set(cast, practice, hold_back=25))

    assert ids_held_back(with_test_set(cast, practice)) == hidden_ids
    assert with_test_set(cast, practice, hold_back=0).facts["held"] == 0


def test_a_run_is_counted_although_its_policy_has_lost_a_class(cast: Cast) -> None:
    practice = make_draft(cast, **POLICY)
    with_test_set(cast, practice)
    with acting_as(cast.actor("alice")):
        draft = Draft.objects.get(practice=practice)
    fewer = {**draft.content, "classes": POLICY["classes"][:1], "examples": POLICY["examples"][:1]}
    call_as(cast.actor("alice"), edit_practice, practice, fewer, version=draft.version)

    run = ran(cast, practice, "alice", "r1,harm\nr2,harm\n")

    assert run.counts["harm"] == {"right": 1, "wrong": 1, "missed": 0}


def test_only_runs_that_answered_every_row_are_compared(cast: Cast, client: Client) -> None:
    practice = shared_pack(cast, Label.GREEN)
    every = "".join(f"{row_id},{key}\n" for row_id, _text, key in ROWS)
    wrong = "".join(f"{row_id},harm\n" for row_id, _text, _key in ROWS)
    ran(cast, practice, "carol", every, name="Tern")
    ran(cast, practice, "carol", "r1,harm\nr2,fine\n", name="Picks the easy ones")
    client.force_login(cast.carol)
    here = f"/workspace/practices/{practice.key}/"

    apart = client.get(here).content.decode()
    ran(cast, practice, "carol", wrong, name="Says harm")
    together = client.get(here).content.decode()

    assert "Nothing to compare: these runs did not answer the same rows." in apart
    assert "Tern is more precise than all others. Only runs that answered every row are compared." in together


def test_a_run_that_was_imported_names_who_imported_it(cast: Cast, client: Client) -> None:
    practice = shared_pack(cast, Label.GREEN)
    ran(cast, practice, "carol", "r1,harm\n", source="Harbour Labs")
    client.force_login(cast.carol)

    page = client.get(f"/workspace/practices/{practice.key}/").content.decode()

    assert f"Harbour Labs; imported by {cast.carol.name}, {cast.beacon.name}" in page


def test_the_address_of_a_class_is_encoded(cast: Cast, client: Client) -> None:
    classes = [{**POLICY["classes"][0], "key": "a+b"}, POLICY["classes"][1]]
    practice = make_shared(cast, Label.GREEN, **{**POLICY, "classes": classes, "examples": []})
    upload = table([("r1", "A dare", "a+b"), ("r2", "A firefighter tells", "fine")])
    call_as(cast.actor("alice"), add_test_set, practice, upload, TestSetInput())
    make_next_version(cast, practice)
    client.force_login(cast.alice)
    here = f"/workspace/practices/{practice.key}/"

    assert f'href="{here}?class=a%2Bb#scores"' in client.get(f"{here}?class=fine").content.decode()


def test_a_page_of_rows_reads_these_rows_alone(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from practices.web.practice import pack

    practice, sizes = shared_pack(cast, Label.GREEN), []
    monkeypatch.setattr(
        pack, "labelled_rows", lambda raw: sizes.append(raw.count(b"\n") + 1) or labelled_rows(raw)
    )
    client.force_login(cast.carol)

    page = client.get(f"/workspace/practices/{practice.key}/test-set/?page=2").content.decode()

    assert ("Text 20" in page, "Text 19" in page, "Text 39" in page) == (True, False, True)
    assert sizes == [20]


def test_the_files_of_a_pack_are_looked_up_at_once(cast: Cast, client: Client) -> None:
    practice = shared_pack(cast, Label.GREEN)
    client.force_login(cast.carol)
    counts = []
    for lists in (1, 5):
        for number in range(lists):
            upload = SimpleUploadedFile("list.txt", f"{number:032x}\n".encode())
            kind = AttachmentKind.HASH_LIST
            call_as(cast.actor("alice"), add_signals, practice, upload, kind=kind, algorithm="md5")
        for number in range(lists):  # answers are files too
            ran(cast, practice, "carol", "r1,harm\n", name=f"Tern {number}")
        make_next_version(cast, practice)
        for name in ("practice-pack", "practice-stix"):
            with CaptureQueriesContext(connection) as captured:
                client.get(reverse(f"workspace:{name}", args=[practice.key]))
            tables = ('FROM "practices_attachment"', 'FROM "portal_filecase"')
            counts.append([sum(table in query["sql"] for query in captured) for table in tables])

    assert counts[:2] == counts[2:]


def test_a_run_is_removed_by_its_author_and_by_the_source(cast: Cast) -> None:
    practice = shared_pack(cast)
    of_carol, of_alice = ran(cast, practice, "carol", "r1,harm\n"), ran(cast, practice, "alice", "r1,fine\n")
    with pytest.raises(Forbidden):
        call_as(cast.actor("carol"), remove_run, of_alice)
    call_as(cast.actor("carol"), remove_run, of_carol)
    call_as(cast.actor("sven"), remove_run, of_alice)

    with acting_as(SYSTEM):
        assert not ModelRun.objects.exists()
        assert not Attachment.objects.filter(kind=AttachmentKind.ANSWERS).exists()


def test_the_zip_holds_the_whole_pack_with_the_label_in_each_file(cast: Cast, client: Client) -> None:
    practice = shared_pack(cast, hold_back=10)
    run = ran(
        cast, practice, "carol", "r1,harm\n" if "r1" not in _ids_held_back_of(practice) else "r3,harm\n"
    )
    client.force_login(cast.carol)

    body = client.get(f"/workspace/practices/{practice.key}/pack/").content

    with zipfile.ZipFile(BytesIO(body)) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert list(texts) == [
        "pack.json",
        "policy.md",
        "prompt.txt",
        "test-set.jsonl",
        "runs.json",
        "runs/1.csv",
    ]
    assert [name for name, text in texts.items() if "TLP:AMBER" not in text] == []
    assert json.loads(texts["runs.json"])["runs"][0]["model"] == run.name
    assert "1. harm (not allowed): Serious injury. It can be copied." in texts["prompt.txt"]
    assert "| harm | Serious injury | not allowed | It can be copied. |  |" in texts["policy.md"]


def test_a_pack_names_whose_a_run_was_but_no_source_that_asks_not_to_be_named(
    cast: Cast, client: Client
) -> None:
    practice = make_shared(cast, Label.AMBER, attribution="none", **POLICY)
    with_test_set(cast, practice, hold_back=0)
    make_next_version(cast, practice)
    for who in ("alice", "carol"):
        ran(cast, practice, who, "r1,harm\n")
    client.force_login(cast.carol)

    body = client.get(f"/workspace/practices/{practice.key}/pack/").content

    with zipfile.ZipFile(BytesIO(body)) as archive:
        runs = json.loads(archive.read("runs.json"))["runs"]
    assert [run["source"] for run in runs] == ["", "Beacon Search"]
    assert cast.aurora.name not in _texts(body)


def _ids_held_back_of(practice: Practice) -> list[str]:
    with acting_as(SYSTEM):
        return ids_held_back(Attachment.objects.get(practice=practice, kind=AttachmentKind.TEST_SET))


def test_examples_bear_classes_of_the_policy(cast: Cast) -> None:
    with pytest.raises(DomainError) as refused:
        make_draft(cast, **{**CONTENT, **POLICY, "examples": [{"class": "pii", "text": "An address."}]})
    assert "pii" in str(getattr(refused.value, "faults", {}))
