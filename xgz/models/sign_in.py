from django.conf import settings
from django.db import models
from django.db.models import Q

from xgz.models.fields import DigestField, PublicIdField, choices
from xgz.rules.sign_in import DEVICE_LABELS, END_LABELS, DeviceClass, SessionEnd


class SignedInDevice(models.Model):
    """One signed-in device of a person: at most one of each class at a time (AC-7).

    session_key names the row of the session store; seen_at is written once a minute at most.
    """

    public_id = PublicIdField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="signed_in_devices"
    )
    device_class = models.CharField(
        max_length=8, choices=choices(DEVICE_LABELS), default=DeviceClass.DESK
    )
    session_key = models.CharField(max_length=40, unique=True)
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=12, choices=choices(END_LABELS), blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "device_class"],
                condition=Q(ended_at__isnull=True),
                name="one_signed_in_device_per_class",
            ),
            models.CheckConstraint(
                name="device_ended_with_a_reason",
                condition=Q(ended_at__isnull=True, end_reason="")
                | (Q(ended_at__isnull=False) & ~Q(end_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.device_class}"

    @property
    def reason(self) -> SessionEnd | None:
        return SessionEnd(self.end_reason) if self.end_reason else None


class KnownDevice(models.Model):
    """A browser somebody has signed in from: its attempts are counted apart from strangers' (AC-5).

    digest: of the random token in the browser's cookie.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="known_devices"
    )
    digest = DigestField(unique=True, blank=False)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user_id} {self.first_at:%Y-%m-%d}"


class UsedCode(models.Model):
    """A one-time code that was accepted; the same one is never accepted again (AC-8)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="used_codes"
    )
    digest = DigestField(blank=False)
    used_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="code_used_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.used_at:%Y-%m-%d %H:%M}"


class PastPassword(models.Model):
    """The hash of a password somebody had before (AC-2)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="past_passwords"
    )
    password = models.CharField(max_length=128)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user_id} {self.until:%Y-%m-%d}"
