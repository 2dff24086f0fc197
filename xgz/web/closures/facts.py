"""What a step of a closure is judged by, in words: the station's answer, how much hangs on it."""

from django.utils.translation import gettext as _

from xgz.access.actor import Actor
from xgz.access.cases import reads_every_opinion
from xgz.models import Closure
from xgz.queries.cases import ReviewLine, review_lines
from xgz.queries.closures import extent_of
from xgz.queries.deadlines import deadlines_on


def answers_of(case: Closure, actor: Actor) -> list[tuple[str, str]]:
    """Return (who was asked, what they answered) as the actor may read it (CS-10)."""
    reads_all = reads_every_opinion(actor, case)
    lines = review_lines(case, actor, deadlines_on(actor.today), reads_all=reads_all)
    return [(_("%(body)s反馈") % {"body": line.review.asked_body}, _answer(line)) for line in lines]


def extent_facts(case: Closure, actor: Actor) -> list[tuple[str, str]]:
    """Return what the decision is about; nothing for who is not of the organization line (CB-5)."""
    if not reads_every_opinion(actor, case):
        return []
    extent = extent_of(case, actor)
    people = _("%(number)d 名") % {"number": extent.members}
    if extent.hidden:
        others = _("另有 %(number)d 名不在您的管理范围内")
        people = _("，").join([people, others % {"number": extent.hidden}])
    facts = [(_("涉及的党员"), people)]
    if extent.units is not None:
        units = _("%(number)d 家")
        facts.append((_("其余未退出的覆盖单位"), units % {"number": extent.units}))
    return facts


def _answer(line: ReviewLine) -> str:
    if line.review.closed_at is None:
        return _("还没有反馈")
    words = line.opinion or (_("意见由组织条线掌握，不在此显示") if line.withheld else "")
    verdict = _(line.verdict_label)
    return _("%(verdict)s：%(words)s") % {"verdict": verdict, "words": words} if words else verdict
