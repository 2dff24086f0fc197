from importlib import import_module

from django.apps import AppConfig
from django.db.backends.signals import connection_created

from xgz.config.databases import keep_statements


class XgzConfig(AppConfig):
    name = "xgz"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "小个专党建工作平台"

    def ready(self) -> None:
        """Register what nobody calls by name: background work, signing in, new connections."""
        connection_created.connect(keep_statements)
        import_module("xgz.jobs")
        import_module("xgz.web.accounts.signals")
