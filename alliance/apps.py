"""Registers the ground floor with Django, and hands its rules and notices to the kernel."""

from django.apps import AppConfig


class AllianceConfig(AppConfig):
    name = "alliance"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from alliance.access import register_rules
        from alliance.documents.kinds import register_kinds
        from alliance.notify import register_notices
        from alliance.queries import evidence_files, personal_things
        from alliance.queries.actors import actor_for, recipients_among
        from alliance.queries.clock import time_zone
        from alliance.queries.journal_words import LEADS, SENTENCES, THINGS
        from alliance.queries.site import read_site, the_letterhead
        from alliance.services import erasure, evidence, projections  # they register what the kernel calls
        from alliance.services.notifications import note_bounce
        from alliance.services.retention import LINES
        from alliance.services.work_in_hand import register_work
        from alliance.web.sign_in import name_the_device
        from portal.kernel import (
            clock,
            documents,
            error_pages,
            file_places,
            journal_words,
            mail,
            notices,
            personal,
            retention,
        )

        del erasure, evidence, projections
        register_rules()
        register_notices()
        register_kinds()
        register_work()
        user_logged_in.connect(name_the_device)
        documents.actors_come_from(actor_for)
        clock.zone_comes_from(time_zone)
        error_pages.site_comes_from(read_site.last_known)
        notices.recipients_come_from(recipients_among)
        notices.refusals_go_to(note_bounce)
        mail.letterhead_comes_from(the_letterhead)
        file_places.register(evidence_files.HOLDER)
        retention.keep(*LINES)
        journal_words.speak(SENTENCES)
        journal_words.name(THINGS)
        journal_words.lead(LEADS)
        personal.hang(*personal_things.PARTS, untold=personal_things.UNTOLD, stays=personal_things.STAYS)
