from django.urls import URLPattern, URLResolver, path

from xgz.web.reports import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.report_list, name="report-list"),
    path("<slug:public_id>/", views.report_download, name="report-download"),
    path("<slug:public_id>/cancel/", views.report_cancel, name="report-cancel"),
]
