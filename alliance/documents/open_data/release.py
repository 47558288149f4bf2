"""What all files of a release say of it: as of which publication, by whom, under which licence."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from alliance.queries.public.data_tables import VERSION
from alliance.queries.public.open_data import Licence, data_licence
from alliance.queries.public.record import record_head
from alliance.queries.site import load_site

LANGUAGES = ("en", "ru")
_BEFORE_THE_FIRST = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ReleaseFacts:
    """The state of the record that the files show, and who publishes them; in English where no other is named."""

    number: int
    as_of: datetime
    version: str
    licence: Licence
    publisher: str
    publisher_ru: str
    notice: str  # of a demonstration: that its figures are fictional
    notice_ru: str

    @property
    def moment(self) -> str:
        return self.as_of.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    @property
    def citation(self) -> str:
        return f"Source: “{self.publisher}, public record, No. {self.number}”. {self.licence.title}"


def release_facts() -> ReleaseFacts:
    """As the record is now, in the transaction of the caller."""
    head = record_head()
    site: Any = load_site()  # with its names in each language
    return ReleaseFacts(
        head.number if head else 0,
        head.at if head else _BEFORE_THE_FIRST,
        VERSION,
        data_licence(),
        site.name_en or site.name,
        site.name_ru or site.name,
        site.banner_en or "",
        site.banner_ru or "",
    )


def data_url(name: str) -> str:
    """The address of a file, which stays."""
    return f"{settings.ORIGIN}/data/v1/{name}"


def in_language(language: str, text: object) -> str:
    """A lazy text in this language, without the line breaks of its source."""
    with translation.override(language):
        return str(text)


def title_in(language: str) -> str:
    with translation.override(language):
        return _("Open data")


def description_in(language: str) -> str:
    with translation.override(language):
        return _(
            "The public record as tables: what members promised, what they report, what the secretariat"
            " thinks of it. Made anew with each publication."
        )
