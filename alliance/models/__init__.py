"""The tables of the alliance, one module for each subject; `projections` can be made again from publications.

They hold no rules and no steps: `access`, `workflows`, `services`.
"""

from alliance.models.accounts import AccountDecision, EmailChange, ErasureConfirmation
from alliance.models.allocation import (
    DeclaredInterest,
    ReviewAssignment,
    ReviewPause,
    SavedView,
    SecondOpinion,
    SecondReading,
)
from alliance.models.applications import ApplicationEntry, MembershipApplication
from alliance.models.charters import (
    Chapter,
    Charter,
    CharterUpload,
    Commitment,
    Harm,
    Indicator,
    KeyMapping,
    Measure,
)
from alliance.models.corrections import Correction, CorrectionItem, CorrectionNote, Withdrawal
from alliance.models.cycles import Cycle, CycleDateChange, CycleDecision
from alliance.models.delegations import Delegation, MeasureComment, MeasureVisit
from alliance.models.extension_requests import ExtensionRequest
from alliance.models.findings import Finding, FindingEntry
from alliance.models.identity_providers import EmailDomain, IdentityProvider
from alliance.models.mediation import InvitedComment
from alliance.models.member_letters import MemberLetter
from alliance.models.open_data import DataFile, DataRelease
from alliance.models.organisations import (
    FormerName,
    FormerServiceName,
    FormerSlug,
    Organisation,
    Ownership,
    Service,
)
from alliance.models.people import Invitation, Membership, Person
from alliance.models.pledges import Accession, Pledge, PledgeHistory, SignatureObjection, Target
from alliance.models.projections import (
    PublishedFigure,
    PublishedPledge,
    PublishedReport,
    PublishedResponse,
    PublishedTarget,
    PublishedTotal,
    PublishedVerdict,
    TimelineEntry,
    WithdrawnPublication,
)
from alliance.models.public_files import PublicFile
from alliance.models.public_questions import PublicQuestion, PublicQuestionContact
from alliance.models.references import ReferenceCount, ReferenceLoad
from alliance.models.report_decisions import EarlierVerdict, ReportDecision, ReportExemption
from alliance.models.report_reminders import ReportReminder
from alliance.models.report_uploads import ReportUpload, TableMapping
from alliance.models.reports import REPORT_LOCK_ORDER, Answer, Evidence, Figure, Report, Submission
from alliance.models.review_drafts import ReviewDraft
from alliance.models.reviews import ChangesRequest, InternalNote, Question, Response, Verdict
from alliance.models.sessions import KnownDevice, PersonSession
from alliance.models.sign_off import MeasureConfirmation, SignOffRequest
from alliance.models.site import MailTest, Site
from alliance.models.subscriptions import Subscriber, Subscription
from alliance.models.supporters import Supporter, SupporterContact, SupporterImport, SupporterImportRow
from alliance.models.texts import Agreement, ContactMessage, SiteText
from alliance.models.tokens import ApiToken, CalendarAddress

__all__ = [
    "REPORT_LOCK_ORDER",
    "Accession",
    "AccountDecision",
    "Agreement",
    "Answer",
    "ApiToken",
    "ApplicationEntry",
    "CalendarAddress",
    "ChangesRequest",
    "Chapter",
    "Charter",
    "CharterUpload",
    "Commitment",
    "ContactMessage",
    "Correction",
    "CorrectionItem",
    "CorrectionNote",
    "Cycle",
    "CycleDateChange",
    "CycleDecision",
    "DataFile",
    "DataRelease",
    "DeclaredInterest",
    "Delegation",
    "EarlierVerdict",
    "EmailChange",
    "EmailDomain",
    "ErasureConfirmation",
    "Evidence",
    "ExtensionRequest",
    "Figure",
    "Finding",
    "FindingEntry",
    "FormerName",
    "FormerServiceName",
    "FormerSlug",
    "Harm",
    "IdentityProvider",
    "Indicator",
    "InternalNote",
    "Invitation",
    "InvitedComment",
    "KeyMapping",
    "KnownDevice",
    "MailTest",
    "Measure",
    "MeasureComment",
    "MeasureConfirmation",
    "MeasureVisit",
    "MemberLetter",
    "Membership",
    "MembershipApplication",
    "Organisation",
    "Ownership",
    "Person",
    "PersonSession",
    "Pledge",
    "PledgeHistory",
    "PublicFile",
    "PublicQuestion",
    "PublicQuestionContact",
    "PublishedFigure",
    "PublishedPledge",
    "PublishedReport",
    "PublishedResponse",
    "PublishedTarget",
    "PublishedTotal",
    "PublishedVerdict",
    "Question",
    "ReferenceCount",
    "ReferenceLoad",
    "Report",
    "ReportDecision",
    "ReportExemption",
    "ReportReminder",
    "ReportUpload",
    "Response",
    "ReviewAssignment",
    "ReviewDraft",
    "ReviewPause",
    "SavedView",
    "SecondOpinion",
    "SecondReading",
    "Service",
    "SignOffRequest",
    "SignatureObjection",
    "Site",
    "SiteText",
    "Submission",
    "Subscriber",
    "Subscription",
    "Supporter",
    "SupporterContact",
    "SupporterImport",
    "SupporterImportRow",
    "TableMapping",
    "Target",
    "TimelineEntry",
    "Verdict",
    "Withdrawal",
    "WithdrawnPublication",
]
