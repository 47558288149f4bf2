"""What somebody decided for the alliance as one of the secretariat."""

from django.utils.translation import gettext_lazy as _

from alliance.models import (
    AccountDecision,
    ApplicationEntry,
    CharterUpload,
    CycleDateChange,
    CycleDecision,
    MailTest,
    MemberLetter,
    MembershipApplication,
    Person,
    ReportExemption,
    ReportReminder,
    SiteText,
)
from alliance.queries.personal_data.columns import OF_REPORT
from portal.kernel.privacy import PersonalDataPart, rows_of

DECISION_PARTS = (
    PersonalDataPart(
        "frozen", _("Accounts that you froze and that are frozen"),
        rows_of(Person, "frozen_by", name="name", at="frozen_at"),
    ),
    PersonalDataPart(
        "account-decisions", _("What you decided about accounts"),
        rows_of(AccountDecision, "decided_by", kind="kind", reason="reason", at="decided_at"),
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
    PersonalDataPart(
        "cycle-decisions", _("What you decided about cycles"),
        rows_of(CycleDecision, "decided_by", kind="kind", reason="reason", at="decided_at"),
    ),
    PersonalDataPart(
        "cycle-date-changes", _("Dates of cycles that you moved"),
        rows_of(CycleDateChange, "changed_by", cycle="cycle__slug", reason="reason", at="changed_at"),
    ),
    PersonalDataPart(
        "charter-files", _("Charter files that you sent and that are not loaded yet"),
        rows_of(CharterUpload, "person", name="name", at="sent_at"),
    ),
    PersonalDataPart(
        "report-exemptions", _("Reports that you exempted members from"),
        rows_of(ReportExemption, "decided_by", reason="reason", at="decided_at", **OF_REPORT),
    ),
    PersonalDataPart(
        "report-reminders", _("Reminders that you sent"),
        rows_of(ReportReminder, "sent_by", text="text", at="sent_at", **OF_REPORT),
    ),
    PersonalDataPart(
        "member-letters", _("Letters that you wrote to members"),
        rows_of(
            MemberLetter, "written_by", organisation="organisation__slug", subject="subject", text="text",
            at="written_at",
        ),
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
