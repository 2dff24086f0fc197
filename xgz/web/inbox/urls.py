from django.urls import URLPattern, URLResolver, path

from xgz.web.inbox import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.waiting, name="inbox"),
    path("done/", views.done, name="inbox-done"),
    path("notices/", views.unread, name="inbox-unread"),
    path("notices/read/", views.read, name="inbox-read"),
    path("notices/sign/", views.sign, name="notice-sign"),
]
