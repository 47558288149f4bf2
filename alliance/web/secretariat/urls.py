"""The addresses of this face."""

from django.urls import URLPattern, URLResolver, path

app_name = "secretariat"

urlpatterns: list[URLPattern | URLResolver] = []
