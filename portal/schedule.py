"""What beat starts, and how often, in seconds.

Tasks of the schedule only insert rows with a dedupe key, so that two schedulers queue one job.
"""

from typing import Any

SCHEDULE: dict[str, dict[str, Any]] = {
    "enqueue-missed-reports": {"task": "alliance.enqueue_missed_reports", "schedule": 60.0},
    "enqueue-due-charters": {"task": "alliance.enqueue_due_charters", "schedule": 60.0},
    "enqueue-due-closings": {"task": "alliance.enqueue_due_closings", "schedule": 60.0},
    "prepare-cycle-documents": {"task": "alliance.prepare_cycle_documents", "schedule": 900.0},
    "enqueue-open-data": {"task": "alliance.enqueue_open_data", "schedule": 60.0},
    "enqueue-due-publications": {"task": "alliance.enqueue_due_publications", "schedule": 60.0},
    "begin-public-day": {"task": "alliance.begin_public_day", "schedule": 60.0},
    "enqueue-reminders": {"task": "alliance.enqueue_reminders", "schedule": 900.0},
    "enqueue-stalled-reminder": {"task": "alliance.enqueue_stalled_reminder", "schedule": 900.0},
    "enqueue-expiry-reminders": {"task": "practices.enqueue_expiry_reminders", "schedule": 900.0},
    "enqueue-still-works": {"task": "practices.enqueue_still_works", "schedule": 3600.0},
    "enqueue-rule-notes": {"task": "practices.enqueue_rule_notes", "schedule": 3600.0},
    "enqueue-affiliation-closings": {"task": "practices.enqueue_affiliation_closings", "schedule": 300.0},
    "enqueue-follow-digests": {"task": "alliance.enqueue_follow_digests", "schedule": 300.0},
    "enqueue-digests": {"task": "portal.enqueue_digests", "schedule": 300.0},
    "enqueue-weekly-letters": {"task": "portal.enqueue_weekly_letters", "schedule": 900.0},
    "enqueue-bundles": {"task": "portal.enqueue_bundles", "schedule": 300.0},
    "enqueue-purge": {"task": "portal.enqueue_purge", "schedule": 900.0},
    "enqueue-partitions": {"task": "portal.enqueue_partitions", "schedule": 900.0},
    "enqueue-chain-check": {"task": "portal.enqueue_chain_check", "schedule": 900.0},
    "enqueue-scrub": {"task": "portal.enqueue_scrub", "schedule": 900.0},
    "note-schedule": {"task": "portal.note_schedule", "schedule": 60.0, "options": {"expires": 60}},
}
