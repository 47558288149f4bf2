"""What a folder and an exported pack hold beside policy and test set: prompts, lists, rules, files; none is lost."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portal.kernel import files
from portal.kernel.access import SYSTEM, acting_as
from practices.enums import AttachmentKind, ImportChoice, ImportOutcome, Label
from practices.files import Handling, format_markdown
from practices.models import Attachment, Practice
from practices.services.attachments import add_attachment
from practices.services.import_choices import choose_files
from practices.services.signals import add_signals
from tests.factories import Cast
from tests.factories.practices import CONTENT, call_as, make_next_version, make_shared
from tests.practices.packs.test_packs import POLICY
from tests.support.pack_imports import (
    CHALLENGES,
    README,
    brought_in,
    draft_of,
    prepared,
    rows_of,
)

pytestmark = pytest.mark.django_db

MD5 = "9e107d9d372bb6826bd81d3542a419d6"
RULES = b"title: Many messages\ndetection:\n  condition: count > 40\n---\ntitle: At night\ndetection:\n  hour: 2\n"
SIGNALS: dict[str, tuple[str, str, bytes]] = {
    "md5.txt": ("hash_list", "md5", f"{MD5}\n".encode()),
    "words.txt": ("keyword_list", "", b"#challenge\ndare\n"),
    "rules.yml": ("rules", "", RULES),
}


def with_signals(cast: Cast) -> Practice:
    practice = make_shared(cast, Label.GREEN, **POLICY)
    alice = cast.actor("alice")
    for name, (kind, algorithm, raw) in SIGNALS.items():
        upload = SimpleUploadedFile(name, raw)
        title = f"Title of {name}"
        call_as(alice, add_signals, practice, upload, kind=kind, title=title, algorithm=algorithm)
    call_as(alice, add_attachment, practice, SimpleUploadedFile("n.csv", b"a,b\n1,2\n"), "Numbers of March")
    make_next_version(cast, practice)
    return practice


def attachments_of(practice: Practice) -> list[tuple[str, str, dict[str, Any], bytes]]:
    with acting_as(SYSTEM):
        rows = Attachment.objects.filter(practice=practice, removed_at=None).order_by("title")
        return [(row.kind, row.title, row.facts, files.read(row.file)) for row in rows]


@pytest.mark.parametrize("choice", [ImportChoice.PRACTICE, ImportChoice.VERSION])
def test_lists_rules_and_files_of_a_pack_come_back_as_what_they_were(
    cast: Cast, client: Client, choice: str
) -> None:
    practice = with_signals(cast)
    client.force_login(cast.alice)
    body = client.get(f"/workspace/practices/{practice.key}/pack/").content

    practice_import = prepared(cast, {"pack.zip": body})
    rows = rows_of(practice_import)
    assert {row.choice for row in rows.values()} == {ImportChoice.LEAVE_OUT}  # nothing differs
    call_as(cast.actor("alice"), choose_files, practice_import, {rows["policy.md"].position: choice}, {})
    rows = rows_of(practice_import)
    assert [rows[f"files/{name}"].choice for name in (*SIGNALS, "n.csv")] == [*["signals"] * 3, "attachment"]
    done = brought_in(cast, practice_import)

    assert [row.refusal for row in done.values() if row.refusal] == []
    again = done["policy.md"].practice
    assert again is not None
    # into its own working copy nothing comes twice
    assert (again == practice) == (choice == ImportChoice.VERSION)
    assert attachments_of(again) == attachments_of(practice)
    assert [kind for kind, _title, _facts, _raw in attachments_of(again)] == [
        AttachmentKind.FILE, AttachmentKind.HASH_LIST, AttachmentKind.RULES, AttachmentKind.KEYWORD_LIST,
    ]  # fmt: skip


def test_a_list_that_the_pack_names_wrongly_is_refused_before_anything_comes_in(cast: Cast) -> None:
    listing = '{"files": [{"name": "l.txt", "kind": "hash_list", "facts": {"algorithm": "sha256"}}, 3, {"name": 4}]}'
    rows = rows_of(prepared(cast, {"policy.md": CHALLENGES, "l.txt": f"{MD5}\n", "pack.json": listing}))

    assert rows["l.txt"].choice == ImportChoice.REFUSED
    assert "has the length of MD5" in rows["l.txt"].report["faults"][0]["message"]
    assert rows["policy.md"].choice == ImportChoice.PRACTICE


def test_a_list_of_a_pack_that_was_changed_names_nothing_that_cannot_be_stored(cast: Cast) -> None:
    """Titles with characters that no database takes; what is no hash list has no algorithm."""
    listed = [
        {"name": "a.csv", "kind": "file", "title": "A\x00B", "facts": {"algorithm": "\x00"}},
        {"name": "w.txt", "kind": "keyword_list", "title": "\ud800", "facts": {"algorithm": "\ud800"}},
        {"name": "h.txt", "kind": "hash_list", "title": ["md5"], "facts": {"algorithm": ["\x00"]}},
    ]
    sent: dict[str, str | bytes] = {
        "policy.md": CHALLENGES, "a.csv": "a,b\n", "w.txt": "dare\n", "h.txt": f"{MD5}\n",
        "pack.json": json.dumps({"files": listed}),
    }  # fmt: skip
    rows = rows_of(prepared(cast, sent))

    assert {name: rows[name].choice for name in ("a.csv", "w.txt", "h.txt")} == {
        "a.csv": ImportChoice.ATTACHMENT, "w.txt": ImportChoice.SIGNALS, "h.txt": ImportChoice.REFUSED,
    }  # fmt: skip
    assert [rows[name].settings["title"] for name in ("a.csv", "w.txt")] == ["a.csv", "w.txt"]
    assert rows["w.txt"].settings["algorithm"] == ""


def test_a_policy_takes_one_prompt_and_none_where_it_states_one(cast: Cast) -> None:
    """What is chosen later takes its place; a text with front matter is a policy, whatever its folder is called."""
    sent: dict[str, str | bytes] = {
        "one/policy.md": CHALLENGES,
        "one/prompts/first.txt": "You judge one message.\n",
        "one/prompts/second.md": "You judge another.",
        "two/policy.md": format_markdown({**CONTENT, "prompt": "It says so itself."}, Handling(Label.GREEN)),
        "two/prompts/third.md": "You judge the third.",
        "prompts/policy.md": format_markdown({**CONTENT, "title": "Another one"}, Handling(Label.GREEN)),
    }
    practice_import = prepared(cast, sent)
    rows = rows_of(practice_import)
    assert rows["prompts/policy.md"].report["role"] == "practice"
    third = rows["two/prompts/third.md"]
    assert (third.choice, third.report["hints"]) == ("attachment", ["Its policy states a prompt itself."])

    first, second = "one/prompts/first.txt", "one/prompts/second.md"
    chosen = {rows[name].position: "prompt" for name in (first, second)}
    call_as(cast.actor("alice"), choose_files, practice_import, chosen, {})
    rows = rows_of(practice_import)
    assert [(rows[name].choice, len(rows[name].report["hints"])) for name in (first, second)] == [
        ("attachment", 1),
        ("prompt", 0),
    ]
    for name, choices, notes in (
        (second, ["attachment", "leave_out"], [0, 0]),
        (first, ["prompt", "leave_out"], [0, 1]),
    ):
        choice = "leave_out" if name == second else "prompt"
        call_as(cast.actor("alice"), choose_files, practice_import, {rows[name].position: choice}, {})
        now = rows_of(practice_import)
        assert [now[each].choice for each in (first, second)] == choices
        assert [len(now[each].report["hints"]) for each in (first, second)] == notes
    call_as(cast.actor("alice"), choose_files, practice_import, {rows[second].position: "prompt"}, {})
    done = brought_in(cast, practice_import)
    assert draft_of(done["one/policy.md"])["prompt"] == "You judge another."
    assert done[first].outcome == ImportOutcome.ADDED  # as a file, so that nothing is lost


def test_two_prompts_never_stay_chosen_however_often_they_are_chosen(cast: Cast) -> None:
    sent: dict[str, str | bytes] = {
        "policy.md": CHALLENGES,
        "prompts/a.md": "---\nmodel: tern-8b\ntemperature: 0\n---\nYou judge one message.\n",
        "prompts/b.md": "---\n\nYou judge another.\n\nlabel: VALID\n",
        "prompts/c.md": "You judge the third.\n",
    }
    practice_import = prepared(cast, sent)
    rows = rows_of(practice_import)
    assert {row.report["role"] for name, row in rows.items() if "/" in name} == {"prompt"}
    prompts = [rows[name].position for name in list(sent)[1:]]
    for chosen in (prompts, prompts[1:], prompts):
        call_as(cast.actor("alice"), choose_files, practice_import, dict.fromkeys(chosen, "prompt"), {})
        now = [row for row in rows_of(practice_import).values() if row.position in prompts]
        assert sorted((row.choice, len(row.report["hints"])) for row in now) == [
            ("attachment", 1), ("attachment", 1), ("prompt", 0),
        ]  # fmt: skip


def test_a_prompt_of_a_folder_goes_into_its_policy_and_a_readme_beside_it_is_a_choice(cast: Cast) -> None:
    sent: dict[str, str | bytes] = {
        "policy.md": CHALLENGES,
        "prompts/system.txt": "You judge one message.\n",
        "prompts/second.md": "You judge another.",
        "prompts/README.md": README,
    }
    practice_import = prepared(cast, sent)
    rows = rows_of(practice_import)
    assert {name: (row.report["role"], row.choice) for name, row in rows.items()} == {
        "policy.md": ("practice", "practice"),
        "prompts/system.txt": ("prompt", "prompt"),
        "prompts/second.md": ("prompt", "attachment"),
        "prompts/README.md": ("practice", "leave_out"),
    }
    assert "has the prompt “system.txt”" in rows["prompts/second.md"].report["hints"][0]

    done = brought_in(cast, practice_import)

    assert draft_of(done["policy.md"])["prompt"] == "You judge one message."
    assert done["prompts/system.txt"].outcome == ImportOutcome.ADDED
