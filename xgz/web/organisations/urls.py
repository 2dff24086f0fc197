from django.urls import URLPattern, URLResolver, path

from xgz.web.organisations import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.organisation_list, name="organisation-list"),
    path("new/", views.set_up, name="organisation-set-up"),
    path("<str:public_id>/", views.organisation_detail, name="organisation-detail"),
    path("<str:public_id>/<slug:change>/", views.change, name="organisation-change"),
]
