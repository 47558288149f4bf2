"""From a finished report to its verdicts in JSON: what is missing, evidence, receipts, questions, verdicts."""

from typing import Any, ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from alliance.api.serializers.answers import DISCLOSURES
from alliance.enums import Disclosure, EvidenceKind, QuestionState, VerdictValue
from alliance.models import (
    Evidence,
    MeasureConfirmation,
    Question,
    ReportDecision,
    SignOffRequest,
    Submission,
)
from alliance.queries.attention_items import AttentionItem, AttentionKind
from alliance.queries.four_eyes import measure_digest
from alliance.services.shown_copies import ShownCopy
from portal.kernel.api import (
    RowNumberField,
    StrictSerializer,
    TextField,
    TextLanguageField,
    UTCDateTimeField,
)
from portal.kernel.files import damaged_files, withheld_files
from portal.kernel.text import LANGUAGES

QUESTION_STATES = [state.value for state in QuestionState]

# why a file may not be fetched
CHECKED, PURGED, DAMAGED = "being_checked", "purged", "damaged"

# --- Evidence --------------------------------------------------------------------------------


class EvidenceSerializer(StrictSerializer):
    """Evidence for a measure. A practice has its own readers, so its title is not given here."""

    id = serializers.IntegerField(source="pk")
    measure = serializers.SlugField(source="measure.key")
    kind = serializers.ChoiceField(choices=[kind.value for kind in EvidenceKind])
    title = serializers.CharField()
    url = serializers.CharField()
    file_name = serializers.CharField()
    media_type = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    source = serializers.CharField()
    reference = serializers.CharField()
    disclosure = serializers.ChoiceField(choices=DISCLOSURES)
    withheld = serializers.SerializerMethodField(
        help_text="Why the file cannot be downloaded: it is being checked, was purged, or is damaged and being "
        "restored; null when it can."
    )
    carried_over = serializers.BooleanField(
        help_text="Carried over from the last period and not confirmed yet."
    )
    added_at = UTCDateTimeField()
    submitted_at = UTCDateTimeField(allow_null=True)
    excluded_at = UTCDateTimeField(
        allow_null=True,
        help_text="When it was left out of the next submission; earlier submissions keep it. Null when it is in it.",
    )

    @extend_schema_field(serializers.ChoiceField(choices=[CHECKED, PURGED, DAMAGED], allow_null=True))
    def get_withheld(self, evidence: Evidence) -> str | None:
        case = withheld_files().get(evidence.sha256)
        if case is not None:
            return PURGED if case.is_purged else CHECKED
        return DAMAGED if evidence.sha256 in damaged_files() else None


class EvidenceChangeSerializer(StrictSerializer):
    """What changes of a piece of evidence from the next submission on."""

    example: ClassVar[Any] = {"disclosure": "secretariat"}

    disclosure = serializers.ChoiceField(choices=DISCLOSURES, required=False)
    excluded = serializers.BooleanField(
        required=False,
        help_text="true leaves submitted evidence out of the next submission, false takes it in again.",
    )


class _EvidenceInputSerializer(StrictSerializer):
    """The fields of every piece of evidence."""

    disclosure = serializers.ChoiceField(choices=DISCLOSURES, default=Disclosure.SECRETARIAT.value)


class FileInputSerializer(_EvidenceInputSerializer):
    """A file as evidence."""

    file = serializers.FileField()
    title = TextField(column=(Evidence, "title"), allow_blank=True, default="", help_text="What it shows.")


class LinkInputSerializer(_EvidenceInputSerializer):
    """A link as evidence."""

    example: ClassVar[Any] = {
        "url": "https://ivory-cloud.example/safety",
        "title": "How we search",
        "disclosure": "public",
    }

    url = TextField(column=(Evidence, "url"))
    title = TextField(column=(Evidence, "title"), help_text="What it shows.")


class PracticeInputSerializer(_EvidenceInputSerializer):
    """An adopted practice as evidence."""

    example: ClassVar[Any] = {"source": "adoption", "reference": "0192f0c4-0000-7000-8000-000000000000"}

    source = TextField(column=(Evidence, "source"))
    reference = TextField(column=(Evidence, "reference"))


# --- Before sign-off -------------------------------------------------------------------------


class ConfirmedSerializer(StrictSerializer):
    """How many answers were confirmed."""

    example: ClassVar[Any] = {"confirmed": 4}

    confirmed = serializers.IntegerField()


class CarriedFromInputSerializer(StrictSerializer):
    """What you have read: `carried_from` of the report, as it was when you read what it carries over."""

    example: ClassVar[Any] = {"carried_from": 128}

    carried_from = serializers.IntegerField(
        required=False, min_value=0, help_text="Nothing is compared without it."
    )


class AttentionItemSerializer(StrictSerializer):
    """One thing that needs a person's eyes, as the page of the report lists it."""

    kind = serializers.ChoiceField(choices=[kind.value for kind in AttentionKind])
    blocks = serializers.BooleanField(help_text="Whether it stops sign-off.")
    measure = serializers.SlugField(
        source="required.measure.key",
        default=None,
        allow_null=True,
        help_text="Null for a pledge beyond the charter, and for what concerns the whole report.",
    )
    indicator = serializers.SlugField(
        source="indicator.key", default=None, allow_null=True, help_text="Of a text or a figure."
    )
    service = serializers.SlugField(
        source="place.service",
        default=None,
        allow_null=True,
        help_text="Of a figure; null for the whole organisation.",
    )
    cell = serializers.CharField(source="place.cell", default="", help_text="Of a figure's part.")
    pledge = serializers.UUIDField(source="pledge.record", default=None, allow_null=True)
    evidence = serializers.IntegerField(source="evidence.pk", default=None, allow_null=True)
    question = serializers.IntegerField(source="question.pk", default=None, allow_null=True)
    where = serializers.CharField(source="title", help_text="The place in words.")
    detail = serializers.CharField(source="sentence")
    shown = serializers.SerializerMethodField(
        help_text="Of a measure that is `unread`: stands for its texts, figures and evidence as they are now. Send it "
        "when you confirm that you have read them. Else empty."
    )

    def get_shown(self, item: AttentionItem) -> str:
        if item.kind != AttentionKind.UNREAD or item.required is None:
            return ""
        return measure_digest(self.context["copy"], item.required)


class CheckSerializer(StrictSerializer):
    """What has to be corrected or completed before sign-off, and what else needs your eyes, by place."""

    is_ready = serializers.BooleanField(help_text="Whether nothing in the texts and figures stops sign-off.")
    shown = serializers.CharField(
        help_text="The report as it is now: send it when you submit. It changes with the report."
    )
    items = AttentionItemSerializer(many=True)


class StateSerializer(StrictSerializer):
    """The state of the report after the step."""

    example: ClassVar[Any] = {"state": "in_review"}

    state = serializers.CharField()


class ReadingInputSerializer(StrictSerializer):
    """What you have read: `shown` of the measure, as the check gave it before you read."""

    example: ClassVar[Any] = {"shown": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}

    shown = TextField(column=(MeasureConfirmation, "digest"))


class NothingSerializer(StrictSerializer):
    """An empty object."""


class SubmitInputSerializer(StrictSerializer):
    """The `statement` of the report, word for word, in the language of the request, and which report you have read."""

    example: ClassVar[Any] = {
        "statement": "The report is complete and correct to the best of our knowledge.",
        "shown": "2026-08-14T09:12:31.120000+00:00 5f0e2c1b9d7a4e30",
    }

    statement = TextField(column=(Submission, "statement"), max_length=10_000)
    shown = TextField(
        max_length=120,
        help_text="As you read it at `check/`: where the report was changed or returned since, nothing is filed (409).",
    )

    def validate_shown(self, value: str) -> ShownCopy:
        try:
            return ShownCopy.parse(value)
        except ValueError:
            raise serializers.ValidationError(_("Send what you have read at `check/`.")) from None


class SignOffRequestSerializer(StrictSerializer):
    """A request for sign-off that waits for a signatory; the secretariat never reads it."""

    id = serializers.IntegerField(source="pk")
    message = serializers.CharField()
    language = serializers.CharField()
    asked_by = serializers.CharField(
        source="asked_by.name", default="", help_text="Empty once they are erased."
    )
    asked_at = UTCDateTimeField()


class WithdrawSignOffInputSerializer(StrictSerializer):
    """Which request for sign-off you have read, as `sign_off_request` of the report: with another one 409."""

    example: ClassVar[Any] = {"sign_off_request": 7}

    sign_off_request = RowNumberField(allow_null=True, help_text="Its `id`; null where none is named.")


class SignOffRequestInputSerializer(StrictSerializer):
    """What the signatories should know; the secretariat never reads it."""

    example: ClassVar[Any] = {"message": "Everything is there.", "language": "en"}

    message = TextField(column=(SignOffRequest, "message"), allow_blank=True, default="")
    language = TextLanguageField()


class ReturnInputSerializer(WithdrawSignOffInputSerializer):
    """What has to change before the report is signed; the secretariat never reads it."""

    example: ClassVar[Any] = {"sign_off_request": 7, "reason": "The sample is too small.", "language": "en"}

    reason = TextField(column=(SignOffRequest, "reason"))
    language = TextLanguageField()


class RecallInputSerializer(StrictSerializer):
    """Which submission is recalled, and why, if you want to say so: the secretariat reads it."""

    example: ClassVar[Any] = {"submission": 1, "reason": "A figure was counted twice.", "language": "en"}

    submission = RowNumberField(
        help_text="The `number` of the last one that you have read: with a later one 409."
    )
    reason = TextField(column=(ReportDecision, "reason"), allow_blank=True, default="")
    language = TextLanguageField()


class ReceiptSerializer(StrictSerializer):
    """The receipt of a submission: what was filed, when and by whom; `sha256` is of the exact bytes at `body/`."""

    example: ClassVar[Any] = {
        "number": 1,
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "submitted_at": "2026-08-14T09:30:00Z",
        "signatory_name": "Pavel Orlov",
        "signatory_office": "Head of trust and safety",
        "statement": "The report is complete and correct to the best of our knowledge.",
        "recalled_at": None,
    }

    number = serializers.IntegerField()
    sha256 = serializers.CharField()
    submitted_at = UTCDateTimeField()
    signatory_name = serializers.CharField()
    signatory_office = serializers.CharField()
    statement = serializers.CharField()
    recalled_at = UTCDateTimeField(
        default=None, allow_null=True, help_text="When the submission was recalled; null where it stands."
    )


# --- Afterwards ------------------------------------------------------------------------------


class QuestionSerializer(StrictSerializer):
    """A question from the reviewer, with its answer."""

    example: ClassVar[Any] = {
        "id": 12,
        "measure": "detection",
        "state": "answered",
        "text": "Does this count both services?",
        "language": "en",
        "asked_at": "2026-08-20T09:30:00Z",
        "answer": "Yes, both services.",
        "answer_language": "en",
        "answered_at": "2026-08-21T12:00:00Z",
    }

    id = serializers.IntegerField(source="pk")
    measure = serializers.SlugField(source="measure.key", default=None, allow_null=True)
    state = serializers.ChoiceField(choices=QUESTION_STATES)
    text = serializers.CharField()
    language = serializers.CharField()
    asked_at = UTCDateTimeField()
    answer = serializers.CharField()
    answer_language = serializers.CharField()
    answered_at = UTCDateTimeField(allow_null=True)


class QuestionAnswerSerializer(StrictSerializer):
    """An answer to a question."""

    example: ClassVar[Any] = {"text": "Yes, both services.", "language": "en"}

    text = TextField(column=(Question, "answer"))
    language = serializers.ChoiceField(choices=LANGUAGES)


class VerdictSerializer(StrictSerializer):
    """A verdict on a commitment, a measure, or a pledge beyond the charter."""

    commitment = serializers.SlugField(source="commitment.key", default=None, allow_null=True)
    measure = serializers.SlugField(source="measure.key", default=None, allow_null=True)
    pledge = serializers.UUIDField(source="pledge_record", allow_null=True)
    value = serializers.ChoiceField(choices=[value.value for value in VerdictValue])
    reason = serializers.CharField()
    difference = serializers.CharField()
    language = serializers.CharField()
    given_at = UTCDateTimeField()
