"""Forms of the administrators: find an account, add one, ask for a role."""

from typing import Any

from django import forms
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xgz.access.actor import Actor
from xgz.access.organisations import office_bodies, visible_bodies
from xgz.access.scopes import within
from xgz.models import Body, User
from xgz.models.bodies import ROLE_LABELS
from xgz.rules.bodies import BODY_KIND_LABELS, BodyKind
from xgz.rules.roles import BODY_KINDS_OF_ROLE, Role
from xgz.services.grants import RoleWish
from xgz.web.forms import NOT_CHOSEN, BodyField, DayField, NoteField, OfficeForm

# Roles that name no member or business: administrators may not learn who is one (decision 0013).
_GRANTED = [role for role in Role if role not in {Role.MEMBER, Role.OWNER}]


class AccountFilter(OfficeForm):
    """Every field is optional."""

    q = forms.CharField(label=_("账号"), required=False, max_length=150)
    body = forms.CharField(label=_("机构"), required=False, max_length=120)
    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[("", _("全部")), ("open", _("启用")), ("closed", _("停用"))],
    )

    def narrow(self, accounts: QuerySet[User]) -> QuerySet[User]:
        """Return the accounts that fit the valid fields."""
        given = self.cleaned_data if self.is_valid() else {}
        if given.get("q"):
            accounts = accounts.filter(username__icontains=given["q"])
        if name := given.get("body"):
            held = Q(role_assignments__body__name__icontains=name)
            short = Q(role_assignments__body__short_name=name)
            accounts = accounts.filter(held | short).distinct()
        if given.get("state"):
            accounts = accounts.filter(is_active=given["state"] == "open")
        return accounts


class AddAccountForm(OfficeForm):
    """A new account; what it may do is asked for afterwards."""

    username = forms.CharField(
        label=_("账号"),
        max_length=150,
        validators=[UnicodeUsernameValidator()],
        help_text=_("登录时输入的名称，字母、数字均可，不要用身份证号或手机号。"),
    )
    name = forms.CharField(
        label=_("姓名"), max_length=40, help_text=_("加密保存；管理员以后看不到，只有本人可见。")
    )

    def clean_username(self) -> str:
        username: str = self.cleaned_data["username"]
        if sum(c.isdigit() for c in username) >= 11:
            raise forms.ValidationError(gettext("账号里不要用证件号码、手机号等号码。"))
        return username


class RoleForm(OfficeForm):
    """The role an account should get. Raises nothing: what does not fit is said at the field."""

    role = forms.ChoiceField(
        label=_("角色"),
        choices=[NOT_CHOSEN, *((role.value, _(ROLE_LABELS[role])) for role in _GRANTED)],
    )
    body = BodyField(label=_("机构"))
    organisation = forms.CharField(
        label=_("党组织"),
        required=False,
        max_length=120,
        help_text=_("只有党支部书记填写：党组织全称，上面的机构选它的上级。"),
    )
    deputy = forms.BooleanField(label=_("副职"), required=False)
    day = DayField(label=_("起始日期"))
    reason = NoteField(label=_("理由"), required=True, min_length=4)

    def __init__(self, actor: Actor, data: Any = None) -> None:
        super().__init__(data, initial={"day": actor.today})
        self.actor = actor
        field = self.fields["body"]
        if isinstance(field, BodyField):
            field.queryset = office_bodies(actor)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        role, body = given.get("role"), given.get("body")
        if not role or body is None:
            return given
        if role == Role.BRANCH_SECRETARY:
            body = given["body"] = self._organisation(given.get("organisation", ""), body)
        if body is not None and BodyKind(body.kind) not in BODY_KINDS_OF_ROLE[Role(role)]:
            kinds = [k for k in BodyKind if k in BODY_KINDS_OF_ROLE[Role(role)]]
            words = gettext("、").join(gettext(BODY_KIND_LABELS[kind]) for kind in kinds)
            self.add_error("body", gettext("这个角色应设在：%s。") % words)
        return given

    def wish(self) -> RoleWish:
        """Return what the valid form asks for."""
        given = self.cleaned_data
        return RoleWish(
            role=Role(given["role"]),
            body=given["body"],
            day=given["day"],
            deputy=given["deputy"],
        )

    def _organisation(self, name: str, office: Body) -> Body | None:
        found = visible_bodies(self.actor).filter(
            within(office.path, "path"), kind=BodyKind.ORGANISATION, name=name
        )
        known = list(found[:2])
        if len(known) == 1:
            return known[0]
        self.add_error("organisation", gettext("在这个机构下没有找到唯一的同名党组织，请核对。"))
        return None
