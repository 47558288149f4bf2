"""The portal's settings for a test of the schedule: everything comes round each second."""

from portal.settings import *  # noqa: F403  (settings are names of a module)
from portal.settings import CELERY_BEAT_SCHEDULE as _SCHEDULE

CELERY_BEAT_SCHEDULE = {name: {**entry, "schedule": 1.0} for name, entry in _SCHEDULE.items()}
