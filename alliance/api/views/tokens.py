"""The token that a request carries."""

from drf_spectacular.utils import extend_schema

from alliance.api.serializers.tokens import TokenSerializer
from alliance.models import ApiToken
from portal.kernel.api.views import ANY_TOKEN, Reading, by_method
from portal.kernel.web import get_visible_or_404


@extend_schema(summary="The token that the request carries")
class TokenReading(Reading):
    """Whose it is, for which organisation, what it opens, and when it ends."""

    opens = by_method(GET=ANY_TOKEN)
    serializer_class = TokenSerializer

    def get_object(self) -> ApiToken:
        found: ApiToken = get_visible_or_404(ApiToken.objects, self.actor, pk=self.actor.credential_id)
        return found
