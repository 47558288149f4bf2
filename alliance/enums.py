"""Closed lists of the domain: kinds, states, roles, units, verdicts."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class OrganisationKind(TextChoices):
    MEMBER = "member", _("Member")
    ASSOCIATE = "associate", _("Associate")
    PARTNER = "partner", _("Partner")
    SUPPORTER = "supporter", _("Supporter")
    SECRETARIAT = "secretariat", _("Secretariat")


class NameCase(TextChoices):
    """The cases of Russian in which a name may stand, beside the nominative, which is the name itself."""

    GENITIVE = "genitive", _("Genitive")
    DATIVE = "dative", _("Dative")
    ACCUSATIVE = "accusative", _("Accusative")
    INSTRUMENTAL = "instrumental", _("Instrumental")
    PREPOSITIONAL = "prepositional", _("Prepositional")


REPORTING_KINDS = (OrganisationKind.MEMBER, OrganisationKind.ASSOCIATE)


class OrganisationState(TextChoices):
    APPLICANT = "applicant", _("Applicant")
    ACTIVE = "active", _("Active")
    SUSPENDED = "suspended", _("Suspended")
    FORMER = "former", _("Former")


class Role(TextChoices):
    """What a membership allows; each implies reading, none implies another."""

    READER = "reader", _("Reader")
    EDITOR = "editor", _("Editor")
    SIGNATORY = "signatory", _("Signatory")
    ADMINISTRATOR = "administrator", _("Administrator")
    AUDITOR = "auditor", _("Auditor")
    REVIEWER = "reviewer", _("Reviewer")
    MANAGER = "manager", _("Manager")


DRAFTING_ROLES = (Role.EDITOR, Role.SIGNATORY)
MEMBER_ROLES = (Role.READER, Role.EDITOR, Role.SIGNATORY, Role.ADMINISTRATOR)
PARTNER_ROLES = (Role.READER, Role.EDITOR, Role.ADMINISTRATOR)
SECRETARIAT_ROLES = (Role.AUDITOR, Role.REVIEWER, Role.MANAGER)
ROLES_BY_KIND = {
    OrganisationKind.MEMBER: MEMBER_ROLES,
    OrganisationKind.ASSOCIATE: MEMBER_ROLES,
    OrganisationKind.PARTNER: PARTNER_ROLES,
    OrganisationKind.SUPPORTER: (),
    OrganisationKind.SECRETARIAT: SECRETARIAT_ROLES,
}
# Rights that an organisation may not be left without, once somebody holds them.
REQUIRED_ROLES = {
    OrganisationKind.MEMBER: (Role.SIGNATORY, Role.ADMINISTRATOR),
    OrganisationKind.ASSOCIATE: (Role.SIGNATORY, Role.ADMINISTRATOR),
    OrganisationKind.PARTNER: (Role.ADMINISTRATOR,),
    OrganisationKind.SUPPORTER: (),
    OrganisationKind.SECRETARIAT: (Role.MANAGER,),
}


class TokenScope(TextChoices):
    """The part of its owner's permissions that a token carries; the rules of each are in `rules.SCOPES`."""

    READ = "read", _("read everything that you may read")
    REPORTS_WRITE = "reports:write", _("draft reports: answers, figures and evidence")
    REPORTS_SUBMIT = "reports:submit", _("ask for sign-off, and submit reports in your name")


class InvitationState(TextChoices):
    OPEN = "open", _("Open")
    ACCEPTED = "accepted", _("Accepted")
    REVOKED = "revoked", _("Revoked")


class SignInProtocol(TextChoices):
    """By which protocol an identity provider of an organisation says who somebody is."""

    OIDC = "oidc", _("OpenID Connect")
    SAML = "saml", _("SAML")


class IdentityProviderState(TextChoices):
    """Only one that is on signs anybody in; before that it was tried by whoever set it up."""

    DRAFT = "draft", _("Not tested")
    TESTED = "tested", _("Tested")
    ON = "on", pgettext_lazy("identity provider", "On")
    OFF = "off", pgettext_lazy("identity provider", "Off")


class Enforcement(TextChoices):
    """Whether people of an e-mail domain sign in through their organisation alone."""

    OPTIONAL = "optional", _("Optional")
    ENFORCED = "enforced", _("Required")
    SUSPENDED = "suspended", pgettext_lazy("requirement", "Suspended")


class SignInFault(TextChoices):
    """Why a sign-in through an identity provider did not happen."""

    AWAY = "away", _("The provider did not answer in time.")
    RESPONSE = "response", _("The provider’s answer could not be read.")
    REFUSED = "refused", _("The provider refused the request.")
    CANCELLED = "cancelled", _("The sign-in was cancelled at the provider.")
    STATE = "state", _("The sign-in was not begun in this browser, has been used already or took too long.")
    SIGNATURE = "signature", _("The answer was not signed with a key of the provider.")
    ISSUER = "issuer", _("The answer came from another provider.")
    AUDIENCE = "audience", _("The answer was meant for another service.")
    EXPIRED = "expired", _("The answer had expired.")
    EARLY = "early", _("The answer was not valid yet: check the provider’s clock.")
    STALE = "stale", _("The provider did not ask you to sign in again.")
    UNVERIFIED = "unverified", _("The provider did not confirm the e-mail address.")
    OUTSIDE = "outside", _("The e-mail address does not belong to the domains of the organisation.")
    OFF = "off", _("Sign-in through this organisation is off.")
    ENDED = "ended", _("The membership in the organisation has ended.")
    CLOSED = "closed", _("The account cannot be used.")


class TimeFormat(TextChoices):
    OF_24 = "24", _("24 hours: 14:05")
    OF_12 = "12", _("12 hours: 2:05 PM")


class AccountDecisionKind(TextChoices):
    """What was decided about somebody's account: by the secretariat; to freeze it also by others, and by themselves."""

    RESET_FACTORS = "reset_factors", _("Second factors removed")
    CONFIRM_EMAIL = "confirm_email", _("Confirmed in place of the old mailbox")
    CLOSE = "close", _("Account closed")
    REOPEN = "reopen", _("Account reopened")
    FREEZE = "freeze", _("Account frozen")
    THAW = "thaw", _("Account unfrozen")


class CharterState(TextChoices):
    DRAFT = "draft", _("Draft")
    IN_FORCE = "in_force", _("In force")
    SUPERSEDED = "superseded", _("Superseded")


class AccessionState(TextChoices):
    DRAFT = "draft", _("Draft")
    SIGNED = "signed", _("Signed")
    PUBLISHED = "published", _("Published")
    ENDED = "ended", _("Ended")


class PledgeState(TextChoices):
    DRAFT = "draft", _("Draft")
    SIGNED = "signed", _("Signed")
    PUBLISHED = "published", _("Published")
    REVISED = "revised", _("Replaced by a later revision")
    FULFILLED = "fulfilled", _("Fulfilled")
    WITHDRAWN = "withdrawn", _("Withdrawn")


OPEN_PLEDGE_STATES = (PledgeState.DRAFT, PledgeState.SIGNED, PledgeState.PUBLISHED)


class CycleState(TextChoices):
    """Each language writes a state in the gender of its word for a cycle."""

    PLANNED = "planned", _("Planned")
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")
    PUBLISHED = "published", _("Published")


class CycleDecisionKind(TextChoices):
    """What a manager has decided about a cycle with a reason: closed early, opened again, published early."""

    CLOSE = "close", _("Closed early")
    REOPEN = "reopen", _("Reopened")
    PUBLISH = "publish", _("Published early")


class ReportState(TextChoices):
    """Each language writes a state in the gender of its word for a report."""

    DRAFT = "draft", _("Draft")
    AWAITING_SIGN_OFF = "awaiting_sign_off", _("Awaiting sign-off")
    SUBMITTED = "submitted", _("Submitted")
    IN_REVIEW = "in_review", _("In review")
    CHANGES_REQUESTED = "changes_requested", _("Changes requested")
    CONCLUDED = "concluded", _("Concluded")
    PUBLISHED = "published", _("Published")
    EXEMPT = "exempt", _("Exempt")
    NOT_FILED = "not_filed", _("Not filed")


class ReportDecisionKind(TextChoices):
    """A step back in the life of a report, taken by one side, with its reason; each is named by its step."""

    RECALL = "recall", pgettext_lazy("submission", "Recalled")
    RESUME_REVIEW = "resume_review", _("Review resumed")
    TAKE_BACK_REQUEST = "take_back_request", _("Request for changes taken back")
    REOPEN = "reopen", pgettext_lazy("review", "Reopened")


DRAFT_REPORT_STATES = (ReportState.DRAFT, ReportState.AWAITING_SIGN_OFF)
# In these states a report that was returned for changes waits for its next submission.
RETURNED_REPORT_STATES = (ReportState.CHANGES_REQUESTED, ReportState.AWAITING_SIGN_OFF)
# A report can still be filed, or filed anew.
FILEABLE_REPORT_STATES = (*DRAFT_REPORT_STATES, ReportState.CHANGES_REQUESTED, ReportState.NOT_FILED)
REVIEWABLE_REPORT_STATES = (ReportState.SUBMITTED, ReportState.IN_REVIEW)
# Somebody still has work with the report: it has been filed once, and is not public yet.
OPEN_REVIEW_STATES = (*REVIEWABLE_REPORT_STATES, ReportState.CHANGES_REQUESTED, ReportState.CONCLUDED)


class Standing(TextChoices):
    """What became of the obligation to report, as the public reads it; each language in the gender of a report."""

    FILED = "filed", pgettext_lazy("report", "Filed")
    LATE = "late", pgettext_lazy("report", "Filed late")
    IN_REVIEW = "in_review", _("In review")
    DUE = "due", pgettext_lazy("report", "Not submitted yet")
    NOT_FILED = "not_filed", _("Not filed")
    EXEMPT = "exempt", _("Exempt")


class Gap(TextChoices):
    """Why there is no figure in a period at all: what became of the report, or that the report had no such figure."""

    NOT_FILED = "not_filed", _("Did not file")
    EXEMPT = "exempt", _("Exempt")
    IN_REVIEW = "in_review", _("In review")
    DUE = "due", pgettext_lazy("report", "Not submitted yet")
    NOT_ASKED = "not_asked", _("Not asked")
    NO_REPORT = "no_report", _("No report was due")


class ExtensionRequestState(TextChoices):
    OPEN = "open", pgettext_lazy("extension request", "Waiting for an answer")
    GRANTED = "granted", pgettext_lazy("extension request", "Granted")
    REFUSED = "refused", pgettext_lazy("extension request", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("extension request", "Withdrawn")
    # the report was filed, exempted or not filed before it was answered
    LAPSED = "lapsed", pgettext_lazy("extension request", "Closed without an answer")


class Side(TextChoices):
    """The two sides of a correction."""

    MEMBER = "member", _("The member")
    SECRETARIAT = "secretariat", _("The secretariat")


class CorrectionFinder(TextChoices):
    """Who found what is wrong."""

    MEMBER = "member", pgettext_lazy("found by", "the member")
    SECRETARIAT = "secretariat", pgettext_lazy("found by", "the secretariat")
    SOMEBODY = "somebody", pgettext_lazy("found by", "somebody else")


class CorrectionSubject(TextChoices):
    """What is corrected; a verdict stands for its reason too."""

    FIGURE = "figure", _("Figure")
    TEXT = "text", _("Text")
    VERDICT = "verdict", _("Verdict and reason")
    RESPONSE = "response", _("Reply")


class CorrectionState(TextChoices):
    """Each language writes a state in the gender of its word for a correction."""

    DRAFT = "draft", pgettext_lazy("correction", "Draft")
    PROPOSED = "proposed", pgettext_lazy("correction", "Proposed")
    AGREED = "agreed", pgettext_lazy("correction", "Agreed")
    OBJECTED = "objected", pgettext_lazy("correction", "Objected")
    PUBLISHED = "published", pgettext_lazy("correction", "Published")
    DROPPED = "dropped", pgettext_lazy("correction", "Dropped")
    WITHDRAWN = "withdrawn", pgettext_lazy("correction", "Withdrawn")


# Between the proposal and its end: no other correction of the same value can be proposed.
OPEN_CORRECTION_STATES = (CorrectionState.PROPOSED, CorrectionState.AGREED, CorrectionState.OBJECTED)


class WithdrawalState(TextChoices):
    """Each language writes a state in the gender of its word for a withdrawal."""

    ASKED = "asked", pgettext_lazy("withdrawal", "Waiting for a second person")
    PUBLISHED = "published", pgettext_lazy("withdrawal", "Published")
    REFUSED = "refused", pgettext_lazy("withdrawal", "Refused")
    TAKEN_BACK = "taken_back", pgettext_lazy("withdrawal", "Taken back")
    UNDONE = "undone", pgettext_lazy("withdrawal", "Published again")


class QuestionState(TextChoices):
    OPEN = "open", _("Open")
    ANSWERED = "answered", _("Answered")
    CLOSED = "closed", _("Closed")


class WaitsFor(TextChoices):
    """Whose turn it is with a report that was filed."""

    SECRETARIAT = "secretariat", _("the secretariat")
    MEMBER = "member", _("the member")
    NOBODY = "nobody", _("nobody")


class AssignmentAct(TextChoices):
    """How a report came to its reviewer, or lost them."""

    ASSIGN = "assign", _("Assigned")
    HAND_OVER = "hand_over", _("Handed over")
    TAKE_OVER = "take_over", _("Taken over")
    UNASSIGN = "unassign", _("Taken from its reviewer")


class SecondReadingState(TextChoices):
    """Of a reading that differs the reviewer or a manager settles each measure; one that agrees is over."""

    ASKED = "asked", pgettext_lazy("second reading", "Asked")
    AGREES = "agrees", pgettext_lazy("second reading", "Agrees")
    DIFFERS = "differs", pgettext_lazy("second reading", "Differs")
    SETTLED = "settled", pgettext_lazy("second reading", "Settled")
    WITHDRAWN = "withdrawn", pgettext_lazy("second reading", "Withdrawn")


UNSETTLED_READING_STATES = (SecondReadingState.ASKED, SecondReadingState.DIFFERS)


class ReadingOutcome(TextChoices):
    """How a difference between the reviewer and the second reader was settled."""

    ADOPTED = "adopted", _("The second reader’s verdict was taken over")
    KEPT = "kept", _("The first verdict was kept")


class DraftKind(TextChoices):
    """What a reviewer is writing on a page of a review and has not given yet."""

    VERDICT = "verdict", _("Verdict")
    QUESTION = "question", _("Question")
    NOTE = "note", _("Internal note")
    FINDING = "finding", _("Finding")


class FindingState(TextChoices):
    OPEN = "open", pgettext_lazy("finding", "Open")
    CARRIED = "carried", pgettext_lazy("finding", "Carried on")
    DONE = "done", pgettext_lazy("finding", "Done")


OPEN_FINDING_STATES = (FindingState.OPEN, FindingState.CARRIED)


class FindingEntryKind(TextChoices):
    """What was written on a finding after it was made."""

    CLAIM = "claim", _("The member reports it done")
    CARRY = "carry", _("Carried on to a new date")
    COMPLETE = "complete", _("Recorded as done")
    REOPEN = "reopen", _("Opened again")


class IndicatorType(TextChoices):
    NARRATIVE = "narrative", _("Narrative")
    FIGURE = "figure", _("Figure")


class ValueType(TextChoices):
    COUNT = "count", _("Count")
    AMOUNT = "amount", _("Amount")
    SHARE = "share", _("Share")
    DURATION = "duration", _("Duration")
    YES_NO = "yes_no", _("Yes or no")
    CHOICE = "choice", _("Choice")


class Unit(TextChoices):
    """What a figure counts or measures; the words are plural and follow the number."""

    PIECES = "pieces", _("pieces")
    REPORTS = "reports", _("reports")
    NOTICES = "notices", _("notices")
    COMPLAINTS = "complaints", _("complaints")
    REQUESTS = "requests", _("requests")
    ACCOUNTS = "accounts", _("accounts")
    VIEWS = "views", _("views")
    URLS = "urls", _("addresses")
    ITEMS = "items", _("items")
    EVENTS = "events", _("events")
    PEOPLE = "people", _("people")
    SCHOOLS = "schools", _("schools")
    LANGUAGES = "languages", _("languages")
    SERVICES = "services", pgettext_lazy("unit", "services")
    ORGANISATIONS = "organisations", _("organisations")
    MINUTES = "minutes", _("minutes")
    HOURS = "hours", _("hours")
    DAYS = "days", _("days")
    PERCENT = "percent", "%"


class Direction(TextChoices):
    HIGHER = "higher", _("Higher is better")
    LOWER = "lower", _("Lower is better")
    NEUTRAL = "neutral", _("Neutral")


class IndicatorScope(TextChoices):
    SERVICE = "service", _("Each service")
    ORGANISATION = "organisation", _("The whole organisation")


class Aggregation(TextChoices):
    """How a total over services comes about; medians are never summed or averaged."""

    SUM = "sum", _("Sum")
    RATIO = "ratio", _("Ratio of sums")
    ENTERED = "entered", _("Entered")
    NONE = "none", _("No total")


class Disclosure(TextChoices):
    PUBLIC = "public", _("Public")
    SECRETARIAT = "secretariat", _("Secretariat only")


class FigureStatus(TextChoices):
    REPORTED = "reported", _("Reported")
    NOT_MEASURED = "not_measured", _("Not measured")
    NOT_APPLICABLE = "not_applicable", _("Not applicable")
    DECLINED = "declined", _("Declined")


class VerdictValue(TextChoices):
    """The Open Government Partnership scale, in order; `not due` is outside it."""

    NO_EVIDENCE = "no_evidence", _("No evidence")
    NOT_STARTED = "not_started", _("Not started")
    LIMITED = "limited", _("Limited")
    SUBSTANTIAL = "substantial", _("Substantial")
    COMPLETE = "complete", _("Complete")
    NOT_DUE = "not_due", _("Not due")


VERDICT_SCALE = (
    VerdictValue.NO_EVIDENCE,
    VerdictValue.NOT_STARTED,
    VerdictValue.LIMITED,
    VerdictValue.SUBSTANTIAL,
    VerdictValue.COMPLETE,
)


class EvidenceKind(TextChoices):
    FILE = "file", _("File")
    LINK = "link", _("Link")
    PRACTICE = "practice", _("Adopted practice")


class TextKind(TextChoices):
    """The portal's own longer texts: those of its pages, and those that somebody agrees to."""

    HOME = "home", _("Home page")
    ABOUT = "about", _("About the portal")
    PRIVACY = "privacy", _("Privacy")
    TERMS = "terms", _("Terms of use")
    ACCESSIBILITY = "accessibility", _("Accessibility")
    CONTACT = "contact", _("Contact")
    CONSENT = "consent", _("Consent of new users")
    ACCESSION = "accession", _("Signatory’s agreement")
    SUPPORTER = "supporter", _("Supporter’s agreement")


class MailTestState(TextChoices):
    QUEUED = "queued", _("Being sent")
    SENT = "sent", _("Accepted by the mail server")
    REFUSED = "refused", _("Not sent")


class SupporterKind(TextChoices):
    """What sort of body has acceded as a supporter."""

    SCHOOL = "school", _("School")
    KINDERGARTEN = "kindergarten", _("Kindergarten")
    LIBRARY = "library", _("Library")
    UNIVERSITY = "university", _("University or college")
    PARENTS = "parents", _("Parents’ association")
    YOUTH = "youth", _("Youth or volunteer association")
    CULTURE = "culture", _("Museum, club or creative team")
    COMPANY = "company", _("Company")
    OTHER = "other", _("Other")


class ImportRowOutcome(TextChoices):
    """What a row of a file of supporters would become."""

    NEW = "new", _("New")
    UNCLEAR = "unclear", _("May be one that is here")
    KNOWN = "known", _("Here already")
    REPEATED = "repeated", _("Twice in the file")
    FAULTY = "faulty", _("Faulty")


class TwinDecision(TextChoices):
    """What a manager has decided of a row that may be an entry that is here; undecided ones stay out."""

    APART = "apart", _("Two organisations")
    SAME = "same", _("One and the same")
    OUT = "out", _("Leave the row out")


class SupporterState(TextChoices):
    """Until its e-mail is confirmed an entry is not public; an ended one is not listed any more."""

    UNCONFIRMED = "unconfirmed", _("Not confirmed")
    LISTED = "listed", _("In the directory")
    HIDDEN = "hidden", _("Hidden")
    ENDED = "ended", _("Ended")
