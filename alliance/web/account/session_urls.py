"""The addresses under /session/."""

from django.urls import URLPattern, URLResolver, path

from alliance.web.account import session

urlpatterns: list[URLPattern | URLResolver] = [
    path("account-menu/", session.session_account_menu, name="session-account-menu"),
    path("start/", session.session_start, name="session-start"),
    path("organisation/", session.session_organisation, name="session-organisation"),
    path("switch/", session.session_switch, name="session-switch"),
    path("token/", session.session_token, name="session-token"),
    path("taken/", session.session_taken, name="session-taken"),
    path("pending/<str:token>/", session.pending_post, name="pending-post"),
    path("language/", session.set_language, name="set_language"),
]
