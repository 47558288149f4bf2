"""The groups of letters about practices among which people choose, and the order of the labels that letters bear."""

from django.utils.translation import gettext_lazy as _

from portal.kernel.notices import Group, Pace
from practices.enums import Label

NOTICE_GROUPS = (
    Group(
        "own_practices",
        _("Own practices"),
        _(
            "A practice of the organisation has been shared, returned, used, or has a new result; an alert expires "
            "soon."
        ),
    ),
    Group(
        "practices",
        _("Practices of others"),
        _(
            "A practice has been shared with a person or a working group, or one that is used or followed has changed."
        ),
    ),
    Group(
        "recalls",
        _("Recalls"),
        _("A practice that was opened or is used has been recalled, or is for fewer readers now."),
        always=_("Always sent at once: the source asks everyone to stop using the practice."),
    ),
    Group("discussion", _("Questions and answers"), _("Someone asks, answers, or mentions a colleague.")),
    Group(
        "requests",
        _("Requests"),
        _("Someone has a request that a practice may answer, or makes an offer."),
    ),
    Group(
        "working_groups",
        _("Working groups"),
        _("Someone was added to a working group, or to one that reads own practices."),
    ),
    Group(
        "affiliations",
        _("Affiliates"),
        _(
            "An affiliation waits for an answer, has been decided or has ended, or opens own practices to somebody."
        ),
    ),
    Group("searches", _("Saved searches"), _("Something new matches a saved search.")),
    Group(
        "week",
        _("Practices of the week"),
        _(
            "On Mondays, in one letter: what is new for the services and harms of the organisation, questions about "
            "them, uses of its own practices. A week with nothing new sends no letter."
        ),
        pace=Pace.WEEKLY,
        comes_weekly=True,
    ),
    Group(
        "moderation",
        _("Moderation"),
        _("A practice or a new version is waiting for moderation."),
        for_host=True,
    ),
)

# The order of handling, for a letter about several records; of readers each label is a set of its own.
LABELS_BY_STRICTNESS = (Label.CLEAR, Label.GREEN, Label.AMBER, Label.AMBER_STRICT, Label.RED)
