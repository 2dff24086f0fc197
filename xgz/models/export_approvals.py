from django.db import models

from xgz.models import sealing
from xgz.models.cases import Case
from xgz.models.fields import SealedField
from xgz.models.jobs import Report
from xgz.rules.exports import EXPORT_APPROVAL


class ExportApproval(Case):
    """A second person's decision on a file that names people of the roster (EX-6).

    persons: how many it may hold. The filter in words is sealed: it may name somebody.
    """

    KIND = EXPORT_APPROVAL
    RELATED = ("report",)

    report = models.OneToOneField(Report, on_delete=models.PROTECT, related_name="approval")
    persons = models.PositiveIntegerField("人数")
    words_sealed = SealedField()

    class Meta(Case.Meta):
        pass

    @property
    def stays_inside(self) -> bool:
        return True

    @property
    def subject(self) -> str:
        return self.report.title

    @property
    def words(self) -> str:
        """The filter of the list, in words."""
        return sealing.unseal("export_approval.words", self.public_id, self.words_sealed)
