from django.urls import URLPattern, URLResolver, path

from xgz.web.members import export, finding, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.member_list, name="member-list"),
    path("export/", export.member_export, name="member-export"),
    path("find/", finding.find_member, name="member-find"),
    path("<str:public_id>/", views.member_detail, name="member-detail"),
    path("<str:public_id>/<slug:change>/", views.change, name="member-change"),
]
