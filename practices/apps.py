"""Registers the first floor with Django, and hands its rules and notices to the kernel."""

from django.apps import AppConfig


class PracticesConfig(AppConfig):
    name = "practices"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from portal.kernel import journal
        from practices.notify import register_notices
        from practices.rules import register_rules

        register_rules()
        register_notices()
        journal.shade(*self.get_models())
