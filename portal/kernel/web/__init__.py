"""What every page needs: the actor's request, visible objects, pagination, downloads, refusals, error pages, site
maps.

No page of its own.
"""

from portal.kernel.web.addresses import address_of
from portal.kernel.web.compression import REPRESENTATION_DIGEST, CompressionMiddleware
from portal.kernel.web.downloads import attachment_response, sandbox, stored_file_response
from portal.kernel.web.error_pages import error_page, register_site_source
from portal.kernel.web.form_limits import PAGE_BYTES, PAGE_FIELDS
from portal.kernel.web.form_renderer import InputRenderer
from portal.kernel.web.forms import (
    CONFIRM_PASSWORD,
    FORM_TOKEN,
    PAGE_PERSON,
    PAGE_TENANT,
    SWITCH_TENANT,
    TECHNICAL_FIELDS,
    StrictFields,
    StrictForm,
    UnlistedFields,
    lists_fields,
    names_of,
    posts,
    refuse_unlisted_fields,
    set_choices,
)
from portal.kernel.web.pagination import (
    PAGE_SIZE,
    GaplessPaginator,
    paginate,
    paginate_or_404,
    rows_of_table,
)
from portal.kernel.web.parameters import PAGE, Parameter, open_text, parameters
from portal.kernel.web.public_pages import PublicAnswers, PublicPageMiddleware
from portal.kernel.web.readable import ReadableRequestMiddleware, is_readable_query
from portal.kernel.web.refusals import (
    RefusalMiddleware,
    RefusedRedirect,
    bad_request,
    csrf_failure,
    fetching_language,
    fetching_path,
    method_not_allowed,
    page_not_found,
    permission_denied,
    redirect_refused,
    referring_path,
    refusals_on,
    server_error,
    too_many_requests,
    unavailable,
    withheld,
)
from portal.kernel.web.refused_posts import (
    page_of_another_tenant,
    page_of_pending_post,
    post_on_hold,
    refuse_autosave,
    words_of_post,
)
from portal.kernel.web.requests import ActorRequest, get_visible_or_404, permissions, requires
from portal.kernel.web.scripted_forms import ScriptedFormMiddleware, is_scripted_form
from portal.kernel.web.sitemaps import PublicSitemap
from portal.kernel.web.text_limits import reword_long_texts
from portal.kernel.web.typed_fields import TypedField, typed_words

__all__ = [
    "CONFIRM_PASSWORD",
    "FORM_TOKEN",
    "PAGE",
    "PAGE_BYTES",
    "PAGE_FIELDS",
    "PAGE_PERSON",
    "PAGE_SIZE",
    "PAGE_TENANT",
    "REPRESENTATION_DIGEST",
    "SWITCH_TENANT",
    "TECHNICAL_FIELDS",
    "ActorRequest",
    "CompressionMiddleware",
    "GaplessPaginator",
    "InputRenderer",
    "Parameter",
    "PublicAnswers",
    "PublicPageMiddleware",
    "PublicSitemap",
    "ReadableRequestMiddleware",
    "RefusalMiddleware",
    "RefusedRedirect",
    "ScriptedFormMiddleware",
    "StrictFields",
    "StrictForm",
    "TypedField",
    "UnlistedFields",
    "address_of",
    "attachment_response",
    "bad_request",
    "csrf_failure",
    "error_page",
    "fetching_language",
    "fetching_path",
    "get_visible_or_404",
    "is_readable_query",
    "is_scripted_form",
    "lists_fields",
    "method_not_allowed",
    "names_of",
    "open_text",
    "page_not_found",
    "page_of_another_tenant",
    "page_of_pending_post",
    "paginate",
    "paginate_or_404",
    "parameters",
    "permission_denied",
    "permissions",
    "post_on_hold",
    "posts",
    "redirect_refused",
    "referring_path",
    "refusals_on",
    "refuse_autosave",
    "refuse_unlisted_fields",
    "register_site_source",
    "requires",
    "reword_long_texts",
    "rows_of_table",
    "sandbox",
    "server_error",
    "set_choices",
    "stored_file_response",
    "too_many_requests",
    "typed_words",
    "unavailable",
    "withheld",
    "words_of_post",
]
