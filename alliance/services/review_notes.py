"""Notes among the secretariat on a report: no member ever sees one."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.models import InternalNote, Measure, Report
from alliance.queries.second_readings import ReadingRow
from alliance.validators.languages import text_language
from portal.kernel import clock, journal
from portal.kernel.access import Actor, person_of, require
from portal.kernel.errors import DomainError
from portal.kernel.text import clean_text, require_short_reason


@transaction.atomic
def write_note(
    actor: Actor, report: Report, text: str, *, measure: Measure | None = None, language: str = ""
) -> InternalNote:
    """Leave a note among the secretariat; no member ever sees it. Raises Forbidden, or without text."""
    require(actor, "note.write", report)
    cleaned_text = clean_text(text, field="text").strip()
    if not cleaned_text:
        raise DomainError(_("The text is empty or too long."), field="text")
    note = InternalNote.objects.create(
        report=report,
        measure=measure,
        text=cleaned_text,
        language=text_language(language),
        written_by_id=person_of(actor),
        written_at=clock.now(),
    )
    journal.record(actor, "note.write", note, report=report.pk)
    return note


def note_changes_since_read(
    actor: Actor, report: Report, rows: Sequence[ReadingRow], reason: str, language: str = ""
) -> None:
    """Write down why a review is concluded with other verdicts than its second readings have left: on each measure.

    Nothing where there are none. Raises Forbidden, or DomainError without a reason.
    """
    if not rows:
        return
    text = require_short_reason(reason)
    for row in rows:
        assert row.opinion is not None  # it was read
        assert row.verdict is not None  # and changed
        sentence = (
            _("Concluded with “%(verdict)s”, where the second reading by %(name)s had left “%(left)s”.")
            if row.label_left
            else _(
                "Concluded with “%(verdict)s”, which was given anew after the second reading by %(name)s had been "
                "settled; which verdict was upheld then is not known."
            )
        ) % {
            "verdict": row.verdict.get_value_display(),
            "name": row.opinion.reading.reader.name,
            "left": row.label_left,
        }
        write_note(actor, report, f"{sentence} {text}", measure=row.step.measure, language=language)
