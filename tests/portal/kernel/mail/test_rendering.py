"""One template makes subject, HTML and text of a letter."""

from types import SimpleNamespace

from django.utils import translation

from portal.kernel.mail import render_letter, render_subject
from tests.support.letters import FULL

SEND_BACK = "alliance/email/report_send_back.html"
RECEIPT = "alliance/email/report_submit.html"


def test_a_letter_says_the_same_as_html_and_as_text() -> None:
    letter = render_letter(RECEIPT, FULL)
    assert letter.text.startswith(
        "Hello, Alice & Co.\n\n"
        'The report of North & "South" for “Half 1 & "2"” has been received, complete and unchanged.'
        " This e-mail is the receipt: keep it.\n\n"
        "Submission: 2\n"
    )
    assert "<p>Hello, Alice &amp; Co.</p>" in letter.html
    assert "<dt>Submission</dt><dd>2</dd>" in letter.html


def test_a_subject_is_one_line_of_text() -> None:
    cycle = SimpleNamespace(title='Half 1\n & <b> "2"\xa0&amp;')
    assert render_subject(SEND_BACK, {"cycle": cycle}) == 'Returned to you: report for Half 1 & <b> "2" &amp;'


def test_a_subject_stands_in_no_text_of_the_letter() -> None:
    letter = render_letter(SEND_BACK, FULL)
    assert letter.subject == 'Returned to you: report for Half 1 & "2"'
    assert "Returned to you" not in f"{letter.html}{letter.text}"


def test_a_russian_date_at_the_end_of_a_sentence_has_one_full_stop() -> None:
    cycle = SimpleNamespace(title="2026\xa0г.")  # as somebody may call it
    with translation.override("ru"):
        letter = render_letter("alliance/email/cycle_remind.html", {**FULL, "cycle": cycle, "overdue": False})
    assert "ещё не подала отчёт за 2026\xa0г. " in letter.text
    assert "г.." not in f"{letter.subject}{letter.html}{letter.text}"
