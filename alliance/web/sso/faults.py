"""A sign-in through a provider that did not happen: raised wherever an answer is checked, shown by one page."""

from alliance.enums import SignInFault


class ProviderFault(Exception):
    """The provider's answer is not believed, or there is none."""

    def __init__(self, fault: SignInFault) -> None:
        super().__init__(fault.value)
        self.fault = fault
