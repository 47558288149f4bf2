"""Registers the ground floor with Django, and hands its rules and notices to the kernel."""

from django.apps import AppConfig


class AllianceConfig(AppConfig):
    name = "alliance"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from alliance.access import register_rules
        from alliance.documents.kinds import register_kinds
        from alliance.notify import register_notices
        from alliance.queries.actors import actor_for, recipient_for
        from alliance.queries.clock import time_zone
        from alliance.queries.site import read_site
        from alliance.services import evidence, projections  # they register what the kernel calls
        from portal.kernel import clock, documents, error_pages, notices

        del evidence, projections
        register_rules()
        register_notices()
        register_kinds()
        documents.actors_come_from(actor_for)
        clock.zone_comes_from(time_zone)
        error_pages.site_comes_from(read_site.last_known)
        notices.recipients_come_from(recipient_for)
