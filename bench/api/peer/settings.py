"""Settings of the peer: those of the peer of the pages, and DRF with what it does by itself."""

from bench.pages.peer.settings import *  # noqa: F403  (all of them, and two more)

ROOT_URLCONF = "bench.api.peer.urls"
INSTALLED_APPS = ["bench.api.peer", "rest_framework"]
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": (),
    "DEFAULT_RENDERER_CLASSES": ("rest_framework.renderers.JSONRenderer",),
    "UNAUTHENTICATED_USER": None,
}
