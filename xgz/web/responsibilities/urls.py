from django.urls import URLPattern, URLResolver, path

from xgz.web.responsibilities import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.responsibility_list, name="responsibility-list"),
    path("<str:matter>/", views.responsibility_matter, name="responsibility-matter"),
    path("<str:matter>/add/", views.responsibility_add, name="responsibility-add"),
    path("<str:matter>/end/", views.responsibility_end, name="responsibility-end"),
    path("<str:matter>/withdraw/", views.responsibility_withdraw, name="responsibility-withdraw"),
]
