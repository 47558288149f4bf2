"""Corrections of what is published, for both sides: draft, propose, answer, decide."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from alliance.api.figure_rows import refuse_wrong_type
from alliance.api.serializers.corrections import (
    CorrectableValuesSerializer,
    CorrectionInputSerializer,
    CorrectionNoteInputSerializer,
    CorrectionNoteSerializer,
    CorrectionRowSerializer,
    CorrectionSerializer,
    OptionalReasonInputSerializer,
    PublicReasonInputSerializer,
)
from alliance.api.serializers.filing import NothingSerializer
from alliance.api.serializers.obligations import ReasonInputSerializer
from alliance.enums import CorrectionSubject
from alliance.figure_fields import FIELDS, FigureValues
from alliance.filters import CorrectionFilter
from alliance.models import Correction, Report
from alliance.queries.correction_answers import unanswerable_among, was_without_access
from alliance.queries.correction_steps import correction_acts, own_finder
from alliance.queries.corrections import (
    items_of,
    listed_corrections,
    notes_on_correction,
)
from alliance.queries.public.correction_wording import correction_words
from alliance.queries.published_states import (
    PublishedState,
    published_state,
)
from alliance.services import corrections as services
from alliance.services.correction_publication import publish_correction
from alliance.services.verdict_checks import uphold_verdicts
from alliance.validators.corrections import CorrectionPlace, Values
from portal.kernel.api import Endpoint, ListView, etag_of, matched_version, respond, scopes_by_method
from portal.kernel.errors import DomainError
from portal.kernel.text import plain_decimal
from portal.kernel.web import get_visible_or_404

_WRITE = "corrections:write"
_DECIDE = "corrections:decide"
_SENT_AS = {CorrectionSubject.RESPONSE: CorrectionSubject.TEXT}  # of both it is the text


class CorrectionEndpoint(Endpoint):
    """Base of what is about one correction; of a draft only the side that writes it sees anything."""

    required_scopes = scopes_by_method(POST=_DECIDE)

    def get_correction(self, rule: str = "") -> Correction:
        """The correction of the address; with a rule, one that it allows."""
        row: Correction = get_visible_or_404(
            Correction.objects.select_related("report__organisation", "report__cycle__charter"),
            self.actor,
            rule=rule,
            pk=self.kwargs["pk"],
        )
        return row

    @property
    def correction(self) -> Correction:
        return self.get_correction()

    def published_report(self, pk: int, rule: str = "") -> tuple[Report, PublishedState]:
        """A report that is public, as it is published; 404 for any other."""
        report: Report = get_visible_or_404(
            Report.objects.select_related("organisation", "cycle__charter"), self.actor, rule=rule, pk=pk
        )
        state = published_state(report)
        if state is None:
            raise Http404
        return report, state

    def correction_response(self, correction: Correction, status: int = 200) -> Response:
        """The correction as it is after the act, with what may be done now."""
        rows = Correction.objects.visible_to(self.actor)
        current = rows.select_related("report__organisation", "report__cycle__charter").get(pk=correction.pk)
        state = published_state(current.report)
        context = {
            **self.get_serializer_context(),
            "items": items_of(current),
            "notes": notes_on_correction(self.actor, current),
            "acts": correction_acts(self.actor, current, state),
            "without_access": was_without_access(current) or bool(unanswerable_among([current])),
            "words": correction_words(state) if state is not None else None,
        }
        data = CorrectionSerializer(current, context=context).data
        return respond(data, status=status, headers={"ETag": etag_of(current.version)})

    def written(self, data: Mapping[str, Any], state: PublishedState) -> services.CorrectionInput:
        """What was sent, for the service; raises the DomainError of a value that the report does not have."""
        changes: dict[CorrectionPlace, Values] = {}
        for row in data["values"]:
            place = CorrectionPlace.from_key(row["place"])
            if place is None or place not in state.values:
                raise DomainError(_("The report has no such value."), field="values")
            if place in changes:
                raise DomainError(_("Another row has the same place."), field="values")
            changes[place] = _new_value(place, row, state)
        finder = data.get("finder") or own_finder(self.actor)
        return services.CorrectionInput(changes, data.get("reason", {}), finder)


def _new_value(place: CorrectionPlace, row: Mapping[str, Any], state: PublishedState) -> Values:
    """What should stand at the place, in the fields of its subject. Raises DomainError where another was sent."""
    name = str(_SENT_AS.get(CorrectionSubject(place.subject), place.subject))
    if set(row) != {"place", name}:
        message = _("Of this value send “%(name)s”, and nothing else.")
        raise DomainError(f"{place.key}: {message % {'name': name}}", field="values")
    sent = row[name]
    if name == CorrectionSubject.TEXT:
        return {"text": sent}
    new = {key: plain_decimal(value) if isinstance(value, Decimal) else value for key, value in sent.items()}
    if name == CorrectionSubject.TARGET and new.get("due_on") is not None:
        new["due_on"] = str(new["due_on"])
    if name == CorrectionSubject.FIGURE:
        _refuse_wrong_figure(place, {**state.values[place], **new}, state)
    return new


def _refuse_wrong_figure(place: CorrectionPlace, merged: Values, state: PublishedState) -> None:
    indicator = state.indicators.get(place.indicator)
    values = FigureValues.from_document({name: merged[name] for name in FIELDS if name in merged})
    if indicator is None:
        return
    try:
        refuse_wrong_type(indicator, values)
    except DomainError as refusal:
        raise DomainError(f"{place.key}: {refusal}", field="values") from refusal


@extend_schema(summary="List corrections")
class CorrectionList(ListView):
    """The corrections that you may see, latest first: your side's drafts, and what was proposed by either side."""

    required_scopes = scopes_by_method(GET="read")
    serializer_class = CorrectionRowSerializer
    filterset_class = CorrectionFilter
    ordering = ("-pk",)

    def get_queryset(self) -> QuerySet[Correction]:
        return listed_corrections(self.actor)


@extend_schema_view(
    get=extend_schema(
        summary="List the values of a published report that can be corrected",
        responses=CorrectableValuesSerializer,
    ),
    post=extend_schema(
        summary="Draft a correction", request=CorrectionInputSerializer, responses={201: CorrectionSerializer}
    ),
)
class CorrectableReport(CorrectionEndpoint):
    """Every value of a published report or notice, with the `place` by which a correction names it.

    `POST` begins a correction of up to 20 of them; nobody but your side sees the draft.
    """

    required_scopes = scopes_by_method(GET=_WRITE, POST=_WRITE)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        _report, state = self.published_report(self.kwargs["report"], "correction.draft")
        words = correction_words(state)
        values = [
            {
                "place": place.key,
                "subject": place.subject,
                "title": words.title(place) if words is not None else "",
                "value": state.old(place),
                "withheld": state.is_withheld(place),
            }
            for place in state.values
        ]
        head = {"publication": state.publication.number, "standings": state.possible_standings}
        return Response(CorrectableValuesSerializer({**head, "values": values}).data)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        report, state = self.published_report(self.kwargs["report"], "correction.draft")
        data = self.validated_data(CorrectionInputSerializer)
        drafted = services.draft_correction(self.actor, report, self.written(data, state))
        return self.correction_response(drafted, status=201)


@extend_schema_view(
    get=extend_schema(summary="Get a correction", responses=CorrectionSerializer),
    put=extend_schema(
        summary="Change a draft", request=CorrectionInputSerializer, responses={200: CorrectionSerializer}
    ),
    delete=extend_schema(summary="Discard a draft", responses={204: None}),
)
class CorrectionDetail(CorrectionEndpoint):
    """One correction. `PUT` writes a draft anew, with all of its values; `DELETE` discards it."""

    required_scopes = scopes_by_method(GET="read", PUT=_WRITE, DELETE=_WRITE)
    has_versions = True

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.correction_response(self.correction)

    def put(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        correction = self.correction
        version = matched_version(request)
        data = self.validated_data(CorrectionInputSerializer)
        state = services.require_published(correction.report)
        edited = services.edit_correction(self.actor, correction, self.written(data, state), version)
        return self.correction_response(edited)

    def delete(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        services.discard_correction(self.actor, self.correction, matched_version(request))
        return respond()


@extend_schema(
    summary="Add a note to a correction",
    request=CorrectionNoteInputSerializer,
    responses={201: CorrectionNoteSerializer},
)
class CorrectionNoteCreate(CorrectionEndpoint):
    """Adds a note that both sides read, and nobody else."""

    required_scopes = scopes_by_method(POST=_WRITE)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        correction = self.correction
        data = self.validated_data(CorrectionNoteInputSerializer)
        note = services.add_correction_note(self.actor, correction, **data)
        return respond(CorrectionNoteSerializer(note).data, status=201)


# --- Steps -------------------------------------------------------------------------------------


class _StepEndpoint(CorrectionEndpoint):
    """Base of the steps of a correction: each with what it takes, as its page."""

    rule = ""
    step: Callable[..., object]
    input_serializer: Any = NothingSerializer

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        correction = self.get_correction(self.rule)
        data = self.validated_data(self.input_serializer)
        type(self).step(self.actor, correction, **data)
        return self.correction_response(correction)


def _documented(summary: str, request: Any = NothingSerializer) -> Any:
    return extend_schema(summary=summary, request=request, responses={200: CorrectionSerializer})


@_documented("Propose a correction")
class CorrectionPropose(_StepEndpoint):
    """Puts the draft to the other side, which has some days to agree or object; no reader sees anything yet.

    `If-Match` names the version that you read.
    """

    rule = "correction.propose"
    has_versions = True

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        correction = self.get_correction(self.rule)
        version = matched_version(request)
        self.validated_data(NothingSerializer)
        services.propose_correction(self.actor, correction, version)
        return self.correction_response(correction)


@_documented("Agree to a correction")
class CorrectionAgree(_StepEndpoint):
    """The other side agrees: your name and office stand in the record. It becomes public when it is published."""

    rule = "correction.agree"
    step = staticmethod(services.agree_to_correction)


@_documented("Object to a correction", ReasonInputSerializer)
class CorrectionObject(_StepEndpoint):
    """The other side objects, with a reason that is published if the correction is."""

    rule = "correction.object"
    step, input_serializer = staticmethod(services.object_to_correction), ReasonInputSerializer


@_documented("Consent to the correction of a verdict")
class CorrectionConsent(_StepEndpoint):
    """A second reviewer consents; the record says so without a name."""

    rule = "correction.consent"
    step = staticmethod(services.consent_to_correction)


@_documented("Publish a correction", OptionalReasonInputSerializer)
class CorrectionPublish(_StepEndpoint):
    """Publishes the correction as the next revision; the old one stays readable. It cannot be undone."""

    rule = "correction.publish"
    step, input_serializer = staticmethod(publish_correction), OptionalReasonInputSerializer


@_documented("Drop a correction", ReasonInputSerializer)
class CorrectionDrop(_StepEndpoint):
    """Decides that what is published stands; both sides read the reason."""

    rule = "correction.drop"
    step, input_serializer = staticmethod(services.drop_correction), ReasonInputSerializer


@_documented("Withdraw a correction")
class CorrectionWithdraw(_StepEndpoint):
    """The side that proposed it withdraws the proposal."""

    rule = "correction.withdraw"
    step = staticmethod(services.withdraw_correction)


@_documented("Say that the verdicts stay", PublicReasonInputSerializer)
class CorrectionUphold(_StepEndpoint):
    """Says in public that the verdicts which rest on the corrected figure were looked at again and stay, and why."""

    rule = "correction.uphold_verdicts"
    step, input_serializer = staticmethod(uphold_verdicts), PublicReasonInputSerializer


STEP_VIEWS: Mapping[str, type[_StepEndpoint]] = {
    "propose": CorrectionPropose,
    "agree": CorrectionAgree,
    "object": CorrectionObject,
    "consent": CorrectionConsent,
    "publish": CorrectionPublish,
    "drop": CorrectionDrop,
    "withdraw": CorrectionWithdraw,
    "uphold-verdicts": CorrectionUphold,
}
