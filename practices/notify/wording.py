"""The texts of notices, one sentence each: the subject of a letter, and the inbox item.

No sentence names anything. A title is added where the label allows it and the reader may see the record.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NEWS_SENTENCES: Mapping[str, str | Promise] = {
    # practices
    "practice.submit": _("A practice is waiting for moderation"),
    "practice.return": _("Your practice has been returned"),
    "practice.share": _("Your practice has been shared"),
    "practice.named": _("A practice has been shared with you or your working group"),
    "practice.update": _("A new version of a practice that you use or follow"),
    "practice.propose_update": _("A new version of a practice is waiting for moderation"),
    "practice.share_update": _("The new version of your practice has been shared"),
    "practice.return_update": _("The new version of your practice has been returned"),
    "opening.propose": _("A practice proposed for the community is waiting for moderation"),
    "opening.return": _("Your practice has not been opened to the community: see why"),
    "practice.opened": _("Your practice is open to the community"),
    "practice.open": _("A practice that you use or follow is open to the community"),
    "practice.opened_used": _(
        "A practice that you use is open to the community: choose who may see your use of it"
    ),
    "practice.open_hashes": _(
        "A practice that you use or follow is open to the community: "
        "delete hashes that you imported from its earlier exports, later ones do not withdraw them"
    ),
    "practice.opened_used_hashes": _(
        "A practice that you use is open to the community: choose who may see your use of it, "
        "and delete hashes that you imported from its earlier exports, later ones do not withdraw them"
    ),
    "practice.expire_soon": _("extend your alert with a new version, or retire it"),
    "practice.expire": _("Your alert has expired: extend it with a new version, or retire it"),
    "practice.expired": _("An alert that you use or follow has expired"),
    "practice.retire": _("A practice that you use or follow has been retired"),
    "practice.recall": _("A practice that you opened or use has been recalled"),
    "practice.narrow": _(
        "You can no longer read a practice that you opened or use: delete copies, and ask its source if in doubt"
    ),
    # translations
    "translation.offer": _("A translation of your practice has been offered"),
    "translation.accept": _("A translation is waiting for moderation"),
    "translation.share": _("Your translation has been shared"),
    "translation.decline": _("Your translation has been declined"),
    # adoptions
    "adoption.record": _("An organisation uses or considers your practice"),
    "adoption.change": _("An organisation has changed how it uses your practice"),
    "adoption.result": _("There is a new result for your practice"),
    "adoption.correct_result": _("A result for your practice has been corrected"),
    "adoption.withdraw_result": _("A result for your practice has been withdrawn"),
    "adoption.ask": _("Say whether a practice that you use still works"),
    "adoption.thank": _("Somebody thanks you for saying how a practice works for you"),
    # discussion
    "post.question.practice": _("A question about your practice"),
    "post.question.request": _("A question about your request"),
    "post.asked.practice": _("A new question about a practice that you follow"),
    "post.asked.request": _("A new question about a request that you follow"),
    "post.asked.group": _("A new message in a working group that you follow"),
    "post.answer": _("An answer to your question"),
    "post.answered.practice": _("A new answer about a practice that you follow"),
    "post.answered.request": _("A new answer about a request that you follow"),
    "post.answered.group": _("A new answer in a working group that you follow"),
    "post.mention": _("You have been mentioned"),
    "post.accept": _("Your answer has been accepted"),
    "post.thank": _("Somebody thanks you for your answer"),
    "post.remove": _("Your message has been removed"),
    # requests
    "request.ask": _("A request that you may be able to answer"),
    "offer.make": _("An offer for your request"),
    "offer.made": _("A new offer for a request that you follow"),
    "request.answer": _("Your offer has been accepted"),
    "request.answered": _("A request that you follow has been answered"),
    "request.close": _("A request that you follow has been closed"),
    # affiliations, to those who have a part in them
    "affiliation.propose": _(
        "Your organisation has been proposed as an affiliate and can confirm or decline"
    ),
    "affiliation.confirm": _("An affiliate has confirmed, and the affiliation waits for the secretariat"),
    "affiliation.take_back": _("An affiliate has taken back its confirmation"),
    "affiliation.decline": _("An affiliation has been declined"),
    "affiliation.withdraw": _("The proposal of an affiliation has been withdrawn"),
    "affiliation.lapse": _("The proposal of an affiliation has lapsed"),
    "affiliation.approve": _("An affiliation is in force"),
    "affiliation.end": _("An affiliation has ended"),
    # working groups
    "group.bring_in": _("You have been added to a working group"),
}

_OPEN_PRACTICE, _OPEN_REQUEST, _DECIDE = _("Open the practice"), _("Open the request"), _("Read and decide")
_SEE_CHANGES, _OPEN_ALERT, _ANSWER = _("See what to change"), _("Open the alert"), _("Read and answer")

# The words of the button, where there is more to do than to read on.
NEWS_ACTIONS: Mapping[str, str | Promise] = {
    "practice.submit": _DECIDE,
    "practice.propose_update": _DECIDE,
    "opening.propose": _DECIDE,
    "practice.opened": _OPEN_PRACTICE,
    "practice.open": _OPEN_PRACTICE,
    "practice.open_hashes": _OPEN_PRACTICE,
    "practice.opened_used": _("Choose readers"),
    "practice.opened_used_hashes": _("Choose readers"),
    "practice.return": _SEE_CHANGES,
    "practice.return_update": _SEE_CHANGES,
    "practice.share": _OPEN_PRACTICE,
    "practice.share_update": _OPEN_PRACTICE,
    "practice.named": _OPEN_PRACTICE,
    "practice.update": _OPEN_PRACTICE,
    "practice.expire_soon": _OPEN_ALERT,
    "practice.expire": _OPEN_ALERT,
    "practice.expired": _OPEN_ALERT,
    "post.question.practice": _ANSWER,
    "post.question.request": _ANSWER,
    "request.ask": _OPEN_REQUEST,
    "request.answer": _OPEN_REQUEST,
    "offer.make": _("See the offer"),
    "adoption.ask": _("Say so"),
    "translation.offer": _DECIDE,
    "translation.accept": _DECIDE,
    "affiliation.propose": _("Confirm or decline"),
}
