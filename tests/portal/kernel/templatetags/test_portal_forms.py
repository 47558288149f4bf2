"""The summary of what is to be put right: every sentence once, and rightly counted."""

from django import forms
from django.http import HttpResponse
from django.template.loader import render_to_string

from tests.support.pages import words_of


class Reasons(forms.Form):
    reason = forms.CharField(label="Reason")
    version = forms.IntegerField(widget=forms.HiddenInput)


def summary(**context: object) -> str:
    return words_of(HttpResponse(render_to_string("components/error_summary.html", context)))


def test_every_sentence_counts_also_two_of_the_whole() -> None:
    form = Reasons({"reason": "", "version": "1"})
    form.add_error(None, "It is too late.")
    form.add_error(None, "Say it again.")

    page = summary(form=form)

    assert page.startswith("There are 3 problems")
    assert page.endswith("It is too late. Say it again. Reason: This field is required.")


def test_rows_and_faults_count_too_and_hidden_fields_are_not_kept_silent() -> None:
    rows = forms.formset_factory(Reasons)(
        {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "form-0-version": "x", "form-0-reason": "y"}
    )

    page = summary(rows=rows, faults=[("#cell", "Correct the cell.")])

    assert page == "There are 2 problems Version: Enter a whole number. Correct the cell."


def test_one_entry_is_one_and_no_entry_is_no_summary() -> None:
    assert summary(form=Reasons({"version": "1"})).startswith("There is a problem")
    assert summary(form=Reasons({"reason": "So.", "version": "1"})) == ""
    assert summary(form="", faults="") == ""
