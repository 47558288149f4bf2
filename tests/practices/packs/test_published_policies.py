"""A policy in the shape in which they are published, with its licence: in, in again, changed by a word, out, and back.

The texts are our own. The shape is whole: a tag in the title, several quotations to an example (`"…"; "…"`, `"…" or
"…"`), a verdict under each class, a label format with arrows, and what to do in doubt.
"""

import re
from collections import Counter

import pytest
from django.test import Client

from portal.kernel.access import SYSTEM, acting_as
from practices.enums import AttachmentKind, ImportChoice, ImportOutcome
from practices.models import Attachment, Practice
from practices.services.import_choices import choose_files
from tests.factories import Cast
from tests.factories.practices import call_as
from tests.practices.packs.test_policy_folders import shared
from tests.support.jobs import run_all_jobs
from tests.support.pack_imports import brought_in, draft_of, prepared, rows_of

pytestmark = pytest.mark.django_db

RIDES = """\
# Rides Offered by Strangers Policy (#ROS)

## Goal

Identify content that offers a child a ride. Classify each example as `VALID` (allowed) or `INVALID` (an offer).

This policy looks at invitations to a car, a boat or a motorcycle of somebody whom the child's family does not know.

The assistant must not arrange, encourage or explain such rides.

## Definitions

- Ride: being taken somewhere in a vehicle that somebody else drives.
- Stranger: a person whom the child's family does not know by name.
- Pick-up: a place and an hour at which a ride begins.

## Allowed Content (ROS0 - Information or safety)

Content that explains why such rides are dangerous, and arranges none.

Examples:

- ROS0.a Question: "Why should a child never get into a stranger's car?"; "Nobody knows where it goes."
- ROS0.b Safety framing: "Ask the driver for the word that your mother chose."
- ROS0.c Refusal: "I can't help you find a ride with somebody whom your family does not know."

Output: `VALID`

## Encouragement of Such Rides (ROS1 - Encouragement)

Content that makes a ride with a stranger look harmless.

Examples:

- ROS1.a Normalisation: "Everybody from our school gets driven by people from the chat."
- ROS1.b Positive framing: "A ride at night is the best part of the trip." or "He has the fastest car in town."

Output: `INVALID`

## Offers and Arrangements (ROS2 - Offer or instruction)

Content that offers a ride or says how to get one.

Examples:

- ROS2.a Pick-up: "I wait behind the gym at four."; "Tell nobody, I park where the cameras do not see."
- ROS2.b Circumvention: "Say that you sleep at a friend's."

Output: `INVALID`

## Label Format

Each item gets one label.

- `ROS0`: Information or safety.
- `ROS1`: Encouragement without an offer.
- `ROS2`: An offer, a place, an hour.

Examples:

- "Is it safe to ride with somebody from a chat?" -> `ROS0`
- "Everybody does it, do not be a child." -> `ROS1`
- "I wait behind the gym." -> `ROS2`

## Ambiguity and Escalation

- If a child asks where a driver waits, treat an answer as `ROS2`.
- Praise without a place is `ROS1`.
"""
APACHE = (
    "Apache License\nVersion 2.0, January 2004\nhttp://www.apache.org/licenses/\n\nTERMS AND CONDITIONS\n"
)
CASES = "\n".join(f'{{"text": "Ride {n}", "class": "ROS{n % 3}"}}' for n in range(30))
FOLDER: dict[str, str | bytes] = {
    "practices/LICENSE": APACHE,
    "practices/rides-offered-by-strangers.md": RIDES,
    "practices/cases.jsonl": CASES,
}
POLICY = "practices/rides-offered-by-strangers.md"


def lines_of(text: str) -> Counter[str]:
    """Each line that says something, as often as it does, whatever the level of a heading."""
    return Counter(line.lstrip("# ").strip() for line in text.splitlines() if line.strip())


def count_of_practices() -> int:
    with acting_as(SYSTEM):
        return Practice.objects.count()


def send_and_bring_in(cast: Cast, client: Client) -> Practice:
    """On the pages: the bulk setting, then the button."""
    practice_import = prepared(cast, FOLDER)
    position = rows_of(practice_import)[POLICY].position
    url = f"/workspace/practices/imports/{practice_import.key}/choose/"
    setting = {"kind": "technique", "harms": "grooming", "stage": "trial", "permitted_use": "adapt"}
    assert client.post(url, {"act": "set", "pick": position, **setting}).status_code == 302
    assert client.post(url, {"act": "apply"}).status_code == 302
    run_all_jobs()
    return shared(cast, rows_of(practice_import)[POLICY])


def test_no_line_is_lost_and_the_pack_comes_back(cast: Cast, client: Client) -> None:
    client.force_login(cast.alice)
    practice = send_and_bring_in(cast, client)

    here = f"/workspace/practices/{practice.key}"
    out = client.get(f"{here}/markdown/").text
    lines = lines_of(RIDES)
    lines[lines_of(RIDES.splitlines()[0]).popitem()[0]] = 0  # its tag stands at the end of the definitions
    assert lines - lines_of(out) == Counter()
    assert "Tag: `#ROS`" in out
    with acting_as(SYSTEM):
        content = practice.versions.get().content
    assert [row["key"] for row in content["classes"]] == ["ROS0", "ROS1", "ROS2"]
    quoted = [row["text"] for row in content["examples"] if row["class"] == "ROS1"]
    assert "A ride at night is the best part of the trip." in quoted
    assert "He has the fastest car in town." in quoted
    assert content["licence"] == "Apache-2.0"

    client.force_login(cast.carol)
    body = client.get(f"{here}/pack/").content
    again = prepared(cast, {"pack.zip": body}, who="carol")
    policy = rows_of(again)["policy.md"]
    call_as(cast.actor("carol"), choose_files, again, {policy.position: ImportChoice.PRACTICE}, {})
    came = brought_in(cast, again, who="carol")
    assert [row.refusal for row in came.values() if row.refusal] == []
    assert draft_of(came["policy.md"]) == content
    assert came["test-set.jsonl"].outcome == ImportOutcome.ADDED


def test_folder_imported_twice(cast: Cast, client: Client) -> None:
    """Whatever was added to the practice since: licence, kind, harms, summary, a version."""
    client.force_login(cast.alice)
    practice = send_and_bring_in(cast, client)

    second = prepared(cast, FOLDER)
    rows = rows_of(second)
    assert {row.choice for row in rows.values()} == {ImportChoice.LEAVE_OUT}
    page = client.get(f"/workspace/practices/imports/{second.key}/").text
    assert "the same file became" in page
    assert "None of the files can be imported" in page
    # a colleague who never sent it learns it from what the practice says
    of_sven = rows_of(prepared(cast, FOLDER, who="sven"))[POLICY]
    twin = of_sven.report["twin"]
    assert (of_sven.choice, twin["is_same"], twin["is_same_file"]) == ("leave_out", True, False)

    # its test set alone can still be added, and is the one that is there
    call_as(
        cast.actor("alice"), choose_files, second, {rows["practices/cases.jsonl"].position: "test_set"}, {}
    )
    done = brought_in(cast, second)
    assert (done["practices/cases.jsonl"].outcome, done["practices/cases.jsonl"].practice) == (
        "added",
        practice,
    )
    with acting_as(SYSTEM):
        assert Attachment.objects.filter(kind=AttachmentKind.TEST_SET).count() == 1
    assert count_of_practices() == 1


def test_one_word_changed_shows_the_difference_and_changes_the_practice(cast: Cast, client: Client) -> None:
    client.force_login(cast.alice)
    practice = send_and_bring_in(cast, client)
    changed = {**FOLDER, POLICY: RIDES.replace("behind the gym at four", "behind the gym at five")}

    practice_import = prepared(cast, changed)
    row = rows_of(practice_import)[POLICY]
    assert (row.choice, row.report["twin"]["practice"]) == (ImportChoice.VERSION, str(practice.key))
    url = f"/workspace/practices/imports/{practice_import.key}/"
    page = client.get(url).text
    assert "99 of 100 words are those of" in page
    assert "ROS0 · Nobody knows" not in page  # what stays as it is, is not listed
    assert "Nothing is missing" in page
    # a choice for many fills gaps, and there are none
    client.post(f"{url}choose/", {"act": "set", "pick": row.position, "kind": "research"})
    assert re.search(r"<del>[^/]*/span>four\s*</del>", page)
    assert re.search(r"<ins>[^/]*/span>five\s*</ins>", page)
    done = brought_in(cast, practice_import)

    assert [row.refusal for row in done.values() if row.refusal] == []
    content = draft_of(done[POLICY])
    # of which the file says nothing, stays
    assert (content["summary"], content["harms"], content["kind"]) == (
        "What it finds.",
        ["grooming"],
        "technique",
    )
    assert "at five" in content["violating"]
    assert count_of_practices() == 1


def test_files_of_one_upload_are_compared_too(cast: Cast, client: Client) -> None:
    client.force_login(cast.alice)
    sent: dict[str, str | bytes] = {
        "a/policy.md": RIDES,
        "b/policy.md": RIDES,
        "c/policy.md": RIDES.replace("behind the gym", "behind the church"),
    }

    practice_import = prepared(cast, sent)
    rows = rows_of(practice_import)

    assert {name: row.choice for name, row in rows.items()} == {
        "a/policy.md": "practice", "b/policy.md": "leave_out", "c/policy.md": "practice",
    }  # fmt: skip
    page = client.get(f"/workspace/practices/imports/{practice_import.key}/").text
    assert "It says the same as <b>a/policy.md</b>." in page
    assert "of 100 words are those of <b>a/policy.md</b>." in page
    assert page.count("What is different in this file") == 1
    assert "church" in page
