from django.urls import URLPattern, URLResolver, path

from xgz.web.bodies import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.body_list, name="body-list"),
    path("permissions/", views.permission_table, name="permission-table"),
]
