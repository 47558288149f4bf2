"""The form of a report as a workbook: a sheet for each chapter, with what the report holds now, to be filled in.

`alliance.services.form_reading` reads it back.
"""

from alliance.documents.report_form.facts import collect_bilingual_form, collect_form
from alliance.documents.report_form.workbook import render_form

__all__ = ["collect_bilingual_form", "collect_form", "render_form"]
