from django.urls import URLPattern, URLResolver, path

from xgz.web.backups import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.backup_list, name="backup-list"),
    path("make/", views.backup_make, name="backup-make"),
]
