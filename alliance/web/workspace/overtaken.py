"""What somebody reads who typed where a colleague was quicker: who, when, with what, and what saving again does.

What nobody has written was carried over anew, since an earlier report was filed or recalled.
"""

from typing import Any

from django.utils.translation import gettext as _

from alliance.figure_fields import FigureValues
from alliance.models import Answer, Figure
from alliance.queries.field_history import LastWriting
from alliance.queries.report_frame import RequestedFigure
from alliance.web.workspace.grid_cells import shown_text
from portal.kernel.access import Actor
from portal.kernel.text import format_local_time, format_short_date


def overtaken_figure(
    actor: Actor,
    target: RequestedFigure,
    stored: Figure | None,
    writing: LastWriting | None,
    typed: Any = None,
) -> str:
    """Of a figure; `typed`: the values of who came late, if any: where both show the same, its details differ."""
    if stored is None or writing is None or FigureValues.of(stored) == FigureValues():
        return _emptied(actor, writing)
    shown = shown_text(target.indicator, stored)
    has_same_text = shown == shown_text(target.indicator, typed)
    if writing.writer is None:
        message = (
            _("Its details were carried over anew meanwhile. Saving again replaces them.")
            if has_same_text
            else _("“%(value)s” was carried over anew meanwhile. Saving again replaces it.")
        )
    elif _is_own(actor, writing):
        message = (
            _("You changed its details in another tab or on another device. Saving again replaces them.")
            if has_same_text
            else _("You saved “%(value)s” in another tab or on another device. Saving again replaces it.")
        )
    else:
        message = (
            _("%(name)s changed its details meanwhile (%(at)s). Saving again replaces them.")
            if has_same_text
            else _("%(name)s saved “%(value)s” meanwhile (%(at)s). Saving again replaces it.")
        )
    return message % {"value": shown or _("Nothing"), **_who_and_when(writing)}


def overtaken_text(actor: Actor, stored: Answer | None) -> str:
    """Of a text, which is shown beside it."""
    writing = LastWriting.of(stored) if stored else None
    if stored is None or writing is None or not stored.text:
        return _emptied(actor, writing)
    if writing.writer is None:
        return _("This text was carried over anew meanwhile. Saving again replaces it.")
    if _is_own(actor, writing):
        return _("You wrote this text in another tab or on another device. Saving again replaces it.")
    message = _("%(name)s wrote this text meanwhile (%(at)s). Saving again replaces it.")
    return message % _who_and_when(writing)


def _emptied(actor: Actor, writing: LastWriting | None) -> str:
    if writing is None:
        return _("Somebody emptied this meanwhile. Saving again writes yours.")
    if writing.writer is None:
        return _("What was carried over here went meanwhile. Saving again writes yours.")
    if _is_own(actor, writing):
        return _("You emptied this in another tab or on another device. Saving again writes yours.")
    message = _("%(name)s emptied this meanwhile (%(at)s). Saving again writes yours.")
    return message % _who_and_when(writing)


def _is_own(actor: Actor, writing: LastWriting) -> bool:
    return writing.writer is not None and writing.writer.pk == actor.person_id


def _who_and_when(writing: LastWriting) -> dict[str, str]:
    name = writing.writer.name if writing.writer else ""
    return {"name": name, "at": f"{format_short_date(writing.at)}, {format_local_time(writing.at)}"}
