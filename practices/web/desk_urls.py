"""The addresses that both desks have: whoever may see a practice reads it on the desk where they work."""

from django.urls import URLPattern, URLResolver, path

from practices.web import files, groups, practices

urlpatterns: list[URLPattern | URLResolver] = [
    path("practices/<uuid:key>/", practices.practice, name="practice"),
    path("practices/<uuid:key>/files/<int:pk>/", files.practice_file, name="practice-file"),
    # working groups
    path("practices/groups/", groups.group_list, name="group-list"),
    path("practices/groups/new/", groups.group_make, name="group-make"),
    path("practices/groups/<int:pk>/", groups.group, name="group"),
    path("practices/groups/<int:pk>/change/", groups.group_change, name="group-change"),
    path("practices/groups/<int:pk>/bring-in/", groups.group_bring_in, name="group-bring-in"),
    path(
        "practices/groups/<int:pk>/people/<int:membership>/take-out/",
        groups.group_take_out,
        name="group-take-out",
    ),
    path("practices/groups/<int:pk>/leave/", groups.group_leave, name="group-leave"),
    path("practices/groups/<int:pk>/close/", groups.group_close, name="group-close"),
]
