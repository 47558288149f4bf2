"""Retention rules of the alliance."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from alliance.enums import ApplicationState, PublicQuestionState, ReportState, SupporterState
from alliance.models import (
    AccountDecision,
    ApiToken,
    CalendarAddress,
    CharterUpload,
    ContactMessage,
    Delegation,
    EmailChange,
    ErasureConfirmation,
    Evidence,
    Invitation,
    KnownDevice,
    MailTest,
    MeasureComment,
    MeasureVisit,
    MembershipApplication,
    PledgeHistory,
    PublicQuestion,
    PublicQuestionContact,
    ReportUpload,
    ReviewDraft,
    Subscriber,
    Subscription,
    Supporter,
    SupporterContact,
    SupporterImport,
    SupporterImportRow,
)
from portal.kernel import files
from portal.kernel.privacy import RetentionRule

_INVITATIONS_KEPT_FOR = timedelta(days=90)
_WEEK, _FORTNIGHT = timedelta(days=7), timedelta(days=14)
_MONTH, _YEAR = timedelta(days=30), timedelta(days=365)
_WORKING_COPIES_KEPT_FOR = timedelta(days=2 * 365)
_FINAL_STATES = (ReportState.PUBLISHED, ReportState.EXEMPT)


def _day_before(now: datetime, period: timedelta) -> date:
    """The alliance's day so long ago: the purge gives the moment in its time zone."""
    return (now - period).date()


def _draft_history(model: str) -> Callable[[datetime], QuerySet[Any]]:
    """The wordings of drafts that are old enough to go."""
    return lambda now: apps.get_model("alliance", model).objects.filter(
        pgh_created_at__lt=now - _WORKING_COPIES_KEPT_FOR
    )


def _of_final_report(model: Any) -> Callable[[datetime], QuerySet[Any]]:
    """The rows of a report that does not change any more and was due long enough ago."""
    return lambda now: model.objects.filter(
        report__state__in=_FINAL_STATES,
        report__cycle__due_on__lt=_day_before(now, _WORKING_COPIES_KEPT_FOR),
    )


def purge_evidence(rows: Sequence[Evidence]) -> None:
    """Take the rows away; the bytes go a day later, by jobs, unless somebody else refers to them."""
    Evidence.objects.filter(pk__in=[row.pk for row in rows]).delete()
    for row in rows:
        if row.file:
            files.discard_later(row.file, key=f"evidence:{row.pk}")


RETENTION_RULES = (
    RetentionRule(
        "invitations", _("Invitations"), _("90 days after they expire"),
        _("They contain a name and an address that are no longer needed."),
        (lambda now: Invitation.objects.filter(expires_at__lt=now - _INVITATIONS_KEPT_FOR),),
    ),
    RetentionRule(
        "calendar-addresses", _("Addresses of calendars (digests)"),
        _("until the person replaces or turns it off, 1 year after the membership has ended at the latest"),
        _("With it a calendar program reads what is due."),
        (lambda now: CalendarAddress.objects.filter(membership__ended_at__lt=now - _YEAR),),
    ),
    RetentionRule(
        "tokens", _("API tokens (digests)"), _("1 year after they expire or are revoked"),
        _("The organisation can see which programs acted for it."),
        (lambda now: ApiToken.objects.filter(Q(expires_at__lt=now - _YEAR) | Q(revoked_at__lt=now - _YEAR)),),
    ),
    RetentionRule(
        "known-devices", _("Devices on which a person has signed in"),
        _("1 year after the last sign-in on them, or until the person removes them; the last 20 of each person"),
        _("A person can always sign in on a device of theirs, even while somebody guesses their password elsewhere."),
        (lambda now: KnownDevice.objects.filter(last_used_at__lt=now - _YEAR),),
    ),
    RetentionRule(
        "email-changes", _("Change of address"), _("1 year after the links in its letters have expired"),
        _("To help a person who lost their account through a change of address."),
        # one that nobody has ended is over when its letters are
        (lambda now: EmailChange.objects.filter(expires_at__lt=now - _YEAR),),
    ),
    RetentionRule(
        "account-decisions", _("Decisions of the secretariat on accounts"), _("2 years"),
        _("The person concerned can ask for the reason."),
        (lambda now: AccountDecision.objects.filter(decided_at__lt=now - _WORKING_COPIES_KEPT_FOR),),
    ),
    RetentionRule(
        "factors", _("Second factors, choice of notifications, time format"),
        _("until removed, or until the person is erased"),
        _("They protect the account and set how the person is notified."),
        models=("mfa.Authenticator", "portal.NoticePreference"),
    ),
    RetentionRule(
        "linked-accounts", _("Links to accounts at the identity provider of an organisation"),
        _("until the person is erased"),
        _("By them the portal recognises who signs in there. They hold the identifier of the account and no profile."),
        models=("socialaccount.SocialAccount", "socialaccount.SocialApp", "socialaccount.SocialToken"),
    ),
    RetentionRule(
        "identity-providers", _("Identity providers and e-mail domains of organisations"), _("indefinitely"),
        _("People of the organisation sign in through them. They contain no personal data."),
        models=("alliance.IdentityProvider", "alliance.EmailDomain"),
    ),
    RetentionRule(
        "agreements", _("Agreements to texts"), _("indefinitely"),
        _("Proof of the agreement. It contains the person’s number; the name is removed when the person is erased."),
        models=("alliance.Agreement",),
    ),
    RetentionRule(
        "mail-tests", _("Test e-mails"), _("30 days"),
        _("They show whether e-mails are sent."),
        (lambda now: MailTest.objects.filter(requested_at__lt=now - _MONTH),),
    ),
    RetentionRule(
        "contact-messages", _("Message from the contact page"),
        _("until the mail server takes it; 30 days at most"),
        _("It goes to the secretariat’s mailbox and is not kept here."),
        # those that no mail server has taken; all others went with their letter
        (lambda now: ContactMessage.objects.filter(written_at__lt=now - _MONTH),),
    ),
    RetentionRule(
        "unconfirmed-supporters", _("Accession of a supporter that was not confirmed by e-mail"),
        _("30 days after its last link has expired"),
        _("Nobody has shown that the organisation meant it. The link can be sent again until then."),
        (lambda now: Supporter.objects.filter(
            state=SupporterState.UNCONFIRMED, contact__link_expires_at__lt=now - _MONTH
        ),),
    ),
    RetentionRule(
        "charter-files", _("Charter files that were sent to be looked at"), _("1 week, or until they are loaded"),
        _("What was loaded is a draft of its own; what was not is not wanted."),
        (lambda now: CharterUpload.objects.filter(sent_at__lt=now - _WEEK),),
    ),
    RetentionRule(
        "applications", _("Application for membership"),
        _("30 days after its link has expired if it was not confirmed; 1 year after it was withdrawn or declined"),
        _("Until then it can be taken up again. Of an admitted organisation it stays with its record."),
        (
            lambda now: MembershipApplication.objects.filter(
                state=ApplicationState.UNCONFIRMED, link_expires_at__lt=now - _MONTH
            ),
            lambda now: MembershipApplication.objects.filter(
                state__in=(ApplicationState.WITHDRAWN, ApplicationState.DECLINED), decided_at__lt=now - _YEAR
            ),
        ),
        models=("alliance.ApplicationEntry",),  # goes with its application
    ),
    RetentionRule(
        "supporter-imports", _("Imports of supporters"), _("1 year; file and rows at most 14 days"),
        _("Who brought which entries, and the file until it can no longer be taken back."),
        (
            lambda now: SupporterImportRow.objects.filter(upload__sent_at__lt=now - _FORTNIGHT),
            lambda now: SupporterImport.objects.filter(sent_at__lt=now - _YEAR, file=""),
        ),
    ),
    RetentionRule(
        "supporter-contacts", _("E-mail and signatory of a supporter"), _("30 days after its accession ended"),
        _("By them a supporter changes its entry; an ended one has none to change."),
        (lambda now: SupporterContact.objects.filter(
            supporter__state=SupporterState.ENDED, supporter__ended_on__lt=_day_before(now, _MONTH)
        ),),
    ),
    RetentionRule(
        "public-question-contacts", _("E-mail of somebody who asked a question in public"),
        _("1 year after it was closed or answered; at once when it is withdrawn"),
        _("The asker is sent the answer, and can withdraw their consent to its publication."),
        (
            lambda now: PublicQuestionContact.objects.filter(question__closed_at__lt=now - _YEAR),
            lambda now: PublicQuestionContact.objects.filter(
                question__state=PublicQuestionState.ANSWERED, question__answered_at__lt=now - _YEAR
            ),
        ),
    ),
    RetentionRule(
        "public-questions", _("Questions and complaints of the public"),
        _(
            "30 days after the link to confirm has expired if not confirmed; 2 years after they were answered or "
            "closed; published ones indefinitely"
        ),
        _("Members and the public can read what was asked and answered."),
        (
            lambda now: PublicQuestion.objects.filter(
                state=PublicQuestionState.UNCONFIRMED, contact__confirm_until__lt=now - _MONTH
            ),
            lambda now: PublicQuestion.objects.filter(
                published_at=None, closed_at__lt=now - _WORKING_COPIES_KEPT_FOR
            ),
            lambda now: PublicQuestion.objects.filter(
                state=PublicQuestionState.ANSWERED, published_at=None,
                answered_at__lt=now - _WORKING_COPIES_KEPT_FOR,
            ),
        ),
    ),
    RetentionRule(
        "subscriptions", _("E-mail of somebody who follows the public record"),
        _("48 hours if it is not confirmed; else until its reader ends it, or three letters in a row come back"),
        _("Letters about what is new go there."),
        (
            lambda now: Subscription.objects.filter(confirmed_at=None, confirm_until__lt=now),
            lambda now: Subscriber.objects.filter(subscriptions=None),
        ),
    ),
    RetentionRule(
        "erasure-confirmations", _("Address of an erased person, for the letter that confirms it"),
        _("until the mail server takes it; 30 days at most"),
        _("The person is notified that they were erased."),
        (lambda now: ErasureConfirmation.objects.filter(erased_at__lt=now - _MONTH),),
    ),
    RetentionRule(
        "working-copies", _("Earlier wordings of draft reports and pledges; evidence added and removed"), _("2 years"),
        _("Editors can see who wrote what. Submissions are kept separately."),
        (
            _draft_history("AnswerHistory"), _draft_history("FigureHistory"), _draft_history("EvidenceHistory"),
            lambda now: PledgeHistory.objects.filter(written_at__lt=now - _WORKING_COPIES_KEPT_FOR),
        ),
        models=("pghistory.Context",),  # nothing is written into it
    ),
    RetentionRule(
        "reports", _("Reports and their last wording"), _("indefinitely"),
        _("The next report starts from the last one, and figures are compared over the years."),
        models=(
            "alliance.Report", "alliance.InvitedComment", "alliance.ExtensionRequest", "alliance.ReportReminder",
            "alliance.ReportExemption", "alliance.MemberLetter",
            "alliance.Answer", "alliance.Figure",
            "alliance.MeasureConfirmation", "alliance.SignOffRequest",
        ),
    ),
    RetentionRule(
        "report-uploads", _("Files with answers that were uploaded to a report: who sent which, and what was saved"),
        _("30 days; the file itself 7 days, or until its answers are saved or it is thrown away"),
        _("What was saved can be taken back, and looked up while it is recent."),
        (lambda now: ReportUpload.objects.filter(uploaded_at__lt=now - _MONTH),),
    ),
    RetentionRule(
        "table-mappings", _("What the columns of an organisation’s own tables are"),
        _("until somebody of the organisation deletes it"),
        _("So that the next file of the same make is read in the same way."), models=("alliance.TableMapping",),
    ),
    RetentionRule(
        "unsubmitted-evidence", _("Evidence added but never submitted"),
        _("2 years after the report was due, once it is published or no longer required"),
        _("It was never part of a submitted report."),
        (lambda now: Evidence.objects.filter(
            submitted_at=None, report__state__in=_FINAL_STATES,
            report__cycle__due_on__lt=_day_before(now, _WORKING_COPIES_KEPT_FOR),
        ),),
        purge_evidence,
    ),
    RetentionRule(
        "delegations",
        _("Who wrote which section of a report, and what colleagues wrote to each other beside a measure"),
        _("2 years after the report was due, once it is published or no longer required"),
        _("The next report can be given out as the last one was; then nobody needs it."),
        (_of_final_report(Delegation), _of_final_report(MeasureComment), _of_final_report(MeasureVisit)),
    ),
    RetentionRule(
        "submissions", _("Submissions, verdicts, replies and their evidence"), _("indefinitely"),
        _("They can be read years later by those with access."),
        models=(
            "alliance.Submission", "alliance.Evidence", "alliance.Verdict", "alliance.Question",
            "alliance.ChangesRequest", "alliance.InternalNote", "alliance.Response",
            "alliance.Finding", "alliance.FindingEntry",
            "alliance.ReportDecision", "alliance.EarlierVerdict",
        ),
    ),
    RetentionRule(
        "review-allocation", _("Assignments and pauses of reviews, second readings, interests that reviewers declared"),
        _("indefinitely"),
        _("They explain how a verdict came about, and that nobody judged where they had an interest."),
        models=(
            "alliance.ReviewAssignment", "alliance.ReviewPause", "alliance.SecondReading", "alliance.SecondOpinion",
            "alliance.DeclaredInterest",
        ),
    ),
    RetentionRule(
        "saved-views", _("Views of reviews and cycles that a person kept"),
        _("until the person removes them or is erased"),
        _("So that the person finds the same filters again."), models=("alliance.SavedView",),
    ),
    RetentionRule(
        "review-drafts", _("What a reviewer has typed and not sent"), _("until it is sent; 1 year at most"),
        _("It comes back when its writer returns to the page."),
        (lambda now: ReviewDraft.objects.filter(updated_at__lt=now - _YEAR),),
    ),
    RetentionRule(
        "corrections", _("Corrections and withdrawals of publications, with what both sides said and their evidence"),
        _("indefinitely"),
        _("They explain why a public record reads otherwise than it did. A draft can be discarded by its authors."),
        models=(
            "alliance.Correction", "alliance.CorrectionItem", "alliance.CorrectionNote", "alliance.Withdrawal",
        ),
    ),
    RetentionRule(
        "people", _("Names, addresses and memberships of people"),
        _("until erased at the request of the person or the secretariat"),
        _("So that everything signed or written has an author; people can leave and be erased."),
        models=("alliance.Person", "alliance.Membership", "account.EmailAddress", "account.EmailConfirmation"),
    ),
    RetentionRule(
        "accessions-pledges", _("Accessions and pledges, with the names of signatories"), _("indefinitely"),
        _("A pledge must show who signed it; what was published is part of the public record."),
        models=("alliance.Accession", "alliance.SignatureObjection", "alliance.Pledge", "alliance.Target"),
    ),
    RetentionRule(
        "frame", _(
            "Organisations and services, charters, cycles, independent counts, settings and texts "
            "of the portal"
        ),
        _("indefinitely"), _(
            "All other data refers to them. Their only personal data is who wrote a text of the portal, and who "
            "closed, reopened or published a cycle early or moved its dates."
        ),
        models=(
            "alliance.Organisation", "alliance.FormerName", "alliance.FormerSlug", "alliance.Service",
            "alliance.FormerServiceName",
            "alliance.Ownership", "alliance.Charter", "alliance.Harm", "alliance.Chapter", "alliance.Commitment",
            "alliance.Measure", "alliance.Indicator", "alliance.KeyMapping", "alliance.Cycle", "alliance.CycleDecision",
            "alliance.CycleDateChange",
            "alliance.ReferenceLoad",
            "alliance.ReferenceCount", "alliance.Site", "alliance.SiteText",
        ),
    ),
    RetentionRule(
        "open-data", _("Files of the open data"), _("the last release; packages of the last 12 releases"),
        _("They hold what public pages show, and can be built again from it."),
        models=("alliance.DataRelease", "alliance.DataFile"),
    ),
    RetentionRule(
        "public-files", _("Digests of the files made of publications"), _("indefinitely"),
        _("Whoever has such a file can ask what it is and whether it is current. The files themselves are not in it."),
        models=("alliance.PublicFile",),
    ),
    RetentionRule(
        "public-tables", _("Data of public pages"), _("as long as the publications they come from"),
        _("A searchable copy of publications, which can be rebuilt from them."),
        models=(
            "alliance.PublishedReport", "alliance.PublishedFigure", "alliance.PublishedTotal",
            "alliance.PublishedVerdict", "alliance.PublishedResponse", "alliance.PublishedPledge",
            "alliance.PublishedTarget", "alliance.TimelineEntry", "alliance.WithdrawnPublication",
        ),
    ),
)  # fmt: skip
