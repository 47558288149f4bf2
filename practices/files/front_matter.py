"""Reading the front matter: plain YAML with how the practice is handled, and every field that is no text."""

import re
import uuid
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from portal.kernel import plain_yaml as yaml
from portal.kernel.errors import DomainError
from portal.kernel.names import clean_name
from portal.kernel.plain_yaml import Findings, Node, Scalar, shown, suggest
from practices.enums import RelationKind
from practices.fields import FIELD
from practices.files.document import Handling, Readers, Relation
from practices.files.labels import LABEL_NAMES, label_code

FORMAT = "1"
HANDLING_KEYS = (
    "format", "label", "readers", "key", "version", "source", "language", "expires_on", "relations",
)  # fmt: skip
READERS = ("organisations", "groups", "people")
_EMPTY = ("", "~", "null")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,4})?")
_MOST_RELATIONS, _MOST_READERS = 40, 200


def read_front_matter(text: str, findings: Findings) -> tuple[dict[str, Any], Handling]:
    """The raw content and the handling; what is wrong is noted, and raises where YAML cannot be read on."""
    root = yaml.read_nodes(text, findings, empty=_("There is nothing between the two lines “---”."))
    if not isinstance(root, yaml.Mapping):
        findings.fault(
            "",
            _("Between the two lines “---” there must be keys with their values, each on its own line."),
            at=2,
        )
        raise findings.refusal()
    for key in root.entries:
        if key not in FIELD and key not in HANDLING_KEYS and not key.startswith("?"):
            message = _("Unknown key “%(key)s”.") % {"key": shown(key)}
            findings.fault(shown(key), f"{message} {suggest(key, [*HANDLING_KEYS, *FIELD])}")
    raw = {key: _plain(node) for key, node in root.entries.items() if key in FIELD}
    return raw, _handling(root, findings)


def _plain(node: Node) -> Any:
    """The node as plain data. Every value is a text here: what it means is decided by its field."""
    if isinstance(node, Scalar):
        return None if node.plain and node.text in _EMPTY else node.text
    if isinstance(node, yaml.Listing):
        return [_plain(item) for item in node.items]
    if isinstance(node, yaml.Mapping):
        return {key: _plain(inner) for key, inner in node.entries.items()}
    return None


def _handling(root: yaml.Mapping, findings: Findings) -> Handling:
    said = {key: _plain(root.entries[key]) for key in HANDLING_KEYS if key in root.entries}
    one = {
        key: _single(key, said.get(key), findings)
        for key in HANDLING_KEYS
        if key not in ("readers", "relations")
    }
    if one["format"] not in ("", FORMAT):
        findings.fault("format", _("This portal reads format %(number)s."), number=FORMAT)
    return Handling(
        label=_label(one["label"], findings),
        language=_language(one["language"], findings),
        key=_key("key", one["key"], findings),
        version=_version(one["version"], findings),
        source=_line("source", one["source"], findings),
        expires_on=_day(one["expires_on"], findings),
        readers=_readers(said.get("readers"), findings),
        relations=tuple(_relations(said.get("relations"), findings)),
    )


def _single(key: str, value: Any, findings: Findings) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        findings.fault(key, _("Enter a single value."))
        return ""
    return value.strip()


def _label(said: str, findings: Findings) -> str:
    code = label_code(said) if said else ""
    if code is None:
        message = _("“%(choice)s” is none of these: %(choices)s.")
        findings.fault("label", message, choice=shown(said), choices=", ".join(LABEL_NAMES.values()))
    return code or ""


def _language(said: str, findings: Findings) -> str:
    if not said or _LANGUAGE.fullmatch(said):
        return said
    findings.fault("language", _("Enter the code of the language, for example en or ru."))
    return ""


def _key(path: str, said: str, findings: Findings) -> str:
    try:
        return str(uuid.UUID(said)) if said else ""
    except ValueError:
        findings.fault(path, _("“%(said)s” is not the key of a practice."), said=shown(said))
        return ""


def _version(said: str, findings: Findings) -> int | None:
    if not said:
        return None
    if re.fullmatch(r"[1-9][0-9]{0,8}", said):
        return int(said)
    findings.fault("version", _("Enter the version as a whole number from 1."))
    return None


def _line(path: str, said: str, findings: Findings) -> str:
    try:
        return clean_name(said)[:200] if said else ""
    except DomainError as refusal:
        findings.fault(path, str(refusal))
        return ""


def _day(said: str, findings: Findings) -> str:
    try:
        return date.fromisoformat(said).isoformat() if said else ""
    except ValueError:
        findings.fault("expires_on", _("Write the date as 2026-08-14."))
        return ""


def _readers(value: Any, findings: Findings) -> Readers:
    if value is None:
        return Readers()
    if not isinstance(value, Mapping) or not set(value) <= set(READERS):
        findings.fault("readers", _("Each entry has these parts: %(keys)s."), keys=", ".join(READERS))
        return Readers()
    return Readers(**{key: tuple(_names(key, value.get(key), findings)) for key in READERS})


def _names(key: str, value: Any, findings: Findings) -> Iterator[str]:
    path = f"readers.{key}"
    if value is None:
        return
    if not isinstance(value, list) or len(value) > _MOST_READERS:
        findings.fault(path, _("Enter a list."))
        return
    for place, item in enumerate(value):
        yield _line(f"{path}[{place}]", _single(f"{path}[{place}]", item, findings), findings)


def _relations(value: Any, findings: Findings) -> Iterator[Relation]:
    if value is None:
        return
    if not isinstance(value, list) or len(value) > _MOST_RELATIONS:
        findings.fault("relations", _("Enter a list."))
        return
    for place, item in enumerate(value):
        path = f"relations[{place}]"
        if (
            not isinstance(item, dict)
            or set(item) != {"kind", "practice"}
            or item["kind"] not in RelationKind.values
        ):
            message = _("A relation has a kind (%(kinds)s) and the key of a practice.")
            findings.fault(path, message, kinds=", ".join(RelationKind.values))
            continue
        key = _key(f"{path}.practice", _single(f"{path}.practice", item["practice"], findings), findings)
        if key:
            yield Relation(item["kind"], key)
