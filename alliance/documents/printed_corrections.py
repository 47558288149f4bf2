"""What corrections changed, as a table on paper has it."""

from collections.abc import Iterable

from alliance.queries.public.correction_rows import CorrectionRow
from portal.kernel.text import to_print


def printed_rows(rows: Iterable[CorrectionRow]) -> list[tuple[str, str, str]]:
    """Each value with what it was and what it is, as a table on paper has them."""
    return [
        (to_print(title), to_print(was), to_print(now)) for title, was, now in (row.on_paper for row in rows)
    ]
