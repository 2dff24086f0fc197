"""The filter bar of a worklist."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xgz.access.actor import Actor
from xgz.access.coverage import countable_townships
from xgz.queries.worklists import Wanted
from xgz.rules.registration import BUSINESS_KIND_LABELS, BusinessKind
from xgz.rules.worklists import LISTED_KINDS, SUBJECTS, Subject, Worklist
from xgz.web.businesses.forms import PlaceField
from xgz.web.forms import OfficeForm

_EVERY = "all"


class WorklistFilter(OfficeForm):
    """Township, for businesses kind, for closures the rows kept for the record.

    A value that makes no sense asks nothing.
    """

    township = PlaceField(label=gettext_lazy("所属乡镇"))
    kind = forms.ChoiceField(label=gettext_lazy("主体类型"), required=False)
    need = forms.ChoiceField(label=gettext_lazy("处理"), required=False)

    def __init__(self, data: Mapping[str, Any], actor: Actor, which: Worklist) -> None:
        super().__init__(data)
        fields = cast(dict[str, Any], self.fields)
        fields["township"].queryset = countable_townships(actor)
        fields["kind"].choices = [
            ("", _("全部")),
            *(
                (kind.value, _(label))
                for kind, label in BUSINESS_KIND_LABELS.items()
                if kind in LISTED_KINDS
            ),
        ]
        if SUBJECTS[which] not in {Subject.BUSINESS, Subject.CLOSURE}:
            del self.fields["kind"]
        fields["need"].choices = [("", _("需要处理")), (_EVERY, _("全部，含留存备查"))]
        if which is not Worklist.CLOSURES:
            del self.fields["need"]
        self.full_clean()

    def wanted(self) -> Wanted:
        """Return the conditions that make sense."""
        kind = self.cleaned_data.get("kind")
        return Wanted(
            self.cleaned_data.get("township"),
            BusinessKind(kind) if kind else None,
            for_the_record=self.cleaned_data.get("need") == _EVERY,
        )

    @property
    def narrows(self) -> bool:
        """Test whether a condition leaves out rows; asking for more of them does not."""
        wanted = self.wanted()
        return bool(wanted.township or wanted.kind)

    def in_words(self) -> str:
        """Return the conditions as they stand above an export."""
        wanted = self.wanted()
        words = [str(wanted.township)] if wanted.township else []
        if wanted.kind:
            words.append(_(BUSINESS_KIND_LABELS[wanted.kind]))
        if "need" in self.fields:
            words.append(_("全部，含留存备查") if wanted.for_the_record else _("需要处理"))
        return _("；").join(words) or _("不限")
