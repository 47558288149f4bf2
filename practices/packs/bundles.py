"""A pack as a zip: policy, prompt, test set, runs, files, and a list of them; each text bears the label."""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

MANIFEST = "pack.json"
POLICY, PROMPT, TEST_SET, RUNS = "policy.md", "prompt.txt", "test-set.jsonl", "runs.json"
TRANSLATION = "translations/{language}.md"
_TIMESTAMP = (1980, 1, 1, 0, 0, 0)  # the same pack gives the same bytes


@dataclass(frozen=True, slots=True)
class PackFile:
    """A file of the pack: its path there, its bytes, what it is (an AttachmentKind, or `policy` and the like)."""

    name: str
    content: bytes
    kind: str
    title: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


def build_pack(files: Sequence[PackFile], *, label: str, practice: str, version: int) -> bytes:
    """The zip; its list of files comes first and bears the label at both ends."""
    listed = [
        {
            "name": file.name,
            "kind": file.kind,
            "title": file.title,
            "facts": dict(file.facts),
            "bytes": len(file.content),
            "sha256": hashlib.sha256(file.content).hexdigest(),
        }
        for file in files
    ]
    manifest = {
        "label": label,
        "format": 1,
        "practice": practice,
        "version": version,
        "files": listed,
        "handling": {"label": label},
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
        for name, content in [(MANIFEST, text.encode()), *((file.name, file.content) for file in files)]:
            entry = zipfile.ZipInfo(name, _TIMESTAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return buffer.getvalue()
