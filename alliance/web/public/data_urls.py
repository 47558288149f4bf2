"""The addresses of the open data that bear no language."""

from django.urls import URLPattern, path, re_path

from alliance.web.public import data_files

urlpatterns: list[URLPattern] = [
    path("", data_files.data_home, name="data-home"),
    path("catalog.jsonld", data_files.data_catalogue, name="data-catalogue"),
    path("v1/datapackage-<int:number>.zip", data_files.data_package, name="data-package"),
    re_path(r"^v1/(?P<name>[-\w]{1,60}(\.(csv|json|xlsx|zip))?)$", data_files.data_file, name="data-file"),
]
