"""docs/how-to/deploy.md and upgrade.md as a program would follow them: their blocks, and the files that they write.

`sh` is what root types, `bash` the other way to do the same, a block without a language lines for other programs.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from portal.local.environment import ROOT

MANUAL = ROOT / "docs" / "how-to" / "deploy.md"
UPGRADE = ROOT / "docs" / "how-to" / "upgrade.md"
DEPLOY = ROOT / "deploy"
_FENCE = re.compile(r"(?:`(/[^`\n]+)`:\n\n)?^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
# What a person puts in, by the text in its place.
PLACEHOLDERS = {
    "replace-this-by-50-random-characters": "SECRET_KEY",
    "replace-this-by-50-others": "CREDENTIAL_KEYS",
    "owner-secret": "owner's password",
    "application-secret": "application's password",
    "mail-secret": "mail server's password",
}


@dataclass(frozen=True)
class Block:
    """What stands between two fences; `path` is the file that the line before it names."""

    language: str
    text: str
    path: str = ""
    section: int = 0


def blocks(language: str = "", manual: Path = MANUAL) -> list[Block]:
    """The blocks of this language, or all that have one, in the manual's order."""
    text = manual.read_text(encoding="utf-8")
    sections = [match.start() for match in re.finditer(r"^## ", text, re.MULTILINE)]
    return [
        Block(kind, body, path or "", sum(start < match.start() for start in sections))
        for match in _FENCE.finditer(text)
        for path, kind, body in [match.groups()]
        if kind and language in ("", kind)
    ]


def plain_blocks() -> list[str]:
    """Those without a language: lines for the settings of other programs."""
    fences = _FENCE.finditer(MANUAL.read_text(encoding="utf-8"))
    return [match[3] for match in fences if not match[2]]


def put_versions(text: str, manual: Path, versions: Sequence[str]) -> str:
    """The text with these versions for those that the manual names: the one that runs, and the one after it."""
    named = sorted(
        set(re.findall(r"\bportal-(\d+\.\d+\.\d+)", manual.read_text(encoding="utf-8"))), key=number_of
    )
    actual = dict(zip(named, versions, strict=True))
    pattern = "|".join(map(re.escape, actual))
    return re.sub(rf"(?<![\d.])(?:{pattern})(?![\d.])", lambda match: actual[match[0]], text)


def number_of(version: str) -> tuple[int, ...]:
    """A version as it is ordered."""
    return tuple(map(int, version.split(".")))


def later_commands() -> list[str]:
    """What upgrade.md lets one call once the last node is newer."""
    return re.findall(r"^\| `(bin/portal \w+)` \|", UPGRADE.read_text(encoding="utf-8"), re.MULTILINE)


def service_environment(text: str) -> dict[str, str]:
    """An EnvironmentFile= as systemd reads it (systemd.exec(5), src/basic/env-file.c).

    Quoted parts and bare ones are joined; backslashes escape outside single quotes; nothing is expanded.
    """
    values: dict[str, str] = {}
    for line in text.splitlines():
        line = line.strip()
        if not line or line[0] in "#;":
            continue
        name, _equals, rest = line.partition("=")
        values[name.strip()] = _unquote(rest)
    return values


def _unquote(text: str) -> str:
    value, quote, position = "", "", 0
    while position < len(text):
        character = text[position]
        if quote == "'" and character != "'":
            value += character
        elif character == "\\" and position + 1 < len(text):
            position += 1
            follows = text[position]
            value += follows if not quote or follows in '"\\`$' else "\\" + follows
        elif character in ("'", '"') and quote in ("", character):
            quote = "" if quote else character
        elif quote or value or not character.isspace():
            value += character
        position += 1
    return value if text.rstrip()[-1:] in ("'", '"') else value.rstrip()


def unit(path: Path) -> dict[str, list[str]]:
    """The settings of a unit's [Service], each with its values in their order."""
    settings: dict[str, list[str]] = {}
    for line in path.read_text(encoding="utf-8").partition("[Service]")[2].partition("\n[")[0].splitlines():
        if "=" in line and not line.startswith("#"):
            name, _equals, value = line.partition("=")
            settings.setdefault(name, []).append(value)
    return settings
