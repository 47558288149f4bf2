"""The addresses under /session/."""

from django.urls import URLPattern, URLResolver, path

from alliance.web import session

urlpatterns: list[URLPattern | URLResolver] = [
    path("corner/", session.session_corner, name="session-corner"),
    path("start/", session.session_start, name="session-start"),
    path("switch/", session.session_switch, name="session-switch"),
    path("language/", session.set_language, name="set_language"),
]
