"""A sign-in that waits for its second step: it ends when what it began with has changed."""

from allauth.mfa.stages import AuthenticateStage

from alliance.queries.factors import sign_in_basis

_BASIS = "basis"


class SecondStep(AuthenticateStage):
    """allauth's second step, which remembers on what the first one rested: password, factors, memberships."""

    def handle(self) -> tuple:
        if ((self.login.signal_kwargs or {}).get("sso") or {}).get("has_factor"):
            return None, True  # the organisation trusts its provider, which has stated a second factor
        response, goes_on = super().handle()
        if response is not None:
            self.state[_BASIS] = sign_in_basis(self.login.user)
        return response, goes_on

    @property
    def is_outdated(self) -> bool:
        """Whether the person, their password, factors or memberships are others than at the first step."""
        return self.state.get(_BASIS) != sign_in_basis(self.login.user)
