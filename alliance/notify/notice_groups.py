"""The groups of letters among which people choose, in the order in which they read them."""

from django.utils.translation import gettext_lazy as _

from portal.kernel.notices import Group

NOTICE_GROUPS = (
    Group(
        "deadlines",
        _("Deadlines"),
        _(
            "A cycle is open, a report is due, overdue, to be changed, not filed or not required, a reply can still "
            "be given, a deadline was extended."
        ),
        for_host=False,
    ),
    Group(
        "drafts",
        _("Drafts of your organisation"),
        _("A report is ready for sign-off or was returned, a pledge was returned."),
        for_host=False,
    ),
    Group(
        "review",
        _("The review of your reports"),
        _("A question, a request for changes, the verdicts."),
        for_host=False,
    ),
    Group(
        "published",
        _("Published"),
        _("Your report, pledge or accession, or a whole cycle, is published."),
        for_host=False,
    ),
    Group(
        "people",
        _("Your colleagues"),
        _(
            "Someone has left or waits for rights, the secretariat has changed someone’s rights, or work was handed "
            "over to you."
        ),
    ),
    Group(
        "files",
        _("Files being checked"),
        _("A file was reported, withheld, released or purged."),
        always=_("Always at once: it is about whether a file can be downloaded."),
    ),
    Group(
        "programs",
        _("Your tokens"),
        _("Your token expires soon: sent 14 days and 3 days before."),
    ),
    Group(
        "receipts",
        _("Receipts"),
        _("The receipt of a report that your organisation has submitted."),
        always=_("Always at once: it proves what was submitted and when."),
        for_host=False,
    ),
    Group(
        "reviews",
        _("Reports to review"),
        _("A report was submitted or is waiting, a question was answered, a member has replied."),
        for_host=True,
    ),
    Group(
        "signed",
        _("Signed by members"),
        _("A member has signed a charter, or a pledge is waiting to be countersigned."),
        for_host=True,
    ),
)

# Its notices are about tokens and decisions of the secretariat; the other letters of it go to one person by themselves.
SECURITY_GROUP = Group(
    "security",
    _("Your account"),
    _("Invitations, links for a new password, changes to how you sign in."),
    always=_("Always at once: they protect your account."),
)
