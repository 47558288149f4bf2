"""Who reviews what: reviewers, and reports that are assigned, handed over and paused."""

from collections.abc import Callable
from typing import Any

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from alliance.api.serializers.filing import NothingSerializer, StateSerializer
from alliance.api.serializers.review_allocation import (
    AssignedSerializer,
    AssignInputSerializer,
    HandOverInputSerializer,
    PauseInputSerializer,
    ReviewerListSerializer,
    ReviewerReasonInputSerializer,
)
from alliance.api.views.reviews import WRITE, ReviewEndpoint
from alliance.api.views.secretariat import SecretariatEndpoint
from alliance.models import Report
from alliance.queries.reviewers import open_review_counts, reviewers_by_name
from alliance.services import assignments, pauses
from portal.kernel.api import DetailView, respond, scopes_by_method
from portal.kernel.errors import DomainError


@extend_schema(summary="List the reviewers", responses=ReviewerListSerializer)
class ReviewerList(SecretariatEndpoint, DetailView):
    """The people who review, by name, with how many reports they have that are not concluded."""

    serializer_class = ReviewerListSerializer

    def get_object(self) -> dict[str, Any]:
        counts = open_review_counts(self.actor)
        rows = [
            {"id": number, "name": name, "open_reports": counts.get(number, 0)}
            for number, name in reviewers_by_name()
        ]
        return {"results": rows}


@extend_schema(summary="Assign reports", request=AssignInputSerializer, responses={200: AssignedSerializer})
class ReviewAssign(SecretariatEndpoint):
    """Gives up to 1,000 reports to a reviewer, also before they are filed. What cannot be given stays where it is."""

    required_scopes = scopes_by_method(POST=WRITE)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        data = self.validated_data(AssignInputSerializer)
        seen = {row["id"]: row["reviewer"] or 0 for row in data["reports"]}
        reports = list(Report.objects.visible_to(self.actor).filter(pk__in=seen))
        if len(reports) < len(seen):
            raise DomainError(_("There is no such report."), field="reports")
        assignment = assignments.assign_reports(self.actor, reports, data["reviewer"], data["note"], seen)
        refused = [{"id": pk, "refusal": why} for pk, why in assignment.refusals.items()]
        assigned = [report.pk for report in assignment.reports]
        return respond(AssignedSerializer({"assigned": assigned, "refused": refused}).data)


@extend_schema(
    summary="Hand a review over", request=HandOverInputSerializer, responses={200: StateSerializer}
)
class ReviewHandOver(ReviewEndpoint):
    """Gives a report from its reviewer to another one, with a note that both and the managers can read."""

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        report = self.report
        data = self.validated_data(HandOverInputSerializer)
        changed = assignments.hand_over_report(
            self.actor, report, data["reviewer"], data["note"], data["seen_reviewer"] or 0
        )
        return respond({"state": changed.state})


class _ReviewerChangeEndpoint(ReviewEndpoint):
    """Base of changes of the reviewer that need a reason."""

    change: Callable[..., Report]

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        report = self.report
        data = self.validated_data(ReviewerReasonInputSerializer)
        change = type(self).change
        return respond(
            {"state": change(self.actor, report, data["reason"], data["seen_reviewer"] or 0).state}
        )


@extend_schema(
    summary="Take a review over", request=ReviewerReasonInputSerializer, responses={200: StateSerializer}
)
class ReviewTakeOver(_ReviewerChangeEndpoint):
    """Makes you the reviewer of a report that is somebody else's, on record; that reviewer is notified."""

    change = staticmethod(assignments.take_over_report)


@extend_schema(
    summary="Leave a report without a reviewer",
    request=ReviewerReasonInputSerializer,
    responses={200: StateSerializer},
)
class ReviewUnassign(_ReviewerChangeEndpoint):
    """Takes a report from its reviewer; it waits for another one, and verdicts that were given stay."""

    change = staticmethod(assignments.unassign_report)


@extend_schema(summary="Pause a review", request=PauseInputSerializer, responses={200: StateSerializer})
class ReviewPause(ReviewEndpoint):
    """Lets a review stand still to the end of a day; the day to conclude by moves by as many days."""

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        report = self.report
        data = self.validated_data(PauseInputSerializer)
        return respond(
            {"state": pauses.pause_review(self.actor, report, data["until"], data["reason"]).state}
        )


@extend_schema(summary="End a pause", request=NothingSerializer, responses={200: StateSerializer})
class ReviewEndPause(ReviewEndpoint):
    """Ends a pause today; the days that it did not take come off the day to conclude by again."""

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        report = self.report
        self.validated_data(NothingSerializer)
        return respond({"state": pauses.end_pause(self.actor, report).state})
