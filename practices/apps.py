"""Registers the first floor with Django, and hands to the kernel and to the ground floor what they are to call."""

from collections.abc import Iterable
from typing import Any

from django.apps import AppConfig


class PracticesConfig(AppConfig):
    name = "practices"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        _rules_and_work()
        _notices()
        _documents_and_files()
        _what_is_kept()
        _words_of_the_journal(self.get_models())
        _places_on_the_ground_floor()


def _rules_and_work() -> None:
    """Who may do what, what a token may read, what one may be at, and what publications are made into."""
    from django.utils.translation import gettext_lazy as _

    from portal.kernel import scopes
    from practices.rules import register_rules
    from practices.services import projections  # it registers itself
    from practices.services.work_in_hand import register_work

    del projections
    register_rules()
    register_work()
    reading = scopes.Scope("practices:read", _("read the practices that you may read"), for_host=True)
    scopes.register(reading)


def _notices() -> None:
    """What is told to whom."""
    from practices.notify import register_notices

    register_notices()


def _documents_and_files() -> None:
    """What can be built, and where stored files stand."""
    from portal.kernel import file_places
    from practices.documents.kinds import register_kinds
    from practices.queries import practice_files
    from practices.services import attachments  # it registers itself

    del attachments
    register_kinds()
    file_places.register(practice_files.ATTACHMENTS)
    file_places.register(practice_files.IMPORTS)


def _what_is_kept() -> None:
    """What is kept how long; what of it is told to the person whom it names, and what goes with them."""
    from portal.kernel import personal, retention
    from practices.queries import personal_things
    from practices.services import forgetting  # it registers itself
    from practices.services.retention import LINES

    del forgetting
    retention.keep(*LINES)
    personal.hang(*personal_things.PARTS, untold=personal_things.UNTOLD, stays=personal_things.STAYS)


def _words_of_the_journal(models: Iterable[Any]) -> None:
    """How the journal names what was done, where its lines lead, and of what it tells only those who see it."""
    from portal.kernel import journal, journal_words
    from practices.queries.journal_words import DETAILS, LEADS, SENTENCES, THINGS

    journal.shade(*filter(_has_sight, models))
    journal_words.speak(SENTENCES)
    journal_words.name(THINGS)
    journal_words.detail(DETAILS)
    journal_words.lead(LEADS)


def _has_sight(model: Any) -> bool:
    """What everybody may read, as projections, has none."""
    return hasattr(model.objects, "visible_to")


def _places_on_the_ground_floor() -> None:
    """What practices show on pages of the alliance, cite in its reports, and tell in its demonstration."""
    from alliance.demo.chapters import add_chapter
    from portal.kernel import registry
    from practices.queries import citations
    from practices.web.panels import hang_panels
    from practices.web.public.panels import register_panels

    registry.let_cite("adoption", registry.Citable(citations.offered, citations.cited))
    register_panels()
    hang_panels()
    add_chapter(_tell)


def _tell(cast: Any, calendar: Any, chronicle: Any) -> None:
    """The demonstration's chapter of practices; its rooms are opened only when it is told."""
    from practices.demo.story import schedule_practices

    schedule_practices(cast, calendar, chronicle)
