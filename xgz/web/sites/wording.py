"""The Chinese sentences of sites and support: why something was not recorded."""

from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xgz.rules.photos import FAULT_LABELS as PHOTO_LABELS
from xgz.rules.photos import PHOTOS_MAX, PhotoRefused
from xgz.rules.sites import FAULT_LABELS, SiteListNotSound
from xgz.rules.supports import AmountNotAllowed, SourceNotTold, UsedBeyondGiven
from xgz.services import parameters, sites, supports
from xgz.services.organisations import NothingChanges, OrganisationNotActive
from xgz.services.storage import StorageFull
from xgz.web.cases.wording import Faults, fault_text


def _photo_refused(error: Exception) -> str:
    return _(PHOTO_LABELS[error.fault]) if isinstance(error, PhotoRefused) else ""


def _too_many(error: Exception) -> str:
    return _("同一项、同一时点最多存 %(most)d 张，请先撤回一张。") % {"most": PHOTOS_MAX}


def _used_beyond(error: Exception) -> str:
    left = error.left if isinstance(error, UsedBeyondGiven) else Decimal(0)
    return _("超过余量，现在还剩 %(left)s。") % {"left": plain_amount(left)}


def _list_not_sound(error: Exception) -> str:
    faults = error.faults if isinstance(error, SiteListNotSound) else ()
    return _("；").join(_(FAULT_LABELS[fault]) for fault in faults)


_FAULTS: Faults = {
    PhotoRefused: _photo_refused,
    sites.TooManyPhotos: _too_many,
    sites.UnknownItem: gettext_noop("阵地清单刚才有变化，请刷新后重新登记。"),
    sites.SeenBeforeFounded: gettext_noop("日期不能晚于今天，也不能早于党组织成立日期。"),
    NothingChanges: gettext_noop("没有改动，不用登记。"),
    OrganisationNotActive: gettext_noop("党组织待确认或已撤销，不能登记。"),
    StorageFull: gettext_noop("存储空间不足，照片没有保存。请联系系统管理员。"),
    AmountNotAllowed: gettext_noop("金额写到分，物资写整数数量，都要大于零。"),
    SourceNotTold: gettext_noop("来源是企业或其他的，请在备注里写明情况。"),
    UsedBeyondGiven: _used_beyond,
    supports.GivenLater: gettext_noop("日期不能晚于今天；使用日期不能早于到位日期。"),
    supports.WordsMissing: gettext_noop("请写明用途；物资要写名称，经费不写；更正、撤回要写原因。"),
    supports.SupportUsed: gettext_noop("已经登记过使用，不能再更正或撤回。"),
    supports.SupportWithdrawn: gettext_noop("这一笔刚才已被更正或撤回，请核对现在的情况。"),
    SiteListNotSound: _list_not_sound,
    parameters.ReasonMissing: gettext_noop("请写明依据。"),
    parameters.DayNotAllowed: gettext_noop("起用日期不能早于今天。"),
    parameters.NothingChanges: gettext_noop("与这一天已经适用的清单相同，没有可改的内容。"),
    parameters.DayTaken: gettext_noop("这一天已有另一份清单起用，请先撤回或另选日期。"),
    parameters.HasBegun: gettext_noop("清单已经起用，不能撤回；可以另定新的清单。"),
}
REFUSALS: tuple[type[Exception], ...] = tuple(_FAULTS)


def refusal(error: Exception) -> str:
    """Return why something was not done; `error` is one of REFUSALS."""
    return fault_text(error, _FAULTS)


def plain_amount(amount: Decimal) -> str:
    """Return an amount with its cents, or without where there are none."""
    places = 0 if amount == amount.to_integral_value() else 2
    return number_format(amount, decimal_pos=places, force_grouping=True)
