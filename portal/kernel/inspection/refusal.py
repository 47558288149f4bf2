"""Why a file is refused, and where in it: a code and a place, which `files.uploads` puts into words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file something is: its page, its row, its sheet and cell, or the name of its part."""

    page: int = 0
    row: int = 0
    sheet: str = ""
    cell: str = ""
    part: str = ""


class Refusal(Exception):
    """The file is refused; `code` is that of the sentence that the person reads."""

    def __init__(self, code: str, place: Place | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.place = place or Place()
