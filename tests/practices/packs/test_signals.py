"""Signals: lists that are lists and nothing else, and exports that other programs open with the marking in place."""

import json
from base64 import encodebytes
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
import stix2
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pymisp import MISPEvent

from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import Forbidden
from practices.audiences import audience
from practices.enums import AttachmentKind, HashAlgorithm, Label
from practices.models import Attachment
from practices.packs import signal_history
from practices.packs.faults import FileRefused
from practices.packs.folder_texts import check_text
from practices.packs.signal_history import MOST_DROPPED, MOST_SIGNALS, SIGMA, SignalList, VersionSignals
from practices.packs.signals import read_signals
from practices.packs.threat_exchange import SharedPractice, misp_event, stix_bundle
from practices.queries.practices import latest_version
from practices.services.attachments import remove_attachment
from practices.services.audiences import set_readers
from practices.services.pack_files import lists_of_earlier_versions
from practices.services.signals import add_signals
from practices.web.practice.download_sizes import download_sizes
from tests.factories import Cast
from tests.factories.practices import call_as, make_draft, make_next_version, make_shared

MD5, SHA256 = (
    "9e107d9d372bb6826bd81d3542a419d6",
    "d7a8fbb307d7809469ca9abcb0082e4f8d5651e46d3cdb762d02d0bf37c9e592",
)


def faults(kind: str, raw: bytes, algorithm: str = "") -> list[tuple[int, str]]:
    with pytest.raises(FileRefused) as refused:
        read_signals(kind, raw, algorithm)
    return [(fault.line, fault.message) for fault in refused.value.faults]


def test_a_hash_list_is_read_with_its_algorithm_and_its_count() -> None:
    raw = f"# of March\nsha256\n{SHA256.upper()},known\n{SHA256}\n".encode()

    signals = read_signals(AttachmentKind.HASH_LIST, raw, HashAlgorithm.SHA256)

    assert (signals.content, signals.facts) == (f"{SHA256}\n".encode(), {"algorithm": "sha256", "count": 1})


@pytest.mark.parametrize(
    ("raw", "algorithm", "line", "message"),
    [
        (f"{SHA256}\n{MD5}\n", "sha256", 2, "has the length of MD5 and not of SHA-256"),
        (f"{MD5[:-1]}\n", "md5", 1, "A hash of MD5 has 32 digits, this one 31"),
        ("Come to my room\n", "md5", 1, "Never upload the material itself"),
        (f"{MD5}\n", "", 0, "by which algorithm"),
        (f"{MD5}\n", "crc32", 0, "by which algorithm"),
        ("# nothing\n", "md5", 0, "There is no hash in it"),
    ],
)
def test_a_wrong_hash_list_is_refused_with_its_lines(
    raw: str, algorithm: str, line: int, message: str
) -> None:
    first, *_others = faults(AttachmentKind.HASH_LIST, raw.encode(), algorithm)
    assert (first[0], message in first[1]) == (line, True), first


@pytest.mark.parametrize(
    "heading", ["hash", "SHA-256", "sha256sum  name", '"Hash value";count', "digest,seen"]
)
def test_the_heading_of_a_column_of_hashes_is_none(heading: str) -> None:
    signals = read_signals(AttachmentKind.HASH_LIST, f"{heading}\n{SHA256}\n".encode(), HashAlgorithm.SHA256)

    assert signals.content == f"{SHA256}\n".encode()


@pytest.mark.parametrize(
    "raw",
    [
        b"\xff\xd8\xff\xe0 a picture", b"\x89PNG\r\n", b"PK\x03\x04", b"\x00\x00\x00\x18ftypmp42",
        b"RIFF\x10\x20\x00\x00WEBPVP8 ", b"RIFF\x0a\x00\x00\x00AVI LIST", b"\x1aE\xdf\xa3\x9fB", b"OggS\x00\x02",
        b"ID3\x04\x00", b"II*\x00\x08", b"\x1f\x8b\x08\x00", b"7z\xbc\xaf'\x1c", b"Rar!\x1a\x07",
        b"BM6\x00\x0c\x00\x00", b"\x00\x00\x01\xba\x44", b"FLV\x01\x05", b"0&\xb2u\x8ef\xcf\x11",
    ],
)  # fmt: skip
def test_material_is_never_a_list(raw: bytes) -> None:
    for kind in (AttachmentKind.HASH_LIST, AttachmentKind.KEYWORD_LIST, AttachmentKind.RULES):
        assert "This is a file and no list" in faults(kind, raw, "md5")[0][1]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_material_written_as_text_is_no_word_list(ending: str) -> None:
    picture = encodebytes(bytes(range(256)) * 4).decode().replace("\n", ending)
    for raw in (f"dare{ending}{picture}", "data:image/png;base64,iVBORw0KGgoAAAANSUhEUg"):
        assert "Never upload the material itself" in faults(AttachmentKind.KEYWORD_LIST, raw.encode())[0][1]
        with pytest.raises(FileRefused, match="Never upload the material itself"):
            check_text(raw.encode())
    # digits of hashes, long words, and a text in another encoding are none
    check_text(ending.join([SHA256] * 20).encode())
    assert read_signals(AttachmentKind.KEYWORD_LIST, ("x" * 70 + ending).encode() * 5).facts == {"count": 1}
    assert "UTF-8" in faults(AttachmentKind.KEYWORD_LIST, f"dare{ending}".encode("utf-16"))[0][1]


def test_rules_are_plain_yaml_with_what_they_detect() -> None:
    rules = "title: Many messages\ndetection:\n  condition: count > 40\n---\ntitle: At night\ndetection:\n  hour: 2\n"
    assert read_signals(AttachmentKind.RULES, rules.encode()).facts["count"] == 2

    tagged = faults(AttachmentKind.RULES, b"title: x\ndetection: !!python/object/apply:os.system [id]\n")
    assert (tagged[0][0], "Tags" in tagged[0][1]) == (2, True)
    # with the number of the line in the file that was sent, label and all
    labelled = faults(AttachmentKind.RULES, b"# TLP:GREEN\ntitle: x\ndetection: 1\n---\n- a\n")
    assert [line for line, _message in labelled] == [5]
    aliased = faults(AttachmentKind.RULES, b"title: &a x\ndetection: *a\n")
    assert any("Aliases" in message for _line, message in aliased)
    assert faults(AttachmentKind.RULES, b"title: x\n---\n- a\n---\nlevel: high\n")


def hash_list(title: str, algorithm: str, hashes: list[str]) -> SignalList:
    return SignalList(title, algorithm, len(hashes), lambda: hashes)


def listing(number: int, *lists: SignalList) -> VersionSignals:
    return VersionSignals(number, datetime(2026, 3, number, tzinfo=UTC), lists)


def shared(label: str, **changes: Any) -> SharedPractice:
    facts: dict[str, Any] = {
        "key": "6c0c6e0a-3a6f-4df1-9a5e-3d7f9a1f2b11", "label": label, "title": "Slow the first message",
        "summary": "It waits.", "source": "Aurora Video", "harms": ["Grooming"],
        "created_at": datetime(2026, 2, 1, tzinfo=UTC), "modified_at": datetime(2026, 3, 1, 12, tzinfo=UTC),
        "url": "https://alliance.example/workspace/practices/x/",
        "versions": [
            listing(1, hash_list("Of March", "sha256", [SHA256]), hash_list("Again", "sha256", [SHA256]),
                    hash_list("Alike", "pdq", [SHA256])),
        ],
    }  # fmt: skip
    return SharedPractice(**{**facts, **changes})


@pytest.mark.parametrize("label", Label.values)
def test_a_bundle_opens_in_stix2_with_the_marking_on_each_object(label: str) -> None:
    bundle = stix2.parse(stix_bundle(shared(label)).decode(), allow_custom=False)

    kinds = [each["type"] for each in bundle.objects]
    assert kinds == [
        "marking-definition",
        "identity",
        "course-of-action",
        "attack-pattern",
        "relationship",
        "indicator",
    ]
    marking, *others = bundle.objects
    assert marking["name"] == Label(label).label
    assert {tuple(each["object_marking_refs"]) for each in others} == {(marking["id"],)}
    assert stix_bundle(shared(label)) == stix_bundle(shared(label))


@pytest.mark.parametrize("label", Label.values)
def test_an_event_opens_in_pymisp_with_its_tag(label: str) -> None:
    event = MISPEvent()
    event.load(misp_event(shared(label)).decode())

    tag = Label(label).label.lower()
    assert [each.name for each in event.tags] == [tag, "harm:Grooming"]
    assert [(each.type, each.tags[0].name) for each in event.attributes] == [
        ("text", tag), ("link", tag), ("sha256", tag),
    ]  # fmt: skip
    assert (event.distribution == 0) == (label not in (Label.CLEAR, Label.GREEN))


def test_exports_name_how_many_hashes_are_left_out() -> None:
    hashes = [f"{number:064x}" for number in range(MOST_SIGNALS + 3)]
    practice = shared(Label.GREEN, versions=[listing(1, hash_list("Of March", "sha256", hashes))])

    bundle, event = json.loads(stix_bundle(practice)), json.loads(misp_event(practice))["Event"]

    assert sum(each["type"] == "indicator" for each in bundle["objects"]) == MOST_SIGNALS
    assert "Up to 3 more hashes are left out" in bundle["objects"][-1]["content"]
    assert "Up to 3 more hashes are left out" in event["Attribute"][-1]["value"]
    assert stix2.parse(json.dumps(bundle["objects"][-1])).type == "note"


def numbered(start: int, count: int) -> list[str]:
    return [f"{number:064x}" for number in range(start, start + count)]


def revoked_and_listed(bundle: dict[str, Any]) -> tuple[set[str], set[str]]:
    indicators = [each for each in bundle["objects"] if each["type"] == "indicator"]
    revoked = {each["pattern"][-65:-2] for each in indicators if each.get("revoked")}
    return revoked, {each["pattern"][-65:-2] for each in indicators if not each.get("revoked")}


def ends(hashes: list[str]) -> set[str]:
    return {each[1:] for each in hashes}


def test_hashes_dropped_last_are_revoked_and_the_rest_are_counted() -> None:
    """What was left out of an export is not revoked by a later one."""
    first, second = numbered(0, MOST_SIGNALS + 3), numbered(10**6, MOST_DROPPED + 3)
    versions = [
        listing(1, hash_list("Of March", "sha256", first)),
        listing(2, hash_list("Of April", "sha256", second)),
        listing(3),
    ]
    practice = shared(Label.GREEN, versions=versions)
    bundle, event = json.loads(stix_bundle(practice)), json.loads(misp_event(practice))["Event"]

    assert revoked_and_listed(bundle) == (ends(second[:MOST_DROPPED]), set())
    for note in (bundle["objects"][-1]["content"], event["Attribute"][-1]["value"]):
        assert note.startswith(f"Up to {MOST_SIGNALS} hashes dropped by earlier versions are not withdrawn")


def test_rules_dropped_last_are_revoked_and_the_rest_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MOST_SIGNALS", "MOST_DROPPED"):
        monkeypatch.setattr(signal_history, name, 3)
    rules = [f"title: Rule {number}\n" for number in range(8)]
    files = [rules[:2], rules[2:4], rules[4:]]  # of the last one a rule is too many, and never leaves
    listed = [SignalList("Ours", SIGMA, len(texts), partial(list, texts)) for texts in files]
    versions = [listing(number, each) for number, each in enumerate(listed, start=1)]
    notes = []
    for history in (versions, [*versions, listing(4)]):
        practice = shared(Label.GREEN, versions=history)
        bundle, event = json.loads(stix_bundle(practice)), json.loads(misp_event(practice))["Event"]
        assert bundle["objects"][-1]["content"] == event["Attribute"][-1]["value"]
        notes.append(bundle["objects"][-1]["content"])

    before = "1 rule is left out, such as one that is no Sigma rule: use the file of rules itself."
    dropped = "dropped by earlier versions {} not withdrawn here: delete what no file has now."
    assert notes == [
        f"{before} Up to 1 rule {dropped.format('is')}",
        f"Up to 4 rules {dropped.format('are')}",
    ]


def test_hashes_that_are_listed_still_are_not_revoked_by_what_is_new_before_them() -> None:
    old, other, new = numbered(0, 15_000), numbered(10**6, 10_000), numbered(2 * 10**6, 15_000)
    versions = [
        listing(1, hash_list("A", "sha256", old), hash_list("B", "sha256", other)),
        listing(2, hash_list("B", "sha256", other), hash_list("A′", "sha256", [*new, *old[100:]])),
    ]
    bundle = json.loads(stix_bundle(shared(Label.GREEN, versions=versions)))

    revoked, listed = revoked_and_listed(bundle)
    assert revoked == ends(old[:100])
    assert listed == ends([*old[100:], *other[:5_100]])
    assert "Up to 19900 more hashes" in bundle["objects"][-1]["content"]


def test_lists_are_read_no_further_than_what_leaves() -> None:
    hashes = [f"{number:064x}" for number in range(MOST_SIGNALS)]
    reads: list[str] = []

    def read_as(title: str) -> SignalList:
        return SignalList(title, "sha256", MOST_SIGNALS, lambda: reads.append(title) or hashes)

    full, unread, alike = read_as("Of March"), read_as("Too many"), SignalList("Alike", "pdq", 1, reads.clear)
    versions = [listing(1, full, unread, alike), listing(2, full, unread)]
    bundle = json.loads(stix_bundle(shared(Label.GREEN, versions=versions)))

    assert reads == ["Of March"]
    assert "Up to 20000 more hashes are left out" in bundle["objects"][-1]["content"]


def test_a_hash_that_a_version_dropped_is_revoked_for_good_and_another_object_if_it_comes_back() -> None:
    staying, leaving = hash_list("Of March", "md5", [MD5]), hash_list("Of March", "sha256", [SHA256])
    versions = [listing(1, staying, leaving), listing(2, staying), listing(3, staying, leaving)]
    exports = [shared(Label.GREEN, versions=versions[:count]) for count in (1, 2, 3)]

    indicators = [
        {
            each["id"]: each
            for each in stix2.parse(stix_bundle(export).decode()).objects
            if each["type"] == "indicator"
        }
        for export in exports
    ]
    first, second, third = indicators
    (gone,) = [key for key, each in second.items() if each.get("revoked")]
    assert gone in first
    assert not first[gone].get("revoked")
    assert str(second[gone]["modified"]) == str(third[gone]["modified"]) == "2026-03-02 00:00:00+00:00"
    (back,) = third.keys() - first.keys()
    assert third[back]["pattern"] == first[gone]["pattern"]
    assert [bool(each.get("revoked")) for each in third.values()].count(True) == 1

    attributes = []
    for export in exports:
        event = MISPEvent()
        event.load(misp_event(export).decode())
        attributes.append({each.uuid: each for each in event.attributes if each.type == "sha256"})
    (before,), (after,), (again,) = (each.values() for each in attributes)
    assert (before.uuid, after.uuid) == (again.uuid, again.uuid)
    assert [bool(getattr(each, "deleted", False)) for each in (before, after, again)] == [False, True, False]
    assert (before.to_ids, after.to_ids, again.to_ids) == (True, False, True)


@pytest.mark.django_db
def test_a_narrowed_label_replaces_the_objects_that_a_receiver_has(cast: Cast, client: Client) -> None:
    practice = make_shared(cast, Label.GREEN)
    client.force_login(cast.alice)
    here = f"/workspace/practices/{practice.key}"
    stix, misp = (json.loads(client.get(f"{here}/{form}/").content) for form in ("stix", "misp"))
    narrower = audience(Label.AMBER, organisations=[cast.beacon.pk])
    call_as(cast.actor("alice"), set_readers, practice, narrower)

    stix_now, misp_now = (json.loads(client.get(f"{here}/{form}/").content) for form in ("stix", "misp"))

    before, after = stix["objects"][1:], stix_now["objects"][1:]
    assert [each["id"] for each in after] == [each["id"] for each in before]
    assert [each["created"] for each in after] == [each["created"] for each in before]
    assert all(new["modified"] > old["modified"] for new, old in zip(after, before, strict=True))
    assert after[0]["object_marking_refs"] != before[0]["object_marking_refs"]
    assert misp_now["Event"]["uuid"] == misp["Event"]["uuid"]
    make_next_version(cast, practice, summary="Two pauses.")
    newer = json.loads(client.get(f"{here}/stix/").content)["objects"][1:]
    assert [each["id"] for each in newer] == [each["id"] for each in before]


def test_words_may_be_hashtags_and_labels_are_no_words() -> None:
    raw = b"# TLP:AMBER\n#challenge\ndare\n# TLP:AMBER\n"
    assert read_signals(AttachmentKind.KEYWORD_LIST, raw).content == b"#challenge\ndare\n"


@pytest.mark.django_db
def test_a_hash_list_is_added_listed_and_taken_away_with_the_label(cast: Cast, client: Client) -> None:
    practice = make_shared(cast, Label.AMBER)
    client.force_login(cast.alice)
    here = f"/workspace/practices/{practice.key}"
    wrong = client.post(
        f"{here}/files/",
        {"kind": "hash_list", "algorithm": "sha256", "file": SimpleUploadedFile("a.txt", MD5.encode())},
    )
    assert (wrong.status_code, "has the length of MD5" in wrong.content.decode()) == (422, True)
    added = client.post(
        f"{here}/files/",
        {"kind": "hash_list", "algorithm": "md5", "file": SimpleUploadedFile("a.txt", MD5.encode())},
    )
    assert added.status_code == 302
    make_next_version(cast, practice)

    client.force_login(cast.carol)
    objects = json.loads(client.get(f"{here}/stix/").content)["objects"]
    assert [each["pattern"] for each in objects if each["type"] == "indicator"] == [
        f"[file:hashes.'MD5' = '{MD5}']"
    ]
    listed = client.get(f"{here}/").content.decode()
    url = listed.split(f'href="{here}/files/')[1].split('"')[0]
    assert client.get(f"{here}/files/{url}").content.decode() == f"# TLP:AMBER\n{MD5}\n# TLP:AMBER\n"

    # whoever has it learns that it is no longer listed
    with acting_as(SYSTEM):
        attachment = Attachment.objects.get(kind=AttachmentKind.HASH_LIST)
    call_as(cast.actor("alice"), remove_attachment, attachment)
    make_next_version(cast, practice, note="The list was wrong.")
    later = json.loads(client.get(f"{here}/stix/").content)["objects"]
    assert [each["revoked"] for each in later if each["type"] == "indicator"] == [True]
    version, alice = latest_version(cast.actor("alice"), practice), cast.actor("alice")
    assert version is not None
    with acting_as(alice):
        dropped = lists_of_earlier_versions(practice, version, list(practice.versions.all()))
    sizes = download_sizes(practice, version.content, version, version.attachments, dropped)
    for form in ("stix", "misp"):  # an object of a hash is longer than what is reckoned otherwise
        assert abs(sizes[form] - len(client.get(f"{here}/{form}/").content)) < 150
    attributes = json.loads(client.get(f"{here}/misp/").content)["Event"]["Attribute"]
    assert [each["deleted"] for each in attributes if each["type"] == "md5"] == [True]


@pytest.mark.django_db
def test_only_a_writer_adds_signals(cast: Cast) -> None:
    practice = make_draft(cast)
    upload = SimpleUploadedFile("words.txt", b"dare\nnominate\n")
    with pytest.raises(Forbidden):
        call_as(cast.actor("bob"), add_signals, practice, upload, kind=AttachmentKind.KEYWORD_LIST)
