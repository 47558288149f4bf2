"""How large a practice is in each form in which it is taken away, as its page says beside them.

Reckoned from what the page has read already: no file is read or built for it, so the sizes are approximate.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from practices.enums import AttachmentKind, Label
from practices.files import Handling, format_json, format_markdown
from practices.models import Practice, Version
from practices.packs.prompts import format_prompt, has_prompt
from practices.packs.signal_history import MOST_DROPPED, MOST_SIGNALS, SIGMA, SignalList, VersionSignals
from practices.packs.threat_exchange import SharedPractice, misp_event, stix_bundle
from practices.services.pack_files import exchanged_kind

_JSONL_FRAME = len('{"id": "", "text": "", "class": "", "language": ""}')
_DIGITS = {"md5": 32, "sha1": 40, "sha256": 64}


def download_sizes(
    practice: Practice,
    content: Mapping[str, Any],
    version: Version | None,
    listed: Sequence[Mapping[str, Any]],
    dropped: Sequence[Mapping[str, Any]],
) -> dict[str, int]:
    """The bytes by form; of the whole pack before it is compressed.

    `dropped`: hash lists and rules that only earlier versions have.
    """
    label, number = Label(practice.label).label, version.number if version else 0
    handling = Handling(
        label=practice.label,
        language=practice.language,
        key=str(practice.key),
        version=number or None,
        source=practice.organisation.name,
    )
    sizes = {
        "markdown": len(format_markdown(content, handling).encode()),
        "json": len(format_json(content, handling).encode()),
        **_exchange_sizes(practice, content, listed, dropped),
    }
    if has_prompt(content):
        sizes["prompt"] = len(format_prompt(content, label, number, practice.language).encode())
    pack = sizes["markdown"] + sizes.get("prompt", 0) + sum(int(entry["bytes"]) for entry in listed)
    for entry in listed:
        if entry.get("kind") == AttachmentKind.TEST_SET:
            rows = int(entry["facts"]["rows"])
            labels = rows * len(f'"tlp": "{label}", ')
            sizes["test_set_jsonl"] = int(entry["bytes"]) + labels
            sizes["test_set_csv"] = int(entry["bytes"]) + rows * (len(f"{label},,,,") - _JSONL_FRAME)
            pack += labels
    return {**sizes, "pack": pack}


def _exchange_sizes(
    practice: Practice,
    content: Mapping[str, Any],
    listed: Sequence[Mapping[str, Any]],
    dropped: Sequence[Mapping[str, Any]],
) -> dict[str, int]:
    """Of a bundle and an event: as they are without signals, and as many objects as there are signals, at most."""
    bare = SharedPractice(
        key=str(practice.key),
        label=practice.label,
        title=content.get("title", ""),
        summary=content.get("summary", ""),
        source=practice.organisation.name,
        harms=content.get("harms", []),
        created_at=practice.created_at,
        modified_at=practice.created_at,
        url=f"/workspace/practices/{practice.key}/",
    )
    writers = {"stix": stix_bundle, "misp": misp_event}
    sizes = {form: len(write(bare)) for form, write in writers.items()}
    for entries, most, is_dropped in ((listed, MOST_SIGNALS, False), (dropped, MOST_DROPPED, True)):
        room = {True: most, False: most}  # of rules, and of hashes
        for entry in entries:
            if not (kind := exchanged_kind(entry)):
                continue
            sample = SignalList(entry["title"], kind, 1, partial(_one_like, kind, entry))
            versions = [VersionSignals(0, practice.created_at, [sample])]
            if is_dropped:
                versions.append(VersionSignals(0, practice.created_at, []))
            count = min(int(entry["facts"]["count"]), room[kind == SIGMA])
            room[kind == SIGMA] -= count
            with_one = replace(bare, versions=versions)
            for form, write in writers.items():
                sizes[form] += count * (len(write(with_one)) - len(write(bare)))
    return sizes


def _one_like(kind: str, entry: Mapping[str, Any]) -> list[str]:
    """A hash, or a rule, as long as those of the list are on average."""
    digits = _DIGITS.get(kind)
    return ["0" * (digits or int(entry["bytes"]) // max(int(entry["facts"]["count"]), 1))]
