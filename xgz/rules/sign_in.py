"""Signing in: passwords, second factor, devices and their limits (AC-1…)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from xgz.rules.roles import ADMINISTRATORS, Role


class DeviceClass(StrEnum):
    DESK = "desk"
    PHONE = "phone"


DEVICE_LABELS: dict[DeviceClass, str] = {
    DeviceClass.DESK: "电脑",
    DeviceClass.PHONE: "手机",
}


class SessionEnd(StrEnum):
    """Why a device is no longer signed in."""

    SIGNED_OUT = "signed_out"
    REPLACED = "replaced"  # by a newer device of the same class
    IDLE = "idle"
    TOO_LONG = "too_long"
    ENDED_BY = "ended_by"  # the person ended it from another device, or an administrator
    PASSWORD = "password"  # noqa: S105 (the password was changed or reset)
    CLOSED = "closed"  # the account was shut


# What the sign-in page says to whoever comes back from a device that was ended.
END_WORDS: dict[SessionEnd, str] = {
    SessionEnd.REPLACED: "您的账号已在另一台同类设备登录，这里已退出。不是您本人登录的，请立即修改密码。",
    SessionEnd.IDLE: "您有一段时间没有操作，已自动退出，请重新登录。",
    SessionEnd.TOO_LONG: "登录已满 8 小时，请重新登录。",
    SessionEnd.ENDED_BY: "这台设备上的登录已被终止，请重新登录。",
    SessionEnd.PASSWORD: "密码已变更，请用新密码重新登录。",
    SessionEnd.CLOSED: "账号已停用，请联系本单位安全管理员。",
}
END_LABELS: dict[SessionEnd, str] = {
    SessionEnd.SIGNED_OUT: "已退出",
    SessionEnd.REPLACED: "在另一台同类设备登录",
    SessionEnd.IDLE: "长时间未操作",
    SessionEnd.TOO_LONG: "登录时间过长",
    SessionEnd.ENDED_BY: "被终止",
    SessionEnd.PASSWORD: "密码已变更",
    SessionEnd.CLOSED: "账号已停用",
}

IDLE_MINUTES = 30  # AC-7
ADMIN_IDLE_MINUTES = 15  # AC-7
LONGEST_HOURS = 8  # AC-7
SEEN_SECONDS = 60  # AC-7: how often the last use is written
FIRST_PASSWORD_HOURS = 72  # AC-3
UNUSED_DAYS = 90  # AC-9: an account nobody used is shut
DEVICE_DAYS = 180  # AC-5: a browser nobody used is a stranger again
FRESH_MINUTES = 10  # AC-11: how long a proof of who it is serves for sensitive acts
CODE_STEPS = 1  # AC-8: 30-second steps a phone's clock may be wrong either way


@dataclass(frozen=True, slots=True)
class PasswordProfile:
    """What a password must be (AC-1). classes: of lower, upper, digit, other; max_age 0: no end."""

    shortest: int
    classes: int
    history: int
    max_age_days: int


PASSWORD_PROFILES: dict[str, PasswordProfile] = {
    "mlps3": PasswordProfile(shortest=12, classes=3, history=5, max_age_days=90),
    "nist": PasswordProfile(shortest=15, classes=0, history=0, max_age_days=0),
}


# Who proves with a second factor who it is: everybody whose role reaches other people's personal
# data, and the administrators (AC-8). Members and owners reach only what is their own.
SECOND_FACTOR_ROLES: frozenset[Role] = frozenset(Role) - {Role.MEMBER, Role.OWNER}

_PHONE_SIGNS = ("mobile", "android", "iphone", "harmonyos; phone", "micromessenger")


def device_class_of(user_agent: str) -> DeviceClass:
    """Return what a browser says it runs on; a browser that says nothing counts as a desk (AC-7)."""
    told = user_agent.lower()
    return DeviceClass.PHONE if any(sign in told for sign in _PHONE_SIGNS) else DeviceClass.DESK


def session_end(
    *, began_at: datetime, seen_at: datetime, roles: Collection[Role], now: datetime
) -> SessionEnd | None:
    """Return why a signed-in device must sign in again by now, or None where it may go on (AC-7)."""
    idle = ADMIN_IDLE_MINUTES if ADMINISTRATORS & set(roles) else IDLE_MINUTES
    if now - began_at >= timedelta(hours=LONGEST_HOURS):
        return SessionEnd.TOO_LONG
    if now - seen_at >= timedelta(minutes=idle):
        return SessionEnd.IDLE
    return None


def needs_second_factor(roles: Collection[Role]) -> bool:
    """Test whether somebody with these roles needs a second factor (AC-8)."""
    return bool(SECOND_FACTOR_ROLES & set(roles))


def first_password_expired(given_at: datetime | None, now: datetime) -> bool:
    """Test whether a first password is too old to be used (AC-3); unknown age: it is not."""
    return given_at is not None and now - given_at >= timedelta(hours=FIRST_PASSWORD_HOURS)


def password_too_old(changed_at: datetime, profile: PasswordProfile, now: datetime) -> bool:
    """Test whether the password must be changed because of its age (AC-2)."""
    days = profile.max_age_days
    return days > 0 and now - changed_at >= timedelta(days=days)
