"""A folder as people have it: rules, lists, texts and licences come in by choice, and what is passed over is named."""

import io
import zipfile

import pytest
from django.test import Client

from portal.kernel import files
from portal.kernel.access import SYSTEM, acting_as
from practices.enums import AttachmentKind, ImportChoice, ImportOutcome, Label
from practices.models import Attachment, ImportedFile, Practice
from practices.services.import_choices import choose_files
from tests.factories import Cast
from tests.factories.practices import call_as, make_next_version, make_shared
from tests.practices.packs.test_pack_round_trips import MD5, RULES
from tests.support.pack_imports import CHALLENGES, MIT, brought_in, draft_of, prepared, rows_of

pytestmark = pytest.mark.django_db

SHA = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0ff6a0a3d1a1b0f00a08" + "aa"
OWN_TERMS = "You may use these rules within your company. Copyright 2026 Aurora.\n"
FOLDER: dict[str, str | bytes] = {
    "p/policy": CHALLENGES,
    "p/rules.yml": RULES,
    "p/settings.yaml": "model: tern\ntemperature: 0\n",
    "p/hashes.txt": f"md5\n{MD5}\n",
    "p/digests.txt": f"{SHA}\n",
    "p/words.txt": "#challenge\ndare\ntwenty coins\n",
    "p/notes.txt": "This is how we did it. We counted for a week, and then we looked at each case again.\n",
    "p/config.json": '{"threshold": 0.7}\n',
    "p/LICENSE-MIT": MIT,
    "p/TERMS/LICENSE": OWN_TERMS,
    "p/NOTICE": "With thanks to Aurora.\n",
    "p/Makefile": "all:\n\techo done\n",
    "p/tool": b"\x7fELF\x00",
    "p/run.py": "print(1)\n",
    "p/.DS_Store": b"\x00",
}


def names(rows: dict[str, ImportedFile]) -> dict[str, ImportedFile]:
    return {name.removeprefix("p/"): row for name, row in rows.items()}


def files_of(practice: Practice | None) -> dict[str, tuple[str, str, bytes]]:
    with acting_as(SYSTEM):
        rows = Attachment.objects.filter(practice=practice, removed_at=None)
        return {row.file_name: (row.kind, row.media_type, files.read(row.file)) for row in rows}


@pytest.mark.parametrize("packed", [False, True])
def test_each_file_of_a_folder_is_offered_as_what_it_is_or_named_as_passed_over(
    cast: Cast, client: Client, packed: bool
) -> None:
    sent = FOLDER
    if packed:
        with zipfile.ZipFile(buffer := io.BytesIO(), "w") as archive:
            for name, text in FOLDER.items():
                archive.writestr(name, text)
        sent = {"folder.zip": buffer.getvalue()}
    practice_import = prepared(cast, sent)
    rows = names(rows_of(practice_import))

    chosen = {name: row.choice for name, row in rows.items() if row.report["role"] != "passed_over"}
    assert chosen == {
        "policy": ImportChoice.PRACTICE,
        "rules.yml": ImportChoice.SIGNALS,
        "settings.yaml": ImportChoice.ATTACHMENT,
        "hashes.txt": ImportChoice.SIGNALS,
        "digests.txt": ImportChoice.LEAVE_OUT,  # SHA-256, PDQ or TMK: that is asked
        "words.txt": ImportChoice.SIGNALS,
        "notes.txt": ImportChoice.ATTACHMENT,
        "config.json": ImportChoice.ATTACHMENT,
        "LICENSE-MIT": ImportChoice.LICENCE,
        "TERMS/LICENSE": ImportChoice.ATTACHMENT,
        "NOTICE": ImportChoice.ATTACHMENT,
        "Makefile": ImportChoice.LEAVE_OUT,
    }
    (passed_over,) = (row.report for row in rows.values() if row.report["role"] == "passed_over")
    assert sorted(passed_over["names"]) == ["p/.DS_Store", "p/run.py", "p/tool"]
    client.force_login(cast.alice)
    page = client.get(f"/workspace/practices/imports/{practice_import.key}/").content.decode()
    assert "3 files were passed over" in page
    assert "p/run.py" in page
    assert page.count('name="as-') == 4  # of MD5 one, of so long a hash three

    # what is asked is answered; a licence that is known keeps its text as well
    positions = {name: row.position for name, row in rows.items()}
    url = f"/workspace/practices/imports/{practice_import.key}/choose/"
    answers = {
        f"choice-{positions['digests.txt']}": "leave_out",
        f"as-{positions['digests.txt']}": "hash_list:pdq",
        f"choice-{positions['LICENSE-MIT']}": "attachment",
        f"choice-{positions['Makefile']}": "attachment",
    }
    assert client.post(url, {"act": "save", **answers}).status_code == 302
    done = names(brought_in(cast, practice_import))

    assert [(name, row.refusal) for name, row in done.items() if row.refusal] == []
    practice = done["policy"].practice
    assert draft_of(done["policy"])["licence"] == "MIT"
    came = files_of(practice)
    assert {name: kind for name, (kind, _type, _raw) in came.items()} == {
        "rules.yml": AttachmentKind.RULES,
        "hashes.txt": AttachmentKind.HASH_LIST,
        "digests.txt": AttachmentKind.HASH_LIST,
        "words.txt": AttachmentKind.KEYWORD_LIST,
        **dict.fromkeys(
            ("settings.yaml", "notes.txt", "config.json", "LICENSE-MIT", "LICENSE", "NOTICE", "Makefile"),
            AttachmentKind.FILE,
        ),
    }
    assert came["LICENSE"][1:] == ("text/plain; charset=utf-8", OWN_TERMS.encode())
    with acting_as(SYSTEM):
        assert Attachment.objects.get(file_name="digests.txt").facts["algorithm"] == "pdq"


@pytest.mark.parametrize("name", ["LICENSE", "LICENSE.txt"])
def test_a_licence_in_another_encoding_is_known_and_its_text_is_not_offered(cast: Cast, name: str) -> None:
    """Nor is a folder of a version control looked into."""
    sent: dict[str, str | bytes] = {
        "policy.md": CHALLENGES,
        name: f"MIT Licence © 2026 Aurora\n\n{MIT}".encode("cp1252"),
        ".git/HEAD": "ref: refs/heads/main\n",
    }
    practice_import = prepared(cast, sent)
    row = rows_of(practice_import)[name]

    assert (row.choice, row.report["choices"]) == ("licence", ["licence", "leave_out"])
    assert row.report["notes"][0]["message"] == "This is not UTF-8. Save the file in UTF-8 encoding."
    assert rows_of(practice_import)[".git/HEAD"].report["role"] == "passed_over"
    assert draft_of(brought_in(cast, practice_import)["policy.md"])["licence"] == "MIT"


def test_a_hash_list_without_an_algorithm_is_asked_and_not_taken(cast: Cast) -> None:
    practice_import = prepared(cast, {"policy.md": CHALLENGES, "digests.txt": f"{SHA}\n"})
    row = rows_of(practice_import)["digests.txt"]

    call_as(cast.actor("alice"), choose_files, practice_import, {row.position: "signals"}, {})

    row = rows_of(practice_import)["digests.txt"]
    assert row.choice == ImportChoice.LEAVE_OUT
    assert row.report["hints"] == ["Say by which algorithm the hashes were made."]


@pytest.mark.parametrize(
    ("name", "text", "choice"),
    [
        ("cases.csv", f"md5,score\n{MD5},0.5\n{MD5[::-1]},0.7\n", ImportChoice.ATTACHMENT),
        ("requirements.txt", "django\ncelery\n", ImportChoice.ATTACHMENT),
        ("hashes.csv", f"md5\n{MD5}\n", ImportChoice.SIGNALS),
        ("cut.csv", f"hash,score\n{MD5[:-1]},0.5\n", None),
        ("sha512.txt", f"{SHA}{SHA}\n", None),
    ],
)
def test_what_may_be_a_list_or_something_else_is_kept_whole_and_offered_as_a_list(
    cast: Cast, name: str, text: str, choice: str | None
) -> None:
    """So are a table whose first column is no whole hash, and hashes of an algorithm that is not known."""
    row = rows_of(prepared(cast, {"policy.md": CHALLENGES, name: text}))[name]

    choices = ["attachment", "leave_out"]
    expected = ("attachment", choices) if choice is None else (choice, ["signals", *choices])
    assert (row.choice, row.report["choices"]) == expected


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        (
            "rules.yml",
            "title: !!python/object x\ndetection:\n  a: 1\n",
            "Tags (“tag:yaml.org,2002:python/object”) are not",
        ),
        ("hashes.txt", f"{MD5}\n{MD5}00\n", "has 32 digits"),
        ("cut.txt", f"{MD5[:-1]}\n{MD5[1:]}\n", "A hash of MD5 has 32 digits, this one 31"),
        ("case.json", '{"picture": "data:image/png;base64,AAAA"}', "looks like a file"),
    ],
)
def test_what_is_wrong_in_a_list_rules_or_a_text_is_refused_before_anything_comes_in(
    cast: Cast, name: str, text: str, fault: str
) -> None:
    rows = rows_of(prepared(cast, {"policy.md": CHALLENGES, name: text}))

    assert rows[name].choice == ImportChoice.REFUSED
    assert fault in rows[name].report["faults"][0]["message"]


def test_texts_of_a_pack_go_out_and_come_back(cast: Cast, client: Client) -> None:
    """Under whatever name: a README that was attached is no policy of the pack."""
    practice = make_shared(cast, Label.GREEN)
    client.force_login(cast.alice)
    policy = zipfile.ZipFile(io.BytesIO(client.get(f"/workspace/practices/{practice.key}/pack/").content))
    sent: dict[str, str | bytes] = {
        "policy.md": policy.read("policy.md"),
        "README": "# How to\n\nRun it.\n",
        "LICENSE": OWN_TERMS,
    }
    practice_import = prepared(cast, sent)
    readme = rows_of(practice_import)["README"]
    call_as(cast.actor("alice"), choose_files, practice_import, {readme.position: "attachment"}, {})
    brought_in(cast, practice_import)
    make_next_version(cast, practice)
    file = Attachment.objects.filter(file_name="README")
    with acting_as(SYSTEM):
        key = file.get().key
    answer = client.get(f"/workspace/practices/{practice.key}/files/{key}/")
    assert (answer.headers["Content-Type"], answer.headers["Content-Disposition"][:10]) == (
        "text/plain; charset=utf-8", "attachment",
    )  # fmt: skip

    body = client.get(f"/workspace/practices/{practice.key}/pack/").content
    practice_import = prepared(cast, {"pack.zip": body})
    rows = rows_of(practice_import)
    assert {name: row.report["role"] for name, row in rows.items() if name.startswith("files/")} == {
        "files/README": "attachment",
        "files/LICENSE": "attachment",
    }
    call_as(cast.actor("alice"), choose_files, practice_import, {rows["policy.md"].position: "practice"}, {})
    done = brought_in(cast, practice_import)
    assert {row.outcome for row in done.values() if row.name.startswith("files/")} == {ImportOutcome.ADDED}
    assert files_of(done["policy.md"].practice) == files_of(practice)
