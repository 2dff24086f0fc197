"""Signing in and out, devices, second factors."""

from contextlib import suppress
from datetime import timedelta

from tests.factories import TODAY
from tests.services.audit_scenarios.stage import Deed, Stage, one
from tests.services.imports.worlds import NOW
from xgz.access.actor import Origin, clock_actor
from xgz.models import SignedInDevice
from xgz.rules.roles import Role
from xgz.services import devices, second_factor, sign_in


def own_device_ended(stage: Stage) -> Deed:
    actor = stage.actor(Role.BUREAU)
    device = SignedInDevice.objects.create(
        user=actor.user, device_class="desk", session_key="s" * 32, began_at=NOW, seen_at=NOW
    )
    return Deed(
        lambda: devices.end_own_device(actor=actor, public_id=device.public_id, now=NOW),
        actor,
        one("account.end_device", "user", actor.user.public_id),
    )


def signed_out(stage: Stage) -> Deed:
    actor = stage.actor(Role.BUREAU)
    return Deed(
        lambda: devices.sign_out(actor=actor, session_key="s" * 32, now=NOW),
        actor,
        one("sign_in.out", "user", actor.user.public_id),
    )


def factor_noted(stage: Stage) -> Deed:
    actor, deed = stage.actor(Role.BUREAU), next(iter(second_factor.FactorDeed))
    return Deed(
        lambda: second_factor.note_factor(actor=actor, deed=deed, kind="totp", now=NOW),
        actor,
        one(deed.value, "user", actor.user.public_id),
    )


def password_confirmed(stage: Stage) -> Deed:
    actor = stage.actor(Role.BUREAU)
    actor.user.set_password("Zheng-Wu-2026")
    actor.user.save()
    return Deed(
        lambda: sign_in.confirm_password(actor=actor, password="Zheng-Wu-2026", now=NOW),
        actor,
        one("sign_in.confirm", "user", actor.user.public_id),
        kept=frozenset({"xgz_allowance"}),
    )


def account_unlocked(stage: Stage) -> Deed:
    actor, user = stage.security, stage.clerk()
    return Deed(
        lambda: sign_in.unlock(actor=actor, user=user, now=NOW),
        actor,
        one("account.unlock", "user", user.public_id),
    )


def first_password_expired(stage: Stage) -> Deed:
    user = stage.clerk()
    user.set_password("Zheng-Wu-2026")
    user.must_change_password, user.password_changed_at = True, NOW - timedelta(days=4)
    user.save()

    def attempt() -> None:
        with suppress(sign_in.FirstPasswordExpired):
            sign_in.check_password(
                username=user.username,
                password="Zheng-Wu-2026",
                device="",
                origin=Origin(address="10.1.1.1"),
                now=NOW,
            )

    return Deed(
        attempt,
        clock_actor(TODAY),
        one("sign_in.first_password_expired", "user", user.public_id),
        by=(None,),
        kept=frozenset({"xgz_allowance"}),
    )
