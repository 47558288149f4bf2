"""The addresses of those who moderate."""

from django.urls import URLPattern, URLResolver

from practices.web import desk_urls

urlpatterns: list[URLPattern | URLResolver] = [*desk_urls.urlpatterns]
