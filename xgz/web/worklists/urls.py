from django.urls import URLPattern, URLResolver, path

from xgz.web.worklists import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.worklists, name="worklists"),
    path("<slug:which>/", views.worklist, name="worklist"),
    path("<slug:which>/export/", views.worklist_export, name="worklist-export"),
]
