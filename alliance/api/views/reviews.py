"""The secretariat's reviews: the queue, verdicts, and the ways of a review."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from alliance.api.serializers.filing import NothingSerializer, StateSerializer
from alliance.api.serializers.reviews import (
    ConfirmedVerdictsSerializer,
    ConfirmVerdictsInputSerializer,
    DecisionInputSerializer,
    GivenVerdictSerializer,
    ReopenInputSerializer,
    RequestChangesInputSerializer,
    ReviewConclusionInputSerializer,
    ReviewRowSerializer,
    ReviewSerializer,
    TakenBackSerializer,
    VerdictBatchInputSerializer,
    VerdictBatchSerializer,
    VerdictInputSerializer,
    verdict_data,
)
from alliance.api.views.secretariat import SecretariatEndpoint
from alliance.filters import ReviewFilter
from alliance.models import Measure, Report
from alliance.queries.review_queue import QueueRow, queue_rows
from alliance.queries.review_state import ReviewState, ReviewStep, reads_blind, review_state
from alliance.queries.reviewers import ACTS_WITH_ANOTHER, allocation_acts, lacks_other_reviewer
from alliance.queries.reviews import conclude_by, filed_reports, queue_by_urgency
from alliance.queries.second_readings import readings_of
from alliance.services import review_decisions
from alliance.services import reviews as services
from alliance.services.taken_back_verdicts import take_back_verdict, take_back_verdicts
from alliance.workflows import REPORT
from portal.kernel.api import ListView, etag_of, matched_version, respond, scopes_by_method
from portal.kernel.errors import DomainError
from portal.kernel.web import get_visible_or_404

WRITE = "reviews:write"


class ReviewEndpoint(SecretariatEndpoint):
    """Base of what is about one review; 404 while nothing has been submitted."""

    required_scopes = scopes_by_method(POST=WRITE)

    @property
    def report(self) -> Report:
        report: Report = get_visible_or_404(filed_reports(self.actor), self.actor, pk=self.kwargs["pk"])
        return report

    def report_and_state(self) -> tuple[Report, ReviewState]:
        """The report and its review."""
        report = self.report
        state = review_state(self.actor, report)
        if state is None:
            raise Http404
        return report, state

    def measure(self, state: ReviewState, key: str | None) -> Measure | None:
        """The measure of this key that is judged; raises the DomainError of one that is not."""
        if key is None:
            return None
        step = state.find("measure", key)
        if step is None or step.measure is None:
            raise DomainError(_("This report does not require that answer."), field="measure")
        return step.measure


@extend_schema(summary="List the queue of reviews")
class ReviewList(SecretariatEndpoint, ListView):
    """Reports that are submitted, in review, returned or concluded; the one that is to be concluded soonest first.

    With `state=any` those that are public too.
    """

    serializer_class = ReviewRowSerializer
    filterset_class = ReviewFilter
    ordering = ("urgency", "pk")
    orderings: ClassVar[Mapping[str, str]] = {"id": "pk"}
    rows: Mapping[int, QueueRow] = MappingProxyType({})

    def get_queryset(self) -> QuerySet[Report]:
        return queue_by_urgency(self.actor)

    def paginate_queryset(self, queryset: QuerySet[Report]) -> Sequence[Report]:
        page: Sequence[Report] = super().paginate_queryset(queryset)
        self.rows = {row.report.pk: row for row in queue_rows(self.actor, page)}
        return page

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "rows": self.rows}


@extend_schema(summary="Get a review", responses=ReviewSerializer)
class ReviewDetail(ReviewEndpoint):
    """One review: the steps with their verdicts, what is missing, and what you may do and why not yet.

    What is judged is in the submission: `secretariat/reports/{id}/submissions/{submission}/body/`.
    """

    required_scopes = scopes_by_method(GET="read")

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        report, state = self.report_and_state()
        readings = readings_of(self.actor, report)
        if reads_blind(self.actor, report):
            readings = [each for each in readings if each.reader_id == self.actor.person_id]
        acts = allocation_acts(self.actor, report)
        if lacks_other_reviewer(self.actor, report, acts):
            acts |= dict.fromkeys(ACTS_WITH_ANOTHER, False)
        data = {
            "report": report,
            "reviewer": {"id": report.reviewer.pk, "name": report.reviewer.name} if report.reviewer else None,
            "submission": state.submission.number,
            "conclude_by": conclude_by(report),
            "steps": state.steps,
            "missing": len(state.missing),
            "readings": readings,
            "actions": REPORT.available(self.actor, report),
            "acts": [act for act, is_possible in acts.items() if is_possible],
        }
        return Response(ReviewSerializer(data, context=self.get_serializer_context()).data)


# --- Verdicts ----------------------------------------------------------------------------------


@extend_schema_view(
    get=extend_schema(summary="Get a verdict", responses=GivenVerdictSerializer),
    put=extend_schema(
        summary="Give a verdict", request=VerdictInputSerializer, responses={200: GivenVerdictSerializer}
    ),
    delete=extend_schema(summary="Take a verdict back", responses={204: None}),
)
class VerdictEndpoint(ReviewEndpoint):
    """The verdict on one step of the review. `PUT` gives or changes it: its reason is published with the report.

    `DELETE` takes it back while the report is in review: its reason is a draft of the reviewer's then.

    `If-Match` names the version that you read, `"0"` where there is none yet.
    """

    required_scopes = scopes_by_method(GET="read", PUT=WRITE, DELETE=WRITE)
    has_versions = True
    kind = "measure"

    def report_and_step(self) -> tuple[Report, ReviewStep]:
        report, state = self.report_and_state()
        step = state.find(self.kind, str(self.kwargs["key"]))
        if step is None:
            raise Http404
        return report, step

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        _report, step = self.report_and_step()
        version = step.verdict.version if step.verdict else 0
        return respond(verdict_data(step.verdict), headers={"ETag": etag_of(version)})

    def put(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        report, step = self.report_and_step()
        version = matched_version(request)
        data = self.validated_data(VerdictInputSerializer)
        verdict = services.give_verdict(self.actor, report, **step.subject, version=version, **data)
        return respond(verdict_data(verdict), headers={"ETag": etag_of(verdict.version)})

    def delete(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        report, step = self.report_and_step()
        take_back_verdict(self.actor, report, **step.subject, version=matched_version(request))
        return respond()


class MeasureVerdict(VerdictEndpoint):
    """The verdict on a measure. `PUT` gives or changes it: its reason is published with the report.

    `DELETE` takes it back while the report is in review: its reason is a draft of the reviewer's then.

    `If-Match` names the version that you read, `"0"` where there is none yet.
    """


class CommitmentVerdict(VerdictEndpoint):
    """The verdict on a commitment, once all of its measures have theirs. What differs from them needs a reason.

    `DELETE` takes it back while the report is in review: its reason is a draft of the reviewer's then.

    `If-Match` names the version that you read, `"0"` where there is none yet.
    """

    kind = "commitment"


class PledgeVerdict(VerdictEndpoint):
    """The verdict on a pledge beyond the charter. `PUT` gives or changes it: its reason is published with the report.

    `DELETE` takes it back while the report is in review: its reason is a draft of the reviewer's then.

    `If-Match` names the version that you read, `"0"` where there is none yet.
    """

    kind = "pledge"


@extend_schema(
    summary="Give measures the same verdict",
    request=VerdictBatchInputSerializer,
    responses={201: VerdictBatchSerializer},
)
class VerdictBatchCreate(ReviewEndpoint):
    """Gives measures that have no verdict yet the same one, all or none. The batch can be taken back at once."""

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        report, state = self.report_and_state()
        data = dict(self.validated_data(VerdictBatchInputSerializer))
        keys = list(dict.fromkeys(data.pop("measures")))
        steps = {step.key: step.measure for step in state.measures_to_judge}
        if unknown := [key for key in keys if steps.get(key) is None]:
            message = _("This report does not require that answer.")
            raise DomainError(f"{', '.join(unknown)}: {message}", field="measures")
        measures = [measure for key in keys if (measure := steps[key]) is not None]
        given = services.give_verdicts(self.actor, report, measures, **data)
        return respond(
            VerdictBatchSerializer({"batch": given[0].batch, "count": len(given)}).data, status=201
        )


@extend_schema(
    summary="Take a batch of verdicts back", request=NothingSerializer, responses={200: TakenBackSerializer}
)
class VerdictBatchTakeBack(ReviewEndpoint):
    """Takes back what was given at once and not changed since, while the report is in review."""

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        report = self.report
        self.validated_data(NothingSerializer)
        return respond({"count": take_back_verdicts(self.actor, report, self.kwargs["batch"])})


@extend_schema(
    summary="Confirm verdicts",
    request=ConfirmVerdictsInputSerializer,
    responses={200: ConfirmedVerdictsSerializer},
)
class VerdictConfirm(ReviewEndpoint):
    """Confirms verdicts with `needs_second_look` as they stand: they are yours from then on.

    Whoever gave them has declared an interest since; before they are confirmed or given anew the review is not
    concluded, nor the report published. 409 where one has another version by now.
    """

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        report = self.report
        rows = self.validated_data(ConfirmVerdictsInputSerializer)["verdicts"]
        seen = {f"{row['kind']}:{row['key']}": row["version"] for row in rows}
        return respond({"count": services.confirm_verdicts(self.actor, report, seen)})


# --- The ways of a review ----------------------------------------------------------------------


@extend_schema(summary="Start a review", request=NothingSerializer, responses={200: StateSerializer})
class ReviewStart(ReviewEndpoint):
    """Takes a submitted report into review; one that is assigned to nobody is yours from now on."""

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        report = self.report
        self.validated_data(NothingSerializer)
        return respond({"state": services.start_review(self.actor, report).state})


@extend_schema(
    summary="Request changes", request=RequestChangesInputSerializer, responses={200: StateSerializer}
)
class ReviewRequestChanges(ReviewEndpoint):
    """Returns the whole report to the member with one summary, to be submitted again by a day."""

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        report = self.report
        data = self.validated_data(RequestChangesInputSerializer)
        return respond({"state": services.request_changes(self.actor, report, **data).state})


class _DecisionEndpoint(ReviewEndpoint):
    """Base of the ways back, each with its reason."""

    decide: Callable[..., Report]
    input_serializer: Any = DecisionInputSerializer

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        report = self.report
        data = self.validated_data(self.input_serializer)
        return respond({"state": type(self).decide(self.actor, report, **data).state})


@extend_schema(summary="Resume a review", request=DecisionInputSerializer, responses={200: StateSerializer})
class ReviewResume(_DecisionEndpoint):
    """Goes on with the review of the last submission: the member has not submitted again.

    Before the day of the request is over it needs a reason.
    """

    decide = staticmethod(review_decisions.resume_review)


@extend_schema(
    summary="Take a request for changes back",
    request=DecisionInputSerializer,
    responses={200: StateSerializer},
)
class ReviewTakeBackRequest(_DecisionEndpoint):
    """Takes back a request for changes that was made by mistake or needs no answer any more."""

    decide = staticmethod(review_decisions.take_back_request)


@extend_schema(summary="Reopen a review", request=ReopenInputSerializer, responses={200: StateSerializer})
class ReviewReopen(_DecisionEndpoint):
    """Reopens a concluded review until it is published, with a reason; both conclusions stay on record."""

    decide = staticmethod(review_decisions.reopen_review)
    input_serializer = ReopenInputSerializer


@extend_schema(
    summary="Conclude a review", request=ReviewConclusionInputSerializer, responses={200: StateSerializer}
)
class ReviewConclude(ReviewEndpoint):
    """Concludes the review: the member reads the verdicts and may reply. 422 while a verdict is missing or
    waits for a second look, and without a reason where one is another than a second reading has left.
    """

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        report = self.report
        data = self.validated_data(ReviewConclusionInputSerializer)
        return respond({"state": services.conclude_report(self.actor, report, **data).state})
