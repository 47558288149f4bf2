"""The addresses of those who write, adopt and ask: members and partners."""

from django.urls import URLPattern, URLResolver

from practices.web import desk_urls

urlpatterns: list[URLPattern | URLResolver] = [*desk_urls.urlpatterns]
