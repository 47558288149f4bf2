"""The groups of letters about practices among which people choose, and the order of the labels that letters bear."""

from django.utils.translation import gettext_lazy as _

from portal.kernel.notices import Group
from practices.enums import Label

NOTICE_GROUPS = (
    Group(
        "own_practices",
        _("Your practices"),
        _("Your practice has been shared, returned, used, or has a new result; your alert expires soon."),
    ),
    Group(
        "practices",
        _("Practices for you"),
        _(
            "A practice has been shared with you or your working group, or one that you use or follow has changed."
        ),
    ),
    Group(
        "recalls",
        _("Recalls"),
        _("A practice that you opened or use has been recalled."),
        always=_("Always sent at once: the source asks everyone to stop using the practice."),
    ),
    Group("discussion", _("Questions and answers"), _("Someone asks, answers, or mentions you.")),
    Group(
        "requests",
        _("Requests"),
        _("Someone has a request that you may be able to answer, or makes you an offer."),
    ),
    Group(
        "working_groups",
        _("Working groups"),
        _("You were added to a working group, or someone was added to one that reads your practices."),
    ),
    Group(
        "affiliations",
        _("Affiliates"),
        _(
            "An affiliation waits for you, has been decided or has ended, or opens your practices to somebody."
        ),
    ),
    Group("searches", _("Saved searches"), _("Something new matches a search that you saved.")),
    Group(
        "moderation",
        _("Moderation"),
        _("A practice or a new version is waiting for moderation."),
        for_host=True,
    ),
)

# The order of handling, for a letter about several records; of readers each label is a set of its own.
LABELS_BY_STRICTNESS = (Label.CLEAR, Label.GREEN, Label.AMBER, Label.AMBER_STRICT, Label.RED)
