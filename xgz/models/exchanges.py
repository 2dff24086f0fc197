from django.db import models
from django.db.models import Q

from xgz.models import sealing
from xgz.models.fields import PublicIdField, SealedField
from xgz.models.users import User
from xgz.rules.exchange.terms import ExchangeState, Side

_ASKED, _ANSWERED = Side.ASKED.value, Side.ANSWERED.value
_WAITING, _DONE = ExchangeState.WAITING.value, ExchangeState.ANSWERED.value


class Exchange(models.Model):
    """One list compared with another office: asked from here, or answered here (XC-5).

    It tells who compared how many rows, when and on what ground, and of no person. While a request
    waits, map_sealed holds which lead id stands for which row, and box_key_sealed the only key
    that opens the answer; both go when it is accepted or lapses.
    """

    public_id = PublicIdField()
    side = models.CharField(max_length=8, choices=[(s.value, s.value) for s in Side])
    state = models.CharField(max_length=8, choices=[(s.value, s.value) for s in ExchangeState])
    number = models.CharField(max_length=32)  # the request's, the same on both sides
    key_id = models.CharField(max_length=16)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    expires_on = models.DateField()  # the last day of the request
    rows = models.PositiveIntegerField()
    is_of_leads = models.BooleanField(default=False)  # the rows were leads kept here, no file
    is_synthetic = models.BooleanField(default=False)
    basis = models.CharField(max_length=300, blank=True)
    document = models.CharField(max_length=300, blank=True)
    purpose = models.CharField(max_length=300, blank=True)
    agreed_until = models.DateField()
    request_digest = models.CharField(max_length=64)  # SM3 of the sealed file
    answer_digest = models.CharField(max_length=64, blank=True)
    map_sealed = SealedField()
    box_key_sealed = SealedField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["side", "number"], name="one_exchange_each_side"),
            models.CheckConstraint(
                condition=Q(Q(side=_ASKED), ~Q(state=_DONE)) | Q(side=_ANSWERED, state=_DONE),
                name="exchange_state_of_its_side",
            ),
            models.CheckConstraint(
                condition=Q(state=_WAITING) | Q(map_sealed="", box_key_sealed=""),
                name="exchange_map_only_while_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"exchange {self.number}"

    @property
    def map(self) -> str:
        """JSON: a list of [lead id as hexadecimal text, label of its row]."""
        return sealing.unseal("exchange.map", self.public_id, self.map_sealed).rstrip()

    @property
    def box_key(self) -> str:
        return sealing.unseal("exchange.box_key", self.public_id, self.box_key_sealed)
