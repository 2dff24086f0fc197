"""The filter of the organisation list."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from xgz.access.scopes import within
from xgz.models import Body, Organisation
from xgz.rules.organisations import (
    FORMATION_MODE_LABELS,
    ORG_STATE_LABELS,
    ORG_TYPE_LABELS,
    OrgState,
)
from xgz.web.forms import BodyField, DayField, OfficeForm
from xgz.web.organisations.wording import WARNING_GROUPS

ALL_STATES = "all"


class OrganisationFilter(OfficeForm):
    """Every field is optional; a field that does not parse shows its error and filters nothing."""

    q = forms.CharField(label=_("名称或代码"), required=False, max_length=60)
    org_type = forms.ChoiceField(label=_("组织类别"), required=False)
    formation_mode = forms.ChoiceField(label=_("组建方式"), required=False)
    state = forms.ChoiceField(label=_("状态"), required=False)
    superior = BodyField(label=_("上级"), required=False, empty_label=_("全部"))
    guide = BodyField(label=_("指导单位"), required=False, empty_label=_("全部"))
    warning = forms.ChoiceField(label=_("提示"), required=False)
    as_at = DayField(label=_("年龄截至"), required=False)

    def __init__(
        self, data: Any, *, superiors: QuerySet[Body], guides: QuerySet[Body], figures: bool
    ) -> None:
        super().__init__(data)
        everything = [("", _("全部"))]
        choices = {
            "org_type": everything
            + [(key.value, _(name)) for key, name in ORG_TYPE_LABELS.items()],
            "formation_mode": everything
            + [(key.value, _(name)) for key, name in FORMATION_MODE_LABELS.items()],
            "state": [("", _("正常和待确认"))]
            + [(key.value, _(name)) for key, name in ORG_STATE_LABELS.items()]
            + [(ALL_STATES, _("全部"))],
            "warning": [("", _("不限"))]
            + [(key, _(name)) for key, (name, _group) in WARNING_GROUPS.items()],
        }
        for name, options in choices.items():
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = options
        for name, bodies in (("superior", superiors), ("guide", guides)):
            chooser = self.fields[name]
            if isinstance(chooser, forms.ModelChoiceField):
                chooser.queryset = bodies
        self.fields["q"].widget.attrs["placeholder"] = _("可只填一部分")
        if not figures:
            del self.fields["warning"], self.fields["as_at"]

    def narrow(self, organisations: QuerySet[Organisation]) -> QuerySet[Organisation]:
        """Return the organisations that fit the valid fields, except `warning`."""
        self.is_valid()
        wanted = self.cleaned_data
        if text := wanted.get("q"):
            organisations = organisations.filter(Q(name__icontains=text) | Q(code=text))
        for name in ("org_type", "formation_mode"):
            if value := wanted.get(name):
                organisations = organisations.filter(**{name: value})
        if superior := wanted.get("superior"):
            organisations = organisations.filter(within(superior.path, "body__path"))
        if guide := wanted.get("guide"):
            organisations = organisations.filter(within(guide.path, "guiding_body__path"))
        state = wanted.get("state")
        if not state:
            return organisations.exclude(state=OrgState.DISSOLVED)
        return organisations if state == ALL_STATES else organisations.filter(state=state)
