from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """A person with an account. What the person may do stands in RoleAssignment, never here."""

    display_name = models.CharField("姓名", max_length=40)
    must_change_password = models.BooleanField("首次登录须改密码", default=False)
    is_demo = models.BooleanField("演示账号", default=False)

    def __str__(self) -> str:
        return self.display_name or self.username
