"""The addresses of this face."""

from django.urls import URLPattern, URLResolver, path

from alliance.web import documents, inbox, organisations, people
from alliance.web.secretariat import members

app_name = "secretariat"

urlpatterns: list[URLPattern | URLResolver] = [
    # members and people, inbox, documents
    path("members/", members.member_list, name="member-list"),
    path("members/add/", members.member_add, name="member-add"),
    path("members/<int:pk>/", members.member, name="member"),
    path("members/<int:pk>/rename/", members.member_rename, name="member-rename"),
    path("members/<int:pk>/change/", organisations.organisation_change, name="organisation-change"),
    path("members/<int:pk>/services/add/", organisations.service_add, name="service-add"),
    path("members/<int:pk>/people/invite/", people.membership_invite, name="membership-invite"),
    path("members/<int:pk>/step/<slug:action>/", members.member_step, name="member-step"),
    path("people/<int:pk>/grant/", people.membership_grant, name="membership-grant"),
    path("people/<int:pk>/end/", people.membership_end, name="membership-end"),
    path("invitations/<int:pk>/revoke/", people.invitation_revoke, name="invitation-revoke"),
    path("invitations/<int:pk>/resend/", people.invitation_resend, name="invitation-resend"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/<int:pk>/read/", inbox.inbox_read, name="inbox-read"),
    path("inbox/read-all/", inbox.inbox_read_all, name="inbox-read-all"),
    path("documents/", documents.document_list, name="document-list"),
]
