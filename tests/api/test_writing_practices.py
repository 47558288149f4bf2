"""Programs that write practices: nothing of a colleague is undone unread, and readers come back as they are sent."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portal.kernel.access import SYSTEM, acting_as
from practices.access import person_token
from practices.audiences import audience
from practices.enums import AttachmentKind, Label
from practices.models import Practice
from practices.services.adoptions import set_adoption_readers
from practices.services.attachments import add_attachment, remove_attachment
from practices.services.audiences import set_readers
from practices.services.packs import TestSetInput, add_test_set, confirm_test_set
from practices.services.practices import edit_practice, set_language_and_expiry
from practices.services.signals import add_signals
from tests.factories import Cast
from tests.factories.adoptions import make_adoption
from tests.factories.practices import CONTENT, call_as, make_draft, make_shared
from tests.practices.packs.test_packs import POLICY, ROWS, table
from tests.support.bearers import token_of

pytestmark = pytest.mark.django_db


class Program:
    """A person's program in the library."""

    def __init__(self, person: Any) -> None:
        self._client, self._token = Client(), token_of(person)

    def __call__(
        self, method: str, address: str, data: Any = None, version: int | None = None, language: str = "en"
    ) -> Any:
        headers = {"Authorization": f"Bearer {self._token}", "Accept-Language": language}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        return self._client.generic(
            method,
            f"/api/v1/library/{address}",
            b"" if data is None else Client()._encode_json(data, "application/json"),
            content_type="application/json",
            headers=headers,
        )


@pytest.fixture
def alice(cast: Cast) -> Program:
    return Program(cast.alice)


def test_a_language_that_a_colleague_has_set_is_not_written_over(cast: Cast, alice: Program) -> None:
    practice = make_draft(cast)
    address = f"{practice.key}/draft/"
    read = alice("GET", address).json()
    call_as(cast.actor("sven"), set_language_and_expiry, practice, language="ru", expires_on=None)

    refused = alice("PUT", address, {"content": read["content"], "language": "en"}, read["version"])
    again = alice("PUT", address, {"content": read["content"], "language": "en"}, read["version"] + 1)

    assert refused.status_code == 412
    assert (again.status_code, again.json()["language"], again.json()["version"]) == (200, "en", 3)


def test_an_alert_and_its_day_are_saved_together(cast: Cast, alice: Program) -> None:
    practice = make_draft(cast)
    body = {"content": {**CONTENT, "kind": "alert"}, "language": "en", "expires_on": "2031-01-01"}

    saved = alice("PUT", f"{practice.key}/draft/", body, 1).json()

    assert (saved["version"], saved["expires_on"]) == (2, "2031-01-01")


def test_readers_come_back_in_the_form_that_is_sent(cast: Cast, alice: Program) -> None:
    practice = make_draft(cast)
    person = person_token(cast.carol.pk, cast.beacon.pk)
    chosen = {"tlp": "TLP:AMBER", "organisations": [cast.beacon.slug], "groups": [], "people": [person]}
    digest = alice("GET", f"{practice.key}/draft/").json()["readers_digest"]

    saved = alice("PUT", f"{practice.key}/readers/", {**chosen, "readers_digest": digest}).json()
    again = alice(
        "PUT", f"{practice.key}/readers/", {**saved["audience"], "readers_digest": saved["readers_digest"]}
    )

    assert saved["audience"] == chosen
    assert (again.status_code, again.json()["audience"]) == (200, chosen)


def test_readers_that_a_colleague_has_chosen_are_not_replaced_unread(cast: Cast, alice: Program) -> None:
    practice = make_draft(cast)
    digest = alice("GET", f"{practice.key}/draft/").json()["readers_digest"]
    strict = audience(Label.AMBER_STRICT, organisations=[cast.beacon.pk])
    call_as(cast.actor("sven"), set_readers, practice, strict)

    answers = [
        alice("PUT", f"{practice.key}/readers/", {"tlp": "TLP:GREEN", **read})
        for read in ({"readers_digest": digest}, {})
    ]

    assert [answer.status_code for answer in answers] == [409, 422]
    with acting_as(SYSTEM):
        assert Practice.objects.get().label == Label.AMBER_STRICT


@pytest.mark.parametrize("person", ["\u00b2.1", "1.\u0663", f"{9:0<20}.1", "1"])
def test_a_key_of_a_person_that_is_none_is_a_fault_of_its_field(
    cast: Cast, alice: Program, person: str
) -> None:
    practice = make_draft(cast)
    body = {"tlp": "TLP:RED", "people": [person], "readers_digest": "0"}

    answer = alice("PUT", f"{practice.key}/readers/", body)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "people")


def test_sharing_refuses_readers_and_words_that_came_after_it_was_read(cast: Cast) -> None:
    practice = make_draft(cast)
    call_as(
        cast.actor("sven"),
        set_readers,
        practice,
        audience(Label.AMBER_STRICT, organisations=[cast.beacon.pk]),
    )
    sven = Program(cast.sven)

    def read() -> dict[str, Any]:
        copy = sven("GET", f"{practice.key}/draft/").json()
        return {name: copy[name] for name in ("version", "readers_digest")}

    first = read()
    call_as(cast.actor("alice"), set_readers, practice, audience(Label.AMBER, organisations=[cast.beacon.pk]))
    second = read()
    changed = {**CONTENT, "summary": "The pause is a day."}
    call_as(cast.actor("alice"), edit_practice, practice, changed, version=second["version"])

    answers = [sven("POST", f"{practice.key}/share/", each) for each in (first, second, read())]

    assert [answer.status_code for answer in answers] == [409, 409, 200]


def test_sharing_refuses_files_that_came_after_it_was_read_and_a_save_of_words_does_not(cast: Cast) -> None:
    practice, alice, sven = make_draft(cast, Label.AMBER, **POLICY), cast.actor("alice"), Program(cast.sven)
    numbers, words = SimpleUploadedFile("n.csv", b"a,b"), SimpleUploadedFile("words.txt", b"dare\nnominate\n")

    def read() -> dict[str, Any]:
        return dict(sven("GET", f"{practice.key}/draft/").json())

    seen = [read()]
    added = call_as(alice, add_attachment, practice, numbers, "A table")
    seen.append(read())
    call_as(alice, remove_attachment, added)
    seen.append(read())
    call_as(alice, add_signals, practice, words, kind=AttachmentKind.KEYWORD_LIST)
    seen.append(read())
    call_as(alice, add_test_set, practice, table(ROWS), TestSetInput())
    seen.append(read())
    call_as(alice, confirm_test_set, practice)

    for copy in seen:
        body = {name: copy[name] for name in ("version", "readers_digest")}
        assert sven("POST", f"{practice.key}/share/", body).status_code == 409
    body = {"content": {**seen[0]["content"], "summary": "Alice's pause."}, "language": "en"}
    later = {"content": {**seen[0]["content"], "summary": "Sven's pause."}, "language": "en"}
    saved = sven("PUT", f"{practice.key}/draft/", body, seen[0]["version"])
    refused = sven("PUT", f"{practice.key}/draft/", later, seen[-1]["version"])
    assert (saved.status_code, refused.status_code) == (200, 412)


def test_a_refusal_of_readers_points_at_no_field_that_the_body_lacks(cast: Cast) -> None:
    practice = make_draft(cast, Label.AMBER)
    with acting_as(SYSTEM):
        Practice.objects.filter(pk=practice.pk).update(reader_organisations=[])
    sven = Program(cast.sven)
    copy = sven("GET", f"{practice.key}/draft/").json()
    read = {name: copy[name] for name in ("version", "readers_digest")}

    answer = sven("POST", f"{practice.key}/share/", read)

    assert answer.status_code == 422
    assert "errors" not in answer.json()


def test_a_program_proposes_a_version_for_the_community_alone(cast: Cast) -> None:
    """More readers stay with people, so there is no field for them."""
    practice = make_shared(cast, Label.GREEN)
    sven = Program(cast.sven)
    body = {"note": "For all.", "for_everybody": True}

    answer = sven("POST", f"{practice.key}/propose-version/", body)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "for_everybody")


def test_readers_of_a_use_need_its_version_and_come_back_as_they_are_sent(cast: Cast) -> None:
    use = make_adoption(cast.actor("carol"), make_shared(cast, Label.GREEN))
    carol, address = Program(cast.carol), f"uses/{use.key}/"
    chosen = {"tlp": "TLP:AMBER", "organisations": [cast.aurora.slug]}
    call_as(
        cast.actor("carol"), set_adoption_readers, use, audience(Label.AMBER, organisations=[cast.aurora.pk])
    )

    answers = [carol("PUT", f"{address}readers/", {"tlp": "TLP:GREEN"}, version) for version in (None, 1)]
    read = carol("GET", address).json()
    listed = carol("GET", "uses/").json()["results"]
    again = carol("PUT", f"{address}readers/", read["readers"], read["version"])

    assert [answer.status_code for answer in answers] == [428, 412]
    assert read["readers"] == listed[0]["readers"] == again.json()["readers"] == chosen


def test_a_note_without_a_language_is_in_that_of_the_request(cast: Cast) -> None:
    practice, carol = make_shared(cast, Label.GREEN), Program(cast.carol)

    use = carol(
        "POST", f"{practice.key}/uses/", {"state": "trial", "on": "2026-01-01", "note": "Да."}, language="ru"
    )
    result = carol("POST", f"uses/{use.json()['key']}/results/", {"note": "Лучше."}, language="ru")

    assert use.json()["steps"][0]["language"] == result.json()["language"] == "ru"
