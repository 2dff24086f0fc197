from django.urls import URLPattern, URLResolver, path

from xgz.web.reveals import views, watching

urlpatterns: list[URLPattern | URLResolver] = [
    path("mine/", watching.of_me, name="reveals-of-me"),
    path("watch/", watching.watch, name="reveal-watch"),
    path("alarms/", watching.alarms, name="reveal-alarms"),
    path("members/<str:public_id>/<str:field>/", views.of_member, name="reveal-member"),
    path("businesses/<str:public_id>/<str:field>/", views.of_business, name="reveal-business"),
    path("leads/<str:public_id>/<str:field>/", views.of_lead, name="reveal-lead"),
    path("<str:public_id>/", views.shown, name="reveal-shown"),
]
