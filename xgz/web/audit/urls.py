from django.urls import URLPattern, URLResolver, path

from xgz.web.audit import checks, export, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.audit_list, name="audit-list"),
    path("export/", export.audit_export, name="audit-export"),
    path("checks/", checks.audit_checks, name="audit-checks"),
    path("checks/start/", checks.audit_check_start, name="audit-check-start"),
    path("entries/<int:number>/", views.audit_entry, name="audit-entry"),
]
