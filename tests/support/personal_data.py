"""What is stored about a person, as the archive of their data reads it."""

from collections.abc import Sequence

from portal.kernel.access import Actor
from portal.kernel.privacy import PersonalDataPart, PersonalDataRow, read_page


def all_rows(part: PersonalDataPart, actors: Sequence[Actor], limit: int = 1000) -> list[PersonalDataRow]:
    """All rows of one part, read so many at once."""
    rows, after = [], 0
    while True:
        page = read_page(part.rows, actors, after, limit)
        rows += page.rows
        if page.after is None:
            return rows
        after = page.after
