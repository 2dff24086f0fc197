from importlib import import_module

from django.apps import AppConfig


class XgzConfig(AppConfig):
    name = "xgz"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "小个专党建工作平台"

    def ready(self) -> None:
        """Register the handlers of background work and of signing in, which nobody imports."""
        import_module("xgz.jobs")
        import_module("xgz.web.accounts.signals")
