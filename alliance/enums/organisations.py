"""Organisations: kinds, states, roles, and what a token may carry of them."""

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


class StartReason(TextChoices):
    """Why the first day of a service is put right."""

    MISTYPED = "mistyped", _("The day was typed wrong")
    LATER_KNOWN = "later_known", _("The right day became known later")
    COUNTED_OTHERWISE = "counted_otherwise", _("Another day counts as its first, such as that of a trial")


class UserBand(TextChoices):
    """How many people use a service in a month; wide enough to be published."""

    UNDER_10K = "under_10k", _("fewer than 10,000")
    FROM_10K = "from_10k", _("10,000 to 100,000")
    FROM_100K = "from_100k", _("100,000 to 1 million")
    FROM_1M = "from_1m", _("1 to 10 million")
    FROM_10M = "from_10m", _("10 to 50 million")
    OVER_50M = "over_50m", _("more than 50 million")


class ApplicationState(TextChoices):
    """Each language writes a state in the gender of its word for an application."""

    UNCONFIRMED = "unconfirmed", pgettext_lazy("application", "Not confirmed")
    OPEN = "open", pgettext_lazy("application", "Waiting for the secretariat")
    ASKED = "asked", pgettext_lazy("application", "Waiting for the applicant")
    ADMITTED = "admitted", pgettext_lazy("application", "Admitted")
    DECLINED = "declined", pgettext_lazy("application", "Declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("application", "Withdrawn")


# Who can apply by the public form; supporters have one of their own.
APPLYING_KINDS = (OrganisationKind.MEMBER, OrganisationKind.ASSOCIATE, OrganisationKind.PARTNER)


class ApplicationEntryKind(TextChoices):
    """What was written about an application after it was made."""

    QUESTION = "question", _("Question")
    ANSWER = "answer", _("Answer")


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


_PARTNER_ROLES = (Role.READER, Role.EDITOR, Role.ADMINISTRATOR)


SECRETARIAT_ROLES = (Role.AUDITOR, Role.REVIEWER, Role.MANAGER)


ROLES_BY_KIND = {
    OrganisationKind.MEMBER: MEMBER_ROLES,
    OrganisationKind.ASSOCIATE: MEMBER_ROLES,
    OrganisationKind.PARTNER: _PARTNER_ROLES,
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
    """The part of its owner's permissions that a token carries; the rules of each are in `scopes.SCOPES`."""

    READ = "read", _("read everything that you may read")
    REPORTS_WRITE = (
        "reports:write",
        _("draft and share out reports, answer questions, ask for later deadlines, report findings done"),
    )
    REPORTS_SUBMIT = "reports:submit", _("ask for sign-off, and submit reports in your name")
    CYCLES_WRITE = "cycles:write", _("plan, open and close cycles, remind members, extend deadlines")
    CYCLES_PUBLISH = "cycles:publish", _("publish cycles and reports in your name")
    REVIEWS_WRITE = (
        "reviews:write",
        _("review reports: assignments, verdicts, questions, findings, reminders"),
    )
    SUPPORTERS_WRITE = (
        "supporters:write",
        _("import supporters, and hide, show, correct, merge and end their entries"),
    )
    CORRECTIONS_WRITE = "corrections:write", _("draft corrections of what is published")
    CORRECTIONS_DECIDE = "corrections:decide", _("propose, answer and decide corrections in your name")
    COMMENTS_WRITE = (
        "comments:write",
        _("invite partners to comment, and comment for a partner; answer and close questions of the public"),
    )
    COMMENTS_PUBLISH = (
        "comments:publish",
        _("agree to the publication of comments and answers, publish and hide questions, in your name"),
    )
    WEBHOOKS_REPLAY = "webhooks:replay", _("send messages of webhooks again")


class WebhookScope(TextChoices):
    """Whose events a webhook is notified of."""

    ALL = "all", _("All of which everybody in your organisation may know")
    OWN = "own", _("Only of your own organisation")
    MEMBERS = "members", _("Only of members that you name")
