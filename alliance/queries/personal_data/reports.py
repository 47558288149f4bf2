"""What somebody signed, wrote and added for their organisation."""

from django.apps import apps
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alliance.models import (
    Accession,
    Answer,
    Delegation,
    Evidence,
    ExtensionRequest,
    Figure,
    MeasureComment,
    MeasureConfirmation,
    MeasureVisit,
    Pledge,
    PledgeHistory,
    Report,
    ReportUpload,
    Response,
    SignatureObjection,
    SignOffRequest,
    Submission,
    TableMapping,
)
from alliance.queries.personal_data.columns import OF_REPORT, SIGNED
from portal.kernel.access import Actor, person_of
from portal.kernel.privacy import NumberedRows, PersonalDataPart, PersonalDataSource, columns_of, rows_of

_SECTION = {"commitment": "commitment__code", "measure": "measure__code", **OF_REPORT}


def _earlier(model: str, *columns: str) -> PersonalDataSource:
    """Earlier versions of drafts; row-level security shows the organisation's own alone."""

    def read_rows(actor: Actor) -> NumberedRows:
        rows = apps.get_model("alliance", model).objects.filter(updated_by=person_of(actor))
        return columns_of(rows, ("report__organisation__name", "report__cycle__slug", *columns, "updated_at"))

    return read_rows


def _earlier_evidence(actor: Actor) -> NumberedRows:
    """Each time that evidence was added, changed or removed; row-level security shows the organisation's own alone."""
    person = person_of(actor)
    rows = apps.get_model("alliance", "EvidenceHistory").objects.filter(
        Q(added_by=person) | Q(changed_by=person) | Q(removed_by=person)
    )
    columns = (
        "report__organisation__name",
        "report__cycle__slug",
        "title",
        "url",
        "file_name",
        "pgh_created_at",
    )
    return columns_of(rows, columns)


REPORT_PARTS = (
    PersonalDataPart(
        "accessions", _("Accessions that you signed"),
        rows_of(Accession, "signed_by", charter="charter__key", signed_at="signed_at", **SIGNED),
    ),
    PersonalDataPart(
        "objections", _("Objections to charter versions that you signed"),
        rows_of(
            SignatureObjection, "signed_by",
            charter="charter__key", version="charter__version", reason="reason", signed_at="signed_at", **SIGNED,
        ),
    ),
    PersonalDataPart(
        "pledges", _("Pledges that you signed"),
        rows_of(
            Pledge, "signed_by",
            commitment="commitment_key", title="title", text="text", signed_at="signed_at", **SIGNED,
        ),
    ),
    PersonalDataPart(
        "countersigned", _("Pledges that you countersigned"),
        rows_of(
            Pledge, "countersigned_by",
            organisation="organisation__name", commitment="commitment_key", title="title", at="countersigned_at",
        ),
    ),
    PersonalDataPart(
        "sign-offs-asked", _("Reports that you sent for sign-off"),
        rows_of(Report, "sign_off_requested_by", organisation="organisation__name", cycle="cycle__slug", state="state"),
    ),
    PersonalDataPart(
        "reviews", _("Reports that you review or reviewed"),
        rows_of(Report, "reviewer", organisation="organisation__name", cycle="cycle__slug", state="state"),
    ),
    PersonalDataPart(
        "submissions", _("Reports that you signed off"),
        rows_of(
            Submission, "submitted_by",
            number="number", sha256="sha256", statement="statement", submitted_at="submitted_at",
            name="signatory_name", office="signatory_office", **OF_REPORT,
        ),
    ),
    PersonalDataPart(
        "replies", _("Replies that you signed"),
        rows_of(
            Response, "signed_by",
            text="text", language="language", signed_at="signed_at", name="signatory_name", **OF_REPORT,
        ),
    ),
    PersonalDataPart(
        "answers", _("Answers in drafts that you edited last"),
        rows_of(Answer, "updated_by", text="text", language="language", at="updated_at", **OF_REPORT),
    ),
    PersonalDataPart(
        "figures", _("Figures in drafts that you entered last"),
        rows_of(
            Figure, "updated_by",
            indicator="indicator__key", cell="cell", value="value", note="note", at="updated_at", **OF_REPORT,
        ),
    ),
    PersonalDataPart(
        "earlier-answers", _("Earlier wordings of yours in drafts"), _earlier("AnswerHistory", "text", "language"),
        person_columns=("alliance.AnswerHistory.updated_by",),
    ),
    PersonalDataPart(
        "earlier-figures", _("Earlier figures of yours in drafts"),
        _earlier("FigureHistory", "indicator__key", "cell", "value", "note"),
        person_columns=("alliance.FigureHistory.updated_by",),
    ),
    PersonalDataPart(
        "earlier-pledges", _("Earlier wordings of yours in draft pledges"),
        rows_of(
            PledgeHistory, "written_by",
            organisation="organisation__name", content="content", version="version", at="written_at",
        ),
    ),
    PersonalDataPart(
        "earlier-evidence", _("Evidence that you added, changed or removed"), _earlier_evidence,
        person_columns=(
            "alliance.EvidenceHistory.added_by", "alliance.EvidenceHistory.changed_by",
            "alliance.EvidenceHistory.removed_by", "alliance.Evidence.changed_by", "alliance.Evidence.removed_by",
        ),
    ),
    PersonalDataPart(
        "confirmations", _("Measures that you confirmed under the four-eyes rule"),
        rows_of(MeasureConfirmation, "confirmed_by", measure="measure__code", at="confirmed_at", **OF_REPORT),
    ),
    PersonalDataPart(
        "sections", _("Sections of reports that were given to you"),
        rows_of(Delegation, "assignee", note="note", until="due_on", state="state", at="given_at", **_SECTION),
    ),
    PersonalDataPart(
        "sections-given", _("Sections of reports that you gave to colleagues"),
        rows_of(Delegation, "given_by", note="note", until="due_on", state="state", at="given_at", **_SECTION),
    ),
    PersonalDataPart(
        "measure-comments", _("Messages to colleagues beside a measure"),
        rows_of(
            MeasureComment, "written_by",
            measure="measure__code", text="text", language="language", at="written_at", **OF_REPORT,
        ),
    ),
    PersonalDataPart(
        "measure-comments-settled", _("Conversations with colleagues that you settled"),
        rows_of(MeasureComment, "settled_by", measure="measure__code", at="settled_at", **OF_REPORT),
    ),
    PersonalDataPart(
        "measure-visits", _("When you last opened each measure of a report"),
        rows_of(MeasureVisit, "person", measure="measure__code", at="visited_at", **OF_REPORT),
    ),
    PersonalDataPart(
        "sign-off-requests", _("Requests for sign-off that you made"),
        rows_of(SignOffRequest, "asked_by", message="message", outcome="outcome", at="asked_at", **OF_REPORT),
    ),
    PersonalDataPart(
        "sign-off-answers", _("Requests for sign-off that you signed, returned or took back"),
        rows_of(SignOffRequest, "answered_by", outcome="outcome", reason="reason", at="answered_at", **OF_REPORT),
    ),
    PersonalDataPart(
        "evidence", _("Evidence that you added"),
        rows_of(
            Evidence, "added_by",
            title="title", file="file_name", address="url", sha256="sha256", at="added_at", **OF_REPORT,
        ),
    ),
    PersonalDataPart(
        "extension-requests", _("Extensions that you asked for"),
        rows_of(
            ExtensionRequest, "asked_by",
            until="requested_due_on", reason="reason", state="state", at="asked_at", **OF_REPORT,
        ),
    ),
    PersonalDataPart(
        "report-uploads", _("Files with answers that you uploaded to a report"),
        rows_of(ReportUpload, "person", file="name", state="state", at="uploaded_at", **OF_REPORT),
    ),
    PersonalDataPart(
        "table-mappings", _("Mappings of tables that you saved"),
        rows_of(TableMapping, "saved_by", file="name", at="saved_at"),
    ),
    PersonalDataPart(
        "extension-decisions", _("Requests for an extension that you answered or withdrew"),
        rows_of(
            ExtensionRequest, "decided_by",
            state="state", until="granted_due_on", reason="decision_reason", at="decided_at", **OF_REPORT,
        ),
    ),
)  # fmt: skip
