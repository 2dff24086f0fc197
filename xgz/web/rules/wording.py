"""The Chinese sentences of parameters, procedures and the calendar: effects of a value, refusals."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xgz.queries.parameter_effects import Effect, EffectKind
from xgz.rules.formation_procedures import ProcedureNotSound
from xgz.rules.parameters import ValueOutOfBounds
from xgz.services import calendar, parameters

_EFFECT_TEXTS: dict[EffectKind, str] = {
    EffectKind.ORGANISATIONS: "列出提示的党组织：按原值 %(before)d 个，按新值 %(after)d 个。",
    EffectKind.CLOSURES: "“新近注销、吊销、迁出”清单：按原值 %(before)d 户，按新值 %(after)d 户。",
    EffectKind.YELLOW: "未办结事项中亮黄灯的：按原值 %(before)d 件，按新值 %(after)d 件。期限不变。",
    EffectKind.MOVED_UP: "未办结事项中达到上转条件的：按原值 %(before)d 件，按新值 %(after)d 件。",
    EffectKind.LEADS: "到起用之日要删除的未核实线索：按原值 %(before)d 条，按新值 %(after)d 条。",
    EffectKind.LETTERS: "当天及以后开具的介绍信用新的有效期；%(kept)d 封在途介绍信的到期日不变。",
    EffectKind.PLANS: "当天及以后的规划用新的数值；看得到的 %(kept)d 份规划不变。",
    EffectKind.FROM_THEN: "当天起按新的数值计算和检查，在办事项也是；已经写定的日期不变。",
    EffectKind.NEW_DATES: "当天及以后进入这一环节的事项用新的期限；%(kept)d 件在办事项的期限不变。",
}
_SENTENCE_OF: dict[type[Exception], str] = {
    ValueOutOfBounds: gettext_noop("数值超出允许的范围。"),
    parameters.DayNotAllowed: gettext_noop("起用日期不能早于今天：已经定下的期限和数字不变。"),
    parameters.NothingChanges: gettext_noop("与当天本来的数值相同，不用调整。"),
    parameters.DayTaken: gettext_noop("这一天已经有一个数值起用，请先撤回它，或换一个日期。"),
    parameters.ReasonMissing: gettext_noop("请写明依据。"),
    parameters.HasBegun: gettext_noop("这个数值已经起用或已撤回，不能再撤回。"),
    calendar.DayNotAllowed: gettext_noop("不能更正已经过去的日子。"),
    calendar.NothingChanges: gettext_noop("这一天本来就是这样，不用更正。"),
    calendar.YearKnown: gettext_noop("这一年的通知已经录入，个别日子请用“更正一天”。"),
    calendar.NoticeFaulty: gettext_noop("通知内容不完整，请核对后重新粘贴。"),
    calendar.ChangedMeanwhile: gettext_noop("刚才有人更正过这一天，请刷新后核对。"),
    calendar.CorrectionGone: gettext_noop("这条更正已撤回，或日子已经过去。"),
}
# What a page catches; everything else is a fault of the program or no permission.
REFUSALS: tuple[type[Exception], ...] = tuple(_SENTENCE_OF)

_PROCEDURE_SENTENCES: dict[type[Exception], str] = {
    ProcedureNotSound: gettext_noop("组建程序不完整，请核对各个环节。"),
    parameters.DayNotAllowed: gettext_noop("起用日期不能早于今天。"),
    parameters.NothingChanges: gettext_noop("与当天本来的程序相同，不用调整。"),
    parameters.DayTaken: gettext_noop("这一天已经有一个程序起用，请先撤回它，或换一个日期。"),
    parameters.ReasonMissing: gettext_noop("请写明依据。"),
    parameters.HasBegun: gettext_noop("这个程序已经起用或已撤回，不能再撤回。"),
}
PROCEDURE_REFUSALS: tuple[type[Exception], ...] = tuple(_PROCEDURE_SENTENCES)


def refusal(error: Exception) -> str:
    """Return why a change was not made and what to do; `error` is one of REFUSALS."""
    return _(_SENTENCE_OF[type(error)])


def procedure_refusal(error: Exception) -> str:
    """Return why a procedure was not set or taken back; `error` is one of PROCEDURE_REFUSALS."""
    return _(_PROCEDURE_SENTENCES[type(error)])


def effect_in_words(effect: Effect) -> str:
    """Return what a new value changes, with its numbers."""
    numbers = {"before": effect.before, "after": effect.after, "kept": effect.kept}
    return _(_EFFECT_TEXTS[effect.kind]) % numbers
