from django.db import models

from tests.sample_kind.rules.errands import ERRAND
from xgz.models import Case


class Errand(Case):
    KIND = ERRAND

    topic = models.CharField(max_length=40)

    class Meta(Case.Meta):
        pass

    @property
    def subject(self) -> str:
        return self.topic
