"""Registers the ground floor with Django, and hands its rules and notices to the kernel."""

from django.apps import AppConfig


class AllianceConfig(AppConfig):
    name = "alliance"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from alliance.access import register_rules
        from alliance.documents.kinds import register_kinds
        from alliance.notify import register_notices
        from alliance.queries import evidence_files
        from alliance.queries.actors import actor_for, recipient_for
        from alliance.services import evidence, projections  # they register what the kernel calls
        from portal.kernel import documents, file_places, notices

        del evidence, projections
        register_rules()
        register_notices()
        register_kinds()
        documents.actors_come_from(actor_for)
        notices.recipients_come_from(recipient_for)
        file_places.register(evidence_files.HOLDER)
