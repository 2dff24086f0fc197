from django.urls import URLPattern, URLResolver, path

from xgz.web.export_approvals import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.approval_list, name="export_approval-list"),
    path("<str:public_id>/", views.approval_detail, name="export_approval-detail"),
    path("<str:public_id>/<slug:action>/", views.approval_step, name="export_approval-step"),
]
