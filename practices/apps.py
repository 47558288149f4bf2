"""Registers the first floor with Django, and hands its rules, notices and panels to the kernel."""

from typing import Any

from django.apps import AppConfig


class PracticesConfig(AppConfig):
    name = "practices"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from alliance.demo.chapters import add_chapter
        from portal.kernel import file_places, journal, journal_words, personal, registry, retention, scopes
        from practices.documents.kinds import register_kinds
        from practices.notify import register_notices
        from practices.queries import citations, personal_things, practice_files
        from practices.queries.journal_words import LEADS, SENTENCES, THINGS
        from practices.rules import register_rules
        from practices.services import (
            attachments,
            forgetting,
            projections,
        )  # they register what the kernel calls
        from practices.services.retention import LINES
        from practices.services.work_in_hand import register_work
        from practices.web.panels import hang_panels
        from practices.web.public.panels import register_panels

        del attachments, forgetting, projections
        register_rules()
        register_notices()
        register_kinds()
        register_work()
        reading = scopes.Scope("practices:read", _("read the practices that you may read"), for_host=True)
        scopes.register(reading)
        journal.shade(*filter(_has_sight, self.get_models()))
        registry.let_cite("adoption", registry.Citable(citations.offered, citations.cited))
        file_places.register(practice_files.ATTACHMENTS)
        file_places.register(practice_files.IMPORTS)
        retention.keep(*LINES)
        journal_words.speak(SENTENCES)
        journal_words.name(THINGS)
        journal_words.lead(LEADS)
        personal.hang(*personal_things.PARTS, untold=personal_things.UNTOLD, stays=personal_things.STAYS)
        register_panels()
        hang_panels()
        add_chapter(_tell)


def _has_sight(model: Any) -> bool:
    """What everybody may read, as projections, has none."""
    return hasattr(model.objects, "visible_to")


def _tell(cast: Any, calendar: Any, chronicle: Any) -> None:
    """The demonstration's chapter of practices; its rooms are opened only when it is told."""
    from practices.demo.story import schedule_practices

    schedule_practices(cast, calendar, chronicle)
