"""The application that gunicorn serves in a bench: the portal or its peer, as the settings say."""

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
