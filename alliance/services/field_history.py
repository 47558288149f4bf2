"""Going back to an earlier version of a text or a figure, or to its readers; the later ones stay in the history."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from alliance.figure_fields import FigureValues
from alliance.models import Answer, Indicator, Report
from alliance.queries.field_history import FieldOfReport, readers_of, version_of
from alliance.queries.report_frame import RequestedFigure
from alliance.services.answers import save_answer
from alliance.services.figures import FigureChange, save_figures
from alliance.services.reports import set_disclosure
from portal.kernel.access import Actor
from portal.kernel.errors import DomainError


def restore_text(
    actor: Actor, report: Report, subject: Indicator | UUID, number: int, *, version: int
) -> Answer:
    """Write an earlier wording as the newest; who may read the text stays as it is. `version` as in `save_answer`.

    Raises Forbidden, WrongState, Conflict where somebody has saved another text since, and DomainError for a version
    that is no longer kept.
    """
    row = _stored_version(FieldOfReport.of_text(report, subject), number)
    saved = save_answer(actor, report, subject, text=row.text, language=row.language, version=version)
    assert saved is not None, "it has a history"
    return saved


def restore_figure(
    actor: Actor, report: Report, target: RequestedFigure, number: int, *, version: int
) -> None:
    """Write earlier values of a figure as the newest; who may read it stays as it is. `version`: 0 for an empty place.

    Raises Forbidden, WrongState, FigureConflict where somebody has changed it since, and DomainError for a version that
    is no longer kept.
    """
    row = _stored_version(FieldOfReport.of_figure(report, target), number)
    save_figures(actor, report, [FigureChange(target, FigureValues.of(row), version)])


def restore_readers(actor: Actor, report: Report, field: FieldOfReport, number: int, *, version: int) -> None:
    """Let the same read a text or a figure as at an earlier version, for the reason of then; what is written stays.

    Raises as `set_disclosure` does, and DomainError for a version that is no longer kept, and where nothing stands now.
    """
    row = _stored_version(field, number)
    current_row = field.current_row().first()
    if current_row is None:
        raise DomainError(_("This is empty now: go back to what was written here first."))
    set_disclosure(actor, report, current_row, *readers_of(row), version=version)


def _stored_version(field: FieldOfReport, number: int) -> Any:
    row = version_of(field, number)
    if row is None:
        raise DomainError(_("This version is no longer kept."))
    return row
