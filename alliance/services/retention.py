"""How long the alliance's own things are kept, and how they are taken away."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from alliance.enums import ReportState
from alliance.models import (
    AccountDecision,
    ApiToken,
    ContactMessage,
    EmailChange,
    Evidence,
    Invitation,
    MailTest,
)
from portal.kernel import stored_files
from portal.kernel.retention import Keeping

_INVITATIONS = timedelta(days=90)
_MONTH, _YEAR = timedelta(days=30), timedelta(days=365)
_WORK = timedelta(days=2 * 365)
_OVER = (ReportState.PUBLISHED, ReportState.EXEMPT)


def _invitations(now: datetime) -> QuerySet[Any]:
    return Invitation.objects.filter(expires_at__lt=now - _INVITATIONS)


def _tokens(now: datetime) -> QuerySet[Any]:
    ended = Q(expires_at__lt=now - _YEAR) | Q(revoked_at__lt=now - _YEAR)
    return ApiToken.objects.filter(ended)


def _email_changes(now: datetime) -> QuerySet[Any]:
    """One that nobody has ended is over when its letters are."""
    return EmailChange.objects.filter(expires_at__lt=now - _YEAR)


def _decisions(now: datetime) -> QuerySet[Any]:
    return AccountDecision.objects.filter(decided_at__lt=now - _WORK)


def _mail_tests(now: datetime) -> QuerySet[Any]:
    return MailTest.objects.filter(asked_at__lt=now - _MONTH)


def _contact_messages(now: datetime) -> QuerySet[Any]:
    """Those that no mail server has taken; all others went with their letter."""
    return ContactMessage.objects.filter(written_at__lt=now - _MONTH)


def _answers(now: datetime) -> QuerySet[Any]:
    return apps.get_model("alliance", "AnswerHistory").objects.filter(pgh_created_at__lt=now - _WORK)


def _figures(now: datetime) -> QuerySet[Any]:
    return apps.get_model("alliance", "FigureHistory").objects.filter(pgh_created_at__lt=now - _WORK)


def _evidence(now: datetime) -> QuerySet[Any]:
    """What was never submitted, of reports that are long over."""
    due = (now - _WORK).date()
    return Evidence.objects.filter(submitted_at=None, report__state__in=_OVER, report__cycle__due_on__lt=due)


def remove_evidence(rows: Sequence[Evidence]) -> None:
    """Take the rows away; the bytes go a day later, by jobs, unless somebody else refers to them."""
    Evidence.objects.filter(pk__in=[row.pk for row in rows]).delete()
    for row in rows:
        if row.file:
            stored_files.discard_later(row.file, key=f"evidence:{row.pk}")


LINES = (
    Keeping(
        "invitations", _("Invitations"), _("90 days after they expire"),
        _("They hold an address and a name, which nobody needs afterwards."), (_invitations,),
    ),
    Keeping(
        "tokens", _("API tokens (digests)"), _("1 year after they expire or are revoked"),
        _("The organisation can see which programs acted for it."), (_tokens,),
    ),
    Keeping(
        "email-changes", _("Change of address"), _("1 year"),
        _("To help somebody who lost an account through one."), (_email_changes,),
    ),
    Keeping(
        "account-decisions", _("Decisions of the secretariat on accounts"), _("2 years"),
        _("The person concerned can ask for the reason."), (_decisions,),
    ),
    Keeping(
        "factors", _("Second factors, choice of notifications, time format"),
        _("until removed, or until the person is erased"),
        _("They protect the account and set how the person is notified."),
        of=("mfa.Authenticator", "portal.NoticePreference"),
    ),
    Keeping(
        "agreements", _("Agreements to texts"), _("for good"),
        _("Proof of the agreement. It holds a number; the name goes when the person is erased."),
        of=("alliance.Agreement",),
    ),
    Keeping(
        "mail-tests", _("Test e-mails"), _("30 days"),
        _("They show whether e-mails are sent."), (_mail_tests,),
    ),
    Keeping(
        "contact-messages", _("Message from the contact page"),
        _("until the mail server takes it; 30 days at most"),
        _("It goes to the secretariat’s mailbox and is not kept here."), (_contact_messages,),
    ),
    Keeping(
        "working-copies", _("Earlier wordings of a draft report"), _("2 years"),
        _("Editors can see who wrote what. Submissions are kept separately."), (_answers, _figures),
        of=("pghistory.Context",),  # nothing is written into it
    ),
    Keeping(
        "reports", _("Reports and their last wording"), _("for good"),
        _("The next report starts from the last one, and figures are compared over the years."),
        of=("alliance.Report", "alliance.Answer", "alliance.Figure", "alliance.MeasureConfirmation"),
    ),
    Keeping(
        "unsubmitted-evidence", _("Evidence added but never submitted"),
        _("2 years after the report was due, once it is published or no longer required"),
        _("It supports nothing."), (_evidence,), remove_evidence,
    ),
    Keeping(
        "submissions", _("Submissions, verdicts, replies and their evidence"), _("for good"),
        _("They can be read years later by those with access."),
        of=(
            "alliance.Submission", "alliance.Evidence", "alliance.Verdict", "alliance.Question",
            "alliance.ChangesRequest", "alliance.InternalNote", "alliance.Response",
        ),
    ),
    Keeping(
        "people", _("Names, addresses and memberships of people"),
        _("until erased at the request of the person or the secretariat"),
        _("What is signed or written needs an author; people can leave and be erased."),
        of=("alliance.Person", "alliance.Membership", "account.EmailAddress", "account.EmailConfirmation"),
    ),
    Keeping(
        "accessions-pledges", _("Accessions and pledges, with the names of signatories"), _("for good"),
        _("A pledge is known by who made it; what was published is part of the public record."),
        of=("alliance.Accession", "alliance.Pledge", "alliance.Target"),
    ),
    Keeping(
        "frame", _(
            "Organisations and services, charters, cycles, independent counts, settings and texts "
            "of the portal"
        ),
        _("for good"), _(
            "Everything else refers to them. About people they hold only who wrote a text of the "
            "portal."
        ),
        of=(
            "alliance.Organisation", "alliance.FormerName", "alliance.FormerSlug", "alliance.Service",
            "alliance.Ownership", "alliance.Charter", "alliance.Harm", "alliance.Chapter", "alliance.Commitment",
            "alliance.Measure", "alliance.Indicator", "alliance.Mapping", "alliance.Cycle", "alliance.ReferenceLoad",
            "alliance.ReferenceCount", "alliance.Site", "alliance.SiteText",
        ),
    ),
    Keeping(
        "public-tables", _("Data of public pages"), _("as long as the publications they come from"),
        _("A searchable copy of publications, which can be rebuilt from them."),
        of=(
            "alliance.PublishedReport", "alliance.PublishedFigure", "alliance.PublishedTotal",
            "alliance.PublishedVerdict", "alliance.PublishedResponse", "alliance.PublishedPledge",
            "alliance.TimelineEntry",
        ),
    ),
)  # fmt: skip
