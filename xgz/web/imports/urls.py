from django.urls import URLPattern, URLResolver, path

from xgz.web.imports import detail, steps, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.import_list, name="import-list"),
    path("upload/", views.import_upload, name="import-upload"),
    path("template/<slug:kind>/", views.import_template, name="import-template"),
    path("<slug:public_id>/", detail.import_detail, name="import-detail"),
    path("<slug:public_id>/progress/", detail.import_progress, name="import-progress"),
    path("<slug:public_id>/changes/", detail.import_changes, name="import-changes"),
    path("<slug:public_id>/rows/", detail.import_rows, name="import-rows"),
    path("<slug:public_id>/rejects/", views.import_rejects, name="import-rejects"),
    path("<slug:public_id>/mapping/", steps.import_mapping, name="import-mapping"),
    path("<slug:public_id>/start/", steps.import_start, name="import-start"),
    path("<slug:public_id>/apply/", steps.import_apply, name="import-apply"),
    path("<slug:public_id>/cancel/", steps.import_cancel, name="import-cancel"),
    path("<slug:public_id>/undo/", steps.import_undo, name="import-undo"),
    path("<slug:public_id>/abandon/", steps.import_abandon, name="import-abandon"),
]
