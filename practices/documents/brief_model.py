"""A practice on paper: words ready to be printed, in the language of the document."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alliance.services.site import DocumentLogo


@dataclass(frozen=True, slots=True)
class BriefField:
    """One field in the margin with its matter: `is` text (blocks), words, steps, or effects (rows)."""

    title: str
    content: dict[str, Any]


@dataclass(frozen=True, slots=True)
class BriefGroup:
    """The fields of one group that are filled in; `figures` are side by side above them."""

    title: str
    figures: Sequence[tuple[str, str]]
    fields: Sequence[BriefField]


@dataclass(frozen=True, slots=True)
class Brief:
    """The brief, its label among what is on every page."""

    language: str
    title: str
    file_name: str
    document_date: datetime
    label: str
    site_name: str
    revision: str
    source: str
    made_for: str
    kicker: str
    handling: str
    facts: Sequence[tuple[str, str]]
    summary: Sequence[dict[str, Any]]
    groups: Sequence[BriefGroup]
    logo: DocumentLogo | None
