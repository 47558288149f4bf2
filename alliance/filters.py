"""What lists can be narrowed by: the same for pages, API and exports."""

from typing import Any

import django_filters
from django.db.models import QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.enums import (
    OPEN_REVIEW_STATES,
    REPORTING_KINDS,
    REVIEWABLE_REPORT_STATES,
    CharterState,
    CorrectionState,
    CycleState,
    FindingState,
    ImportRowOutcome,
    InvitedCommentState,
    OrganisationState,
    PledgeState,
    PublicQuestionKind,
    ReportState,
    SecondReadingState,
    SupporterKind,
    SupporterState,
    TwinDecision,
    VerdictValue,
    WaitsFor,
)
from alliance.queries.local_dates import today
from alliance.queries.public_questions import VIEWS
from alliance.queries.reviews import QUEUE_STATES, in_queue_state
from alliance.queries.supporters import SupporterFilter, narrow


def _choices_of(*values: TextChoices) -> list[tuple[str, str]]:
    return [(value.value, value.label) for value in values]


class MemberFilter(django_filters.FilterSet):
    """Members by kind and state."""

    kind = django_filters.ChoiceFilter(
        label=_("Kind"), choices=[(kind.value, kind.label) for kind in REPORTING_KINDS]
    )
    state = django_filters.ChoiceFilter(label=_("State"), choices=OrganisationState.choices)


class SupporterFilterSet(django_filters.FilterSet):
    """Supporters by kind, region and charter."""

    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=SupporterKind.choices)
    region = django_filters.CharFilter(label=_("Region"))
    charter = django_filters.CharFilter(field_name="charter__key", label=_("Charter"))


class DeskSupporterFilter(django_filters.FilterSet):
    """Supporters in whichever state, as the secretariat's page narrows them."""

    words = django_filters.CharFilter(label=_("Name or place"), method="narrow_to_words", max_length=100)
    region = django_filters.CharFilter(label=_("Region"))
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=SupporterKind.choices)
    state = django_filters.ChoiceFilter(label=_("State"), choices=SupporterState.choices)
    twins = django_filters.BooleanFilter(label=_("Perhaps twice"), method="narrow_to_those")
    returned = django_filters.BooleanFilter(label=_("E-mail returned"), method="narrow_to_those")

    def narrow_to_words(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        del name
        return narrow(rows, SupporterFilter(words=value))

    def narrow_to_those(self, rows: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        matching = narrow(rows, SupporterFilter(twins=name == "twins", returned=name == "returned"))
        return matching if value else rows.exclude(pk__in=matching.order_by().values("pk"))


class SupporterImportRowFilter(django_filters.FilterSet):
    """Rows of a file of supporters by what they would become, and what was decided of them."""

    outcome = django_filters.ChoiceFilter(label=_("State"), choices=ImportRowOutcome.choices)
    likely = django_filters.BooleanFilter(field_name="is_likely", label=_("Perhaps twice"))
    decision = django_filters.ChoiceFilter(label=_("Decision"), choices=TwinDecision.choices)
    decided = django_filters.BooleanFilter(label=_("Decision"), method="narrow_to_decided")

    def narrow_to_decided(self, rows: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        del name
        return rows.exclude(decision="") if value else rows.filter(decision="")


class CharterFilter(django_filters.FilterSet):
    """The versions of a charter, or those in some state."""

    key = django_filters.CharFilter(label=_("Key"))
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=_choices_of(CharterState.IN_FORCE, CharterState.SUPERSEDED)
    )


class CycleFilter(django_filters.FilterSet):
    """Cycles by state."""

    state = django_filters.ChoiceFilter(
        label=_("State"), choices=_choices_of(CycleState.OPEN, CycleState.CLOSED, CycleState.PUBLISHED)
    )


class _MemberFilterSet(django_filters.FilterSet):
    """What belongs to a member."""

    member = django_filters.CharFilter(field_name="organisation__slug", label=_("Member"))


class _ReportFilterSet(_MemberFilterSet):
    """What belongs to a member's report for a cycle."""

    cycle = django_filters.CharFilter(field_name="cycle__slug", label=_("Cycle"))


class PledgeFilter(_MemberFilterSet):
    """Pledges by member, by the commitment that they are to, and by state."""

    commitment = django_filters.CharFilter(field_name="commitment_key", label=_("Commitment"))
    state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=_choices_of(PledgeState.PUBLISHED, PledgeState.FULFILLED, PledgeState.WITHDRAWN),
    )


class PublicQuestionFilter(_MemberFilterSet):
    """Questions of the public by member, commitment and kind."""

    commitment = django_filters.CharFilter(field_name="commitment_key", label=_("Commitment"))
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=PublicQuestionKind.choices)


class InvitedCommentFilter(_ReportFilterSet):
    """Comments of partners by member, cycle and partner."""

    partner = django_filters.CharFilter(field_name="partner__slug", label=_("Partner"))


class OwnInvitedCommentFilter(InvitedCommentFilter):
    """Invitations and comments by state too."""

    state = django_filters.ChoiceFilter(label=_("State"), choices=InvitedCommentState.choices)


class DeskQuestionFilter(PublicQuestionFilter):
    """Questions of the public by what waits for whom, as the secretariat's page narrows them."""

    show = django_filters.ChoiceFilter(
        label=_("State"), method="narrow_to_view", choices=[(name, name) for name in VIEWS]
    )

    def narrow_to_view(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        del name
        return rows.filter(VIEWS[value])


class PublishedReportFilter(_ReportFilterSet):
    """Published reports and notices."""


class FigureFilter(_ReportFilterSet):
    """Figures by place: the whole of an indicator, or one of its cells."""

    indicator = django_filters.CharFilter(field_name="indicator_key", label=_("Indicator"))
    service = django_filters.CharFilter(field_name="service__slug", label=_("Service"))
    cell = django_filters.CharFilter(label=_("Cell of a breakdown"))
    withheld = django_filters.BooleanFilter(label=_("Withheld"))
    publication = django_filters.NumberFilter(field_name="valid_from", label=_("Number of the publication"))


class VerdictFilter(_ReportFilterSet):
    """Verdicts by their subject and by their value."""

    commitment = django_filters.CharFilter(field_name="commitment_key", label=_("Commitment"))
    measure = django_filters.CharFilter(field_name="measure_key", label=_("Measure"))
    value = django_filters.ChoiceFilter(label=_("Verdict"), choices=VerdictValue.choices)


class PublicationFilter(django_filters.FilterSet):
    """Publications of one type, or all revisions of one record."""

    type = django_filters.CharFilter(label=_("Type"))
    record = django_filters.CharFilter(label=_("Record"))


class ReferenceFilter(_MemberFilterSet):
    """Reference counts by what was counted, and by whom."""

    indicator = django_filters.CharFilter(field_name="indicator_key", label=_("Indicator"))
    service = django_filters.CharFilter(field_name="service__slug", label=_("Service"))
    observer = django_filters.CharFilter(label=_("Counted by"))


# --- The desks ---------------------------------------------------------------------------------


class ObligationFilter(_ReportFilterSet):
    """Required reports by member, cycle and state, and whether their publication is withdrawn."""

    state = django_filters.ChoiceFilter(label=_("State"), choices=ReportState.choices)
    withdrawn = django_filters.BooleanFilter(
        label=pgettext_lazy("report", "Withdrawn"),
        field_name="withdrawn_as",
        lookup_expr="isnull",
        exclude=True,
    )


class ReviewFilter(_ReportFilterSet):
    """The queue of reviews, as its page narrows it; without a state, what is open."""

    OPEN, ANY, MINE, UNASSIGNED = "open", "any", "mine", "unassigned"

    show = django_filters.ChoiceFilter(
        label=_("Reviewer"),
        method="narrow_to_whose",
        choices=[(MINE, _("Mine")), (UNASSIGNED, _("Without a reviewer"))],
    )
    state = django_filters.ChoiceFilter(
        label=_("State"),
        method="narrow_to_state",
        choices=[
            (OPEN, _("Every open state")),
            *_choices_of(*QUEUE_STATES),
            (ANY, _("Every state")),
        ],
    )
    waits_for = django_filters.ChoiceFilter(label=_("Waits for"), choices=WaitsFor.choices)
    overdue = django_filters.BooleanFilter(label=_("Overdue"), method="narrow_to_overdue")
    reviewer = django_filters.NumberFilter(field_name="reviewer_id", label=_("Reviewer"))

    def narrow_to_whose(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        del name
        if value == self.MINE:
            return rows.filter(reviewer_id=self.request.actor.person_id)
        return rows.filter(reviewer__isnull=True, state__in=REVIEWABLE_REPORT_STATES)

    def narrow_to_state(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        del name
        if value == self.ANY:
            return rows
        return (
            rows.filter(state__in=OPEN_REVIEW_STATES)
            if value == self.OPEN
            else rows.filter(in_queue_state(value))
        )

    def narrow_to_overdue(self, rows: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        del name
        overdue = rows.filter(conclude_by__lt=today())
        return overdue if value else rows.exclude(pk__in=overdue.values("pk"))

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        rows = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("state") else self.narrow_to_state(rows, "state", self.OPEN)


class SecondReadingFilter(_MemberFilterSet):
    """Second readings by whose they are, member, cycle, report and state."""

    MINE = "mine"

    show = django_filters.ChoiceFilter(
        label=_("Second reader"), method="narrow_to_whose", choices=[(MINE, _("Mine"))]
    )
    cycle = django_filters.CharFilter(field_name="report__cycle__slug", label=_("Cycle"))
    report = django_filters.NumberFilter(field_name="report_id", label=_("Report"))
    state = django_filters.ChoiceFilter(label=_("State"), choices=SecondReadingState.choices)

    def narrow_to_whose(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        del name, value
        return rows.filter(reader_id=self.request.actor.person_id)


class FindingFilterSet(_MemberFilterSet):
    """Findings by member, cycle, state, and whether they are public."""

    cycle = django_filters.CharFilter(field_name="report__cycle__slug", label=_("Cycle"))
    state = django_filters.ChoiceFilter(label=_("State"), choices=FindingState.choices)
    public = django_filters.BooleanFilter(label=_("Public"))


class CorrectionFilter(_MemberFilterSet):
    """Corrections by member, cycle, report and state."""

    cycle = django_filters.CharFilter(field_name="report__cycle__slug", label=_("Cycle"))
    report = django_filters.NumberFilter(field_name="report_id", label=_("Report"))
    state = django_filters.ChoiceFilter(label=_("State"), choices=CorrectionState.choices)
