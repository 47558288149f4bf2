"""A practice for systems that exchange signals: a STIX 2.1 bundle, a MISP event, each object with its TLP marking.

The ids follow from the practice and its opening: a later version, or another label, gives the same objects anew, and a
receiver puts them in the place of those it has, since `modified` is later. To the community an opened practice is a new
one: nothing leads from its objects to those of before. A hash or rule that a version dropped stays, as revoked (STIX)
or deleted (MISP): a receiver that has it stops using it. What readers imported before an opening is revoked by no
export after it, whose objects are others: the letter about the opening asks them to delete it.
"""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from practices.enums import Label
from practices.packs.markings import MARKINGS
from practices.packs.signal_history import (
    EXCHANGED_HASHES,
    SIGMA,
    ListedSignal,
    SignalHistory,
    VersionSignals,
    signal_history,
)
from practices.packs.signals import rule_title

_TLP_EXTENSION = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
_MARKED_AT = "2022-10-01T00:00:00.000Z"
_NAMES = uuid.UUID("6f0a1a52-8f0e-4d3d-9c0c-6a3d7a3f9e55")  # of ids that follow from a practice
_STIX_HASHES = {"md5": "MD5", "sha1": "SHA-1", "sha256": "SHA-256"}


@dataclass(frozen=True, slots=True)
class SharedPractice:
    """What leaves the portal about a practice: `source` and `harms` by their names, `counters` by codes of DISARM.

    `modified_at` is when the version was shared or the label last changed, whichever is later. `left_out` are the
    titles of files of which neither format can say anything.
    """

    key: str
    label: str
    title: str
    summary: str
    source: str
    harms: Sequence[str]
    created_at: datetime
    modified_at: datetime
    url: str
    counters: Sequence[str] = ()
    versions: Sequence[VersionSignals] = ()  # in their order, up to the one that leaves
    left_out: Sequence[str] = ()
    opening: int | None = None  # which one, if it was opened to the community

    @property
    def origin(self) -> str:
        """From which its ids follow: an object with another `created` is another object."""
        return self.key if self.opening is None else f"{self.key}:opening:{self.opening}"


@dataclass(frozen=True, slots=True)
class _Signals:
    """The hashes and rules that leave, dropped ones before listed ones, and what the export does not hold."""

    signals: Sequence[ListedSignal]
    left_out: str


def _signals_of(practice: SharedPractice) -> _Signals:
    hashes = signal_history(practice.versions, EXCHANGED_HASHES)
    rules = signal_history(practice.versions, (SIGMA,))
    signals = [each for history in (hashes, rules) for each in (*history.dropped, *history.current)]
    sentences = (_hashes_left_out(hashes), _rules_left_out(rules), _files_left_out(practice.left_out))
    return _Signals(signals, " ".join(sentence for sentence in sentences if sentence))


def _hashes_left_out(history: SignalHistory) -> str:
    """At most so many, since lists may have the same hashes; empty if none."""
    listed = ngettext(
        "Up to %(count)d more hash is left out: use the hash list itself.",
        "Up to %(count)d more hashes are left out: use the hash lists themselves.",
        history.left_out,
    )
    dropped = ngettext(
        "Up to %(count)d hash dropped by earlier versions is not withdrawn here: delete what no list has now.",
        "Up to %(count)d hashes dropped by earlier versions are not withdrawn here: delete what no list has now.",
        history.dropped_left_out,
    )
    return _counted(history, listed, dropped)


def _rules_left_out(history: SignalHistory) -> str:
    """Those that Sigma does not know, or that are too many, now or of earlier versions; empty if none."""
    listed = ngettext(
        "%(count)d rule is left out, such as one that is no Sigma rule: use the file of rules itself.",
        "%(count)d rules are left out, such as those that are no Sigma rules: use the files of rules themselves.",
        history.left_out,
    )
    dropped = ngettext(
        "Up to %(count)d rule dropped by earlier versions is not withdrawn here: delete what no file has now.",
        "Up to %(count)d rules dropped by earlier versions are not withdrawn here: delete what no file has now.",
        history.dropped_left_out,
    )
    return _counted(history, listed, dropped)


def _counted(history: SignalHistory, listed: str, dropped: str) -> str:
    counts = ((listed, history.left_out), (dropped, history.dropped_left_out))
    return " ".join(message % {"count": count} for message, count in counts if count)


def _files_left_out(titles: Sequence[str]) -> str:
    if not titles:
        return ""
    message = _(
        "Word lists and perceptual hashes have no place in this format. Use the files themselves: %(titles)s."
    )
    return message % {"titles": ", ".join(f"“{title}”" for title in titles)}


def stix_bundle(practice: SharedPractice) -> bytes:
    """The bundle: a course of action with what it mitigates, an indicator for each cryptographic hash and Sigma rule.

    The counters of DISARM that it carries out are among its references.
    """
    marking, name = MARKINGS[practice.label]
    identity = _object("identity", practice, "source", name=practice.source, identity_class="organization")
    source = {"created_by_ref": identity["id"]}
    action = _object(
        "course-of-action", practice, "action", name=practice.title, description=practice.summary,
        external_references=[
            {"source_name": "practice", "url": practice.url, "external_id": practice.key},
            *({"source_name": "DISARM", "external_id": code} for code in practice.counters),
        ],
        **source,
    )  # fmt: skip
    objects = [
        {
            "type": "marking-definition", "spec_version": "2.1", "id": marking, "created": _MARKED_AT,
            "name": f"TLP:{name.upper()}",
            "extensions": {_TLP_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": name}},
        },
        identity,
        action,
    ]  # fmt: skip
    for harm in practice.harms:
        pattern = _object("attack-pattern", practice, f"harm:{harm}", name=harm, **source)
        relation = _object(
            "relationship", practice, f"{action['id']}:mitigates:{pattern['id']}", relationship_type="mitigates",
            source_ref=action["id"], target_ref=pattern["id"], **source,
        )  # fmt: skip
        objects += [pattern, relation]
    signals = _signals_of(practice)
    objects += [
        _object(
            "indicator", practice, each.part, **_pattern(each), valid_from=_time(practice.created_at), **source,
            **_revocation(practice, each),
        )
        for each in signals.signals
    ]  # fmt: skip
    if signals.left_out:
        objects.append(
            _object(
                "note", practice, "left-out", content=signals.left_out, object_refs=[action["id"]], **source
            )
        )
    for each in objects[1:]:
        each["object_marking_refs"] = [marking]
    bundle = {"type": "bundle", "id": _id("bundle", practice, "bundle"), "objects": objects}
    return (json.dumps(bundle, ensure_ascii=False, indent=2) + "\n").encode()


def _pattern(signal: ListedSignal) -> dict[str, str]:
    """What an indicator detects."""
    name = _name_of(signal)
    if signal.kind == SIGMA:
        return {"name": name, "pattern": signal.value, "pattern_type": "sigma"}
    pattern = f"[file:hashes.'{_STIX_HASHES[signal.kind]}' = '{signal.value}']"
    return {"name": name, "pattern": pattern, "pattern_type": "stix"}


def _name_of(signal: ListedSignal) -> str:
    """A rule has a title of its own, a hash that of its list."""
    return (signal.kind == SIGMA and rule_title(signal.value)) or signal.title


def _revocation(practice: SharedPractice, listed: ListedSignal) -> dict[str, Any]:
    """Revoking is for good, so the object has no later version: its time is that of the version without it."""
    if listed.dropped_at is None:
        return {}
    return {"revoked": True, "modified": _time(max(listed.dropped_at, practice.created_at))}


def _object(kind: str, practice: SharedPractice, part: str, **properties: Any) -> dict[str, Any]:
    head = {
        "type": kind,
        "spec_version": "2.1",
        "id": _id(kind, practice, part),
        "created": _time(practice.created_at),
        "modified": _time(practice.modified_at),
    }
    return {**head, **{key: value for key, value in properties.items() if value}}


def _id(kind: str, practice: SharedPractice, part: str) -> str:
    return f"{kind}--{uuid.uuid5(_NAMES, f'{practice.origin}:{kind}:{part}')}"


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


# --- MISP ------------------------------------------------------------------------------------

# Whom the event may be passed on to by MISP itself: nobody but one's own organisation, unless it is for everybody.
_DISTRIBUTION = {Label.CLEAR: "3", Label.GREEN: "1"}


def misp_event(practice: SharedPractice) -> bytes:
    """The event: the practice as a text and a link, counters of DISARM, hashes of cryptographic lists and Sigma rules.

    All of them bear the TLP. A hash or rule that was dropped is a deleted attribute; one that came back is the same
    attribute, not deleted.
    """
    tag = [{"name": f"tlp:{MARKINGS[practice.label][1]}"}]
    distribution = _DISTRIBUTION.get(Label(practice.label), "0")
    signals = _signals_of(practice)
    attributes = [
        _attribute(
            practice, tag, "summary", "text", "Other", practice.summary or practice.title, comment=practice.title
        ),
        _attribute(practice, tag, "link", "link", "External analysis", practice.url),
        *(
            _attribute(practice, tag, f"counter:{code}", "text", "External analysis", f"DISARM {code}")
            for code in practice.counters
        ),
        *(
            _attribute(practice, tag, each.value, *_attribute_type(each), each.value, **_attribute_facts(each))
            for each in {each.value: each for each in signals.signals}.values()
        ),
    ]  # fmt: skip
    if signals.left_out:
        attributes.append(_attribute(practice, tag, "left-out", "comment", "Other", signals.left_out))
    event = {
        "uuid": str(uuid.uuid5(_NAMES, f"{practice.origin}:event")),
        "info": practice.title,
        "date": f"{practice.created_at.astimezone(UTC):%Y-%m-%d}",
        "timestamp": str(int(practice.modified_at.timestamp())),
        "threat_level_id": "4",
        "analysis": "2",
        "distribution": distribution,
        "published": False,
        "Orgc": {"name": practice.source, "uuid": str(uuid.uuid5(_NAMES, practice.source))},
        "Tag": [*tag, *({"name": f"harm:{harm}"} for harm in practice.harms)],
        "Attribute": attributes,
    }
    return (json.dumps({"Event": event}, ensure_ascii=False, indent=2) + "\n").encode()


def _attribute_type(signal: ListedSignal) -> tuple[str, str]:
    """The type, and the category in which MISP puts it by itself."""
    return (SIGMA, "Payload installation") if signal.kind == SIGMA else (signal.kind, "Payload delivery")


def _attribute_facts(signal: ListedSignal) -> dict[str, Any]:
    """Its name, and whether it is to be detected or no longer."""
    comment = {"comment": _name_of(signal)}
    if signal.dropped_at is None:
        return {**comment, "to_ids": True}
    return {**comment, "deleted": True, "timestamp": str(int(signal.dropped_at.timestamp()))}


def _attribute(
    practice: SharedPractice,
    tag: list[dict[str, str]],
    part: str,
    kind: str,
    category: str,
    value: str,
    **more: Any,
) -> dict[str, Any]:
    return {
        "uuid": str(uuid.uuid5(_NAMES, f"{practice.origin}:attribute:{part}")),
        "type": kind,
        "category": category,
        "value": value,
        "to_ids": False,
        "distribution": "5",
        "timestamp": str(int(practice.modified_at.timestamp())),
        "Tag": tag,
        **more,
    }
