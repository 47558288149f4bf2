"""Signals as files: hash lists with their algorithm, word lists, rules in YAML. Never the material itself.

What is stored is what was understood: hashes in one spelling, each once; words one to a line; rules as they were sent.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from portal.kernel.text import format_number, split_separator_line
from portal.kernel.text.strict_yaml import (
    FaultCollector,
    FileFaults,
    MappingNode,
    Node,
    ScalarNode,
    read_nodes,
)
from practices.enums import AttachmentKind, HashAlgorithm
from practices.packs.faults import MAX_FAULTS, FileRefused, LineFault, decode, refuse
from practices.packs.material import holds_material, is_binary

MAX_SIZE = 20 * 1024 * 1024
MAX_RULES_SIZE = 1024 * 1024
_MOST_HASHES, _MOST_WORDS, _LONGEST_WORD = 200_000, 20_000, 200
# Hexadecimal digits of one hash. PhotoDNA has 144 bytes.
_LENGTHS: Mapping[str, tuple[int, ...]] = {
    HashAlgorithm.MD5: (32,),
    HashAlgorithm.SHA1: (40,),
    HashAlgorithm.SHA256: (64,),
    HashAlgorithm.PDQ: (64,),
    HashAlgorithm.PHOTODNA: (288,),
    HashAlgorithm.TMK: (64, 512),
}
# how lists head the column of the hashes, without what stands between the letters: “SHA-256”, “hash_value”
_HASH_HEADINGS = {
    *("hash", "hashes", "hashvalue", "digest", "checksum"),
    *(f"{algorithm}{ending}" for algorithm in HashAlgorithm.values for ending in ("", "hash", "sum")),
}
_NEARLY = 4  # digits too many or too few
_HEX = re.compile(r"[0-9a-f]+")
# a title in which YAML has nothing to resolve: between quotes, or plain
_SIMPLE_TITLE = re.compile(r"""title: +(?:"([^"\\]*)"|'([^']*)'|([^\W_][\w ,.;()/'"+&%–—-]*?)) *""")
ENDINGS: Mapping[str, tuple[str, ...]] = {
    AttachmentKind.HASH_LIST: (".txt", ".csv"),
    AttachmentKind.KEYWORD_LIST: (".txt", ".csv"),
    AttachmentKind.RULES: (".yml", ".yaml"),
}


@dataclass(frozen=True, slots=True)
class SignalFile:
    """A list or rules that were understood: the bytes that are stored, their type, and what is said of them."""

    content: bytes
    media_type: str
    facts: dict[str, Any] = field(default_factory=dict)


def read_signals(kind: str, raw: bytes, algorithm: str = "") -> SignalFile:
    """Read a file of this kind. Raises FileRefused with the lines."""
    if is_binary(raw):
        raise refuse(
            _("This is a file and no list. Never upload the material itself: a hash list holds hashes alone.")
        )
    if kind == AttachmentKind.HASH_LIST:
        return _read_hashes(raw, algorithm)
    return _read_words(raw) if kind == AttachmentKind.KEYWORD_LIST else _read_rules(raw)


def _lines(raw: bytes, comment: str) -> list[tuple[int, str]]:
    """What stands on each line, with its number; empty ones and those that begin with `comment` are passed over."""
    named, text = split_separator_line(decode(raw, limit=MAX_SIZE))
    lines = enumerate(text.split("\n"), start=2 if named else 1)
    return [(number, line.strip()) for number, line in lines if line.strip() and not line.startswith(comment)]


def _read_hashes(raw: bytes, algorithm: str) -> SignalFile:
    """One hash to a line, or in the first column; a line that names the column is passed over."""
    if algorithm not in HashAlgorithm.values:
        raise refuse(_("Say by which algorithm the hashes were made."))
    hashes: dict[str, int] = {}
    faults = []
    for place, (number, line) in enumerate(_lines(raw, "#")):
        text = re.split(r"[,;\t ]", line, maxsplit=1)[0].strip("\"'").lower()
        if place == 0 and re.sub(r"[\W_]", "", text) in _HASH_HEADINGS:
            continue
        if message := _fault_of(text, algorithm):
            faults.append(LineFault(number, message))
        hashes.setdefault(text, number)
        if len(faults) > MAX_FAULTS or len(hashes) > _MOST_HASHES:
            break
    if len(hashes) > _MOST_HASHES:
        raise refuse(
            _("There are more than %(most)s hashes.") % {"most": format_number(Decimal(_MOST_HASHES))}
        )
    if faults:
        raise FileRefused(faults)
    if not hashes:
        raise refuse(_("There is no hash in it."))
    content = "".join(f"{each}\n" for each in hashes).encode()
    return SignalFile(content, "text/plain", {"algorithm": algorithm, "count": len(hashes)})


def algorithms_of_length(digits: int) -> list[HashAlgorithm]:
    """Whose hashes have so many hexadecimal digits."""
    return [HashAlgorithm(algorithm) for algorithm, lengths in _LENGTHS.items() if digits in lengths]


def algorithm_of_nearly_length(digits: int) -> HashAlgorithm | None:
    """Whose hashes are a few digits longer or shorter: such a list was cut, or something stands behind its hashes."""
    distances = {
        HashAlgorithm(each): min(abs(digits - length) for length in lengths)
        for each, lengths in _LENGTHS.items()
    }
    nearest = min(distances, key=lambda each: distances[each])
    return nearest if distances[nearest] <= _NEARLY else None


def _fault_of(text: str, algorithm: str) -> str:
    lengths, name = _LENGTHS[algorithm], HashAlgorithm(algorithm).label
    if not _HEX.fullmatch(text):
        return _("This is no hash in hexadecimal digits. Never upload the material itself.")
    if len(text) in lengths:
        return ""
    others = [HashAlgorithm(each).label for each, sizes in _LENGTHS.items() if len(text) in sizes]
    if others:
        message = _("This hash has the length of %(others)s and not of %(name)s.")
        return message % {"others": ", ".join(others), "name": name}
    message = _("A hash of %(name)s has %(length)d digits, this one %(found)d.")
    return message % {"name": name, "length": lengths[0], "found": len(text)}


def _read_words(raw: bytes) -> SignalFile:
    words, faults = dict[str, int](), []
    if holds_material(decode(raw, limit=MAX_SIZE)):
        raise refuse(
            _("This looks like a file and not like words about it. Never upload the material itself.")
        )
    for number, line in _lines(raw, "# TLP:"):  # a hashtag is a word
        if len(line) > _LONGEST_WORD:
            faults.append(LineFault(number, _("A word or phrase has at most %(most)d characters.") % {
                "most": _LONGEST_WORD}))  # fmt: skip
        words.setdefault(line, number)
    if faults:
        raise FileRefused(faults)
    if not words or len(words) > _MOST_WORDS:
        raise refuse(
            _("A word list has one word or phrase to a line, at most %(most)d.") % {"most": _MOST_WORDS}
        )
    return SignalFile("".join(f"{each}\n" for each in words).encode(), "text/plain", {"count": len(words)})


def _read_rules(raw: bytes) -> SignalFile:
    """Rules as Sigma writes them: documents of plain YAML, each with a title and what it detects."""
    # without the label that an export wrote around it; its lines count in refusals
    lines = decode(raw, limit=MAX_RULES_SIZE).splitlines(keepends=True)
    text = "".join(line for line in lines if not line.startswith("# TLP:"))
    numbered = "".join("\n" if line.startswith("# TLP:") else line for line in lines)
    titles, not_sigma, faults = [], [], []
    for place, (first, document) in enumerate(_documents(numbered)):
        findings = FaultCollector(error_class=FileFaults)
        try:
            root = read_nodes(document, findings, empty=_("There is no rule in it."), from_outside=True)
        except FileFaults as refusal:
            faults += [LineFault(first + fault.line, fault.message) for fault in refusal.faults]
            continue
        if findings.faults:
            faults += [LineFault(first + fault.line, fault.message) for fault in findings.as_error().faults]
        elif not isinstance(root, MappingNode) or not {"title", "detection"} <= root.entries.keys():
            faults.append(LineFault(first + 1, _("A rule has at least “title” and “detection”.")))
        elif isinstance(title := root.entries["title"], ScalarNode):
            titles.append(title.text[:120])
        if not _is_sigma(root):
            not_sigma.append(place)
    if faults:
        raise FileRefused(faults)
    facts = {"count": len(titles), "titles": titles[:20], "not_sigma": not_sigma}
    return SignalFile(text.encode(), "application/yaml", facts)


def sigma_rules(raw: bytes, not_sigma: Collection[int] | None = None) -> list[str]:
    """The rules of a stored file that Sigma knows as its own: with a title, a source of logs, and a condition.

    `not_sigma` are the places of the others; where nobody has noted them, the file is parsed, by `places_not_sigma`.
    """
    others = frozenset(places_not_sigma(raw) if not_sigma is None else not_sigma)
    return [f"{text}\n" for place, text in enumerate(_stored_rules(raw)) if place not in others]


def places_not_sigma(raw: bytes) -> list[int]:
    """The places of the rules of a stored file that are none of Sigma's. Parses each: two seconds for a megabyte."""
    return [place for place, text in enumerate(_stored_rules(raw)) if not _is_sigma(_parse(text))]


def _stored_rules(raw: bytes) -> list[str]:
    return [text.strip("\n") for _first, text in _documents(decode(raw, limit=MAX_RULES_SIZE))]


def _is_sigma(root: Node | None) -> bool:
    if not isinstance(root, MappingNode) or "logsource" not in root.entries:
        return False
    detection = root.entries.get("detection")
    has_condition = isinstance(detection, MappingNode) and "condition" in detection.entries
    return has_condition and isinstance(root.entries.get("title"), ScalarNode)


def _parse(text: str) -> Node | None:
    """What stands in a stored rule; none where it cannot be read."""
    try:
        return read_nodes(text, FaultCollector(error_class=FileFaults), empty="", from_outside=True)
    except FileFaults:
        return None


def rule_title(text: str) -> str:
    """The title of a rule, as far as it stands on one line."""
    line = next((line for line in text.split("\n") if line.startswith("title:")), "title:")
    if match := _SIMPLE_TITLE.fullmatch(
        line
    ):  # as nearly all are written: parsing a line takes a millisecond
        return match[match.lastindex or 0][:120]
    root = _parse(line)
    title = root.entries.get("title") if isinstance(root, MappingNode) else None
    return title.text[:120] if isinstance(title, ScalarNode) else ""


def join_rules(files: Sequence[tuple[str, bytes]]) -> bytes:
    """The rules of several files as documents of one, each under the name of its file."""
    documents = []
    for name, raw in files:
        lines = [
            line for line in decode(raw, limit=MAX_RULES_SIZE).split("\n") if not line.startswith("# TLP:")
        ]
        text = "\n".join(lines).strip("\n").removeprefix("---\n").removesuffix("\n---")
        documents.append(f"# {name}\n{text}\n")
    return "---\n".join(documents).encode()


def _documents(text: str) -> list[tuple[int, str]]:
    """The documents of a file, each with the number of the line before its first."""
    documents: list[tuple[int, list[str]]] = [(0, [])]
    for number, line in enumerate(text.split("\n"), start=1):
        if line.rstrip() == "---":
            documents.append((number, []))
        else:
            documents[-1][1].append(line)
    return [(first, "\n".join(lines)) for first, lines in documents if any(line.strip() for line in lines)]
