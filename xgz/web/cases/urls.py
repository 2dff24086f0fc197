from django.urls import URLPattern, URLResolver, path

from xgz.web.cases import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("<slug:kind>/<str:public_id>/urge/", views.urge_case, name="case-urge"),
    path("<slug:kind>/<str:public_id>/assign/", views.assign, name="case-assign"),
    path("<slug:kind>/<str:public_id>/reviews/<str:review>/", views.review, name="case-review"),
    path(
        "<slug:kind>/<str:public_id>/reviews/<str:review>/assign/",
        views.assign_review,
        name="case-review-assign",
    ),
]
