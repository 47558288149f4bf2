"""Pages of signing in and out and of passwords: allauth's views with our forms."""

from typing import Any

from allauth.account import views

from alliance.web.forms.accounts import (
    ForgottenPasswordForm,
    NewPasswordForm,
    PasswordChangeForm,
    SignInForm,
)


class _OurSite:
    """allauth would name the site after the Host header; ours has a name of its own."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]  # a mixin
        context.pop("site", None)
        return context


class SignIn(_OurSite, views.LoginView):
    form_class = SignInForm


class SignOut(_OurSite, views.LogoutView):
    pass


class PasswordReset(_OurSite, views.PasswordResetView):
    form_class = ForgottenPasswordForm


class PasswordResetDone(_OurSite, views.PasswordResetDoneView):
    pass


class PasswordResetFromKey(_OurSite, views.PasswordResetFromKeyView):
    form_class = NewPasswordForm


class PasswordResetFromKeyDone(_OurSite, views.PasswordResetFromKeyDoneView):
    pass


class PasswordChange(_OurSite, views.PasswordChangeView):
    form_class = PasswordChangeForm
