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
        from alliance.queries.actors import actor_for, recipient_for
        from alliance.queries.journal_words import LEADS, SENTENCES, THINGS
        from alliance.queries.site import the_letterhead
        from alliance.services import erasure, evidence, projections  # they register what the kernel calls
        from alliance.services.notifications import note_bounce
        from alliance.services.retention import LINES
        from alliance.services.work_in_hand import register_work
        from alliance.web.sign_in import name_the_device
        from portal.kernel import documents, file_places, journal_words, mail, notices, personal, retention

        del erasure, evidence, projections
        register_rules()
        register_notices()
        register_kinds()
        register_work()
        user_logged_in.connect(name_the_device)
        documents.actors_come_from(actor_for)
        notices.recipients_come_from(recipient_for)
        notices.refusals_go_to(note_bounce)
        mail.letterhead_comes_from(the_letterhead)
        file_places.register(evidence_files.HOLDER)
        retention.keep(*LINES)
        journal_words.speak(SENTENCES)
        journal_words.name(THINGS)
        journal_words.lead(LEADS)
        personal.hang(*personal_things.PARTS)
