"""What the files of an import can become together is said before anything comes in; nothing is added that is lost."""

import json
import zipfile
from io import BytesIO
from typing import Any

import pytest
from django.test import Client

from portal.kernel import files
from portal.kernel.access import SYSTEM, acting_as
from practices.enums import AttachmentKind, ImportChoice, ImportOutcome, Label
from practices.files import Handling, format_markdown
from practices.models import Attachment, ImportedFile, Practice, PracticeImport
from practices.services.import_choices import choose_files
from tests.factories import Cast
from tests.factories.practices import CONTENT, call_as
from tests.practices.packs.test_packs import ran, shared_pack
from tests.support.pack_imports import (
    CASES,
    CHALLENGES,
    MIT,
    SCORES,
    brought_in,
    draft_of,
    prepared,
    rows_of,
)

pytestmark = pytest.mark.django_db

GROOMING = CHALLENGES.replace("DC", "GR").replace("Dangerous challenges", "Grooming in comments")
LEFT_OUT, TEST_SET = ImportChoice.LEAVE_OUT, ImportChoice.TEST_SET


def choose(
    cast: Cast, practice_import: PracticeImport, who: str = "alice", **chosen: str
) -> dict[str, ImportedFile]:
    """Choose by the stem of the file's name; an answer is `stem__question`."""
    positions = {
        name.rpartition("/")[2].partition(".")[0]: row.position
        for name, row in rows_of(practice_import).items()
    }
    choices, answers = {}, dict[int, dict[str, str]]()
    for key, value in chosen.items():
        stem, _, question = key.partition("__")
        if question:
            answers.setdefault(positions[stem], {})[question.replace("_", "-")] = value
        else:
            choices[positions[stem]] = value
    call_as(cast.actor(who), choose_files, practice_import, choices, answers)
    return rows_of(practice_import)


def attachments_of(practice: Practice | None) -> list[Attachment]:
    with acting_as(SYSTEM):
        return list(Attachment.objects.filter(practice=practice, removed_at=None).order_by("pk"))


def test_parts_follow_the_choice_of_their_policy(cast: Cast, client: Client) -> None:
    """As where somebody brings back what another organisation has shared: it stays out, and so does all of it."""
    practice = shared_pack(cast, Label.GREEN)
    ran(cast, practice, "carol", "r1,harm\n")
    client.force_login(cast.carol)
    body = client.get(f"/workspace/practices/{practice.key}/pack/").content
    with zipfile.ZipFile(BytesIO(body)) as archive:
        sent: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}

    practice_import = prepared(cast, {**sent, "LICENSE": MIT, "notes.txt": "How it was."}, who="carol")
    rows = rows_of(practice_import)
    assert {row.choice for row in rows.values()} == {LEFT_OUT}
    assert rows["notes.txt"].report["hints"] == ["Its policy stays out, and so does this."]
    assert "None of the files can be imported" in client.get(
        f"/workspace/practices/imports/{practice_import.key}/"
    ).text  # fmt: skip
    # what is chosen alone has nowhere to go
    assert choose(cast, practice_import, "carol", notes="attachment")["notes.txt"].choice == LEFT_OUT

    rows = choose(cast, practice_import, "carol", policy="practice")
    assert {name: row.choice for name, row in rows.items() if row.choice != LEFT_OUT} == {
        "policy.md": "practice", "test-set.jsonl": "test_set", "runs.json": "runs", "LICENSE": "licence",
        "notes.txt": "attachment",
    }  # fmt: skip
    done = brought_in(cast, practice_import, who="carol")
    assert [(row.name, row.refusal) for row in done.values() if row.refusal] == []


def test_what_goes_into_fields_is_not_called_added_when_its_policy_is_refused(cast: Cast) -> None:
    sent: dict[str, str | bytes] = {
        "policy.md": CHALLENGES, "scores.csv": SCORES, "LICENSE": MIT, "prompt.txt": "You judge.",
    }  # fmt: skip
    practice_import = prepared(cast, sent)
    with acting_as(SYSTEM):  # since the dry run the harm has gone
        policy = ImportedFile.objects.get(name="policy.md")
        policy.settings = {"content": {"harms": ["unknown-harm"]}}
        policy.save()

    done = brought_in(cast, practice_import)

    assert {row.outcome for row in done.values()} == {ImportOutcome.REFUSED}
    assert {done[name].refusal for name in sent if name != "policy.md"} == {"Its policy was not imported."}


def test_parts_of_a_refused_policy_go_to_no_other_one(cast: Cast) -> None:
    sent: dict[str, str | bytes] = {
        "policy.md": CHALLENGES,
        "torn/policy.md": "---\ncolour: red\n---\n",
        "torn/words.txt": "dare\ncoin\n",
    }
    row = rows_of(prepared(cast, sent))["torn/words.txt"]

    assert (row.choice, row.file) == (ImportChoice.REFUSED, "")
    assert "Its policy is refused" in row.report["faults"][0]["message"]


# --- Scores ----------------------------------------------------------------------------------


def test_all_tables_of_scores_go_into_the_field(cast: Cast) -> None:
    """Also those that name no model, as evaluations print them, and beside scores that the policy states."""
    stated = [{"name": "Tern 7B", "precision": "0.5"}]
    policy = format_markdown({**CONTENT, "scores": stated}, Handling(label=Label.GREEN, language="en"))
    results = {"harm": {"precision": 0.7, "recall": 0.6, "support": 20}, "note": "of March"}
    sent: dict[str, str | bytes] = {
        "policy.md": policy,
        "first.csv": SCORES,
        "tern-8b-report.csv": ",precision,recall,f1-score,support\nharm,0.91,0.84,0.87,400\n",
        "results.json": json.dumps(results),
    }
    practice_import = prepared(cast, sent)
    assert {row.choice for name, row in rows_of(practice_import).items() if name != "policy.md"} == {"scores"}
    done = brought_in(cast, practice_import)

    assert [(row["name"], row.get("class"), row["precision"]) for row in draft_of(done["policy.md"])["scores"]] == [
        ("Tern 7B", None, "0.5"), ("Tern 8B", "DC1", "0.91"), ("Word list", "DC1", "0.58"),
        ("tern-8b-report", "harm", "0.91"), ("results", "harm", "0.7"),
    ]  # fmt: skip
    assert {row.outcome for name, row in done.items() if name != "policy.md"} == {ImportOutcome.ADDED}


def test_a_table_too_many_says_so_in_the_dry_run(cast: Cast) -> None:
    many = "model,class,precision\n" + "".join(f"Tern,C{number},0.9\n" for number in range(40))
    sent: dict[str, str | bytes] = {
        "policy.md": CHALLENGES,
        "a.csv": many,
        "b.csv": many.replace("Tern", "Gull"),
    }
    practice_import = prepared(cast, sent)

    rows = rows_of(practice_import)
    assert (rows["a.csv"].choice, rows["b.csv"].choice) == ("scores", "leave_out")
    assert rows["b.csv"].report["hints"] == ["A practice has at most 60 scores."]
    # what was chosen before stays, until it is taken back
    assert choose(cast, practice_import, b="scores")["b.csv"].choice == "leave_out"
    assert choose(cast, practice_import, a="leave_out", b="scores")["b.csv"].choice == "scores"


# --- Files -----------------------------------------------------------------------------------


def test_rules_of_a_folder_become_one_file_where_there_are_too_many(cast: Cast, client: Client) -> None:
    rules = {
        f"rules/r{number:02}.yml": f"title: Rule {number}\ndetection:\n  condition: count > {number}\n"
        for number in range(25)
    }
    sent: dict[str, str | bytes] = {"policy.md": CHALLENGES, **rules}
    practice_import = prepared(cast, sent)
    row = rows_of(practice_import)["rules/r24.yml"]
    assert (row.choice, row.report["hints"]) == (
        "signals",
        ["25 files of rules in this folder come in as one."],
    )
    done = brought_in(cast, practice_import)

    assert {row.outcome for name, row in done.items() if name != "policy.md"} == {ImportOutcome.ADDED}
    practice = done["policy.md"].practice
    assert practice is not None
    (file,) = attachments_of(practice)
    assert (file.file_name, file.facts["count"]) == ("rules.yml", 25)
    stored = files.read(file.file).decode()
    assert all(text in stored and f"# {name.partition('/')[2]}\n" in stored for name, text in rules.items())

    # once more there is nothing new, nor in the pack of the portal
    again = prepared(cast, sent)
    assert {row.choice for row in rows_of(again).values()} == {LEFT_OUT}
    client.force_login(cast.alice)
    body = client.get(f"/workspace/practices/{practice.key}/pack/").content
    back = rows_of(prepared(cast, {"pack.zip": body}))
    assert (back["files/rules.yml"].choice, back["files/rules.yml"].report["hints"]) == (
        LEFT_OUT,
        ["Your practice has this already."],
    )
    assert [each.sha256 for each in attachments_of(practice)] == [file.sha256]


def test_files_beyond_the_limit_are_left_out_until_another_one_is(cast: Cast) -> None:
    notes = {f"n{number:02}.txt": f"This is note {number}, of which there are many." for number in range(22)}
    practice_import = prepared(cast, {"policy.md": CHALLENGES, **notes})
    rows = rows_of(practice_import)
    assert [name for name, row in rows.items() if row.choice == LEFT_OUT] == ["n20.txt", "n21.txt"]
    assert "at most 20 files" in rows["n21.txt"].report["hints"][0]

    assert choose(cast, practice_import, n21="attachment")["n21.txt"].choice == LEFT_OUT
    rows = choose(cast, practice_import, n03="leave_out", n21="attachment")
    assert (rows["n21.txt"].choice, rows["n20.txt"].choice) == ("attachment", LEFT_OUT)
    done = brought_in(cast, practice_import)
    assert [row.refusal for row in done.values() if row.refusal] == []
    assert len(attachments_of(done["policy.md"].practice)) == 20


@pytest.mark.parametrize("name", ["case.txt", "case.json", "case.yml", "case.csv", "case.jsonl"])
def test_a_picture_under_another_name_is_refused_and_not_kept(cast: Cast, name: str) -> None:
    row = rows_of(prepared(cast, {"policy.md": CHALLENGES, name: b"\xff\xd8\xff\xe0 no words"}))[name]

    assert (row.choice, row.file) == (ImportChoice.REFUSED, "")
    assert "This is no text, whatever its name says." in row.report["faults"][0]["message"]


def test_unusable_files_are_not_stored(cast: Cast) -> None:
    sent: dict[str, str | bytes] = {
        "a/policy.md": CHALLENGES, "b/words.txt": "dare\ncoin\n", "a/words.txt": "© 2026\n".encode("cp1252"),
    }  # fmt: skip
    rows = rows_of(prepared(cast, sent))

    assert [(row.name, bool(row.file)) for row in rows.values()] == [
        ("a/policy.md", True), ("b/words.txt", False), ("a/words.txt", False),
    ]  # fmt: skip
    assert rows["b/words.txt"].report["notes"][0]["message"] == "No policy stands beside this file."
    assert "UTF-8" in rows["a/words.txt"].report["faults"][0]["message"]


# --- Several policies ------------------------------------------------------------------------


def test_each_file_goes_to_the_policy_whose_name_or_classes_it_has(cast: Cast, client: Client) -> None:
    sent: dict[str, str | bytes] = {
        "challenges.md": CHALLENGES,
        "grooming.md": GROOMING,
        "grooming_words.txt": "coin\ndare\n",
        "scores.csv": SCORES.replace("DC1", "GR1"),
        "system.txt": "You judge by GR0 and GR1.",
        "cases.csv": CASES,
        "LICENSE": MIT,
    }
    practice_import = prepared(cast, sent)
    rows = rows_of(practice_import)
    first, second = rows["challenges.md"].position, rows["grooming.md"].position
    assert {name: row.settings["of"] for name, row in rows.items() if not name.endswith(".md")} == {
        "grooming_words.txt": second, "scores.csv": second, "system.txt": second, "cases.csv": first,
        "LICENSE": first,
    }  # fmt: skip
    client.force_login(cast.alice)
    page = client.get(f"/workspace/practices/imports/{practice_import.key}/").text
    assert page.count("For which policy?") == 4
    assert page.count("for Grooming in comments") == 1  # the licence is for both
    choose(cast, practice_import, scores__of=str(first))
    done = brought_in(cast, practice_import)

    assert len(draft_of(done["challenges.md"])["scores"]) == 2
    grooming = draft_of(done["grooming.md"])
    assert (grooming["prompt"], grooming["licence"], "scores" in grooming) == (
        "You judge by GR0 and GR1.",
        "MIT",
        False,
    )
    assert done["grooming_words.txt"].practice == done["grooming.md"].practice


# --- Classes ---------------------------------------------------------------------------------

LOOSE = "# Lures\n\n## Goal\n\nFind lures.\n\n## What we look at\n\nMessages of all kinds.\n"
LURES = "text,label\nCome to my room,lure\nCome to school,fine\nCome,no class at all\n"


def test_a_test_set_brings_its_classes_into_a_policy_that_has_none(cast: Cast, client: Client) -> None:
    practice_import = prepared(cast, {"policy.md": LOOSE, "cases.csv": LURES})
    row = rows_of(practice_import)["cases.csv"]
    assert (row.choice, row.report["choices"]) == (LEFT_OUT, ["test_set", "attachment", "leave_out"])
    client.force_login(cast.alice)
    url = f"/workspace/practices/imports/{practice_import.key}/"
    page = client.get(url).text
    assert page.count('name="unknown-2-1"') == 3
    assert "no class can be called so" in page  # it has spaces
    assert choose(cast, practice_import, cases="test_set")["cases.csv"].report["hints"] == [
        "Say of its classes whether they are allowed."
    ]
    posted = {"act": "save", "choice-2": "leave_out", "unknown-2-1": "violating", "unknown-2-2": "allowed"}
    assert client.post(f"{url}choose/", posted).status_code == 302
    assert rows_of(practice_import)["cases.csv"].choice == TEST_SET
    done = brought_in(cast, practice_import)

    assert [(row["key"], row["outcome"]) for row in draft_of(done["policy.md"])["classes"]] == [
        ("lure", "violating"), ("fine", "allowed"),
    ]  # fmt: skip
    (test_set,) = attachments_of(done["policy.md"].practice)
    assert (test_set.kind, test_set.facts["rows"]) == (AttachmentKind.TEST_SET, 2)


def test_a_policy_that_only_names_classes_keeps_its_test_set(cast: Cast, client: Client) -> None:
    """Beside another one that has classes of its own; two of one title are told apart by their names."""
    sent: dict[str, str | bytes] = {
        "challenges.md": CHALLENGES, "more.md": CHALLENGES.replace("DC", "XC"), "lures.md": LOOSE + LISTED,
        "cases.csv": LURES,
    }  # fmt: skip
    practice_import = prepared(cast, sent)
    rows = rows_of(practice_import)
    client.force_login(cast.alice)

    assert rows["cases.csv"].settings["of"] == rows["lures.md"].position
    page = client.get(f"/workspace/practices/imports/{practice_import.key}/").text
    assert "Dangerous challenges (more.md)" in page


def test_it_can_be_kept_as_a_file_unless_it_holds_rows_back(cast: Cast) -> None:
    with_held_rows = "text,label,held_back\nCome to my room,lure,yes\nCome to school,fine,no\n"
    rows = rows_of(prepared(cast, {"policy.md": LOOSE, "a.csv": LURES, "b.csv": with_held_rows}))

    assert ("attachment" in rows["a.csv"].report["choices"], "attachment" in rows["b.csv"].report["choices"]) == (
        True, False,
    )  # fmt: skip


LISTED = """
## Categories

- **lure**: an invitation to a place
- `fine` - everything else
"""
TABLE = """
| Class | Meaning | What follows |
| --- | --- | --- |
| lure | an invitation to a place | remove |
| fine | everything else | leave |
"""


@pytest.mark.parametrize("classes", [LISTED, TABLE])
def test_classes_without_a_verdict_are_asked_for_it(cast: Cast, client: Client, classes: str) -> None:
    practice_import = prepared(cast, {"policy.md": LOOSE + classes, "cases.csv": LURES})
    client.force_login(cast.alice)
    page = client.get(f"/workspace/practices/imports/{practice_import.key}/").text
    assert "Class “lure”: is it allowed?" in page
    assert "The policy names it: say there whether it is allowed." in page
    rows = choose(cast, practice_import, policy__class_1="violating", policy__class_2="allowed")
    assert (rows["cases.csv"].choice, rows["cases.csv"].report["rows"]) == (TEST_SET, 2)
    done = brought_in(cast, practice_import)

    content = draft_of(done["policy.md"])
    assert [(row["key"], row["outcome"], row["meaning"]) for row in content["classes"]] == [
        ("lure", "violating", "an invitation to a place"), ("fine", "allowed", "everything else"),
    ]  # fmt: skip
    assert "an invitation to a place" in content["definitions"]  # the text stays whole
    assert done["cases.csv"].outcome == ImportOutcome.ADDED


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        (LISTED.replace("**lure**", "**lure** (not allowed)").replace("`fine` -", "`fine` - allowed:"),
         ["lure", "fine"]),
        (TABLE.replace("What follows", "Verdict").replace("remove", "Not allowed").replace("leave", "allowed"),
         ["lure", "fine"]),
        ("\n## Injury (harm)\n\nIt can be copied.\n\nOutput: INVALID\n\n## No injury (fine)\n\nOutput: VALID\n",
         ["harm", "fine"]),
        ("\n## S1: Serious injury\n\nOutput: INVALID\n", ["S1"]),
        ("\n## Allowed content (examples)\n\nA ladder.\n\n## Not allowed (summary)\n\nA roof.\n", []),
        ("\n## Categories\n\n- a well-known fact\n- another one\n", []),
    ],
)  # fmt: skip
def test_classes_are_recognised_by_what_says_their_verdict(cast: Cast, text: str, keys: list[str]) -> None:
    report: dict[str, Any] = rows_of(prepared(cast, {"policy.md": LOOSE + text}))["policy.md"].report

    assert (report["classes"], report["unsure_classes"]) == (keys, [])


def test_an_import_of_before_keeps_its_one_answer_for_all_classes(cast: Cast) -> None:
    practice_import = prepared(cast, {"policy.md": CHALLENGES, "cases.csv": CASES})
    with acting_as(SYSTEM):
        row = ImportedFile.objects.get(name="cases.csv")
        row.settings = {**row.settings, "unknown": "violating"}
        row.save()
    done = brought_in(cast, practice_import)

    assert [row["key"] for row in draft_of(done["policy.md"])["classes"]] == ["DC1", "DC0", "pii"]
