"""Packs by program: a test set and signals for the working copy, runs with their scores, and files to take away."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portal.kernel.access import SYSTEM, acting_as
from practices.enums import Label
from practices.models import AccessLog, Attachment, Practice
from tests.factories import Cast
from tests.factories.practices import make_draft
from tests.practices.packs.test_packs import POLICY, shared_pack
from tests.support.bearers import token_of

pytestmark = pytest.mark.django_db
Program = Callable[..., Any]
DIGEST = "9e107d9d372bb6826bd81d3542a419d6"
ROWS = "id,text,class\na,A game without breath,harm\nb,A fall in pads,fine\n"


def program_of(person: Any, practice: Practice) -> Program:
    """Sends a request about the practice with this person's token, its fields as a form."""
    headers = {"Authorization": f"Bearer {token_of(person)}"}

    def send(method: str, address: str, **fields: Any) -> Any:
        url = f"/api/v1/library/{practice.key}/{address}"
        if method == "POST" and fields:
            return Client().post(url, fields, headers=headers)
        body = b"{}" if method == "POST" else b""
        return Client().generic(method, url, body, content_type="application/json", headers=headers)

    return send


def sent(text: str, name: str = "file.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


def faults_of(answer: Any) -> list[str]:
    assert answer.status_code == 422, answer.content
    return [fault["detail"] for fault in answer.json()["errors"]]


def test_a_test_set_and_signals_are_read_before_they_are_attached(cast: Cast) -> None:
    practice = make_draft(cast, Label.AMBER, **POLICY)
    alice = program_of(cast.alice, practice)

    (unknown,) = faults_of(alice("POST", "test-set/", file=sent(ROWS.replace("fine", "other"))))
    (shapeless,) = faults_of(
        alice("POST", "signals/", file=sent("no digest", "a.txt"), kind="hash_list", algorithm="md5")
    )
    assert ("other" in unknown, alice("POST", "test-set/confirm/").status_code) == (True, 409)
    added = alice("POST", "test-set/", file=sent(ROWS), labelled_by="Two moderators", hold_back=0)
    hashes = alice("POST", "signals/", file=sent(DIGEST, "a.txt"), kind="hash_list", algorithm="md5")

    assert (added.status_code, added.json()["kind"]) == (201, "test_set")
    assert (hashes.status_code, hashes.json()["kind"]) == (201, "hash_list")
    assert alice("POST", "test-set/confirm/").status_code == 200
    assert shapeless
    with acting_as(SYSTEM):
        assert Attachment.objects.filter(practice=practice).count() == 2
    assert DIGEST in alice("GET", "stix/").content.decode()


def test_a_reader_adds_a_run_and_everybody_who_reads_it_sees_its_scores(cast: Cast) -> None:
    practice = shared_pack(cast)
    alice, carol = program_of(cast.alice, practice), program_of(cast.carol, practice)
    (test_set,) = [file["key"] for file in carol("GET", "").json()["files"] if file["kind"] == "test_set"]
    rows = carol("GET", f"files/{test_set}/").content.decode().splitlines()
    harmful = [row["id"] for row in map(json.loads, rows) if row.get("class") == "harm"]
    answers = "".join(f"{key},harm\n" for key in harmful)
    fields = {"name": "Harbor 5", "ran_on": "2026-01-21"}

    assert faults_of(carol("POST", "runs/", file=sent("nothing,harm\n"), **fields))
    assert faults_of(carol("POST", "runs/", file=sent(answers), test_set=str(uuid4()), **fields))
    assert faults_of(carol("POST", "runs/", file=sent(answers), name="Harbor 5", ran_on="2199-01-01"))
    added = carol("POST", "runs/", file=sent(answers), test_set=test_set, **fields)

    assert added.status_code == 201, added.content
    (run,) = alice("GET", "runs/").json()["results"]
    assert (run["tlp"], run["organisation"], run["rows"]) == ("TLP:AMBER", "beacon-search", len(harmful))
    (score,) = [score for score in run["scores"] if score["key"] == "harm"]
    assert (score["precision"]["value"], score["recall"]["value"]) == (1.0, 1.0)
    assert 0 < score["precision"]["low"] < score["precision"]["high"] == 1
    assert run["scores_held_back"] == []

    assert program_of(cast.bob, practice)("DELETE", f"runs/{run['key']}/").status_code == 403
    assert carol("DELETE", f"runs/{run['key']}/").status_code == 204
    assert alice("GET", "runs/").json()["results"] == []


def test_what_is_made_for_programs_carries_the_label_and_is_logged(cast: Cast) -> None:
    practice = shared_pack(cast)
    carol = program_of(cast.carol, practice)

    for form in ("prompt", "pack", "stix", "misp"):
        answer = carol("GET", f"{form}/")
        assert (answer.status_code, answer["TLP"]) == (200, "TLP:AMBER"), form
        assert answer["Cache-Control"] == "private, no-store"

    with acting_as(SYSTEM):
        logged = set(AccessLog.objects.filter(person=cast.carol).values_list("channel", flat=True))
    assert logged == {"prompt", "pack", "stix", "misp"}
