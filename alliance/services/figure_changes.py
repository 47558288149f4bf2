"""Changes of figures, as writers hand them in."""

from typing import NamedTuple

from alliance.figure_fields import FigureValues
from alliance.models import Figure
from alliance.queries.report_frame import RequestedFigure


class FigureChange(NamedTuple):
    """The new figure of one place; `version` is the one that the writer read: 0 for none, None for any."""

    target: RequestedFigure
    values: FigureValues | None  # None empties the place
    version: int | None


Replacement = tuple[FigureChange, Figure | None]  # a change, and the figure that is in its place, if any
