"""Registers the ground floor with Django, and hands to the kernel what it is to call."""

from django.apps import AppConfig


class AllianceConfig(AppConfig):
    name = "alliance"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        _rules_and_work()
        _who_acts_and_when()
        _notices_and_letters()
        _documents_and_files()
        _what_is_kept()
        _words_of_the_journal()


def _rules_and_work() -> None:
    """Who may do what, what one may be at, and what publications are made into."""
    from alliance.access import register_rules
    from alliance.services import projections  # it registers itself
    from alliance.services.work_in_hand import register_work

    del projections
    register_rules()
    register_work()


def _who_acts_and_when() -> None:
    """From people to actors, the time zone, and what the portal calls itself when all else is away."""
    from django.contrib.auth.signals import user_logged_in

    from alliance.queries.actors import actor_for
    from alliance.queries.clock import time_zone
    from alliance.queries.site import read_site
    from alliance.web.sign_in import name_the_device
    from portal.kernel import clock, documents, error_pages

    user_logged_in.connect(name_the_device)
    documents.actors_come_from(actor_for)
    clock.zone_comes_from(time_zone)
    error_pages.site_comes_from(read_site.last_known)


def _notices_and_letters() -> None:
    """What is told to whom, in whose name, and what becomes of a letter that nobody takes."""
    from alliance.notify import register_notices
    from alliance.queries.actors import recipients_among
    from alliance.queries.site import the_letterhead
    from alliance.services.notifications import note_bounce
    from portal.kernel import mail, notices

    register_notices()
    notices.recipients_come_from(recipients_among)
    notices.refusals_go_to(note_bounce)
    mail.letterhead_comes_from(the_letterhead)


def _documents_and_files() -> None:
    """What can be built, and where stored files stand."""
    from alliance.documents.kinds import register_kinds
    from alliance.queries import evidence_files
    from alliance.services import evidence  # it registers itself
    from alliance.services.site import MARK_HOLDER
    from portal.kernel import file_places

    del evidence
    register_kinds()
    file_places.register(evidence_files.HOLDER)
    file_places.register(MARK_HOLDER)


def _what_is_kept() -> None:
    """What is kept how long; what of it is told to the person whom it names, and what goes with them."""
    from alliance.queries import personal_things
    from alliance.services import erasure  # it registers itself
    from alliance.services.retention import LINES
    from portal.kernel import personal, retention

    del erasure
    retention.keep(*LINES)
    personal.hang(*personal_things.PARTS, untold=personal_things.UNTOLD, stays=personal_things.STAYS)


def _words_of_the_journal() -> None:
    """How the journal names what was done, and where its lines lead."""
    from alliance.queries.journal_words import DETAILS, LEADS, SENTENCES, THINGS
    from portal.kernel import journal_words

    journal_words.speak(SENTENCES)
    journal_words.name(THINGS)
    journal_words.detail(DETAILS)
    journal_words.lead(LEADS)
