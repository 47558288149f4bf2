"""Sigma rules and counters of DISARM in a STIX bundle and a MISP event, and what stands in neither."""

import json
from datetime import timedelta
from typing import Any

import pytest
import stix2
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pymisp import MISPEvent

from alliance.queries.local_dates import today
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.files.models import FileCase, FileState
from practices.enums import AttachmentKind, Label
from practices.models import Attachment, Practice
from practices.packs import signals
from practices.packs.signals import rule_title, sigma_rules
from practices.queries.practices import latest_version
from practices.services.attachments import remove_attachment
from practices.services.pack_files import lists_of_earlier_versions
from practices.services.signals import add_signals, enqueue_rule_notes
from practices.tasks import enqueue_rule_notes_task
from practices.web.practice.download_sizes import download_sizes
from tests.factories import Cast
from tests.factories.practices import call_as, make_next_version, make_shared
from tests.support.jobs import run_all_jobs

pytestmark = pytest.mark.django_db

MANY = """\
title: "Many first messages: forty a day"
logsource:
  product: messenger
detection:
  selection:
    event: first_message
  condition: selection | count() by sender > 40
"""
NIGHT = MANY.replace('"Many first messages: forty a day"', "At night").replace("> 40", "> 4")
NO_SIGMA = "title: Ours alone\ndetection:\n  threshold: 0.7\n"
HASHES = "9e107d9d372bb6826bd81d3542a419d6\n"


def added(cast: Cast, practice: Practice, kind: str, text: str, *, algorithm: str = "") -> Attachment:
    ending = "yml" if kind == AttachmentKind.RULES else "txt"
    upload = SimpleUploadedFile(f"{kind}.{ending}", text.encode())
    row: Attachment = call_as(
        cast.actor("alice"),
        add_signals,
        practice,
        upload,
        kind=kind,
        algorithm=algorithm,
        title=f"Our {kind}",
    )
    return row


def exported(client: Client, practice: Practice) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The objects of the bundle and the attributes of the event, after `stix2` and `pymisp` have opened them."""
    here = f"/workspace/practices/{practice.key}"
    stix, misp = (client.get(f"{here}/{form}/").content.decode() for form in ("stix", "misp"))
    stix2.parse(stix, allow_custom=False)
    MISPEvent().load(misp)
    return json.loads(stix)["objects"], json.loads(misp)["Event"]["Attribute"]


@pytest.mark.parametrize("label", [Label.GREEN, Label.AMBER_STRICT])
def test_rules_and_counters_leave_with_the_label_on_each_object(
    cast: Cast, client: Client, label: str
) -> None:
    practice = make_shared(
        cast,
        label,
        definitions="It carries out DISARM C00008, and no C1.",
        steps=[{"text": "We wait.\nC00044 comes next, as ticket C12345 says.", "by": "automatic"}],
    )
    added(cast, practice, AttachmentKind.RULES, f"{MANY}---\n{NIGHT}")
    make_next_version(cast, practice)
    client.force_login(cast.alice)

    objects, attributes = exported(client, practice)

    indicators = [each for each in objects if each["type"] == "indicator"]
    assert [(each["name"], each["pattern_type"], each["pattern"]) for each in indicators] == [
        ("Many first messages: forty a day", "sigma", MANY), ("At night", "sigma", NIGHT),
    ]  # fmt: skip
    marking = objects[0]
    assert marking["name"] == Label(label).label
    assert {tuple(each["object_marking_refs"]) for each in objects[1:]} == {(marking["id"],)}
    (action,) = [each for each in objects if each["type"] == "course-of-action"]
    references = [
        each["external_id"] for each in action["external_references"] if each["source_name"] == "DISARM"
    ]
    assert references == ["C00044", "C00008"]

    rules = [each for each in attributes if each["type"] == "sigma"]
    assert [(each["comment"], each["value"], each["to_ids"]) for each in rules] == [
        ("Many first messages: forty a day", MANY, True), ("At night", NIGHT, True),
    ]  # fmt: skip
    counters = [each["value"] for each in attributes if each["value"].startswith("DISARM ")]
    assert counters == ["DISARM C00044", "DISARM C00008"]
    assert {each["Tag"][0]["name"] for each in attributes} == {Label(label).label.lower()}
    assert not any("left out" in json.dumps(each) for each in (*objects, *attributes))


def test_a_rule_that_a_version_dropped_is_revoked_and_the_sizes_are_near(cast: Cast, client: Client) -> None:
    practice = make_shared(cast, Label.GREEN)
    row = added(cast, practice, AttachmentKind.RULES, f"{MANY}---\n{NIGHT}")
    make_next_version(cast, practice)
    client.force_login(cast.alice)
    before, _attributes = exported(client, practice)
    call_as(cast.actor("alice"), remove_attachment, row)
    added(cast, practice, AttachmentKind.RULES, NIGHT)
    make_next_version(cast, practice, note="Forty a day are a class.")

    objects, attributes = exported(client, practice)

    indicators = {each["pattern"]: each for each in objects if each["type"] == "indicator"}
    assert {pattern: bool(each.get("revoked")) for pattern, each in indicators.items()} == {
        MANY: True, NIGHT: False,
    }  # fmt: skip
    assert {each["id"] for each in before} >= {each["id"] for each in indicators.values()}
    rules = {each["value"]: bool(each.get("deleted")) for each in attributes if each["type"] == "sigma"}
    assert rules == {MANY: True, NIGHT: False}

    alice = cast.actor("alice")
    version = latest_version(alice, practice)
    assert version is not None
    with acting_as(alice):
        dropped = lists_of_earlier_versions(practice, version, list(practice.versions.all()))
        sizes = download_sizes(practice, version.content, version, version.attachments, dropped)
    for form in ("stix", "misp"):
        size = len(client.get(f"/workspace/practices/{practice.key}/{form}/").content)
        assert size * 0.7 < sizes[form] < size * 1.5


def test_export_names_the_lists_that_stix_and_misp_cannot_hold(cast: Cast, client: Client) -> None:
    practice = make_shared(cast, Label.GREEN)
    added(cast, practice, AttachmentKind.KEYWORD_LIST, "dare\n")
    added(cast, practice, AttachmentKind.HASH_LIST, "a" * 64 + "\n", algorithm="pdq")
    added(cast, practice, AttachmentKind.HASH_LIST, HASHES, algorithm="md5")
    added(cast, practice, AttachmentKind.RULES, f"{MANY}---\n{NO_SIGMA}")
    make_next_version(cast, practice)
    client.force_login(cast.alice)

    objects, attributes = exported(client, practice)

    assert [each["pattern_type"] for each in objects if each["type"] == "indicator"] == ["stix", "sigma"]
    expected = (
        "1 rule is left out, such as one that is no Sigma rule: use the file of rules itself. Word lists and "
        "perceptual hashes have no place in this format. Use the files themselves: “Our keyword_list”, “Our hash_list”."
    )
    assert [each["content"] for each in objects if each["type"] == "note"] == [expected]
    assert [each["value"] for each in attributes if each["type"] == "comment"] == [expected]
    page = client.get(f"/workspace/practices/{practice.key}/").text
    assert "Word lists and perceptual hashes have no place in them: take those as files." in page
    with acting_as(SYSTEM):
        assert Attachment.objects.filter(practice=practice, kind__in=["rules", "keyword_list"]).count() == 2


@pytest.mark.parametrize(
    ("rule", "title"),
    [
        ("title: At night # two\n", "At night"),
        ('title: "A \\"b\\" c"\n', 'A "b" c'),
        ("title: 'At: night'\n", "At: night"),
        ("title:  It's late (2 a.m.) \n", "It's late (2 a.m.)"),
        ("level: high\ntitle: 'It''s late'\n", "It's late"),
        ("title: >-\n  On two\n  lines\n", ""),
        ("level: high\n", ""),
        ("title: [a]\n", ""),
    ],
)
def test_a_rule_is_named_by_its_title(rule: str, title: str) -> None:
    assert rule_title(rule) == title


NO_CONDITION = "title: a\nlogsource:\n  product: b\ndetection:\n  c: d\n"
NO_TITLE = MANY.replace('"Many first messages: forty a day"', "[a]")


def test_a_rule_needs_a_log_source_and_a_condition() -> None:
    raw = f"# TLP:GREEN\n---\n{MANY}\n---\n{NO_SIGMA}---\n{NO_CONDITION}---\n- a\n"
    assert sigma_rules(raw.encode()) == [MANY]


def test_a_rule_whose_title_is_no_text_is_none_of_sigma_and_counts_nowhere(
    cast: Cast, client: Client
) -> None:
    practice = make_shared(cast, Label.GREEN)
    row = added(cast, practice, AttachmentKind.RULES, NO_TITLE)
    make_next_version(cast, practice)
    client.force_login(cast.alice)

    objects, attributes = exported(client, practice)

    assert row.facts["count"] == 0
    assert [each["type"] for each in objects if each["type"] in ("indicator", "note")] == []
    assert not [each for each in attributes if each["type"] in ("sigma", "comment")]


def test_the_upload_notes_which_rules_are_no_sigma_and_an_export_parses_none(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    practice = make_shared(cast, Label.GREEN)
    row = added(
        cast, practice, AttachmentKind.RULES, f"# TLP:GREEN\n---\n{NO_SIGMA}---\n{MANY}---\n{NO_CONDITION}"
    )
    make_next_version(cast, practice)
    client.force_login(cast.alice)
    monkeypatch.setattr("practices.packs.signals.read_nodes", lambda *args, **kwargs: pytest.fail("parsed"))

    objects, _attributes = exported(client, practice)

    assert row.facts["not_sigma"] == [0, 2]
    (indicator,) = [each for each in objects if each["type"] == "indicator"]
    assert (indicator["name"], indicator["pattern"]) == ("Many first messages: forty a day", MANY)


def test_a_file_without_such_a_note_is_parsed_once_however_many_versions_list_it(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    practice = make_shared(cast, Label.GREEN)
    row = added(cast, practice, AttachmentKind.RULES, f"{MANY}---\n{NO_SIGMA}")
    with acting_as(SYSTEM):
        Attachment.objects.filter(pk=row.pk).update(facts={"count": 2})
    make_next_version(cast, practice)
    added(cast, practice, AttachmentKind.RULES, NIGHT)
    make_next_version(cast, practice, note="Four at night.")
    client.force_login(cast.alice)
    parsed: list[str] = []
    read_nodes = signals.read_nodes

    def note_and_read(text: str, *args: Any, **kwargs: Any) -> Any:
        parsed.append(text)
        return read_nodes(text, *args, **kwargs)

    monkeypatch.setattr(signals, "read_nodes", note_and_read)

    stix = json.loads(client.get(f"/workspace/practices/{practice.key}/stix/").content)["objects"]

    assert [each["pattern"] for each in stix if each["type"] == "indicator"] == [MANY, NIGHT]
    assert [f"{text}\n" for text in parsed] == [MANY, NO_SIGMA]


def test_rules_that_are_not_sigma_are_noted_once_in_older_files(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    practice = make_shared(cast, Label.GREEN)
    row = added(cast, practice, AttachmentKind.RULES, f"{NO_SIGMA}---\n{MANY}---\n{NO_CONDITION}")
    added(cast, practice, AttachmentKind.RULES, NIGHT)
    added(cast, practice, AttachmentKind.KEYWORD_LIST, "dare\n")
    facts = row.facts
    with acting_as(SYSTEM):
        row.facts = {key: value for key, value in facts.items() if key != "not_sigma"}
        row.save()
    make_next_version(cast, practice)
    client.force_login(cast.alice)
    before = exported(client, practice)

    enqueue_rule_notes_task()
    enqueue_rule_notes_task()
    assert run_all_jobs().count("note_sigma_rules") == 1

    with acting_as(SYSTEM):
        row.refresh_from_db()
        assert enqueue_rule_notes() == 0
    assert row.facts == facts
    monkeypatch.setattr("practices.packs.signals.read_nodes", lambda *args, **kwargs: pytest.fail("parsed"))
    assert exported(client, practice) == before


def test_rules_that_cannot_be_read_are_noted_another_day(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    practice = make_shared(cast, Label.GREEN)
    row = added(cast, practice, AttachmentKind.RULES, f"{MANY}---\n{NO_SIGMA}")
    with acting_as(SYSTEM):
        Attachment.objects.filter(pk=row.pk).update(facts={"count": 2})
        case = FileCase.objects.create(sha256=row.sha256, state=FileState.QUARANTINED)
    enqueue_rule_notes_task()
    assert "note_sigma_rules" in run_all_jobs()
    with acting_as(SYSTEM):
        row.refresh_from_db()
        assert row.facts == {"count": 2}

        FileCase.objects.filter(pk=case.pk).update(state=FileState.FETCHED)
    enqueue_rule_notes_task()
    assert "note_sigma_rules" not in run_all_jobs()
    tomorrow = today() + timedelta(days=1)
    monkeypatch.setattr("practices.services.signals.today", lambda: tomorrow)
    enqueue_rule_notes_task()
    run_all_jobs()

    with acting_as(SYSTEM):
        row.refresh_from_db()
    assert row.facts == {"count": 2, "not_sigma": [1]}
