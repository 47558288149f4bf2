"""The practices' lines of the journal in words, and where those things are shown that the secretariat may see."""

from collections.abc import Collection, Mapping

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.kernel.access import Actor
from practices.models import Practice, Request, WorkingGroup

SENTENCES = {
    "practice.draft": _("A practice was drafted"),
    "practice.submit": _("A practice was handed to moderation"),
    "practice.share": _("A practice was shared after moderation"),
    "practice.share_directly": _("A practice was shared with its readers"),
    "practice.return": _("A practice was returned to its writers"),
    "practice.take_back": _("A practice was taken back from moderation"),
    "practice.update": _("A practice has a new version"),
    "practice.propose_update": _("A new version of a practice was handed to moderation"),
    "practice.take_back_update": _("A new version of a practice was taken back"),
    "practice.share_update": _("A new version of a practice was shared after moderation"),
    "practice.return_update": _("A new version of a practice was returned"),
    "practice.narrow": _("A practice has fewer readers"),
    "practice.widen": _("A practice has other or more readers"),
    "practice.retire": _("A practice was retired"),
    "practice.recall": _("A practice was recalled"),
    "practice.set_authors": _("The authors of a practice were changed"),
    "practice.relate": _("A practice was related to another"),
    "practice.unrelate": _("A relation between practices was removed"),
    "attachment.add": _("A file was put beside a practice"),
    "attachment.remove": _("A file was taken out of a practice"),
    "adoption.record": _("The use of a practice was recorded"),
    "adoption.change": _("The use of a practice changed"),
    "adoption.result": _("A result of using a practice was recorded"),
    "adoption.readers": _("The readers of a recorded use were changed"),
    "post.write": _("Something was written in a discussion"),
    "post.edit": _("Something written was changed"),
    "post.take_back": _("Something written was taken back"),
    "post.remove": _("Something written was removed"),
    "post.accept": _("An answer was accepted"),
    "post.unaccept": _("An answer is not accepted any more"),
    "request.ask": _("A request was put on the board"),
    "request.edit": _("A request was changed"),
    "request.answer": _("A request was answered"),
    "request.close": _("A request was closed"),
    "request.reopen": _("A request was opened again"),
    "offer.make": _("An offer was made"),
    "offer.withdraw": _("An offer was withdrawn"),
    "group.make": _("A working group was made"),
    "group.change": _("A working group was changed"),
    "group.bring_in": _("Somebody was brought into a working group"),
    "group.take_out": _("Somebody was taken out of a working group"),
    "group.leave": _("Somebody left a working group"),
    "group.close": _("A working group was closed"),
    "labels.choose": _("The labels that staff may use were chosen"),
    "affiliate.register": _("An affiliated organisation was registered"),
    "affiliate.strike_off": _("An affiliated organisation was struck off"),
    "import.prepare": _("Practices were sent in for import"),
    "import.apply": _("An import was confirmed"),
    "import.discard": _("An import was discarded"),
    "import.finish": _("An import ended"),
    "search.match": _("A saved search found something new"),
}

DETAILS = {
    "affiliate": pgettext_lazy("journal", "affiliate"),
    "files": pgettext_lazy("journal", "files"),
    "joined": pgettext_lazy("journal", "joined"),
    "label": pgettext_lazy("journal", "label"),
    "labels": pgettext_lazy("journal", "labels"),
    "leads": pgettext_lazy("journal", "leads the group"),
    "mentioned": pgettext_lazy("journal", "mentioned"),
    "offer": pgettext_lazy("journal", "offer"),
    "practice": pgettext_lazy("journal", "practice"),
    "request": pgettext_lazy("journal", "request"),
    "result": pgettext_lazy("journal", "result"),
    "state": pgettext_lazy("journal", "state"),
}

THINGS = {
    "practice": pgettext_lazy("journal", "Practice"),
    "draft": pgettext_lazy("journal", "Practice"),
    "attachment": pgettext_lazy("journal", "File beside a practice"),
    "adoption": pgettext_lazy("journal", "Use of a practice"),
    "post": pgettext_lazy("journal", "Discussion"),
    "request": pgettext_lazy("journal", "Request"),
    "offer": pgettext_lazy("journal", "Offer"),
    "group": pgettext_lazy("journal", "Working group"),
    "workinggroup": pgettext_lazy("journal", "Working group"),
    "labels": pgettext_lazy("journal", "Labels"),
    "labelpolicy": pgettext_lazy("journal", "Labels"),
    "affiliate": pgettext_lazy("journal", "Affiliated organisation"),
    "affiliation": pgettext_lazy("journal", "Affiliated organisation"),
    "import": pgettext_lazy("journal", "Import"),
    "practiceimport": pgettext_lazy("journal", "Import"),
    "search": pgettext_lazy("journal", "Search"),
}


def _practices(actor: Actor, ids: Collection[int]) -> Mapping[int, str]:
    rows = Practice.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", "key")
    return {pk: reverse("secretariat:practice", args=[key]) for pk, key in rows}


def _requests(actor: Actor, ids: Collection[int]) -> Mapping[int, str]:
    rows = Request.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", "key")
    return {pk: reverse("secretariat:request", args=[key]) for pk, key in rows}


def _groups(actor: Actor, ids: Collection[int]) -> Mapping[int, str]:
    rows = WorkingGroup.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", "key")
    return {pk: reverse("secretariat:group", args=[key]) for pk, key in rows}


LEADS = {
    "practices.practice": _practices,
    "practices.request": _requests,
    "practices.workinggroup": _groups,
}
