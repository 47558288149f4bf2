"""What a reviewer fills in: a verdict, a question, a note, the summary of a return."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from alliance.enums import VERDICT_SCALE, VerdictValue
from alliance.validators.languages import text_language
from alliance.web.forms.days import DayField
from alliance.web.forms.languages import LanguageField
from alliance.web.forms.reason_fields import PublicReasonField, ReasonField
from portal.kernel.text import MAX_REASON
from portal.kernel.web import StrictForm, set_choices


class VerdictForm(forms.Form):
    """A verdict with its reason; `version` is the one that the reviewer saw.

    It is posted with everything else on its page, which refuses what none of the forms lists.
    """

    value = forms.ChoiceField(
        label=_("Verdict"),
        choices=[(value.value, value.label) for value in (*VERDICT_SCALE, VerdictValue.NOT_DUE)],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a verdict.")},
    )
    reason = PublicReasonField(
        label=_("Reason for the verdict"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Published with the verdict; required unless “not due”."),
    )
    language = LanguageField()
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    use_required_attribute = False

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        if data is not None and data.get("value") == VerdictValue.NOT_DUE:
            self.fields["reason"].required = False


class CommitmentVerdictForm(VerdictForm):
    """The verdict on a commitment may differ from what its measures propose, with a reason."""

    difference = forms.CharField(
        label=_("Why it differs from the measures"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only if the verdict differs from the proposed one. Published with it."),
    )

    field_order = ("value", "difference", "reason", "language", "version")


class QuestionForm(forms.Form):
    """A question to the member; `follows` is the question that it asks on."""

    use_required_attribute = False

    text = forms.CharField(
        label=_("Your question"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    language = LanguageField()
    follows = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)


class ReviewNoteForm(forms.Form):
    use_required_attribute = False

    text = forms.CharField(
        label=_("Internal note"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    language = LanguageField()


class DecisionForm(StrictForm):
    """Why a step back is taken, where somebody wants to say so; the page says who reads it."""

    reason = ReasonField(
        label=_("Reason"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    language = LanguageField()


class ReasonedDecisionForm(DecisionForm):
    """Why a step back is taken that needs a reason."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"].required = True


class ChangesDayField(DayField):
    """Until when to submit again; a page that was opened before it asked sends none: then it is the proposed day."""

    proposed: date

    def clean(self, value: Any) -> Any:
        return super().clean(value or self.proposed)


class SummaryForm(StrictForm):
    summary = forms.CharField(
        label=_("What to change"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("The member sees exactly this text in its workspace."),
    )
    language = LanguageField()
    due_on = ChangesDayField(label=_("Submit again by"))

    def __init__(self, data: Any = None, *, proposed: date, days: int, **options: Any) -> None:
        super().__init__(data, initial={"due_on": proposed}, **options)
        text = ngettext(
            "Proposed: %(n)d day, as the cycle gives for replies. After it you may go on without a new submission.",
            "Proposed: %(n)d days, as the cycle gives for replies. After them you may go on without a new submission.",
            days,
        )
        field = self.fields["due_on"]
        assert isinstance(field, ChangesDayField)
        field.proposed, field.help_text = proposed, text % {"n": days}


class MeasuresToJudgeField(forms.MultipleChoiceField):
    """Measures without a verdict; one that was judged or withdrawn meanwhile is named by its title."""

    titles: Mapping[str, str] = {}  # of all measures of the report, by key

    def validate(self, value: Any) -> None:
        gone = [self.titles[key] for key in value if key in self.titles and not self.valid_value(key)]
        if gone:
            message = _(
                "No longer to be judged here, and left out: %(measures)s. Look at the others, and send again."
            )
            raise forms.ValidationError(message % {"measures": ", ".join(gone)})
        super().validate(value)


class VerdictBatchForm(StrictForm):
    """One verdict for several measures of the steps that have none; the reader has begun one for the `drafted`.

    `titles` are those of all measures of the report.
    """

    measures = MeasuresToJudgeField(
        label=_("Measures without a verdict"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one measure.")},
    )
    value = forms.ChoiceField(
        label=_("Verdict"),
        choices=[(value.value, value.label) for value in (VerdictValue.NOT_DUE, *VERDICT_SCALE)],
        initial=VerdictValue.NOT_DUE,
    )
    reason = forms.CharField(
        label=_("Reason for the verdict"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Published with the verdict; required unless “not due”."),
    )
    language = LanguageField()

    def __init__(
        self, data: Any = None, *, steps: Sequence[Any], drafted: Collection[str], titles: Mapping[str, str]
    ) -> None:
        super().__init__(data)
        measures = self.fields["measures"]
        assert isinstance(measures, MeasuresToJudgeField)
        measures.titles = titles
        self.offer(steps, drafted)

    def offer(self, steps: Sequence[Any], drafted: Collection[str]) -> None:
        """List these measures."""
        labels = [(step.key, f"{step.code} {step.title}", step.name in drafted) for step in steps]
        choices = [(key, f"{title} ({gettext('draft')})" if begun else title) for key, title, begun in labels]
        set_choices(self, "measures", choices)


def verdict_form(step: Any, data: Any = None, draft: Mapping[str, str] | None = None) -> VerdictForm:
    """The form for a step, filled with the draft, the verdict that is there, or with what the measures propose."""
    form_class = CommitmentVerdictForm if step.kind == "commitment" else VerdictForm
    verdict = step.verdict
    initial = {
        "value": verdict.value if verdict else step.proposal,
        "reason": verdict.reason if verdict else "",
        "difference": verdict.difference if verdict else "",
        "language": text_language(verdict.language if verdict else ""),
        "version": verdict.version if verdict else 0,
    }
    return form_class(data, initial=initial | dict(draft or {}))


class ConclusionForm(StrictForm):
    """Why verdicts are others than a second reading has left; the page asks for it where there are such."""

    reason = forms.CharField(
        label=_("Why you conclude with other verdicts than the second reading has left"),
        max_length=MAX_REASON,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("A note on each of these measures. It stays within the secretariat."),
    )

    def __init__(self, *args: Any, needs_reason: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"].required = needs_reason
        self.fields["reason"].error_messages["required"] = _("Give a reason.")
