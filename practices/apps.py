"""Registers the first floor with Django, and hands its rules, notices and panels to the kernel."""

from typing import Any

from django.apps import AppConfig


class PracticesConfig(AppConfig):
    name = "practices"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from alliance.demo.chapters import add_chapter
        from portal.kernel import file_places, journal, registry
        from practices.documents.kinds import register_kinds
        from practices.notify import register_notices
        from practices.queries import citations, practice_files
        from practices.rules import register_rules
        from practices.services import attachments, projections  # they register what the kernel calls
        from practices.web.panels import hang_panels
        from practices.web.public.panels import register_panels

        del attachments, projections
        register_rules()
        register_notices()
        register_kinds()
        journal.shade(*filter(_has_sight, self.get_models()))
        registry.let_cite("adoption", registry.Citable(citations.offered, citations.cited))
        file_places.register(practice_files.ATTACHMENTS)
        file_places.register(practice_files.IMPORTS)
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
