"""What the alliance stores about a person, as far as they may see it: who they are, what they signed and wrote."""

from collections.abc import Iterable, Sequence

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.apps import apps
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from alliance.models import (
    Accession,
    AccountDecision,
    Agreement,
    Answer,
    ApiToken,
    ApplicationEntry,
    ChangesRequest,
    ContactMessage,
    Correction,
    CorrectionNote,
    CycleDateChange,
    CycleDecision,
    DeclaredInterest,
    EarlierVerdict,
    EmailChange,
    Evidence,
    ExtensionRequest,
    Figure,
    Finding,
    FindingEntry,
    InternalNote,
    Invitation,
    KnownDevice,
    MailTest,
    MeasureConfirmation,
    Membership,
    MembershipApplication,
    Person,
    PersonSession,
    Pledge,
    Question,
    Report,
    ReportDecision,
    ReportReminder,
    Response,
    ReviewAssignment,
    ReviewDraft,
    ReviewPause,
    SavedView,
    SecondOpinion,
    SecondReading,
    SiteText,
    Submission,
    SupporterContact,
    SupporterImport,
    Verdict,
    Withdrawal,
)
from alliance.queries.actors import actor_from, memberships_of
from portal.kernel.access import ANYONE, SYSTEM, Actor, ActorKind, acting_as, person_of
from portal.kernel.privacy import PersonalDataPart, PersonalDataRow, PersonalDataSource, rows_of


def actors_of_person(person_id: int) -> Sequence[Actor]:
    """As whom the person may look now: once for each organisation that they act for, or as themselves alone."""
    with acting_as(ANYONE, identifying=True):
        memberships = memberships_of(person_id)
    actors = [actor_from(memberships, membership.organisation_id) for membership in memberships.memberships]
    return actors or [Actor(ActorKind.PERSON, person_id=person_id)]


def _memberships(actor: Actor) -> Iterable[PersonalDataRow]:
    memberships = (
        Membership.objects.filter(person_id=person_of(actor)).select_related("organisation").order_by("pk")
    )
    return [
        {
            "organisation": row.organisation.name,
            "may": row.roles,
            "office": row.office,
            "from": row.started_at,
            "until": row.ended_at,
        }
        for row in memberships
    ]


def _decisions(actor: Actor) -> Iterable[PersonalDataRow]:
    """What was decided and when; the secretariat's reasons are its own."""
    with acting_as(SYSTEM):
        rows = AccountDecision.objects.filter(person_id=person_of(actor)).order_by("pk")
        return list(rows.values("kind", "decided_at"))


def _invited(actor: Actor) -> Iterable[PersonalDataRow]:
    """Invitations to the address that is the person's now; they went there by letter."""
    with acting_as(SYSTEM):
        rows = Invitation.objects.filter(email=_address(actor)).order_by("pk")
        return list(
            rows.values(
                "organisation__name",
                "name",
                "office",
                "roles",
                "state",
                "created_at",
                "sent_at",
                "expires_at",
            )
        )


def _contact_messages(actor: Actor) -> Iterable[PersonalDataRow]:
    """What somebody with this address has written on the contact page, while it waits for the mail server."""
    with acting_as(SYSTEM):
        rows = ContactMessage.objects.filter(email__iexact=_address(actor)).order_by("pk")
        return list(rows.values("name", "text", "language", "written_at"))


def _supporters(actor: Actor) -> Iterable[PersonalDataRow]:
    """The accessions of supporters that were signed with this address."""
    with acting_as(SYSTEM):
        rows = SupporterContact.objects.filter(email__iexact=_address(actor)).order_by("pk")
        return list(
            rows.values(
                "email",
                "signatory_name",
                "signatory_office",
                "confirmed_at",
                supporter_name=F("supporter__name"),
            )
        )


def _applications(actor: Actor) -> Iterable[PersonalDataRow]:
    """The applications for membership that were sent with this address."""
    with acting_as(SYSTEM):
        rows = MembershipApplication.objects.filter(email__iexact=_address(actor)).order_by("pk")
        return list(
            rows.values(
                "email",
                "applicant_name",
                "applicant_office",
                "name",
                "reason",
                "services",
                "written_at",
                "state",
            )
        )


def _address(actor: Actor) -> str:
    return Person.objects.values_list("email", flat=True).get(pk=person_of(actor))


def _earlier(model: str, *columns: str) -> PersonalDataSource:
    """Earlier versions of drafts; row-level security shows the organisation's own alone."""

    def read_rows(actor: Actor) -> Iterable[PersonalDataRow]:
        rows = apps.get_model("alliance", model).objects.filter(updated_by=person_of(actor)).order_by("pk")
        return rows.values("report__organisation__name", "report__cycle__slug", *columns, "updated_at")

    return read_rows


def _second_opinions(actor: Actor) -> Iterable[PersonalDataRow]:
    """One's own verdicts as a second reader."""
    rows = SecondOpinion.objects.visible_to(actor).filter(reading__reader_id=person_of(actor)).order_by("pk")
    return rows.values(
        "reading__report__organisation__name",
        "reading__report__cycle__slug",
        "measure__code",
        "value",
        "reason",
        "given_at",
    )


_SIGNED = {"organisation": "organisation__name", "name": "signatory_name", "office": "signatory_office"}
_OF_REPORT = {"organisation": "report__organisation__name", "cycle": "report__cycle__slug"}

PERSONAL_DATA_PARTS = (
    PersonalDataPart(
        "profile", _("Your account"),
        lambda actor: Person.objects.filter(pk=person_of(actor)).values(
            "name", "email", "language", "time_format", "time_zone", "morning_hour",
            "created_at", "last_login", "bounced_at", "complained_at",
        ),
    ),
    PersonalDataPart(
        "memberships", _("Your memberships"), _memberships, person_columns=("alliance.Membership.person",),
    ),
    PersonalDataPart("invited", _("Invitations to your address"), _invited),
    PersonalDataPart(
        "sessions", _("Sessions"),
        # where they are signed in; the key of a session is for nobody
        lambda actor: PersonSession.objects.filter(person_id=person_of(actor), expire_date__gte=Now())
        .order_by("started_at")
        .values("device", "started_at", "last_used_at", ends_at=F("expire_date")),
        person_columns=("alliance.PersonSession.person",),
    ),
    PersonalDataPart(
        "known-devices", _("Devices on which you have signed in"),
        lambda actor: KnownDevice.objects.filter(person_id=person_of(actor)).values(
            "device", "first_used_at", "last_used_at"
        ),
        person_columns=("alliance.KnownDevice.person",),
    ),
    PersonalDataPart(
        "factors", _("Second factor"),
        # that there is one, of which kind; its secret is for nobody
        lambda actor: Authenticator.objects.filter(user_id=person_of(actor)).order_by("pk").values(
            "type", "created_at", "last_used_at"
        ),
        person_columns=("mfa.Authenticator.user",),
    ),
    PersonalDataPart(
        "linked-accounts", _("Accounts at the identity provider of your organisation"),
        lambda actor: SocialAccount.objects.filter(user_id=person_of(actor)).order_by("pk").values(
            "provider", "uid", "date_joined", "last_login"
        ),
        person_columns=("socialaccount.SocialAccount.user",),
    ),
    PersonalDataPart(
        "decisions", _("What the secretariat decided about your account"), _decisions,
        person_columns=("alliance.AccountDecision.person",),
    ),
    PersonalDataPart(
        "email-changes", _("Change of address"),
        rows_of(
            EmailChange, "person",
            old="old_email", new="new_email", asked_at="requested_at", done_at="done_at", ended_at="ended_at",
        ),
    ),
    PersonalDataPart(
        "agreements", _("Texts that you agreed to"),
        rows_of(
            Agreement, "person",
            text="text__kind", revision="text__revision", language="language", at="agreed_at",
        ),
    ),
    PersonalDataPart(
        "tokens", _("Tokens that you made for programs"),
        rows_of(
            ApiToken, "person",
            organisation="organisation__name", name="name", scopes="scopes", created_at="created_at",
            expires_at="expires_at", used_at="used_at", revoked_at="revoked_at",
        ),
    ),
    PersonalDataPart("contact-messages", _("What you wrote on the contact page"), _contact_messages),
    PersonalDataPart(
        "supporter-imports", _("Files of supporters that you sent"),
        rows_of(SupporterImport, "person", name="name", at="sent_at"),
    ),
    PersonalDataPart(
        "applications-decided", _("Applications for membership that you decided"),
        rows_of(
            MembershipApplication, "decided_by",
            name="name", state="state", reason="decision_reason", at="decided_at",
        ),
    ),
    PersonalDataPart(
        "application-questions", _("What you asked applicants"),
        rows_of(ApplicationEntry, "written_by", name="application__name", text="text", at="written_at"),
    ),
    PersonalDataPart("applications", _("Applications for membership with your address"), _applications),
    PersonalDataPart("supporters", _("Accessions of supporters with your address"), _supporters),
    PersonalDataPart(
        "tokens-revoked", _("Tokens that you revoked"),
        rows_of(ApiToken, "revoked_by", organisation="organisation__name", name="name", at="revoked_at"),
    ),
    PersonalDataPart(
        "invitations", _("Invitations that you sent"),
        rows_of(
            Invitation, "invited_by",
            organisation="organisation__name", may="roles", state="state", at="created_at",
        ),
    ),
    PersonalDataPart(
        "accessions", _("Accessions that you signed"),
        rows_of(Accession, "signed_by", charter="charter__key", signed_at="signed_at", **_SIGNED),
    ),
    PersonalDataPart(
        "pledges", _("Pledges that you signed"),
        rows_of(
            Pledge, "signed_by",
            commitment="commitment_key", title="title", text="text", signed_at="signed_at", **_SIGNED,
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
            name="signatory_name", office="signatory_office", **_OF_REPORT,
        ),
    ),
    PersonalDataPart(
        "replies", _("Replies that you signed"),
        rows_of(
            Response, "signed_by",
            text="text", language="language", signed_at="signed_at", name="signatory_name", **_OF_REPORT,
        ),
    ),
    PersonalDataPart(
        "answers", _("Answers in drafts that you edited last"),
        rows_of(Answer, "updated_by", text="text", language="language", at="updated_at", **_OF_REPORT),
    ),
    PersonalDataPart(
        "figures", _("Figures in drafts that you entered last"),
        rows_of(
            Figure, "updated_by",
            indicator="indicator__key", cell="cell", value="value", note="note", at="updated_at", **_OF_REPORT,
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
        "confirmations", _("Measures that you confirmed under the four-eyes rule"),
        rows_of(MeasureConfirmation, "confirmed_by", measure="measure__code", at="confirmed_at", **_OF_REPORT),
    ),
    PersonalDataPart(
        "evidence", _("Evidence that you added"),
        rows_of(
            Evidence, "added_by",
            title="title", file="file_name", address="url", sha256="sha256", at="added_at", **_OF_REPORT,
        ),
    ),
    PersonalDataPart(
        "extension-requests", _("Extensions that you asked for"),
        rows_of(
            ExtensionRequest, "asked_by",
            until="requested_due_on", reason="reason", state="state", at="asked_at", **_OF_REPORT,
        ),
    ),
    PersonalDataPart(
        "extension-decisions", _("Requests for an extension that you answered or withdrew"),
        rows_of(
            ExtensionRequest, "decided_by",
            state="state", until="granted_due_on", reason="decision_reason", at="decided_at", **_OF_REPORT,
        ),
    ),
    *(
        PersonalDataPart(
            f"corrections-{name}", title,
            rows_of(
                Correction, f"{name}_by", state="state", reason="reason", words=words, at=f"{name}_at", **_OF_REPORT
            ),
        )
        for name, title, words in (
            ("written", _("Corrections that you drafted"), "reason"),
            ("proposed", _("Corrections that you proposed"), "reason"),
            ("answered", _("Corrections that you agreed or objected to"), "answer_reason"),
            ("consented", _("Corrections of verdicts that you consented to"), "reason"),
            ("decided", _("Corrections that you published, dropped or withdrew"), "decision_reason"),
        )
    ),
    PersonalDataPart(
        "correction-notes", _("Notes that you wrote on corrections"),
        rows_of(CorrectionNote, "written_by", text="text", at="written_at"),
    ),
    PersonalDataPart(
        "withdrawals-asked", _("Withdrawals of publications that you asked for"),
        rows_of(Withdrawal, "asked_by", type="type", record="record", reason="reason", at="asked_at"),
    ),
    PersonalDataPart(
        "withdrawals-decided", _("Withdrawals of publications that you decided on"),
        rows_of(Withdrawal, "decided_by", record="record", state="state", reason="decision_reason", at="decided_at"),
    ),
    PersonalDataPart(
        "questions", _("Questions that you asked in reviews"),
        rows_of(Question, "asked_by", text="text", at="asked_at", **_OF_REPORT),
    ),
    PersonalDataPart(
        "question-answers", _("Questions that you answered in reviews"),
        rows_of(Question, "answered_by", answer="answer", at="answered_at", **_OF_REPORT),
    ),
    PersonalDataPart(
        "verdicts", _("Verdicts that you gave"),
        rows_of(Verdict, "given_by", value="value", reason="reason", at="given_at", **_OF_REPORT),
    ),
    PersonalDataPart(
        "earlier-verdicts", _("Verdicts that you gave before a review was reopened"),
        rows_of(
            EarlierVerdict, "given_by",
            value="value", reason="reason", at="given_at", organisation="organisation__name",
            cycle="decision__report__cycle__slug",
        ),
    ),
    PersonalDataPart(
        "report-decisions", _("Reports that you recalled, and reviews that you resumed or reopened"),
        rows_of(ReportDecision, "decided_by", kind="kind", reason="reason", at="decided_at", **_OF_REPORT),
    ),
    PersonalDataPart(
        "changes", _("Changes that you asked for"),
        rows_of(ChangesRequest, "requested_by", text="summary", at="requested_at", **_OF_REPORT),
    ),
    PersonalDataPart(
        "notes", _("Internal notes that you wrote"),
        rows_of(InternalNote, "written_by", text="text", at="written_at", **_OF_REPORT),
    ),
    PersonalDataPart(
        "assignments", _("Reports that were assigned to you"),
        rows_of(ReviewAssignment, "reviewer", act="act", note="note", at="assigned_at", **_OF_REPORT),
    ),
    PersonalDataPart(
        "assignments-given", _("Reports that you assigned"),
        rows_of(ReviewAssignment, "assigned_by", act="act", note="note", at="assigned_at", **_OF_REPORT),
    ),
    PersonalDataPart(
        "assignments-ended", _("Reports that went from you to somebody else"),
        rows_of(ReviewAssignment, "earlier_reviewer", act="act", note="note", at="assigned_at", **_OF_REPORT),
    ),
    PersonalDataPart(
        "pauses", _("Reviews that you paused"),
        rows_of(
            ReviewPause, "paused_by", starts_on="starts_on", ends_on="ends_on", reason="reason", **_OF_REPORT,
        ),
    ),
    PersonalDataPart(
        "pauses-ended", _("Pauses of reviews that you ended"),
        rows_of(ReviewPause, "ended_by", starts_on="starts_on", ends_on="ends_on", **_OF_REPORT),
    ),
    PersonalDataPart(
        "interests", _("Interests that you declared, or that were recorded for you"),
        rows_of(
            DeclaredInterest, "person",
            organisation="organisation__name", reason="reason", at="declared_at", ends_on="ends_on",
            end_reason="end_reason",
        ),
    ),
    PersonalDataPart(
        "interests-recorded", _("Interests that you recorded"),
        rows_of(
            DeclaredInterest, "recorded_by",
            person="person__name", organisation="organisation__name", reason="reason", at="declared_at",
        ),
    ),
    PersonalDataPart(
        "interests-ended", _("Interests whose end you recorded"),
        rows_of(
            DeclaredInterest, "ended_by",
            person="person__name", organisation="organisation__name", reason="end_reason", ends_on="ends_on",
        ),
    ),
    PersonalDataPart(
        "second-readings", _("Reports that you read as a second reader"),
        rows_of(
            SecondReading, "reader", request="request", state="state", asked_at="asked_at", at="answered_at",
            **_OF_REPORT,
        ),
    ),
    PersonalDataPart("second-opinions", _("Verdicts that you gave as a second reader"), _second_opinions),
    PersonalDataPart(
        "second-readings-asked", _("Second readings that you asked for"),
        rows_of(SecondReading, "asked_by", request="request", at="asked_at", **_OF_REPORT),
    ),
    PersonalDataPart(
        "second-readings-settled", _("Second readings that you settled or withdrew"),
        rows_of(SecondReading, "settled_by", state="state", at="settled_at", **_OF_REPORT),
    ),
    PersonalDataPart(
        "saved-views", _("Views of the reviews that you kept"),
        rows_of(SavedView, "person", name="name", query="query", at="saved_at"),
    ),
    PersonalDataPart(
        "review-drafts", _("What you have typed in reviews and not sent"),
        rows_of(ReviewDraft, "person", kind="kind", step="step", text="texts", at="updated_at", **_OF_REPORT),
    ),
    PersonalDataPart(
        "findings", _("Findings that you made"),
        rows_of(Finding, "written_by", text="text", due_on="due_on", at="written_at", **_OF_REPORT),
    ),
    PersonalDataPart(
        "finding-entries", _("What you wrote on findings"),
        rows_of(FindingEntry, "written_by", kind="kind", text="text", at="written_at"),
    ),
    PersonalDataPart(
        "frozen", _("Accounts that you froze and that are frozen"),
        rows_of(Person, "frozen_by", name="name", at="frozen_at"),
    ),
    PersonalDataPart(
        "account-decisions", _("What you decided about accounts"),
        rows_of(AccountDecision, "decided_by", kind="kind", reason="reason", at="decided_at"),
    ),
    PersonalDataPart(
        "cycle-decisions", _("What you decided about cycles"),
        rows_of(CycleDecision, "decided_by", kind="kind", reason="reason", at="decided_at"),
    ),
    PersonalDataPart(
        "cycle-date-changes", _("Dates of cycles that you moved"),
        rows_of(CycleDateChange, "changed_by", cycle="cycle__slug", reason="reason", at="changed_at"),
    ),
    PersonalDataPart(
        "report-reminders", _("Reminders that you sent"),
        rows_of(ReportReminder, "sent_by", text="text", at="sent_at", **_OF_REPORT),
    ),
    PersonalDataPart(
        "site-texts", _("Texts of the portal that you wrote"),
        rows_of(SiteText, "written_by", text="kind", revision="revision", at="written_at"),
    ),
    PersonalDataPart(
        "mail-tests", _("Test e-mails that you sent to yourself"),
        rows_of(MailTest, "requested_by", at="requested_at", state="state", fault="error"),
    ),
)  # fmt: skip

NOT_EXPORTED = {"The address stands in the profile.": ["account.EmailAddress.user"]}

KEPT_AFTER_ERASURE = {
    "Who belonged where, and was invited by whom, is what their acts are judged by.": [
        "alliance.Membership.person", "alliance.Invitation.invited_by", "alliance.AccountDecision.decided_by",
        "alliance.Person.frozen_by",
        "alliance.ApiToken.revoked_by", "alliance.CycleDecision.decided_by",
        "alliance.SupporterImport.person", "alliance.MembershipApplication.decided_by",
        "alliance.ApplicationEntry.written_by",
        "alliance.CycleDateChange.changed_by", "alliance.ReportReminder.sent_by",
    ],
    "Who could not judge whom is what verdicts are judged by.": [
        "alliance.DeclaredInterest.person", "alliance.DeclaredInterest.recorded_by",
        "alliance.DeclaredInterest.ended_by",
    ],
    "It proves the agreement, and is only added to.": ["alliance.Agreement.person", "alliance.SiteText.written_by"],
    "A signature is part of what was signed.": [
        "alliance.Accession.signed_by", "alliance.Pledge.signed_by", "alliance.Pledge.countersigned_by",
        "alliance.Submission.submitted_by", "alliance.Response.signed_by", "alliance.ReportDecision.decided_by",
    ],
    "The organisation's report needs to know who wrote what, so that four eyes are four.": [
        "alliance.Report.sign_off_requested_by", "alliance.Answer.updated_by", "alliance.AnswerHistory.updated_by",
        "alliance.Figure.updated_by", "alliance.FigureHistory.updated_by", "alliance.Evidence.added_by",
        "alliance.Question.answered_by", "alliance.ExtensionRequest.asked_by",
    ],
    "What the secretariat has said in a review stands, whoever said it.": [
        "alliance.Report.reviewer", "alliance.Verdict.given_by", "alliance.EarlierVerdict.given_by",
        "alliance.Question.asked_by",
        "alliance.ExtensionRequest.decided_by",
        "alliance.ReviewAssignment.reviewer", "alliance.ReviewAssignment.assigned_by",
        "alliance.ReviewAssignment.earlier_reviewer",
        "alliance.ReviewPause.paused_by", "alliance.ReviewPause.ended_by",
        "alliance.SecondReading.reader", "alliance.SecondReading.asked_by", "alliance.SecondReading.settled_by",
        "alliance.ChangesRequest.requested_by", "alliance.InternalNote.written_by", "alliance.Finding.written_by",
        "alliance.FindingEntry.written_by",
    ],
    "Who proposed, answered and decided a correction or a withdrawal is part of why the public record changed.": [
        "alliance.Correction.written_by", "alliance.Correction.proposed_by", "alliance.Correction.answered_by",
        "alliance.Correction.consented_by", "alliance.Correction.decided_by", "alliance.CorrectionNote.written_by",
        "alliance.Withdrawal.asked_by", "alliance.Withdrawal.decided_by",
    ],
}  # fmt: skip
