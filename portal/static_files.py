"""Static files: hashed names and gzip for production, plain ones for the demonstration."""

from django.conf import settings
from django.contrib.staticfiles.storage import StaticFilesStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

StaticFiles = StaticFilesStorage if settings.WHITENOISE_USE_FINDERS else CompressedManifestStaticFilesStorage
