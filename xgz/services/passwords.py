"""New passwords: the rules of the chosen profile, and the ones somebody had before (AC-1, AC-2)."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from xgz.models import Body, PastPassword, User
from xgz.rules.bodies import BodyKind
from xgz.rules.passwords import LONGEST, PasswordFault, faults_of
from xgz.rules.sign_in import PASSWORD_PROFILES, PasswordProfile, password_too_old


def profile() -> PasswordProfile:
    """Return the password rules of this installation (XGZ_PASSWORD_PROFILE)."""
    return PASSWORD_PROFILES[settings.PASSWORD_PROFILE]


class OfficePassword:
    """Django's hook for new passwords; raises ValidationError with every fault in plain words."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        person = user if isinstance(user, User) else None
        names = [*_office_names(), *([person.username] if person else [])]
        faults = faults_of(password, profile(), names=names)
        if person is not None and not faults and _was_used(person, password):
            faults = [PasswordFault.USED_BEFORE]
        if faults:
            words = _words(profile())
            raise ValidationError([ValidationError(words[f], code=f.value) for f in faults])

    def get_help_text(self) -> str:
        return _("　").join(rules_in_words())


def rules_in_words() -> list[str]:
    """Return the rules for a new password, one sentence each."""
    rules = profile()
    sentences = [
        _("%(least)d 到 %(most)d 个字符；可以用一句话，可以有空格和汉字。")
        % {"least": rules.shortest, "most": LONGEST}
    ]
    if rules.classes:
        sentences.append(
            _("小写字母、大写字母、数字、其他符号四类中至少有 %d 类。") % rules.classes
        )
    sentences.append(_("不要包含账号、单位或乡镇名称，不要用 woaini、123456 这类常见组合。"))
    if rules.history:
        sentences.append(_("不能与最近用过的 %d 个密码相同。") % rules.history)
    if rules.max_age_days:
        sentences.append(_("每 %d 天须更换一次。") % rules.max_age_days)
    return sentences


def remember_password(user: User, now: datetime) -> None:
    """Keep the hash of the present password before it is replaced; drop those past the history."""
    kept = profile().history
    if kept and user.has_usable_password() and user.password:
        PastPassword.objects.create(user=user, password=user.password, until=now)
    known = PastPassword.objects.filter(user=user).order_by("-until", "-pk")
    PastPassword.objects.filter(pk__in=list(known.values_list("pk", flat=True)[kept:])).delete()


def must_renew(user: User, now: datetime) -> bool:
    """Test whether the password is older than the profile allows; demo accounts' never is."""
    if user.is_demo or not user.password or not user.has_usable_password():
        return False
    return password_too_old(user.password_changed_at or user.date_joined, profile(), now)


def _office_names() -> list[str]:
    """Return names and short names of offices and townships, whole and without their ending."""
    rows = Body.objects.exclude(kind=BodyKind.ORGANISATION).values_list("name", "short_name")
    names = {name for row in rows for name in row if name}
    return sorted(names | {name.rstrip("乡镇所局") for name in names})


def _was_used(user: User, password: str) -> bool:
    """Test whether it is the present password or one of the last ones."""
    kept = profile().history
    if not kept:
        return False
    past = PastPassword.objects.filter(user=user).order_by("-until", "-pk")
    hashes = [user.password, *past.values_list("password", flat=True)[: kept - 1]]
    return any(check_password(password, known) for known in hashes if known)


def _words(rules: PasswordProfile) -> dict[PasswordFault, str]:
    return {
        PasswordFault.TOO_SHORT: _("密码太短，至少 %d 个字符。") % rules.shortest,
        PasswordFault.TOO_LONG: _("密码太长，最多 %d 个字符。") % LONGEST,
        PasswordFault.CLASSES: _("小写字母、大写字母、数字、其他符号四类中至少要有 %d 类。")
        % rules.classes,
        PasswordFault.WORD: _("密码里有账号、单位或乡镇名称，或者常见的词，请换一个。"),
        PasswordFault.REPEATED: _("密码里重复的字符太多，请换一个。"),
        PasswordFault.USED_BEFORE: _("这个密码最近用过，请换一个。"),
    }
