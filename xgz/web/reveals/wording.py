"""The Chinese sentences of looking at full numbers: why one is not shown."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xgz.access import clock
from xgz.rules.reveals import REVEAL_FIELD_LABELS, SHORTEST_REASON, RevealField
from xgz.services import reveals

_TEXTS: dict[type[Exception], str] = {
    reveals.ReasonNotOffered: gettext_noop("没有这个事由，请重新选择。"),
    reveals.NothingKnown: gettext_noop("登记里没有这一项，没有可查看的内容。"),
}
# What the page catches; everything else is a fault of the program or no permission.
REFUSALS: tuple[type[Exception], ...] = (
    *_TEXTS,
    reveals.WordsTooShort,
    reveals.RevealsUsedUp,
)
# Of an owner the register says “证件号码” and “联系电话”.
_OWNER_LABELS: dict[RevealField, str] = {
    RevealField.ID_NUMBER: gettext_noop("证件号码"),
    RevealField.PHONE: gettext_noop("联系电话"),
}


def field_label(field: RevealField, *, of_owner: bool) -> str:
    """Return what the pages of the person call the field."""
    return _(_OWNER_LABELS[field]) if of_owner else _(REVEAL_FIELD_LABELS[field])


def refusal(error: Exception) -> str:
    """Return why a value is not shown and what to do; `error` is one of REFUSALS."""
    if isinstance(error, reveals.RevealsUsedUp):
        until = f"{clock.local(error.until):%m-%d %H:%M}"
        return _("今天查看完整号码的次数已用完，%(until)s 以后可以再查看。") % {"until": until}
    if isinstance(error, reveals.WordsTooShort):
        return _("请把事由写具体，至少 %(number)d 个字。") % {"number": SHORTEST_REASON}
    return _(_TEXTS[type(error)])
