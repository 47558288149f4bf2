"""Registers the first floor with Django, and hands its rules to the kernel."""

from django.apps import AppConfig


class PracticesConfig(AppConfig):
    name = "practices"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from practices.rules import register_rules
        from practices.services import projections  # registers the projector

        del projections
        register_rules()
