"""The addresses under /accounts/: only those of allauth that are needed, each by name."""

from django.urls import URLPattern, URLResolver, path, re_path

from alliance.web.account import (
    calendar_feed,
    consent,
    freezing,
    invitations,
    notifications,
    personal_data,
    profile,
    reauthentication,
    security,
    sign_in,
)
from alliance.web.sso import views as sso
from portal.kernel.web import lists_fields

urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", sign_in.SignIn.as_view(), name="account_login"),
    path("login/second/", sign_in.SecondFactor.as_view(), name="mfa_authenticate"),
    path("login/passkey/", sign_in.PasskeySignIn.as_view(), name="mfa_login_webauthn"),
    # through the identity provider of one's organisation
    path("sso/", sso.sso_start, name="sso-start"),
    path("sso/own/", sso.sso_own_sign_in, name="sso-own-sign-in"),
    path("sso/<slug:key>/login/", sso.sso_login, name="sso-login"),
    path("sso/<slug:key>/callback/", sso.sso_callback, name="sso-callback"),
    path("sso/<slug:key>/acs/", sso.saml_acs, name="saml-acs"),
    path("sso/<slug:key>/finish/", sso.saml_finish, name="saml-finish"),
    path("sso/<slug:key>/metadata/", sso.saml_metadata, name="saml-metadata"),
    path("logout/", lists_fields("next")(sign_in.SignOut.as_view()), name="account_logout"),
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
    path("notifications/", notifications.notification_settings, name="notification-settings"),
    path("notifications/try-again/", notifications.notification_retry, name="notification-retry"),
    path("calendar/<str:token>.ics", calendar_feed.calendar_feed, name="calendar-feed"),
    path("unsubscribe/<str:token>/", notifications.unsubscribe, name="unsubscribe"),
    path("data/", personal_data.personal_data, name="personal-data"),
    path("data/progress/", personal_data.personal_data_progress, name="personal-data-progress"),
    path("data/file/", personal_data.personal_data_file, name="personal-data-file"),
    path("data/erase/", personal_data.personal_data_erase, name="personal-data-erase"),
    path("data/erased/", personal_data.personal_data_erased, name="personal-data-erased"),
    path("consent/", consent.consent, name="consent"),
    path("invitation/<str:token>/", invitations.invitation_accept, name="invitation-accept"),
    # saying once more who one is
    path(
        "again/password/", reauthentication.ReauthenticateByPassword.as_view(), name="account_reauthenticate"
    ),
    path("again/code/", reauthentication.ReauthenticateByCode.as_view(), name="mfa_reauthenticate"),
    path(
        "again/passkey/",
        reauthentication.ReauthenticateByPasskey.as_view(),
        name="mfa_reauthenticate_webauthn",
    ),
    path("again/done/", reauthentication.reauthenticated, name="reauthenticated"),
    # one's own pages
    path("profile/", profile.profile, name="account-profile"),
    path("address/", profile.email_change, name="email-change"),
    path("address/cancel/", profile.email_change_cancel, name="email-change-cancel"),
    path("address/<str:token>/", profile.email_change_confirm, name="email-change-confirm"),
    path("sessions/", profile.sessions, name="account-sessions"),
    path("sessions/end/", profile.session_end, name="session-end"),
    path("sessions/end-others/", profile.session_end_others, name="session-end-others"),
    path("freeze/", freezing.account_freeze, name="account-freeze"),
    path("freeze/done/", freezing.account_frozen, name="account-frozen"),
    path("freeze/<str:token>/", freezing.account_freeze_link, name="account-freeze-link"),
    path("devices/forget/", profile.device_forget, name="device-forget"),
    path("devices/forget-others/", profile.device_forget_others, name="device-forget-others"),
    path("security/", security.security, name="mfa_index"),
    path("security/required/", security.second_factor_required, name="second-factor-required"),
    path("security/app/add/", security.AppAdd.as_view(), name="mfa_activate_totp"),
    path("security/app/picture.svg", security.app_picture, name="app-picture"),
    path(
        "security/app/remove/", lists_fields("next")(security.AppRemove.as_view()), name="mfa_deactivate_totp"
    ),
    path("security/passkeys/add/", security.PasskeyAdd.as_view(), name="mfa_add_webauthn"),
    path(
        "security/passkeys/<int:pk>/remove/",
        lists_fields("next")(security.PasskeyRemove.as_view()),
        name="mfa_remove_webauthn",
    ),
    path("security/codes/", security.RecoveryCodes.as_view(), name="mfa_view_recovery_codes"),
    path(
        "security/codes/recovery-codes.txt",
        security.RecoveryCodesFile.as_view(),
        name="mfa_download_recovery_codes",
    ),
    path(
        "security/codes/new/",
        lists_fields("next")(security.RecoveryCodesCreate.as_view()),
        name="mfa_generate_recovery_codes",
    ),
]
