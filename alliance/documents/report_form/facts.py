"""What a form to fill in is made of: the working copy at a moment, as its own organisation may read it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from alliance.models import Chapter, Report
from alliance.queries.charter_contents import chapters_of
from alliance.queries.working_copy import WorkingCopy, working_copy
from alliance.services.form_layout import refuse_too_many_answers
from portal.kernel import clock
from portal.kernel.access import Actor
from portal.kernel.documents import Document
from portal.kernel.errors import DomainError
from portal.kernel.text import LANGUAGES


@dataclass(frozen=True, slots=True)
class FormFacts:
    """The working copy, when it was read, the charter's chapters, and the languages of the form, the first above."""

    copy: WorkingCopy
    chapters: Mapping[int, Chapter]
    taken_at: datetime
    languages: Sequence[str]


def collect_form(actor: Actor, document: Document) -> FormFacts:
    """The working copy of report `target_id` for its own organisation; refuses anybody else."""
    return form_facts(_report(actor, document), [document.language])


def collect_bilingual_form(actor: Actor, document: Document) -> FormFacts:
    """The same for a form in every language, that of the document first."""
    others = [language for language in LANGUAGES if language != document.language]
    return form_facts(_report(actor, document), [document.language, *others])


def _report(actor: Actor, document: Document) -> Report:
    rows = Report.objects.visible_to(actor).filter(pk=document.target_id, organisation_id=actor.tenant_id)
    report: Report | None = rows.select_related("organisation", "cycle__charter", "earlier_charter").first()
    if report is None:
        raise DomainError(_("This report is not available."))
    return report


def form_facts(report: Report, languages: Sequence[str]) -> FormFacts:
    """The form's facts as they are now, all of them read: nothing is left to the database afterwards.

    Raises DomainError where the form would be too large to be read back.
    """
    taken_at = clock.now()  # before anything is read: what is changed meanwhile counts as newer than the form
    copy = working_copy(report)
    refuse_too_many_answers(copy.frame)
    _read_now = copy.last_figures, copy.last_texts
    return FormFacts(copy, chapters_of(report.charter_id), taken_at, languages)
