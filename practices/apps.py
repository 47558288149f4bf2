"""Registers the first floor with Django, hands its rules to the kernel, and hangs what it gives to lower floors."""

from django.apps import AppConfig


class PracticesConfig(AppConfig):
    name = "practices"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from portal.kernel import journal, registry
        from practices.queries import citations
        from practices.rules import register_rules

        register_rules()
        journal.shade(*self.get_models())
        registry.let_cite("adoption", registry.Citable(citations.offered, citations.cited))
