"""Folders of policies in the shape in which they are published elsewhere: in, found, used, out, and in again, whole.

The texts are our own; goal, definitions, a section for each class with its verdict, and lettered examples are as such
policies have them.
"""

import io
import json
import re
import zipfile
from datetime import date
from pathlib import PurePosixPath
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portal.kernel import files
from portal.kernel.access import SYSTEM, acting_as
from practices.enums import AttachmentKind, ImportChoice, ImportOutcome, RunKind
from practices.files.archives import MAX_UPLOAD_SIZE
from practices.models import Attachment, ImportedFile, ModelRun, Practice
from practices.queries.packs import run_targets
from practices.services.import_choices import choose_files, set_for_many
from practices.services.imports import UploadedImportFile, apply_import, prepare_import
from practices.services.packs import RunInput, add_run
from practices.services.practices import edit_practice, share_practice, submit_practice
from tests.factories import Cast
from tests.factories.adoptions import make_adoption
from tests.factories.discussion import set_label_directly
from tests.factories.practices import call_as
from tests.support.jobs import run_all_jobs
from tests.support.pack_imports import MIT, brought_in, draft_of, prepared, rows_of
from tests.support.pages import words_of

pytestmark = pytest.mark.django_db

GAMES = """\
# Games of Chance Offered to Children (#GCC)

## Goal

Identify content that draws children into games for money. Label each item `VALID` (allowed) or `INVALID`.

This policy looks at invitations, instructions and rewards. It does not look at chess for marbles.

## Definitions

- Game of chance: a game in which money, or what can be sold, is won by luck.
- Loot crate: a crate of which the buyer learns what is in it only afterwards.

## Allowed Content (GCC0 - Explanation or warning)

Content that explains or warns, and invites nobody.

Examples:

- GCC0.a Explanation: "A roulette wheel has one zero too many for you."
- GCC0.b Warning: "My brother sold his bicycle for crates, do not start."

Output: `VALID`

## Invitation of Children (GCC1 - Invitation)

Content that invites children without saying how.

Examples:

- GCC1.a Encouragement: "Everybody in our class plays for coins, come along."
- GCC1.b Boasting: "Ten crates a day is nothing."

Output: `INVALID`

## Ways In (GCC2 - Ways past the age check)

Content that says how a child gets in.

Examples:

- GCC2.a Sourcing: "Enter your aunt's birthday, nobody looks."

Output: `INVALID`

## Label Format

Each item gets one label: `GCC0`, `GCC1` or `GCC2`.
"""
KNIVES = """\
# Knives for Minors (#KFM)

## Goal

Find offers of blades to minors.

## Definitions

- Blade: a knife longer than a hand.

## Allowed Content (KFM0 - Kitchen and trade)

Examples:

- KFM0.a Kitchen: "Which knife peels a quince best?"

Output: `VALID`

## Offers (KFM1 - Offer to a minor)

Examples:

- KFM1.a Sale: "Thirteen? We send it in a shoe box."

Output: `INVALID`
"""
CASES = [
    (f"g{n}", f"Case {n} of a game with crates", f"GCC{n % 3}", f"because {n}", str(n % 5))
    for n in range(120)
]
GAMES_CSV = "\n".join(",".join(row) for row in [("id", "text", "class", "rationale", "severity"), *CASES])
KNIVES_JSONL = "\n".join(
    json.dumps({"text": f"Blade {n}", "label": f"KFM{n % 2}", "split": "test", "votes": [n, 1]}, ensure_ascii=False)
    for n in range(30)
)  # fmt: skip
RULES = "title: Many crates\ndetection:\n  condition: crates > 40\n"
FOLDER: dict[str, str | bytes] = {
    "packs/LICENSE": MIT,
    "packs/README.md": "# Policies\n\nOne folder for each policy. Read the licence.\n",
    "packs/games/policy.md": GAMES,
    "packs/games/cases.csv": GAMES_CSV,
    "packs/games/rules/crates.yml": RULES,
    "packs/games/words.txt": "#crate\nloot\ncoins\n",
    "packs/games/scores.csv": "model,class,precision,recall,n,date,by\nTern 8B,GCC1,0.91,0.84,400,2026-02-03,Aurora\n",
    "packs/games/prompts/system.txt": "You judge one message by the classes GCC0, GCC1 and GCC2.\n",
    "packs/knives/policy": KNIVES,
    "packs/knives/gold.jsonl": KNIVES_JSONL,
    "packs/knives/COPYING": "Only within your company. Copyright 2026 Aurora.\n",
    "packs/knives/preview.py": "print(1)\n",
}
WHY = "nobody knows what is in a crate until it is paid for"
SET = {"kind": "technique", "harms": ["grooming"], "stage": "trial", "permitted_use": "adapt"}


def attachments_of(practice: Practice) -> dict[tuple[str, str], tuple[dict[str, Any], bytes]]:
    with acting_as(SYSTEM):
        rows = Attachment.objects.filter(practice=practice, removed_at=None).order_by("pk")
        return {(row.kind, row.title): (row.facts, files.read(row.file)) for row in rows}


def runs_of(practice: Practice) -> list[tuple[Any, ...]]:
    with acting_as(SYSTEM):
        rows = ModelRun.objects.filter(practice=practice).order_by("pk")
        return list(rows.values_list("kind", "name", "setting", "ran_on", "counts", "rows"))


def shared(cast: Cast, row: ImportedFile) -> Practice:
    """What the file became, with a summary that no such policy has, open to the community."""
    practice, content = row.practice, draft_of(row)
    assert practice is not None
    with acting_as(cast.actor("alice")):
        draft = practice.draft.version
    call_as(
        cast.actor("alice"), edit_practice, practice, {**content, "summary": "What it finds."}, version=draft
    )
    set_label_directly(practice, "green")
    call_as(cast.actor("alice"), submit_practice, practice)
    call_as(cast.actor("mona"), share_practice, practice)
    practice.refresh_from_db()
    return practice


def test_a_folder_of_policies_comes_in_is_found_used_and_goes_round_whole(cast: Cast, client: Client) -> None:
    practice_import = prepared(cast, FOLDER)
    rows = rows_of(practice_import)
    policies = {rows[name].position for name in ("packs/games/policy.md", "packs/knives/policy")}
    call_as(cast.actor("alice"), set_for_many, practice_import, policies, SET)
    done = brought_in(cast, practice_import)

    assert [row.refusal for row in done.values() if row.refusal] == []
    assert {name for name, row in done.items() if not row.outcome} == {
        "packs/README.md",
        "packs/knives/preview.py",
    }
    content = draft_of(done["packs/games/policy.md"])
    assert [row["key"] for row in content["classes"]] == ["GCC0", "GCC1", "GCC2"]
    assert (content["licence"], content["scores"][0]["recall"]) == ("MIT", "0.84")
    words_of_draft = set(re.findall(r"\w+", json.dumps(content, ensure_ascii=False).replace("\\n", " ")))
    assert set(re.findall(r"\w+", GAMES)) - words_of_draft <= {"Goal", "Definitions", "Examples", "Output"}

    assert "licence" not in draft_of(done["packs/knives/policy"])  # its own is nobody's that is known

    # found by what only a definition says, and used; a run is counted by the portal
    games, knives = shared(cast, done["packs/games/policy.md"]), shared(cast, done["packs/knives/policy"])
    client.force_login(cast.carol)
    results = client.get("/workspace/practices/?text=loot+crate").text
    assert f"/workspace/practices/{games.key}/" in results
    assert f"/workspace/practices/{knives.key}/" not in results
    use = make_adoption(cast.actor("carol"), games)
    assert use.practice == games
    carol = cast.actor("carol")
    with acting_as(carol):
        (target,) = run_targets(carol, games)
    answers = "".join(f"{row[0]},GCC1\n" for row in CASES)
    run = RunInput(RunKind.MODEL, "Tern 8B", date(2026, 2, 3))
    call_as(carol, add_run, target, SimpleUploadedFile("a.csv", answers.encode()), run)

    for practice in (games, knives):
        body = client.get(f"/workspace/practices/{practice.key}/pack/").content
        again_import = prepared(cast, {"pack.zip": body}, who="carol")
        chosen = {rows_of(again_import)["policy.md"].position: ImportChoice.PRACTICE}
        call_as(carol, choose_files, again_import, chosen, {})
        came = brought_in(cast, again_import, who="carol")

        assert [row.refusal for row in came.values() if row.refusal] == []
        again = came["policy.md"].practice
        assert again is not None
        with acting_as(SYSTEM):
            version = practice.versions.get()
            assert again.draft.content == version.content
        assert attachments_of(again) == attachments_of(practice)
        assert runs_of(again) == runs_of(practice)
    assert {kind for kind, _title in attachments_of(games)} == {
        AttachmentKind.TEST_SET, AttachmentKind.RULES, AttachmentKind.KEYWORD_LIST, AttachmentKind.ANSWERS,
    }  # fmt: skip
    assert {kind for kind, _title in attachments_of(knives)} == {AttachmentKind.TEST_SET, AttachmentKind.FILE}


@pytest.mark.slow
def test_two_hundred_thousand_rows_come_in_are_run_and_go_out(cast: Cast, client: Client) -> None:
    """A file of the size that the pages promise, which no single form took before."""
    rows = (
        f"r{n},Row {n}: somebody offers a crate to a child and says what it may hold,GCC{n % 3},note {n % 7}: {WHY}"
        for n in range(200_000)
    )
    table = ("id,text,class,rationale\n" + "\n".join(rows) + "\n").encode()
    assert len(table) > 28_000_000
    sent = [
        UploadedImportFile(name, io.BytesIO(raw), len(raw))
        for name, raw in (("policy.md", GAMES.encode()), ("gold.csv", table))
    ]
    practice_import = call_as(cast.actor("alice"), prepare_import, sent)
    client.force_login(cast.alice)
    assert "200,000 rows" in words_of(client.get(f"/workspace/practices/imports/{practice_import.key}/"))
    call_as(cast.actor("alice"), apply_import, practice_import)
    run_all_jobs()
    done = rows_of(practice_import)
    assert [row.outcome for row in done.values()] == [ImportOutcome.DRAFTED, ImportOutcome.ADDED]
    practice = done["policy.md"].practice
    assert practice is not None
    alice = cast.actor("alice")
    with acting_as(alice):
        (target,) = run_targets(alice, practice)
    answers = "".join(f"r{n},GCC0\n" for n in range(200_000)).encode()
    run = RunInput(RunKind.MODEL, "Tern 8B", date(2026, 2, 3))
    added = call_as(alice, add_run, target, SimpleUploadedFile("a.csv", answers), run)
    assert (added.rows, added.counts["GCC0"]["right"]) == (200_000, 66_667)

    client.force_login(cast.alice)
    body = client.get(f"/workspace/practices/{practice.key}/pack/").content
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        sizes = {PurePosixPath(each.filename).name: each.file_size for each in archive.infolist()}
    assert len(table) < sizes["test-set.jsonl"] < MAX_UPLOAD_SIZE  # so that it can come in again
