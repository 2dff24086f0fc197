"""Sites and support: what is seen, photos, the list, money and materials."""

from datetime import timedelta
from decimal import Decimal

from tests.factories import TODAY
from tests.factories.sites import PICTURE, make_photo, make_support
from tests.services.audit_scenarios.stage import Deed, Stage, make_branch, newest, one
from tests.services.imports.worlds import NOW
from xgz.models import SiteList, Support
from xgz.rules.roles import Role
from xgz.rules.sites import Moment, SitePreset, entries_of
from xgz.rules.supports import SupportKind, SupportSource
from xgz.services import sites, supports

_GIFT = supports.Gift(
    kind=SupportKind.MONEY,
    source=SupportSource.DUES,
    amount=Decimal("1200.50"),
    given_on=TODAY,
    purpose="制作标牌",
)


def site_checked(stage: Stage) -> Deed:
    actor, branch = stage.actor(Role.TOWNSHIP_COMMITTEE), make_branch(stage)
    return Deed(
        lambda: sites.record_checks(
            actor=actor, organisation=branch, found={"plaque": True}, seen_on=TODAY, now=NOW
        ),
        actor,
        one("site.check", "organisation", branch.public_id),
    )


def site_photo_added(stage: Stage) -> Deed:
    actor, branch = stage.actor(Role.TOWNSHIP_COMMITTEE), make_branch(stage)
    return Deed(
        lambda: sites.add_photo(
            actor=actor,
            organisation=branch,
            item="plaque",
            moment=Moment.AFTER,
            taken_on=TODAY,
            data=PICTURE,
            now=NOW,
        ),
        actor,
        one("site.photo_add", "organisation", branch.public_id),
    )


def site_photo_taken_back(stage: Stage) -> Deed:
    actor, branch = stage.actor(Role.TOWNSHIP_COMMITTEE), make_branch(stage)
    photo = make_photo(branch)
    return Deed(
        lambda: sites.remove_photo(actor=actor, photo=photo, now=NOW),
        actor,
        one("site.photo_remove", "organisation", branch.public_id),
    )


def site_list_set(stage: Stage) -> Deed:
    actor = stage.department
    return Deed(
        lambda: sites.set_site_list(
            actor=actor,
            entries=entries_of(SitePreset.FLAG),
            valid_from=TODAY,
            reason="县委组织部文件",
            now=NOW,
        ),
        actor,
        one("site_list.set", "site_list", lambda: newest(SiteList)),
    )


def site_list_withdrawn(stage: Stage) -> Deed:
    actor = stage.department
    row = sites.set_site_list(
        actor=actor,
        entries=entries_of(SitePreset.FLAG),
        valid_from=TODAY + timedelta(days=1),
        reason="县委组织部文件",
        now=NOW,
    )
    return Deed(
        lambda: sites.withdraw_site_list(actor=actor, row=row, now=NOW),
        actor,
        one("site_list.withdraw", "site_list", row.public_id),
    )


def support_recorded(stage: Stage) -> Deed:
    actor, branch = stage.actor(Role.TOWNSHIP_COMMITTEE), make_branch(stage)
    return Deed(
        lambda: supports.record_support(actor=actor, organisation=branch, gift=_GIFT, now=NOW),
        actor,
        one("support.add", "support", lambda: newest(Support)),
    )


def support_corrected(stage: Stage) -> Deed:
    actor, row = stage.actor(Role.TOWNSHIP_COMMITTEE), make_support(make_branch(stage))
    return Deed(
        lambda: supports.correct_support(
            actor=actor, support=row, gift=_GIFT, reason="金额写错", now=NOW
        ),
        actor,
        one("support.correct", "support", lambda: newest(Support)),
    )


def support_withdrawn(stage: Stage) -> Deed:
    actor, row = stage.actor(Role.TOWNSHIP_COMMITTEE), make_support(make_branch(stage))
    return Deed(
        lambda: supports.withdraw_support(actor=actor, support=row, reason="重复登记", now=NOW),
        actor,
        one("support.withdraw", "support", row.public_id),
    )


def support_used(stage: Stage) -> Deed:
    actor, row = stage.actor(Role.TOWNSHIP_COMMITTEE), make_support(make_branch(stage))
    return Deed(
        lambda: supports.record_use(
            actor=actor,
            support=row,
            amount=Decimal("100"),
            used_on=TODAY,
            purpose="购买学习资料",
            now=NOW,
        ),
        actor,
        one("support.use", "support", row.public_id),
    )
