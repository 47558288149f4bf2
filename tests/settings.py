"""The portal's own settings, after the environment has been turned to this process's share of the servers."""

from tests.support import isolation

isolation.isolate()

from portal.settings import *  # noqa: E402, F403  (the settings read the environment when they are imported)

# One round instead of hundreds of thousands: signing in is not what most tests are about.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Most of the cast has none; tests/alliance/web/account/test_required_factors.py switches it on.
SECOND_FACTOR_REQUIRED = False
# Of a test that fails, pytest shows the lines of the log by handlers of its own: nobody would read a second copy.
LOGGING["handlers"]["console"] = {"class": "logging.NullHandler"}  # noqa: F405  (one of the portal's settings)
# Plain names, found where they lie: nothing is collected before a test run, nor are they all read again by each
# client of the tests, which has a chain of middleware of its own.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
# The process of the tests also copies tables, which psycopg2 refuses where waiting is bounded.
WSGI_IS_SERVED = False
# The identity providers of the tests answer on this machine: tests/support/oidc_provider.py, saml_provider.py.
OUTGOING_ALLOW_LOOPBACK = True
