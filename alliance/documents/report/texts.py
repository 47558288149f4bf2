"""What people typed, as the PDF prints it, with the language that it is in; the period of a report."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from alliance.documents.report.pdf_model import PdfText
from alliance.queries.public.wording import correction_of_filing, correction_of_verdict
from alliance.validators.corrections import CorrectionPlace, last_corrections
from portal.kernel.text import format_date, probable_language, reader_language, to_print


def original_text(text: str, language: str = "") -> PdfText:
    """A text in its language: the one it was filed in, else the one that its letters suggest."""
    shown_text = to_print(text)
    language = language or probable_language(shown_text)
    if language == reader_language():
        return PdfText(shown_text, language, "")
    note = f"{_('Language')}: {get_language_info(language)['name_translated']}"
    return PdfText(shown_text, language, note)


def original_text_or_none(text: str, language: str = "") -> PdfText | None:
    """The text, or nothing where there is none."""
    return original_text(text, language) if text.strip() else None


def filing_before(content: Mapping[str, Any]) -> str:
    """What the published report said of its filing before that was corrected; empty where it was not."""
    last = last_corrections(content).get(CorrectionPlace.of_standing())
    return correction_of_filing(last.old) if last else ""


def verdict_before(content: Mapping[str, Any], verdict: Mapping[str, Any]) -> str:
    """What the verdict of the report was before it or its reason was corrected; empty where neither was."""
    last = last_corrections(content).get(CorrectionPlace.of_verdict(verdict))
    return correction_of_verdict(verdict["value"], last.old["value"]) if last and last.old else ""


def corrected_text(
    content: Mapping[str, Any], text: PdfText | None, place: CorrectionPlace
) -> PdfText | None:
    """A text of the report, with the mark of one that was corrected beside its language."""
    if text is None or place not in last_corrections(content):
        return text
    return replace(text, language_note="; ".join(filter(None, (text.language_note, _("corrected")))))


def period_text(starts_on: date, ends_on: date) -> str:
    """From the first day to the last."""
    return _("%(first)s – %(last)s") % {"first": format_date(starts_on), "last": format_date(ends_on)}
