from django.apps import AppConfig


class SampleKindConfig(AppConfig):
    name = "tests.sample_kind"
    default_auto_field = "django.db.models.BigAutoField"
