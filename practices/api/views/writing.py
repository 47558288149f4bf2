"""Practices as their source writes them: the working copy, its files and readers, and the steps of sharing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.mixins import ListModelMixin
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from alliance.api.serializers.filing import NothingSerializer
from portal.kernel.api import (
    Fault,
    Problem,
    etag_of,
    matched_version,
    pointer_to,
    respond,
    scopes_by_method,
)
from portal.kernel.errors import Faults
from portal.kernel.web import get_visible_or_404
from practices.api.serializers.library import DraftRowSerializer
from practices.api.serializers.writing import (
    NamedPeopleSerializer,
    NewVersionInputSerializer,
    PracticeFileInputSerializer,
    PracticeReasonInputSerializer,
    PracticeStateSerializer,
    ProposeVersionInputSerializer,
    ReadersInputSerializer,
    ShareInputSerializer,
    WorkingCopyInputSerializer,
    WorkingCopySerializer,
    WorkingFileSerializer,
)
from practices.api.views.labelled import LabelledEndpoint, NoStoreEndpoint
from practices.api.views.naming import SEARCH_PARAMETERS, PeopleSearch, chosen_audience
from practices.content import missing_fields
from practices.models import Attachment, Draft, Practice
from practices.queries import lists
from practices.queries.named_readers import audience_in_keys, named_readers
from practices.queries.practices import practices_with_authors
from practices.queries.readers import audience_members
from practices.services import practices as services
from practices.services import updates
from practices.services.attachments import add_attachment, remove_attachment
from practices.services.audiences import set_readers
from practices.workflows import PRACTICE

READ, WRITE, SHARE = "practices:read", "practices:write", "practices:share"


@contextmanager
def faults_in_content() -> Iterator[None]:
    """Name what is wrong in a field of the content by its place in the body."""
    try:
        yield
    except Faults as refusal:
        faults = [Fault(key, str(fault), pointer_to("content", key)) for key, fault in refusal.faults.items()]
        raise Problem("invalid", str(refusal), errors=faults) from refusal


class WritingEndpoint(LabelledEndpoint):
    """Base of what its source does with one practice; the answer has the practice's label."""

    required_scopes = scopes_by_method(POST=WRITE)

    def get_practice(self, rule: str = "") -> Practice:
        """The practice of the address; with a rule, one that it allows."""
        rows = practices_with_authors()
        practice: Practice = get_visible_or_404(rows, self.actor, rule=rule, key=self.kwargs["key"])
        self.label = practice.label
        return practice

    def working_copy_response(self, practice: Practice, status: int = 200) -> Response:
        """The working copy as it is now, with what may be done with it."""
        current: Practice = get_visible_or_404(practices_with_authors(), self.actor, pk=practice.pk)
        draft: Any = get_visible_or_404(Draft.objects, self.actor, practice=current)
        draft.practice, self.label = current, current.label
        draft.named_readers = named_readers(self.actor, current)
        draft.readers_digest = audience_members(current).digest
        draft.audience = audience_in_keys(current)
        files = Attachment.objects.visible_to(self.actor).filter(practice=current, removed_at__isnull=True)
        context = {
            **self.get_serializer_context(),
            "missing": [field.key for field in missing_fields(draft.content)],
            "files": files,
            "actions": PRACTICE.available(self.actor, current),
        }
        data = WorkingCopySerializer(draft, context=context).data
        return respond(data, status=status, headers={"ETag": etag_of(draft.version)})

    def state_response(self, practice: Practice) -> Response:
        """The practice after a step."""
        current = Practice.objects.visible_to(self.actor).get(pk=practice.pk)
        self.label = current.label
        return respond(PracticeStateSerializer(current).data)


# --- The working copy --------------------------------------------------------------------------


@extend_schema_view(
    get=extend_schema(summary="List your organisation's drafts", responses=DraftRowSerializer(many=True)),
    post=extend_schema(
        summary="Begin a practice",
        request=WorkingCopyInputSerializer,
        responses={201: WorkingCopySerializer},
    ),
)
class DraftList(ListModelMixin, WritingEndpoint, NoStoreEndpoint):
    """Practices of your organisation that are not shared yet. Only its authors can see one labelled TLP:RED.

    `POST` begins one, with you as its first author; nobody outside your organisation sees it.
    """

    required_scopes = scopes_by_method(GET=READ, POST=WRITE)
    serializer_class = DraftRowSerializer
    label = ""  # of each row its own
    ordering = ("-pk",)

    def get_queryset(self) -> QuerySet[Draft]:
        return lists.drafts(self.actor)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.list(request, *args, **kwargs)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        data = self.validated_data(WorkingCopyInputSerializer)
        with faults_in_content():
            drafted = services.draft_practice(self.actor, data["content"], language=data["language"])
        services.set_language_and_expiry(
            self.actor, drafted, language=data["language"], expires_on=data["expires_on"]
        )
        return self.working_copy_response(drafted, status=201)


@extend_schema_view(
    get=extend_schema(summary="Get the working copy of a practice", responses=WorkingCopySerializer),
    put=extend_schema(
        summary="Save the working copy",
        request=WorkingCopyInputSerializer,
        responses={200: WorkingCopySerializer},
    ),
)
class WorkingCopyDetail(WritingEndpoint):
    """What the next version will say, for those who write the practice, also once it is shared.

    `PUT` saves all of it: a field that is left out is empty then. `If-Match` names the version that you read;
    files that were added or taken away since refuse no save.
    """

    required_scopes = scopes_by_method(GET=WRITE, PUT=WRITE)
    has_versions = True

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.working_copy_response(self.get_practice("practice.edit"))

    def put(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        practice = self.get_practice("practice.edit")
        version = matched_version(request)
        data = self.validated_data(WorkingCopyInputSerializer)
        with faults_in_content():
            frame = services.PracticeFrame(data["language"], data["expires_on"])
            services.edit_practice(self.actor, practice, data["content"], version=version, frame=frame)
        return self.working_copy_response(practice)


@extend_schema(
    summary="Add a file to the working copy",
    request=PracticeFileInputSerializer,
    responses={201: WorkingFileSerializer},
)
class PracticeFileCreate(WritingEndpoint):
    """Checks a file and attaches it to the working copy; readers see it with the next version."""

    parser_classes = (MultiPartParser,)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        practice = self.get_practice("practice.edit")
        data = self.validated_data(PracticeFileInputSerializer)
        added = add_attachment(self.actor, practice, data["file"], data["title"])
        return respond(WorkingFileSerializer(added).data, status=201)


@extend_schema(summary="Take a file from the working copy", request=NothingSerializer, responses={204: None})
class PracticeFileRemove(WritingEndpoint):
    """Takes a file from the working copy. What a version lists stays with that version."""

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        practice = self.get_practice("practice.edit")
        self.validated_data(NothingSerializer)
        file = get_visible_or_404(
            Attachment.objects.select_related("practice"),
            self.actor,
            practice=practice,
            key=self.kwargs["file"],
        )
        remove_attachment(self.actor, file)
        return respond()


# --- Readers -----------------------------------------------------------------------------------


@extend_schema(
    summary="Choose who reads a practice",
    request=ReadersInputSerializer,
    responses={200: WorkingCopySerializer},
)
class PracticeReaders(WritingEndpoint):
    """Gives a draft its label and readers; from a practice that is shared it takes readers away, at once.

    Letting more people read what is shared stays with a signatory on the page: it cannot be taken back. All of them are
    named anew: `audience` of the working copy has those of now, in the form that is sent.
    """

    required_scopes = scopes_by_method(PUT=WRITE)

    def put(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        practice = self.get_practice("practice.narrow")
        data = self.validated_data(ReadersInputSerializer)
        new = chosen_audience(self.actor, practice, data)
        set_readers(self.actor, practice, new, reason=data["reason"], shown_readers=data["readers_digest"])
        return self.working_copy_response(practice)


@extend_schema(summary="Find people to name", responses=NamedPeopleSerializer, parameters=SEARCH_PARAMETERS)
class NamedPeople(PeopleSearch, WritingEndpoint):
    """People whose name, or whose organisation's name, has each word of `text` in it; the first 20.

    For those who choose the readers of the practice.
    """

    required_scopes = scopes_by_method(GET=WRITE)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.get_practice("practice.narrow")
        return self.people_response(request)


# --- Steps -------------------------------------------------------------------------------------


class _StepEndpoint(WritingEndpoint):
    """Base of steps that take nothing."""

    rule = ""
    step: Callable[..., Any]

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        practice = self.get_practice(self.rule)
        self.validated_data(NothingSerializer)
        type(self).step(self.actor, practice)
        return self.state_response(practice)


def _documented(summary: str, request: Any = NothingSerializer) -> Any:
    return extend_schema(summary=summary, request=request, responses={200: PracticeStateSerializer})


@_documented("Submit a practice")
class PracticeSubmit(_StepEndpoint):
    """Submits a practice for the community or everybody to moderation: the secretariat reads it from now on."""

    rule, step = "practice.submit", staticmethod(services.submit_practice)


@_documented("Take a practice back from moderation")
class PracticeTakeBack(_StepEndpoint):
    """Takes a practice back from moderation, to write on."""

    rule, step = "practice.take_back", staticmethod(services.take_back_practice)


@_documented("Take a proposed version back")
class PracticeTakeBackVersion(_StepEndpoint):
    """Has the proposed version back, to write on; the last one stays in force."""

    rule, step = "practice.take_back_update", staticmethod(updates.take_back_update)


@_documented("Propose a new version", ProposeVersionInputSerializer)
class PracticeProposeVersion(WritingEndpoint):
    """Asks the secretariat to share the working copy as the next version of an open practice."""

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        practice = self.get_practice("practice.propose_update")
        data = self.validated_data(ProposeVersionInputSerializer)
        updates.propose_update(self.actor, practice, note=data["note"])
        return self.state_response(practice)


@_documented("Retire a practice", PracticeReasonInputSerializer)
class PracticeRetire(WritingEndpoint):
    """Retires a practice: nobody can start using it, its readers still read it. It cannot be undone."""

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        practice = self.get_practice("practice.retire")
        data = self.validated_data(PracticeReasonInputSerializer)
        services.retire_practice(self.actor, practice, data["reason"])
        return self.state_response(practice)


@_documented("Share a practice", ShareInputSerializer)
class PracticeShare(WritingEndpoint):
    """Shares a practice with those whom it names, in your name. What they have read cannot be taken back."""

    required_scopes = scopes_by_method(POST=SHARE)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        practice = self.get_practice("practice.share_directly")
        data = self.validated_data(ShareInputSerializer)
        services.share_practice_directly(
            self.actor, practice, shown_readers=data["readers_digest"], version=data["version"]
        )
        return self.state_response(practice)


@_documented("Share a new version", NewVersionInputSerializer)
class PracticeShareVersion(WritingEndpoint):
    """Shares the working copy as the next version with those whom the practice names, in your name."""

    required_scopes = scopes_by_method(POST=SHARE)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        practice = self.get_practice("practice.update")
        data = self.validated_data(NewVersionInputSerializer)
        services.update_practice(
            self.actor,
            practice,
            note=data["note"],
            shown_readers=data["readers_digest"],
            version=data["version"],
        )
        return self.state_response(practice)
