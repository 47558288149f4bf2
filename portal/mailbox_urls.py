"""The addresses under /dev/mail/."""

from django.urls import URLPattern, URLResolver, path

from portal import mailbox

urlpatterns: list[URLPattern | URLResolver] = [
    path("", mailbox.mail_list, name="dev-mail"),
    path("<str:name>/", mailbox.mail, name="dev-mail-message"),
    path("<str:name>/html/", mailbox.mail_html, name="dev-mail-html"),
]
