"""Every address of the relay: the public pages, and the one the inside asks at."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from xgz.relay.box import Box
from xgz.relay.handing import handing
from xgz.relay.outside import OutsideStore
from xgz.relay.pages import page_urls
from xgz.relay.token import read_token

_BOX = Box(settings.HOME)

urlpatterns: list[URLPattern | URLResolver] = [
    path("r/", include(page_urls(OutsideStore(_BOX)))),
    path("inside/", handing(_BOX, read_token(settings.HOME)), name="inside"),
]
