"""Bundles and events beside a policy: none of their objects is marked wider than the label of the practice."""

import json
from typing import Any

import pytest
from django.test import Client

from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError
from practices.audiences import audience
from practices.enums import ImportChoice, ImportOutcome, Label
from practices.files import Handling, format_markdown
from practices.models import Attachment, ImportedFile, Practice
from practices.packs.markings import wider_marking
from practices.packs.threat_exchange import misp_event, stix_bundle
from practices.services.attachments import remove_attachment
from practices.services.audiences import set_readers
from practices.services.import_choices import choose_files
from practices.services.practices import share_practice, share_practice_directly, submit_practice
from tests.factories import Cast
from tests.factories.discussion import set_label_directly
from tests.factories.practices import CONTENT, call_as, make_next_version
from tests.practices.packs.test_signals import shared
from tests.support.pack_imports import CHALLENGES, brought_in, prepared, rows_of

pytestmark = pytest.mark.django_db

WHITE_OF_TLP_1 = "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9"
STATEMENT = "marking-definition--11111111-2222-4333-8444-555555555555"
WRITERS = {"stix.json": stix_bundle, "misp.json": misp_event}


def policy(label: str) -> str:
    return format_markdown(CONTENT, Handling(label=label, language="en"))


def bundle(*references: str, **properties: Any) -> str:
    """A bundle with one indicator, whose marking definitions are somebody else's."""
    statement = {"type": "marking-definition", "id": STATEMENT, "definition_type": "statement"}
    indicator = {"type": "indicator", "name": "A lure", "object_marking_refs": references, **properties}
    return json.dumps({"type": "bundle", "objects": [statement, indicator]})


def attached(cast: Cast, label: str, content: str | bytes) -> tuple[Practice, Attachment]:
    """A practice of this label that has the file."""
    done = brought_in(cast, prepared(cast, {"policy.md": policy(label), "stix.json": content}))
    practice = done["policy.md"].practice
    assert practice is not None
    set_label_directly(practice, label)
    with acting_as(SYSTEM):
        return practice, Attachment.objects.get(practice=practice)


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize(
    ("label", "marking", "choice"),
    [
        (Label.AMBER, Label.GREEN, ImportChoice.REFUSED),
        (Label.AMBER, Label.AMBER, ImportChoice.ATTACHMENT),
        (Label.GREEN, Label.AMBER_STRICT, ImportChoice.ATTACHMENT),
        (Label.RED, Label.AMBER_STRICT, ImportChoice.REFUSED),
    ],
)
def test_a_marking_wider_than_the_label_is_refused(
    cast: Cast, name: str, label: str, marking: str, choice: str
) -> None:
    row = rows_of(prepared(cast, {"policy.md": policy(label), name: WRITERS[name](shared(marking))}))[name]

    assert row.choice == choice
    if choice == ImportChoice.REFUSED:
        message = row.report["faults"][0]["message"]
        assert f"is marked {Label(marking).label}, which is wider than {Label(label).label}" in message
        assert row.file == ""


@pytest.mark.parametrize(
    ("content", "label", "unknown"),
    [
        (bundle(WHITE_OF_TLP_1), "clear", ""),
        ("\ufeff" + " " * 300 + bundle(WHITE_OF_TLP_1).replace("object_m", "\\u006fbject_m"), "clear", ""),
        (bundle(STATEMENT), None, ""),
        (bundle(), None, ""),
        (bundle("marking-definition--nobody-knows"), "", "marking-definition--nobody-knows"),
        (bundle(granular_markings=[{"marking_ref": WHITE_OF_TLP_1, "selectors": ["name"]}]), "clear", ""),
        (json.dumps({"response": [{"Event": {"info": "x", "Tag": [{"name": "TLP:White"}]}}]}), "clear", ""),
        (json.dumps([{"Event": {"Attribute": [{"value": "x", "Tag": [{"name": "tlp:orange"}]}]}}]), "", "tlp:orange"),
        (json.dumps({"Event": {"EventTag": [{"Tag": {"name": "tlp:white"}}]}}), "clear", ""),
        (f"{bundle()}\n{bundle(WHITE_OF_TLP_1)}\n", "clear", ""),
        (f"{bundle(WHITE_OF_TLP_1)}\nThe end.", "clear", ""),
        ('{"threshold": 0.7, "Tag": 3}', None, ""),
        ('{"Event": ', None, ""),
        ("Not an Event", None, ""),
    ],
)  # fmt: skip
def test_markings_are_read_wherever_they_stand(content: str, label: str | None, unknown: str) -> None:
    marked = wider_marking(content.encode(), Label.GREEN)

    assert (marked and (marked.label, marked.unknown)) == (None if label is None else (label, unknown))


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_markings_are_read_in_the_encodings_of_spreadsheets(encoding: str) -> None:
    marked = wider_marking(f"\ufeff{bundle(WHITE_OF_TLP_1)}".encode(encoding), Label.GREEN)

    assert marked is not None
    assert (marked.name, marked.label) == ("A lure", Label.CLEAR)


def test_a_name_that_hides_signs_is_shown_without_them(cast: Cast) -> None:
    sent: dict[str, str | bytes] = {
        "policy.md": policy(Label.AMBER),
        "stix.json": bundle(WHITE_OF_TLP_1, name="a\x00\ud800\u202eb"),
    }
    row = rows_of(prepared(cast, sent))["stix.json"]

    assert "“a���b” is marked TLP:CLEAR" in row.report["faults"][0]["message"]


def test_beside_a_policy_without_a_label_it_waits_for_a_choice(cast: Cast) -> None:
    """Its draft is TLP:AMBER+STRICT until somebody chooses: then it is refused when it would be handed on."""
    practice_import = prepared(cast, {"policy.md": CHALLENGES, "stix.json": bundle(WHITE_OF_TLP_1)})
    row = rows_of(practice_import)["stix.json"]
    assert (row.choice, row.report["choices"]) == ("leave_out", ["attachment", "leave_out"])
    assert "“A lure” is marked TLP:CLEAR" in row.report["notes"][0]["message"]

    call_as(cast.actor("alice"), choose_files, practice_import, {row.position: "attachment"}, {})
    done = brought_in(cast, practice_import)
    practice = done["policy.md"].practice
    assert practice is not None
    assert done["stix.json"].outcome == ImportOutcome.ADDED
    with acting_as(SYSTEM):
        practice.draft.content = CONTENT
        practice.draft.save(update_fields=["content"])
    set_label_directly(practice, Label.GREEN)
    with pytest.raises(DomainError, match=r"“stix\.json” cannot be shared: “A lure” is marked TLP:CLEAR"):
        call_as(cast.actor("alice"), submit_practice, practice)


def test_a_version_with_a_wider_file_is_not_shared(cast: Cast) -> None:
    practice, _file = attached(cast, Label.GREEN, stix_bundle(shared(Label.GREEN)))
    set_label_directly(practice, Label.AMBER, reader_organisations=[cast.beacon.pk])

    with pytest.raises(DomainError, match="wider than TLP:AMBER"):
        call_as(cast.actor("sven"), share_practice_directly, practice)


def test_after_a_narrowing_the_file_is_handed_out_no_more(cast: Cast, client: Client) -> None:
    """Narrowing itself is never refused: readers are taken away at once."""
    practice, file = attached(cast, Label.GREEN, stix_bundle(shared(Label.GREEN)))
    call_as(cast.actor("alice"), submit_practice, practice)
    call_as(cast.actor("mona"), share_practice, practice)
    client.force_login(cast.carol)
    here = f"/workspace/practices/{practice.key}"
    url = f"{here}/files/{file.key}/"
    assert client.get(url).status_code == 200

    narrower = audience(Label.AMBER, organisations=[cast.beacon.pk])
    call_as(cast.actor("alice"), set_readers, practice, narrower)

    answer = client.get(url)
    assert answer.status_code == 403
    assert "The file is not handed out" in answer.text
    assert b"files/stix.json" not in client.get(f"{here}/pack/").content
    with acting_as(SYSTEM):
        practice.refresh_from_db()
    with pytest.raises(DomainError, match="cannot be shared"):
        make_next_version(cast, practice, summary="Another.")
    call_as(cast.actor("alice"), remove_attachment, file)
    make_next_version(cast, practice, summary="Yet another.")


def test_a_file_for_a_shared_practice_is_held_to_its_label(cast: Cast) -> None:
    """Whatever the file of the policy says: an import does not change who can read a practice."""
    practice, _file = attached(cast, Label.AMBER, bundle(STATEMENT))
    set_label_directly(practice, Label.AMBER, reader_organisations=[cast.beacon.pk])
    call_as(cast.actor("sven"), share_practice_directly, practice)
    text = format_markdown(CONTENT, Handling(label=Label.GREEN, key=str(practice.key), language="en"))

    row = rows_of(prepared(cast, {"policy.md": text, "more.json": stix_bundle(shared(Label.GREEN))}))[
        "more.json"
    ]

    assert row.choice == ImportChoice.REFUSED
    with acting_as(SYSTEM):
        assert not ImportedFile.objects.filter(name="more.json").exclude(file="").exists()
