"""What a line of the table of tables says, and the words that several lines share."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Guarded:
    """A table behind row-level security.

    `confidential`: columns with somebody's words, names, addresses or secrets; `others`: further columns that could
    hold text (states, kinds, languages, keys).
    """

    whose: str
    readers: str
    confidential: str
    others: str = ""


@dataclass(frozen=True, slots=True)
class Exempt:
    """A table that everybody may read, by the reason; `columns`: those that could hold text."""

    reason: str
    columns: str = ""


FIGURE = "status choice method note reason definition_note disclosure disclosure_reason"
FILE = "title file file_name media_type sha256"
READERS = "author_people reader_people reader_organisations reader_groups reader_tokens owner_tokens"
OWN = "the organisation alone"
OWN_AND_HOST = "the organisation and the secretariat"
SOURCE_AND_NAMED = "its source, and whom its label names"
