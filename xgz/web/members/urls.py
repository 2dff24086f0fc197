from django.urls import URLPattern, URLResolver, path

from xgz.web.members import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.member_list, name="member-list"),
    path("<str:public_id>/", views.member_detail, name="member-detail"),
    path("<str:public_id>/<slug:change>/", views.change, name="member-change"),
]
