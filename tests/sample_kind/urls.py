"""The addresses of the product and of the sample kind, for tests of its pages."""

from django.urls import include, path

from xgz.config.urls import urlpatterns as product

urlpatterns = [*product, path("errands/", include("tests.sample_kind.web.errands.urls"))]
