"""The addresses of those who write, adopt and ask: members and partners."""

from django.urls import URLPattern, URLResolver, path

from practices.web import adoptions, desk_urls, openings, relations

_ADOPTION = "practices/adoptions/<int:pk>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("practices/adoptions/", adoptions.adoption_list, name="adoption-list"),
    path(_ADOPTION, adoptions.adoption, name="adoption"),
    path(f"{_ADOPTION}change/", adoptions.adoption_change, name="adoption-change"),
    path(f"{_ADOPTION}readers/", adoptions.adoption_readers, name="adoption-readers"),
    path(f"{_ADOPTION}result/", adoptions.adoption_result, name="adoption-result"),
    path(
        f"{_ADOPTION}result/<int:result>/remove/",
        adoptions.adoption_result_remove,
        name="adoption-result-remove",
    ),
    path("practices/<uuid:key>/record-adoption/", adoptions.adoption_record, name="adoption-record"),
    path("practices/<uuid:key>/openings/", openings.practice_openings, name="practice-openings"),
    path(
        "practices/<uuid:key>/openings.csv", openings.practice_openings_table, name="practice-openings-table"
    ),
    path("practices/<uuid:key>/relate/", relations.practice_relate, name="practice-relate"),
    path("practices/<uuid:key>/unrelate/<int:pk>/", relations.practice_unrelate, name="practice-unrelate"),
    *desk_urls.urlpatterns,
]
