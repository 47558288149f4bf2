"""The groups of letters among which people choose, in the order in which they read them."""

from django.utils.translation import gettext_lazy as _

from portal.kernel.notices import Group

GROUPS = (
    Group(
        "deadlines",
        _("Deadlines"),
        _("A cycle is open, a report is due or overdue, a reply can still be given, a day was moved."),
        for_host=False,
    ),
    Group(
        "drafts",
        _("Your organisation’s drafts"),
        _("A report waits for sign-off or was sent back, a pledge was returned."),
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
        _("What became public"),
        _("A report, a pledge, an accession or a whole cycle of yours is public."),
        for_host=False,
    ),
    Group(
        "people",
        _("Your colleagues"),
        _("Somebody has left, was given a right by the secretariat, or has handed work over to you."),
    ),
    Group(
        "files",
        _("Files that are checked"),
        _("A file was reported, withheld, released or purged."),
        always=_("Always at once: nobody can fetch it meanwhile."),
    ),
    Group(
        "programs",
        _("Your programs"),
        _("A token of yours runs out in 14 or 3 days."),
    ),
    Group(
        "receipts",
        _("Receipts"),
        _("The receipt of a report that your organisation has submitted."),
        always=_("Always at once: it is the proof of what was filed, and when."),
        for_host=False,
    ),
    Group(
        "reviews",
        _("Reports to review"),
        _("A report was submitted or waits, a question was answered, a member has replied."),
        for_host=True,
    ),
    Group(
        "signed",
        _("Signed by members"),
        _("An accession or a pledge waits for the countersignature."),
        for_host=True,
    ),
)

# No notices stand behind this one: such letters go to one person by themselves.
SECURITY = Group(
    "security",
    _("Your account"),
    _("Invitations, links for a new password, word that something about your sign-in was changed."),
    always=_("Always at once: they protect your account."),
)
