"""The token that a request carries."""

from drf_spectacular.utils import extend_schema

from alliance.api.serializers.tokens import TokenSerializer
from alliance.models import ApiToken
from portal.kernel.api import ANY_TOKEN, DetailView, scopes_by_method
from portal.kernel.web import get_visible_or_404


@extend_schema(summary="Get the current token")
class TokenDetail(DetailView):
    """The token of the request: its owner, organisation, scopes and expiry date."""

    required_scopes = scopes_by_method(GET=ANY_TOKEN)
    serializer_class = TokenSerializer

    def get_object(self) -> ApiToken:
        token: ApiToken = get_visible_or_404(ApiToken.objects, self.actor, pk=self.actor.credential_id)
        return token
