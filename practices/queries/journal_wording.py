"""The texts of the practices' journal entries, and links to the records that the secretariat may see."""

from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.kernel.access import Actor
from portal.kernel.journal import LinkFinder, TargetLink
from practices.enums import AdoptionState, Label
from practices.models import Affiliation, Practice, Request, WorkingGroup

SENTENCES = {
    "practice.draft": _("Practice drafted"),
    "practice.submit": _("Practice submitted to moderation"),
    "practice.share": _("Practice shared after moderation"),
    "practice.share_directly": _("Practice shared with its readers"),
    "practice.return": _("Practice returned to its writers"),
    "practice.take_back": _("Practice withdrawn from moderation"),
    "practice.update": _("New version of a practice shared"),
    "practice.propose_update": _("New version submitted to moderation"),
    "practice.take_back_update": _("New version withdrawn from moderation"),
    "practice.share_update": _("New version shared after moderation"),
    "practice.return_update": _("New version returned"),
    "practice.narrow": _("Readers of a practice narrowed"),
    "practice.widen": _("Readers of a practice changed"),
    "opening.propose": _("Practice proposed for the community"),
    "opening.share": _("Practice opened after moderation"),
    "opening.return": _("Proposal to open a practice returned"),
    "opening.take_back": _("Proposal to open a practice withdrawn"),
    "opening.end": _("Proposal to open a practice overtaken by a change"),
    "practice.open": _("Practice opened to the community"),
    "practice.expire_soon": _("Reminder of an alert that expires soon sent"),
    "practice.expire": _("Alert expired"),
    "practice.retire": _("Practice retired"),
    "practice.recall": _("Practice recalled"),
    "practice.set_authors": _("Authors of a practice changed"),
    "practice.relate": _("Relation between practices added"),
    "practice.unrelate": _("Relation between practices removed"),
    "translation.draft": _("Translation of a working copy saved"),
    "translation.remove": _("Translation of a working copy removed"),
    "translation.offer": _("Translation of a practice offered"),
    "translation.accept": _("Translation accepted by the source"),
    "translation.take_back": _("Translation withdrawn from moderation"),
    "translation.withdraw": _("Translation withdrawn by its translator"),
    "translation.share": _("Translation shared"),
    "translation.decline": _("Translation declined"),
    "translation.replace": _("Translation replaced by a newer one"),
    "attachment.add": _("File added to a practice"),
    "attachment.remove": _("File removed from a practice"),
    "test_set.confirm": _("Test set confirmed for a changed policy"),
    "run.add": _("Run on a test set added"),
    "run.remove": _("Run on a test set removed"),
    "adoption.record": _("Use of a practice recorded"),
    "adoption.change": _("Use of a practice changed"),
    "adoption.result": _("Result of using a practice recorded"),
    "adoption.correct_result": _("Result of using a practice corrected"),
    "adoption.withdraw_result": _("Result of using a practice withdrawn"),
    "adoption.ask": _("Asked whether a practice still works"),
    "adoption.confirm": _("A practice seems to work still, not measured"),
    "adoption.postpone": _("Question whether a practice still works put off"),
    "adoption.readers": _("Readers of a use changed"),
    "adoption.thank": _("Thanks for a use of a practice"),
    "post.write": _("Message posted in a discussion"),
    "post.edit": _("Message changed"),
    "post.take_back": _("Message withdrawn by its author"),
    "post.remove": _("Message removed"),
    "post.accept": _("Answer accepted"),
    "post.unaccept": _("Acceptance of an answer withdrawn"),
    "post.thank": _("Thanks for an answer"),
    "request.ask": _("Request posted"),
    "request.edit": _("Request changed"),
    "request.answer": _("Request answered"),
    "request.close": _("Request closed"),
    "request.reopen": _("Request reopened"),
    "offer.make": _("Offer made"),
    "offer.withdraw": _("Offer withdrawn"),
    "group.make": _("Working group created"),
    "group.change": _("Working group changed"),
    "group.bring_in": _("Person added to a working group"),
    "group.take_out": _("Person removed from a working group"),
    "group.leave": _("Person left a working group"),
    "group.close": _("Working group closed"),
    "labels.choose": _("Labels for staff chosen"),
    "affiliation.propose": _("Affiliate proposed"),
    "affiliation.confirm": _("Affiliation confirmed by the affiliate"),
    "affiliation.take_back": _("Affiliate’s confirmation taken back"),
    "affiliation.approve": _("Affiliation put in force by the secretariat"),
    "affiliation.decline": _("Affiliation declined"),
    "affiliation.withdraw": _("Proposal of an affiliate withdrawn"),
    "affiliation.lapse": _("Proposal of an affiliate lapsed"),
    "affiliation.end": _("Affiliation ended"),
    "import.prepare": _("Practices uploaded for import"),
    "import.apply": _("Import confirmed"),
    "import.discard": _("Import discarded"),
    "import.finish": _("Import finished"),
    "search.match": _("Saved search found something new"),
    "feed_address.create": _("Address of a feed of practices made"),
    "feed_address.end": _("Address of a feed of practices turned off"),
}

DETAILS = {
    "added": _("Readers added"),
    "affiliate": _("Affiliate"),
    "earlier_readers": _("Earlier readers"),
    "files": _("Files"),
    "joined": _("People added"),
    "label": _("Label"),
    "labels": _("Labels"),
    "language": _("Language"),
    "leads": _("Leads the group"),
    "mentioned": _("Mentioned"),
    "offer": _("Offer"),
    "practice": _("Practice"),
    "request": _("Request"),
    "result": _("Result"),
    "state": _("State"),
    "uses": _("What searches ask of a use"),
}

VALUES: dict[str, dict[str, Any]] = {
    "before": dict(AdoptionState.choices),
    "label": dict(Label.choices),
    "labels": dict(Label.choices),
    "state": dict(AdoptionState.choices),
}

TARGET_NAMES = {
    "practice": _("Practice"),
    "draft": _("Practice"),
    "opening": _("Proposal to open a practice"),
    "translation": _("Translation of a practice"),
    "attachment": _("File of a practice"),
    "test_set": _("Test set"),
    "run": _("Run on a test set"),
    "modelrun": _("Run on a test set"),
    "adoption": _("Use of a practice"),
    "post": _("Discussion"),
    "request": _("Request"),
    "offer": _("Offer"),
    "group": _("Working group"),
    "workinggroup": _("Working group"),
    "labels": _("Labels"),
    "labelpolicy": _("Labels"),
    "affiliation": _("Affiliation"),
    "import": _("Import"),
    "practiceimport": _("Import"),
    "search": _("Search"),
    "feed_address": _("Address of a feed"),
    "feedaddress": _("Address of a feed"),
}


def _pages(model: Any, route: str, actor: Actor, ids: Collection[int]) -> Mapping[int, TargetLink]:
    rows = model.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", "key")
    return {pk: TargetLink(reverse(route, args=[key])) for pk, key in rows}


TARGET_LINKS: dict[str, LinkFinder] = {
    "practices.practice": partial(_pages, Practice, "secretariat:practice"),
    "practices.request": partial(_pages, Request, "secretariat:request"),
    "practices.workinggroup": partial(_pages, WorkingGroup, "secretariat:group"),
    "practices.affiliation": partial(_pages, Affiliation, "secretariat:affiliation"),
}
