"""What is filled in to share out reviews: the filter of the queue, assignments, pauses, interests, second readings."""

from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from alliance.enums import (
    REPORTING_KINDS,
    VERDICT_SCALE,
    CycleState,
    ReadingOutcome,
    VerdictValue,
    WaitsFor,
)
from alliance.models import Cycle, Organisation, Person
from alliance.queries.cycles import named
from alliance.queries.review_queue import (
    ALL,
    ANY,
    COMING,
    MINE,
    OPEN,
    OVERDUE,
    SORTS,
    UNASSIGNED,
    UNSETTLED,
    QueueFilter,
)
from alliance.queries.reviewers import ReviewerChoice
from alliance.queries.reviews import NAMED_STATES
from alliance.web.forms.days import DayField
from alliance.web.forms.languages import LanguageField
from alliance.web.forms.reason_fields import ReasonField
from alliance.web.forms.reasons import ReasonForm
from alliance.web.forms.review_drafts import DRAFT_FIELDS
from portal.kernel.web import StrictForm, set_choices


def _within(count: int) -> str:
    return ngettext("Due within %(n)d day", "Due within %(n)d days", count) % {"n": count}


_days = lazy(_within, str)  # `%` on a lazy text would settle its language where the module is imported


class QueueForm(forms.Form):
    """The filter of the queue; every field stands in the address, and what it does not know is left out."""

    only_narrows = True

    show = forms.ChoiceField(
        choices=[(each, each) for each in (ALL, MINE, UNASSIGNED, COMING)],
        required=False,
        widget=forms.HiddenInput,
    )
    q = forms.CharField(
        label=_("Member"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Member")}),
    )
    cycle = forms.ChoiceField(label=_("Cycle"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            (OPEN, _("Every open state")),
            *((state.value, state.label) for state in NAMED_STATES),
            (ANY, _("Every state")),
        ],
    )
    waits = forms.ChoiceField(
        label=_("Waits for"), required=False, choices=[("", _("Waiting for anybody")), *WaitsFor.choices]
    )
    due = forms.ChoiceField(
        label=_("Due"),
        required=False,
        choices=[
            ("", _("Due at any time")),
            (OVERDUE, _("Overdue")),
            *((str(days), _days(days)) for days in (7, 14, 30)),
        ],
    )
    reviewer = forms.ChoiceField(label=_("Reviewer"), required=False)
    reading = forms.BooleanField(required=False, widget=forms.HiddenInput)
    question = forms.ChoiceField(
        choices=[("", ""), *((kind, kind) for kind in (OPEN, "old", UNSETTLED))],
        required=False,
        widget=forms.HiddenInput,
    )
    sort = forms.ChoiceField(
        choices=[(sign + name, name) for name in SORTS for sign in ("", "-")],
        required=False,
        widget=forms.HiddenInput,
    )

    def __init__(
        self, data: Any, *, cycles: Sequence[Cycle], reviewers: Sequence[tuple[int, str]], **others: Any
    ) -> None:
        super().__init__(data, **others)
        set_choices(
            self, "cycle", [("", _("Every cycle")), *((str(cycle.pk), cycle.title) for cycle in cycles)]
        )
        set_choices(
            self,
            "reviewer",
            [("", _("Every reviewer")), *((str(number), name) for number, name in reviewers)],
        )

    def filters(self) -> QueueFilter:
        """The view; an invalid field narrows nothing."""
        self.is_valid()
        values = {name: value for name, value in self.cleaned_data.items() if value}
        for name in ("cycle", "reviewer"):
            values[name] = int(values.get(name, 0))
        return QueueFilter(**values)


class SavedViewForm(StrictForm):
    """The name under which a view of the queue is kept."""

    name = forms.CharField(
        label=_("Name of the view"), max_length=60, error_messages={"required": _("Give the view a name.")}
    )
    query = forms.CharField(max_length=500, required=False, widget=forms.HiddenInput)


def _reviewer_field(
    label: Any, choices: Collection[ReviewerChoice], *, empty: Any = None
) -> forms.ChoiceField:
    """The reviewers with the number of their open reports."""
    rows = [
        (str(each.person_id), _("%(name)s, %(n)d open") % {"name": each.name, "n": each.open_count})
        for each in choices
    ]
    field = forms.TypedChoiceField(
        label=label,
        coerce=int,
        empty_value="",
        required=empty is None,
        choices=[("", _("Choose") if empty is None else empty), *rows],
        error_messages={
            "required": _("Choose a reviewer of the secretariat."),
            "invalid_choice": _("This person cannot be chosen now. Choose somebody else."),
        },
    )
    return field


def _note_field() -> forms.CharField:
    return forms.CharField(
        label=_("What your colleague should know"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5})
    )


class AssignForm(StrictForm):
    """To whom the chosen reports go; `report` repeats their numbers, `seen` the reviewers that they have.

    A note goes with those that have one. What was typed while one had a reviewer is taken when none has one any more.
    """

    also_posted = ("report", "seen")

    def __init__(
        self,
        data: Any = None,
        *,
        reviewers: Sequence[ReviewerChoice],
        needs_note: bool = False,
        **others: Any,
    ) -> None:
        super().__init__(data, **others)
        self.fields["reviewer"] = _reviewer_field(_("Reviewer"), reviewers)
        self.fields["second_reader"] = _reviewer_field(_("Second reader"), reviewers, empty=_("nobody"))
        self.fields["second_reader"].help_text = _("Reads all of each report for a second time.")
        if needs_note or "note" in self.data:
            self.fields["note"] = _note_field()
            self.fields["note"].required = needs_note


class HandOverForm(StrictForm):
    """Who reviews it from now on, and what they should know."""

    note = _note_field()
    seen_reviewer = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    field_order = ("reviewer", "note")

    def __init__(self, data: Any = None, *, reviewers: Sequence[ReviewerChoice], **others: Any) -> None:
        super().__init__(data, **others)
        self.fields["reviewer"] = _reviewer_field(_("Reviewer"), reviewers)
        self.order_fields(self.field_order)


class ReviewerReasonForm(ReasonForm):
    """A reason, and the reviewer whom the page named."""

    seen_reviewer = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class PauseForm(ReasonForm):
    """Until when a review stands still."""

    until = DayField(label=_("Paused until the end of"))

    field_order = ("until", "reason")


class InterestForm(ReasonForm):
    """In which organisation somebody has an interest; whose it is a manager may choose."""

    organisation: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("Member"),
        queryset=None,
        empty_label=_("Choose one"),
        error_messages={"required": _("Choose a member.")},
    )

    field_order = ("person", "organisation", "reason")

    def __init__(
        self, data: Any = None, *, organisations: Any, people: Sequence[Person] | None = None, **others: Any
    ) -> None:
        super().__init__(data, **others)
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]  # such a field
        self.fields["reason"].label = _("What the interest is")
        self.fields["reason"].error_messages["required"] = _("Say what the interest is.")
        self.fields["reason"].help_text = _(
            "For example a relative who works there, shares, a contract. Only the secretariat reads it."
        )
        if people is not None:
            self.fields["person"] = forms.TypedChoiceField(
                label=_("Person"),
                coerce=int,
                choices=[("", _("Choose")), *((str(person.pk), person.name) for person in people)],
            )
            self.order_fields(self.field_order)


class InterestEndForm(ReasonForm):
    """The last day on which the interest bars from reviewing."""

    ends_on = DayField(label=_("Last day of the interest"))

    field_order = ("ends_on", "reason")


class SecondReadingForm(StrictForm):
    """Who reads what for the second time; without measures to choose from, all of it."""

    measures = forms.MultipleChoiceField(
        label=_("Measures"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick none to have the whole report read."),
    )
    is_blind = forms.BooleanField(
        label=_("Blind"),
        required=False,
        help_text=_("The reader sees no verdicts on this report before sending theirs."),
    )
    request = forms.CharField(
        label=_("What to look at"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    field_order = ("reader", "measures", "is_blind", "request")

    def __init__(
        self,
        data: Any = None,
        *,
        reviewers: Sequence[ReviewerChoice],
        measures: Sequence[tuple[str, str]],
        **others: Any,
    ) -> None:
        super().__init__(data, **others)
        self.fields["reader"] = _reviewer_field(_("Second reader"), reviewers)
        set_choices(self, "measures", measures)
        if not measures:
            del self.fields["measures"]
        self.order_fields(self.field_order)


class OpinionForm(StrictForm):
    """The second reader's own verdict on one measure."""

    also_posted = ("act", "autosave", *DRAFT_FIELDS)

    value = forms.ChoiceField(
        label=_("Your verdict"),
        choices=[(value.value, value.label) for value in (*VERDICT_SCALE, VerdictValue.NOT_DUE)],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a verdict.")},
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Only the secretariat reads it, unless the verdict is taken over: then it is published."),
    )
    language = LanguageField()

    use_required_attribute = False  # what is typed is kept, and undone, without a reason too

    def __init__(self, *args: Any, is_blind: bool = False, **others: Any) -> None:
        super().__init__(*args, **others)
        reason = self.fields["reason"]
        if is_blind:  # the reader agrees with nobody yet
            reason.required = True
            reason.error_messages["required"] = gettext("Give a reason: you judge blind.")
        else:
            reason.help_text = f"{gettext('Needed where you differ from the reviewer.')} {reason.help_text}"


class SettlementForm(StrictForm):
    """For each difference which verdict stands, and why."""

    def __init__(self, data: Any = None, *, rows: Sequence[Any], **others: Any) -> None:
        super().__init__(data, **others)
        for row in rows:
            self.fields[f"outcome-{row.step.key}"] = forms.ChoiceField(
                label=_("Which verdict stands"),
                choices=[
                    (ReadingOutcome.ADOPTED.value, _("Take over the second reader’s verdict")),
                    (ReadingOutcome.KEPT.value, _("Keep the first verdict")),
                ],
                widget=forms.RadioSelect,
                error_messages={
                    "required": _("Choose which verdict on %(measure)s stands.") % {"measure": row.step.code}
                },
            )
            self.fields[f"reason-{row.step.key}"] = ReasonField(
                label=_("Reason"),
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 3}),
            )
            # the first verdict as the page has shown it
            self.fields[f"verdict-{row.step.key}"] = forms.ChoiceField(
                choices=VerdictValue.choices, required=False, widget=forms.HiddenInput
            )


def members_to_choose(actor: Any) -> Any:
    """The organisations that report, by name, with their names alone."""
    return named(Organisation.objects.visible_to(actor).filter(kind__in=REPORTING_KINDS))


def cycles_to_choose(actor: Any) -> Any:
    """The cycles that were opened, the newest first."""
    return Cycle.objects.visible_to(actor).exclude(state=CycleState.PLANNED).order_by("-starts_on")
