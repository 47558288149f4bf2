"""The portal's settings for a stage of a test: production's, with static files found where they lie."""

from portal.settings import *  # noqa: F403  (settings are names of a module)

WHITENOISE_USE_FINDERS = True
