"""The Celery application; beat's schedule stands in portal/schedule.py."""

import logging.config
import os

from celery import Celery
from celery.signals import setup_logging
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def _use_portal_logging(**_: object) -> None:
    """Worker and beat write the portal's lines; Celery sets up no loggers of its own."""
    logging.config.dictConfig(settings.LOGGING)
