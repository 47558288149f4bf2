"""What a file of an import translates, as its person says: another file, or an own practice by its address."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from portal.kernel import files
from portal.kernel.access import Actor
from practices.enums import ImportChoice
from practices.files import PracticeFaults, parse_practice_file
from practices.models import Draft, ImportedFile
from practices.services.import_translations import (
    describe_alignment,
    earlier_translation,
    language_of,
    practice_to_translate,
)

_KEY = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MOST_ADDRESS = 300  # characters


def original_answers(row: ImportedFile, answers: Mapping[str, str]) -> dict[str, Any]:
    """What it translates by the form: an address goes before the file that is chosen beside it."""
    known: dict[str, Any] = {}
    address = answers.get("address")
    if address is not None:
        known["address"] = address.strip()[:_MOST_ADDRESS]
    for position in row.report["originals"]:
        if str(position) == answers.get("translates"):
            known["translates"] = position
    return known


def choose_original(actor: Actor, row: ImportedFile, rows: Mapping[int, ImportedFile]) -> list[str]:
    """Read how much of what it translates it says; leaves it out, and returns why, where that cannot be translated."""
    settings = {key: value for key, value in row.settings.items() if key != "translates_practice"}
    row.report = {
        key: value for key, value in row.report.items() if key not in ("aligned", "original_title", "earlier")
    }
    file: ImportedFile | None = None
    if address := row.settings.get("address"):
        match = _KEY.search(address.casefold())
        practice, reason = practice_to_translate(actor, match[0] if match else None, language_of(row.report))
        row.settings = settings
        if practice is None:
            row.choice = ImportChoice.LEAVE_OUT
            return [reason]
        row.settings = {**settings, "translates_practice": str(practice.key)}
        original: Mapping[str, Any] | None = Draft.objects.get(practice=practice).content
        row.report["original_title"] = str((original or {}).get("title", ""))
    else:
        row.settings = settings
        file = rows.get(settings.get("translates", 0))
        original = _content_of(file) if file is not None else None
    key = row.settings.get("translates_practice") or (file.report.get("practice") if file else "")
    row.report["earlier"] = earlier_translation(actor, key or "", language_of(row.report))
    content = _content_of(row)
    if original is None or content is None:
        return []
    aligned = describe_alignment(original, content)
    row.report["aligned"] = aligned
    if not aligned["texts"]:
        row.choice = ImportChoice.LEAVE_OUT
        return [_("None of its texts has a place in what it is to translate.")]
    return []


def _content_of(row: ImportedFile) -> Mapping[str, Any] | None:
    if not row.file:
        return None
    try:
        return parse_practice_file(files.read(row.file, row.sha256)).content
    except PracticeFaults:
        return None
