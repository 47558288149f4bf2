"""From a finished report to its verdicts in JSON: what is missing, evidence, receipts, questions, verdicts."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from alliance.api.serializers.answers import DISCLOSURES, LANGUAGES
from alliance.api.serializers.figures import FindingSerializer
from alliance.enums import Disclosure, EvidenceKind, QuestionState, VerdictValue
from alliance.models import Evidence
from portal.kernel.api.fields import Moment, Strict, Words
from portal.kernel.file_gate import withheld_files

QUESTION_STATES = [state.value for state in QuestionState]

# why a file may not be fetched
CHECKED, PURGED = "being_checked", "purged"

# --- Evidence --------------------------------------------------------------------------------


class EvidenceSerializer(Strict):
    """Evidence beside a measure's answers; a practice has readers of its own and is not named here."""

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
        help_text="Why the file may not be fetched: it is being checked, or was purged; null while it may."
    )
    added_at = Moment()
    submitted_at = Moment(allow_null=True)

    @extend_schema_field(serializers.ChoiceField(choices=[CHECKED, PURGED], allow_null=True))
    def get_withheld(self, evidence: Evidence) -> str | None:
        case = withheld_files().get(evidence.sha256)
        return None if case is None else PURGED if case.is_purged else CHECKED


class _EvidenceInput(Strict):
    """What is said of every piece."""

    disclosure = serializers.ChoiceField(choices=DISCLOSURES, default=Disclosure.SECRETARIAT.value)


class FileInputSerializer(_EvidenceInput):
    """A file as evidence."""

    file = serializers.FileField()
    title = Words(max_length=200, allow_blank=True, default="", help_text="What it shows.")


class LinkInputSerializer(_EvidenceInput):
    """A link as evidence."""

    url = Words(max_length=500)
    title = Words(max_length=200, help_text="What it shows.")


class PracticeInputSerializer(_EvidenceInput):
    """An adopted practice as evidence."""

    source = Words(max_length=20)
    reference = Words(max_length=40)


# --- Before sign-off -------------------------------------------------------------------------


class UnansweredSerializer(Strict):
    """A text that is to be confirmed: of an indicator, or of a pledge beyond the charter."""

    indicator = serializers.SlugField(allow_null=True)
    pledge = serializers.UUIDField(allow_null=True)


class CheckSerializer(Strict):
    """What still keeps the report from sign-off, by place."""

    is_ready = serializers.BooleanField()
    findings = FindingSerializer(many=True)
    unconfirmed = UnansweredSerializer(many=True)
    empty_measures = serializers.ListField(child=serializers.SlugField())
    empty_pledges = serializers.ListField(child=serializers.UUIDField())
    unread_measures = serializers.ListField(
        child=serializers.SlugField(), help_text="Four eyes: nobody but the last writer has confirmed them."
    )


class StateSerializer(Strict):
    """The state after the step."""

    state = serializers.CharField()


class NothingSerializer(Strict):
    """An empty object."""


class SubmitInputSerializer(Strict):
    """The statement, word for word as the report gives it in the language of the request."""

    statement = Words(max_length=10_000)


class ReceiptSerializer(Strict):
    """Proof of what was filed, when and by whom; the digest is of the exact bytes at `body/`."""

    number = serializers.IntegerField()
    sha256 = serializers.CharField()
    submitted_at = Moment()
    signatory_name = serializers.CharField()
    signatory_office = serializers.CharField()
    statement = serializers.CharField()


# --- Afterwards ------------------------------------------------------------------------------


class QuestionSerializer(Strict):
    """A question of the reviewer, and its answer."""

    id = serializers.IntegerField(source="pk")
    measure = serializers.SlugField(source="measure.key", default=None, allow_null=True)
    state = serializers.ChoiceField(choices=QUESTION_STATES)
    text = serializers.CharField()
    language = serializers.CharField()
    asked_at = Moment()
    answer = serializers.CharField()
    answer_language = serializers.CharField()
    answered_at = Moment(allow_null=True)


class QuestionAnswerSerializer(Strict):
    """An answer to a question."""

    text = Words(max_length=4000)
    language = serializers.ChoiceField(choices=LANGUAGES)


class VerdictSerializer(Strict):
    """A verdict: on a commitment, on a measure of it, or on a pledge beyond the charter."""

    commitment = serializers.SlugField(source="commitment.key", default=None, allow_null=True)
    measure = serializers.SlugField(source="measure.key", default=None, allow_null=True)
    pledge = serializers.UUIDField(source="pledge_record", allow_null=True)
    value = serializers.ChoiceField(choices=[value.value for value in VerdictValue])
    reason = serializers.CharField()
    difference = serializers.CharField()
    language = serializers.CharField()
    given_at = Moment()
