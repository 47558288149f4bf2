"""The WSGI entry point."""

import os
from urllib.parse import urlsplit
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.template.loader import get_template

from portal.kernel.database import REPLICA, bound_waiting

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
_PUBLIC_TEMPLATES = ("base", "components", "alliance/public", "practices/public")

application = get_wsgi_application()


def load_public_pages() -> None:
    """Load what public pages are made of, and make the home page in each language.

    Before the server forks: its processes share all of it, about 20 MB, and grow later by what they keep alone; nobody
    waits for the first page. While the database is away nothing is made, and nothing is lost.
    """
    templates = settings.BASE_DIR / "templates"
    for folder in _PUBLIC_TEMPLATES:
        for path in (templates / folder).rglob("*.html"):
            get_template(str(path.relative_to(templates)))
    origin = urlsplit(settings.ORIGIN)
    for language, _name in settings.LANGUAGES:
        environment = {
            "PATH_INFO": f"/{language}/",
            "HTTP_HOST": origin.netloc,
            "HTTP_X_FORWARDED_PROTO": origin.scheme,
            "wsgi.url_scheme": origin.scheme,
        }
        setup_testing_defaults(environment)
        application(environment, lambda status, headers, failure=None: lambda content: None).close()
    connections.close_all()


if settings.WSGI_IS_SERVED:
    replica = connections[REPLICA].get_connection_params() if REPLICA in settings.DATABASES else None
    bound_waiting(connections["default"].get_connection_params(), replica)
    load_public_pages()
