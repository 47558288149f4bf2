"""Packs that come in from a folder or a zip: nothing is lost, everything is a choice, and the pack goes round."""

import io
import json
import re
import zipfile
from pathlib import PurePosixPath

import pytest
from django.test import Client

from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError
from practices.enums import AttachmentKind, ImportChoice, ImportOutcome, Label
from practices.files import Handling, format_markdown
from practices.models import Attachment, ImportedFile, ModelRun, Practice
from practices.services.import_choices import choose_files, set_for_many
from practices.services.import_suggestions import suggestions_for
from practices.services.imports import prepare_import
from tests.factories import Cast
from tests.factories.practices import CONTENT, call_as, make_draft, make_shared
from tests.practices.packs.test_packs import POLICY, ran, shared_pack
from tests.support.pack_imports import (
    CASES,
    CHALLENGES,
    FOLDER,
    brought_in,
    draft_of,
    prepared,
    rows_of,
    uploads,
)
from tests.support.pages import words_of

pytestmark = pytest.mark.django_db


def test_a_folder_is_read_as_one_pack_and_says_what_each_file_would_become(cast: Cast) -> None:
    rows = rows_of(prepared(cast, FOLDER))

    assert {PurePosixPath(name).name: row.choice for name, row in rows.items()} == {
        "policy.md": ImportChoice.PRACTICE,
        "cases.csv": ImportChoice.TEST_SET,
        "scores.csv": ImportChoice.SCORES,
        "LICENSE": ImportChoice.LICENCE,
        "README.md": ImportChoice.LEAVE_OUT,
        "notes.pdf": ImportChoice.ATTACHMENT,
        "torn.pdf": ImportChoice.REFUSED,
        "IMG_0412.jpg": ImportChoice.REFUSED,
        ".git": ImportChoice.LEAVE_OUT,  # named as passed over
    }
    policy, cases = rows["packs/policy.md"].report, rows["packs/cases.csv"].report
    assert (policy["classes"], policy["suggestions"]["counters"]) == (["DC1", "DC0"], ["C00008"])
    assert (policy["suggestions"]["stage"], policy["suggestions"]["kind"]) == ("trial", "technique")
    assert {"precision", "recall", "sample_size"} <= set(policy["stated"])
    assert (cases["rows"], cases["empty"], cases["unknown"]) == (
        2,
        [4],
        [{"key": "pii", "rows": 1, "line": 5}],
    )
    assert rows["packs/scores.csv"].report["unsigned"] == 1
    assert rows["packs/IMG_0412.jpg"].file == ""


def test_chosen_files_are_imported_and_a_bulk_setting_overwrites_nothing(cast: Cast, client: Client) -> None:
    stated = {**CONTENT, "title": "Says it all", "kind": "research"}
    text = format_markdown(stated, Handling(label=Label.GREEN, language="en"))
    practice_import = prepared(cast, {**FOLDER, "packs/stated.md": text})
    alice, positions = (
        cast.actor("alice"),
        {row.name: row.position for row in rows_of(practice_import).values()},
    )
    both = {positions["packs/policy.md"], positions["packs/stated.md"]}
    call_as(
        alice,
        set_for_many,
        practice_import,
        both,
        {"kind": "technique", "harms": ["grooming"], "stage": "trial"},
    )
    answers = {positions["packs/cases.csv"]: {"unknown-1": "violating"}}
    call_as(alice, choose_files, practice_import, {positions["packs/README.md"]: "practice"}, answers)
    client.force_login(cast.alice)
    page = words_of(client.get(f"/workspace/practices/imports/{practice_import.key}/"))
    assert "Class “pii” is not in the policy: 1 row" in page
    numbers = "Size of the test: 400; Precision: 0.91; Recall (share found): 0.84"
    recognised = page.partition("Recognised:")[2][:200]
    assert recognised.startswith(f" 2 classes; 2 examples with their classes; {numbers}")

    rows = brought_in(cast, practice_import)

    policy, untouched = draft_of(rows["packs/policy.md"]), draft_of(rows["packs/stated.md"])
    assert (policy["kind"], policy["harms"], policy["licence"]) == ("technique", ["grooming"], "MIT")
    assert "permitted_use" not in policy  # nobody has chosen it
    assert [row["precision"] for row in policy["scores"]] == ["0.91", "0.58"]
    assert [row["key"] for row in policy["classes"]] == ["DC1", "DC0", "pii"]
    assert (untouched["kind"], untouched["stage"], untouched["harms"]) == ("research", "proven", ["grooming"])
    assert rows["packs/README.md"].outcome == ImportOutcome.DRAFTED
    with acting_as(SYSTEM):
        test_set = Attachment.objects.get(kind=AttachmentKind.TEST_SET)
    assert (test_set.practice, test_set.facts["rows"]) == (rows["packs/policy.md"].practice, 3)


def test_a_readme_that_is_kept_as_a_file_takes_no_fields(cast: Cast, client: Client) -> None:
    practice_import = prepared(cast, {"policy.md": CHALLENGES, "README.md": "# How to\n\nRun it.\n"})
    alice, places = (
        cast.actor("alice"),
        {name: row.position for name, row in rows_of(practice_import).items()},
    )
    call_as(alice, choose_files, practice_import, {places["README.md"]: "attachment"}, {})
    client.force_login(cast.alice)

    page = client.get(f"/workspace/practices/imports/{practice_import.key}/")

    assert [f'id="pick-{places[name]}"' in page.text for name in ("policy.md", "README.md")] == [True, False]
    assert words_of(page).count("Still missing") == 1
    assert call_as(alice, set_for_many, practice_import, set(places.values()), {"stage": "trial"}) == 1


def test_harms_are_suggested_by_the_words_that_are_searched_with_them() -> None:
    text = "Sextortion: he threatens to publish. Груминга не бывает без переписки."
    suggested = suggestions_for({"goal": text})

    assert [harm["key"] for harm in suggested["harms"]] == ["grooming"]
    assert {"sextortion", "груминг"} <= set(suggested["harms"][0]["words"])
    # parts of a phrase that stand apart are none
    apart = "The solicitation of bids is no topic of ours, said the city. Children may read this."
    assert "harms" not in suggestions_for({"goal": apart})


@pytest.mark.parametrize(
    ("licence", "use"),
    [
        ("MIT", "adapt"),
        ("CC BY-ND 4.0", "use"),
        ("CC BY-NC 4.0", None),
        ("CC BY-NC-ND 4.0", None),
        ("All rights reserved", None),
    ],
)
def test_a_permitted_use_is_suggested_only_where_the_licence_grants_it_to_everybody(
    licence: str, use: str | None
) -> None:
    assert suggestions_for({"licence": licence}).get("permitted_use") == use


def test_two_policies_and_one_test_set_ask_for_which_it_is(cast: Cast) -> None:
    other = CHALLENGES.replace("DC", "GR").replace("Dangerous challenges", "Grooming in comments")
    practice_import = prepared(cast, {"a.md": other, "b.md": CHALLENGES, "cases.csv": CASES})
    rows = rows_of(practice_import)

    assert rows["cases.csv"].settings["of"] == rows["b.md"].position  # whose classes it knows
    assert rows["cases.csv"].report["policies"] == [rows["a.md"].position, rows["b.md"].position]
    done = brought_in(cast, practice_import)
    assert done["cases.csv"].practice == done["b.md"].practice


def test_the_report_on_a_test_set_is_about_the_policy_that_was_chosen(cast: Cast) -> None:
    other = CHALLENGES.replace("DC", "GR").replace("Dangerous challenges", "Grooming in comments")
    practice_import = prepared(cast, {"a.md": other, "b.md": CHALLENGES, "cases.csv": CASES})
    rows = rows_of(practice_import)
    answers = {rows["cases.csv"].position: {"of": str(rows["a.md"].position)}}

    call_as(cast.actor("alice"), choose_files, practice_import, {}, answers)

    report = rows_of(practice_import)["cases.csv"].report
    assert report["rows"] == 0
    assert [row["key"] for row in report["unknown"]] == ["DC1", "DC0", "pii"]


def test_duplicates_are_recognised_by_digest_and_by_likeness(cast: Cast, client: Client) -> None:
    long = {"title": "Pile-ons", "goal": " ".join(f"word{number}" for number in range(60))}
    own, other = make_draft(cast, Label.GREEN, **long), make_shared(cast, Label.GREEN, title="Slower")
    handling = Handling(label=Label.GREEN, language="en")
    changed = {**CONTENT, **long, "goal": long["goal"].replace("word7 ", "word8 ")}
    same = format_markdown({**CONTENT, "title": "Slower"}, handling)

    rows = rows_of(prepared(cast, {"same.md": same, "changed.md": format_markdown(changed, handling)}))
    of_carol = rows_of(prepared(cast, {"same.md": same}, who="carol"))

    assert (rows["same.md"].choice, rows["same.md"].report["twin"]["practice"]) == (
        "leave_out",
        str(other.key),
    )
    assert rows["same.md"].report["twin"]["is_same"]
    twin = rows["changed.md"].report["twin"]
    assert (twin["practice"], twin["is_same"]) == (str(own.key), False)
    assert 90 <= twin["percent"] < 100
    # its differences are shown, and nothing is shared by it
    assert (rows["changed.md"].choice, rows["changed.md"].report["choices"]) == (
        "version", ["version", "practice", "translation", "leave_out"],
    )  # fmt: skip
    assert (of_carol["same.md"].choice, of_carol["same.md"].report["choices"]) == (
        "leave_out", ["practice", "translation", "leave_out"],
    )  # fmt: skip
    client.force_login(cast.alice)
    page = client.get(f"/workspace/practices/imports/{rows['same.md'].upload.key}/").content.decode()
    assert "of 100 words are those of" in page
    assert re.search(r'<del><span class="hidden">Removed: </span>word7\s*</del>', page)
    notes_of_new_drafts = page.count("but the draft gets the label")
    positions = {rows["changed.md"].position: "practice"}
    call_as(cast.actor("alice"), choose_files, rows["same.md"].upload, positions, {})
    page = client.get(f"/workspace/practices/imports/{rows['same.md'].upload.key}/").content.decode()
    assert page.count("but the draft gets the label") == notes_of_new_drafts + 1


def test_unreadable_practices_are_no_duplicates(cast: Cast) -> None:
    make_draft(cast, Label.AMBER, title="Hidden from Carol")
    same = format_markdown(
        {**CONTENT, "title": "Hidden from Carol"}, Handling(label=Label.GREEN, language="en")
    )

    (row,) = rows_of(prepared(cast, {"a.md": same}, who="carol")).values()

    assert (row.choice, "twin" in row.report) == ("practice", False)


def test_a_whole_pack_goes_out_as_a_zip_and_comes_in_again(cast: Cast, client: Client) -> None:
    practice = shared_pack(cast, Label.GREEN)
    run = ran(cast, practice, "carol", "r1,harm\nr2,harm\n")
    client.force_login(cast.carol)
    body = client.get(f"/workspace/practices/{practice.key}/pack/").content

    practice_import = prepared(cast, {"pack.zip": body}, who="carol")
    positions = {row.name: row for row in rows_of(practice_import).values()}
    call_as(
        cast.actor("carol"), choose_files, practice_import, {positions["policy.md"].position: "practice"}, {}
    )
    rows = brought_in(cast, practice_import, who="carol")

    assert [row.refusal for row in rows.values() if row.refusal] == []
    content = draft_of(rows["policy.md"])
    assert (content["classes"], content["examples"]) == (POLICY["classes"], POLICY["examples"])
    with acting_as(SYSTEM):
        again = ModelRun.objects.exclude(pk=run.pk).get()
        first, second = Attachment.objects.filter(kind=AttachmentKind.TEST_SET).order_by("pk")
    assert first.sha256 == second.sha256
    assert (again.counts, again.name, again.source) == (run.counts, run.name, "Beacon Search")


def test_scripts_are_not_needed_and_strange_fields_are_refused(cast: Cast, client: Client) -> None:
    practice_import = prepared(cast, {"packs/policy.md": CHALLENGES})
    client.force_login(cast.alice)
    url = f"/workspace/practices/imports/{practice_import.key}/"
    page = client.get(url).content.decode()
    suggestion = re.search(r'value="(suggest:1:stage:[a-z]+)"', page)
    assert suggestion is not None

    assert client.post(f"{url}choose/", {"act": suggestion[1], "choice-1": "practice"}).status_code == 302
    assert rows_of(practice_import)["packs/policy.md"].settings["content"] == {"stage": "trial"}
    assert client.post(f"{url}choose/", {"act": "save", "strange": "1"}).status_code == 422
    client.post(f"{url}choose/", {"act": "save", "choice-1": "leave_out"})
    assert rows_of(practice_import)["packs/policy.md"].choice == "leave_out"
    with acting_as(SYSTEM):
        assert not Practice.objects.exists()


def test_a_second_test_set_of_a_policy_replaces_nothing(cast: Cast) -> None:
    files: dict[str, str | bytes] = {
        "policy.md": CHALLENGES,
        "a.csv": CASES,
        "b.jsonl": '{"text": "A ladder", "class": "DC1"}',
    }
    practice_import = prepared(cast, files)
    rows = rows_of(practice_import)
    assert (rows["a.csv"].choice, rows["b.jsonl"].choice) == (ImportChoice.TEST_SET, ImportChoice.LEAVE_OUT)
    assert "has the test set “a.csv”" in rows["b.jsonl"].report["hints"][0]
    call_as(cast.actor("alice"), choose_files, practice_import, {rows["b.jsonl"].position: "test_set"}, {})
    chosen = rows_of(practice_import)
    assert [(chosen[name].choice, len(chosen[name].report["hints"])) for name in ("a.csv", "b.jsonl")] == [
        ("leave_out", 1), ("test_set", 0),
    ]  # fmt: skip
    # as where their two policies become versions of one practice
    chosen["a.csv"].choice = ImportChoice.TEST_SET
    chosen["a.csv"].save(update_fields=["choice"])

    rows = brought_in(cast, practice_import)

    assert (rows["a.csv"].outcome, rows["b.jsonl"].outcome) == (ImportOutcome.ADDED, ImportOutcome.REFUSED)
    assert "has the test set “a.csv”" in rows["b.jsonl"].refusal
    with acting_as(SYSTEM):
        assert Attachment.objects.get(kind=AttachmentKind.TEST_SET).facts["rows"] == 2


def test_files_of_equal_names_keep_their_endings(cast: Cast) -> None:
    sent = [
        *uploads({"cases.csv": CASES}),
        *uploads({"policy.md": CHALLENGES}),
        *uploads({"cases.csv": CASES}),
    ]
    practice_import = call_as(cast.actor("alice"), prepare_import, sent)

    rows = rows_of(practice_import)

    assert list(rows) == ["cases.csv", "policy.md", "cases (2).csv"]
    assert rows["cases (2).csv"].report["role"] == "test_set"


def test_two_zips_come_in_apart(cast: Cast) -> None:
    bodies = []
    for title in ("Dares", "Ladders"):
        with zipfile.ZipFile(buffer := io.BytesIO(), "w") as archive:
            archive.writestr("policy.md", CHALLENGES.replace("Dangerous challenges", title))
            archive.writestr("cases.csv", CASES)
        bodies.append(buffer.getvalue())

    rows = rows_of(prepared(cast, {"a.zip": bodies[0], "b.zip": bodies[1]}))

    assert list(rows) == ["a/policy.md", "a/cases.csv", "b/policy.md", "b/cases.csv"]
    for folder in ("a", "b"):
        assert rows[f"{folder}/cases.csv"].choice == ImportChoice.TEST_SET
        assert rows[f"{folder}/cases.csv"].settings["of"] == rows[f"{folder}/policy.md"].position


@pytest.mark.parametrize(
    ("table", "fault"),
    [
        ("model,class,precision\nTern,DC1,0.9\nTern,DC1,high\n", (3, "Write a number, for example 1234.5.")),
        ("model,precision\nTern,9.1\n", (2, "Write a share from 0 to 1, for example 0.83.")),
        ("model,precision\n" + "Tern,0.9\n" * 61, (0, "There are more than 60 rows.")),
    ],
)
def test_a_score_table_that_the_policy_cannot_take_is_refused_by_the_dry_run(
    cast: Cast, table: str, fault: tuple[int, str]
) -> None:
    practice_import = prepared(cast, {"policy.md": CHALLENGES, "scores.csv": table})

    (report,) = rows_of(practice_import)["scores.csv"].report["faults"]
    rows = brought_in(cast, practice_import)

    assert (report["line"], report["message"]) == fault
    assert rows["policy.md"].outcome == ImportOutcome.DRAFTED


def test_a_refusal_of_the_work_names_the_field(cast: Cast) -> None:
    practice_import = prepared(cast, {"policy.md": CHALLENGES})
    with acting_as(SYSTEM):  # since the dry run the harm has gone
        ImportedFile.objects.update(settings={"content": {"harms": ["unknown-harm"]}})

    (row,) = brought_in(cast, practice_import).values()

    assert row.outcome == ImportOutcome.REFUSED
    assert row.refusal.startswith("Kinds of harm: “unknown-harm”")


def test_a_zip_in_a_zip_is_not_opened(cast: Cast, client: Client) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("samples.zip", b"PK")
        archive.writestr("policy.md", CHALLENGES)
    client.force_login(cast.alice)

    practice_import = prepared(cast, {"old.zip": inner.getvalue(), "more/cases.7z": b"7z"})
    rows = rows_of(practice_import)

    assert [(rows[name].choice, rows[name].file) for name in ("old/samples.zip", "more/cases.7z")] == [
        ("leave_out", ""), ("leave_out", ""),
    ]  # fmt: skip
    page = client.get(f"/workspace/practices/imports/{practice_import.key}/").text
    assert page.count("An archive inside: not opened.") == 2
    assert brought_in(cast, practice_import)["old/policy.md"].outcome == ImportOutcome.DRAFTED


def test_a_zip_that_holds_another_one_alone_says_what_to_do(cast: Cast) -> None:
    with zipfile.ZipFile(outer := io.BytesIO(), "w") as archive:
        archive.writestr("packs/inner.zip", b"PK")

    with pytest.raises(DomainError, match=r"beside the archive “packs/inner\.zip”, which is not opened"):
        prepared(cast, {"outer.zip": outer.getvalue()})


@pytest.mark.parametrize(
    ("lie", "reason"),
    [
        ({}, "are missing"),
        ({"answers": "\ud800"}, "cannot be read"),
        ({"answers": "runs/1.csv", "source": "Beacon\x00"}, "invisible character"),
        ({"answers": "runs/1.csv", "model": "\ud800"}, "invisible character"),
    ],
)
def test_a_list_of_a_pack_that_lies_brings_nothing_in(cast: Cast, lie: dict[str, str], reason: str) -> None:
    run = {"answers": "../../etc/passwd", "kind": "model", "model": "x", "ran_on": "2026-01-01"}
    files: dict[str, str | bytes] = {
        "policy.md": CHALLENGES,
        "cases.csv": CASES,
        "pack.json": json.dumps({"format": 1, "files": [{"name": "../x"}, 3]}),
        "runs.json": json.dumps({"runs": [{**run, **lie}]}),
        "runs/1.csv": "a,DC1\n",
    }
    rows = brought_in(cast, prepared(cast, files))

    assert rows["runs.json"].outcome == ImportOutcome.REFUSED
    assert reason in rows["runs.json"].refusal
    assert rows["policy.md"].outcome == ImportOutcome.DRAFTED
