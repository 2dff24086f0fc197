from django.contrib.auth.models import AbstractUser
from django.db import models

from xgz.models import sealing
from xgz.models.fields import PublicIdField, SealedField


class User(AbstractUser):
    """A person with an account. What the person may do stands in RoleAssignment, never here.

    The name is sealed: beside a role such as member or secretary it would say who is a member.
    """

    public_id = PublicIdField()
    display_name_sealed = SealedField()
    must_change_password = models.BooleanField("首次登录须改密码", default=False)
    password_changed_at = models.DateTimeField("密码修改时间", null=True)
    is_demo = models.BooleanField("演示账号", default=False)

    def __str__(self) -> str:
        return self.display_name or self.username

    @property
    def display_name(self) -> str:
        return sealing.unseal("user.display_name", self.public_id, self.display_name_sealed)
