"""The groups of letters among which people choose, in the order in which they read them.

Their texts address nobody: colleagues and the secretariat read them about somebody else, too.
"""

from django.utils.translation import gettext_lazy as _

from alliance.enums import DRAFTING_ROLES, Role
from portal.kernel.notices import Group

NOTICE_GROUPS = (
    Group(
        "deadlines",
        _("Deadlines"),
        _(
            "A cycle is open, a report is due, overdue, to be changed, not filed or not required, a reply can still "
            "be given, a deadline was extended or not, a promise is overdue."
        ),
        for_host=False,
        roles=DRAFTING_ROLES,
        remains=_(
            "Those who can file still get the last warnings: the day before a report is due and that day itself, the "
            "last day of grace, “not filed”."
        ),
    ),
    Group(
        "drafts",
        _("Drafts"),
        _("A report is ready for sign-off or was returned, a pledge was returned."),
        for_host=False,
        roles=DRAFTING_ROLES,
        remains=_("A signatory still gets a request for sign-off that nobody else can answer."),
    ),
    Group(
        "colleagues",
        _("Among colleagues"),
        _(
            "A section of a report is given, handed on, handed back, due or late; a message beside a measure "
            "mentions or answers someone."
        ),
        for_host=False,
    ),
    Group(
        "review",
        _("Questions and verdicts"),
        _("A question, a request for changes, the verdicts, a correction of what is published."),
        for_host=False,
        roles=DRAFTING_ROLES,
        remains=_("Those who can file still get a request for changes."),
    ),
    Group(
        "published",
        _("Published"),
        _(
            "A report, pledge or accession of the organisation, or a whole cycle, is published, a publication is "
            "withdrawn, a new version of the charter is announced or comes into force, or a service of the "
            "organisation is added, renamed or ended."
        ),
        for_host=False,
        remains=_(
            "A signatory still gets the announcement of a version to which they can object, and the reminders of the "
            "last day."
        ),
    ),
    Group(
        "people",
        _("Colleagues"),
        _(
            "Someone has joined, left or was erased, waits for rights, an invitation has expired, rights have changed, "
            "or work was handed over."
        ),
        remains=_(
            "Everybody still gets changes of their own rights; those who can appoint someone, that nobody is left with "
            "a right that the organisation needs."
        ),
    ),
    Group(
        "files",
        _("Files being checked"),
        _("A file was reported, withheld, released or purged."),
        always=_("Always at once: it is about whether a file can be downloaded."),
        roles=(*DRAFTING_ROLES, Role.ADMINISTRATOR, Role.MANAGER),
    ),
    Group(
        "programs",
        _("Programs"),
        _("A token expires soon: sent 14 days and 3 days before. A webhook was switched off."),
    ),
    Group(
        "letters",
        _("Letters of the secretariat"),
        _("Somebody of the secretariat has written to the organisation."),
        for_host=False,
        roles=(Role.SIGNATORY, Role.ADMINISTRATOR),
        always=_("Always at once: a person has written, and expects an answer."),
    ),
    Group(
        "receipts",
        _("Receipts"),
        _("The receipt of a report that the organisation has submitted."),
        always=_("Always at once: it proves what was submitted and when."),
        for_host=False,
        roles=DRAFTING_ROLES,
    ),
    Group(
        "reviews",
        _("Reports to review"),
        _(
            "A report was submitted, is waiting or is assigned, a second reading or an interest was recorded, a "
            "question was answered, a member has replied, asks for more time or no longer does, a correction or a "
            "withdrawal is waiting or decided, a cycle was not published at its planned hour."
        ),
        for_host=True,
        roles=(Role.REVIEWER, Role.MANAGER),
    ),
    Group(
        "stalled",
        _("What nobody takes on"),
        _(
            "Once a week: reports that wait for a reviewer or a signature, overdue reviews, drafts that are due soon, "
            "requests for more time without an answer, members whom no e-mail reaches."
        ),
        for_host=True,
    ),
    Group(
        "signed",
        _("Signed by members"),
        _(
            "A member has signed a charter or objects to a version, a pledge is waiting to be countersigned, an "
            "organisation applies for membership, or a member has added, renamed or ended a service."
        ),
        for_host=True,
        roles=(Role.MANAGER,),
    ),
)

# Its notices are about tokens and decisions of the secretariat; the other letters of it go to one person by themselves.
SECURITY_GROUP = Group(
    "security",
    _("Account"),
    _("Invitations, links for a new password, changes to signing in."),
    always=_("Always at once: they protect the account."),
)
