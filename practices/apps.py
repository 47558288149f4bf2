"""Registers the first floor with Django, and hands its rules to the kernel."""

from typing import Any

from django.apps import AppConfig


class PracticesConfig(AppConfig):
    name = "practices"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from alliance.demo.chapters import add_chapter
        from practices.rules import register_rules
        from practices.services import projections  # registers the projector

        del projections
        register_rules()
        add_chapter(_tell)


def _tell(cast: Any, calendar: Any, chronicle: Any) -> None:
    """The demonstration's chapter of practices; its rooms are opened only when it is told."""
    from practices.demo.story import schedule_practices

    schedule_practices(cast, calendar, chronicle)
