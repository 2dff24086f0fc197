from django.apps import AppConfig


class XgzConfig(AppConfig):
    name = "xgz"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "小个专党建工作平台"
