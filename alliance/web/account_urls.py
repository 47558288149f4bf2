"""The addresses under /accounts/: only those of allauth that are needed, each by name."""

from django.urls import URLPattern, URLResolver, path, re_path

from alliance.web import consent, invitations, sign_in

urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", sign_in.SignIn.as_view(), name="account_login"),
    path("logout/", sign_in.SignOut.as_view(), name="account_logout"),
    path("password/change/", sign_in.PasswordChange.as_view(), name="account_change_password"),
    path("password/reset/", sign_in.PasswordReset.as_view(), name="account_reset_password"),
    path("password/reset/done/", sign_in.PasswordResetDone.as_view(), name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        sign_in.PasswordResetFromKey.as_view(),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        sign_in.PasswordResetFromKeyDone.as_view(),
        name="account_reset_password_from_key_done",
    ),
    path("consent/", consent.consent, name="consent"),
    path("invitation/<str:token>/", invitations.invitation_accept, name="invitation-accept"),
]
