"""The addresses of this face."""

from django.urls import URLPattern, URLResolver, path

from alliance.web import documents, inbox, organisations, people
from alliance.web.workspace import people as people_page

app_name = "workspace"

urlpatterns: list[URLPattern | URLResolver] = [
    # people, inbox, documents
    path("people/", people_page.people, name="people"),
    path("people/invite/", people.membership_invite, name="membership-invite"),
    path("people/<int:pk>/grant/", people.membership_grant, name="membership-grant"),
    path("people/<int:pk>/end/", people.membership_end, name="membership-end"),
    path("invitations/<int:pk>/revoke/", people.invitation_revoke, name="invitation-revoke"),
    path("invitations/<int:pk>/resend/", people.invitation_resend, name="invitation-resend"),
    path("organisation/change/", organisations.organisation_change, name="organisation-change"),
    path("services/add/", organisations.service_add, name="service-add"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/<int:pk>/read/", inbox.inbox_read, name="inbox-read"),
    path("inbox/read-all/", inbox.inbox_read_all, name="inbox-read-all"),
    path("documents/", documents.document_list, name="document-list"),
]
