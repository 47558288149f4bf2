"""The WSGI entry point."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connections

from portal.kernel.database import bound_waiting

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

application = get_wsgi_application()

if settings.WEB_WAITING_IS_BOUNDED:
    bound_waiting(connections["default"].get_connection_params())
