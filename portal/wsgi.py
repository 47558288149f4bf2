"""The WSGI entry point."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.http import HttpRequest
from django.template.loader import get_template

from portal.kernel.database import bound_waiting

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
_PUBLIC_TEMPLATES = ("base", "components", "alliance/public", "practices/public")

application = get_wsgi_application()


def load_public_pages() -> None:
    """Load views, templates, icons and names of files, as the first request of each process would: about 15 MB.

    Before the server forks, so that its processes share them, and grow later by what they keep alone. It asks no
    database.
    """
    from portal.kernel.web import error_page  # knows models, which there are only now

    templates = settings.BASE_DIR / "templates"
    for folder in _PUBLIC_TEMPLATES:
        for path in (templates / folder).rglob("*.html"):
            get_template(str(path.relative_to(templates)))
    for language, _name in settings.LANGUAGES:
        request = HttpRequest()
        request.path_info = f"/{language}/"
        error_page(request, 404)


load_public_pages()
if settings.WEB_WAITING_IS_BOUNDED:
    bound_waiting(connections["default"].get_connection_params())
