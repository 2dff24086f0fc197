"""Forms of signing in, of the own password, and of saying once more who one is."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xgz.access import clock
from xgz.access.actor import Actor, require_person
from xgz.services import sign_in
from xgz.services.second_factor import CodeRefused, check_code
from xgz.web.origins import origin_of


class SignInForm(AuthenticationForm):
    """Name and password. Every refusal reads the same, but for a first password that ran out."""

    def clean(self) -> dict[str, Any]:
        try:
            return super().clean()
        except sign_in.FirstPasswordExpired:
            raise ValidationError(
                _("首次密码已超过 72 小时，不能再用。请联系本单位安全管理员重新发放。"),
                code="first_password_expired",
            ) from None

    def get_invalid_login_error(self) -> ValidationError:
        return ValidationError(
            _(
                "账号或密码不对，或尝试次数过多。请核对后重新输入；连续输错 5 次，须等 30 分钟"
                "再试。忘记密码请联系本单位安全管理员。"
            ),
            code="invalid_login",
        )


class ChangePasswordForm(PasswordChangeForm):
    """The old password is asked for under the limits of signing in."""

    def __init__(self, actor: Actor, data: Any = None) -> None:
        self.actor = actor
        super().__init__(require_person(actor), data)
        self.fields["old_password"].label = _("原密码")  # the word of its error and of AC-2

    def clean_old_password(self) -> str:
        password: str = self.cleaned_data["old_password"]
        if not _knows_password(self.actor, password):
            raise ValidationError(_("原密码不对，请重新输入。"), code="password_incorrect")
        return password


class ConfirmForm(forms.Form):
    """Password or one-time code of the person who is signed in."""

    password = forms.CharField(
        label=gettext_lazy("密码"), required=False, strip=False, widget=forms.PasswordInput
    )
    code = forms.CharField(label=gettext_lazy("验证码"), required=False)

    def __init__(self, request: HttpRequest, actor: Actor, data: Any = None) -> None:
        self.request, self.actor = request, actor
        super().__init__(data)

    def clean(self) -> dict[str, Any]:
        """Raises AllowanceUsedUp where the last attempt failed, or none is left."""
        given: dict[str, Any] = super().clean() or {}
        if code := given.get("code"):
            right = self._knows_code(code)
        else:
            right = bool(given.get("password")) and _knows_password(self.actor, given["password"])
        if not right:
            raise ValidationError(_("密码或验证码不对，请重新输入。"), code="wrong")
        return given

    def _knows_code(self, code: str) -> bool:
        user = require_person(self.actor)

        def is_right() -> bool:
            try:
                check_code(user=user, code=code, origin=origin_of(self.request), now=clock.now())
            except CodeRefused:
                return False
            return True

        return sign_in.confirm_by(actor=self.actor, answers=is_right, now=clock.now())


def _knows_password(actor: Actor, password: str) -> bool:
    return sign_in.confirm_password(actor=actor, password=password, now=clock.now())
