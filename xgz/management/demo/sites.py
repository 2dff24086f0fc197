"""Sites of the demo county: what was seen, photographed and given, entered by its committees."""

from dataclasses import dataclass
from decimal import Decimal

from xgz.access.actor import Actor
from xgz.management.demo.cast import Cast
from xgz.management.demo.pictures import site_picture
from xgz.models import Organisation
from xgz.queries.sites import entries_on
from xgz.rules.sites import Moment, SiteItem, with_basics
from xgz.rules.supports import SupportKind, SupportSource
from xgz.services import sites, supports
from xgz.services.supports import Gift

_MONEY, _THING = SupportKind.MONEY, SupportKind.MATERIAL


@dataclass(frozen=True, slots=True)
class SiteSeeder:
    """cast: who acts; days_ago counts from today."""

    cast: Cast

    def look(self, actor: Actor, branch: Organisation, *lacking: SiteItem) -> None:
        """Record that everything of the list is there but what is lacking, on the actor's day."""
        entries = with_basics(entries_on(actor.today))
        found = {entry.key: entry.key not in lacking for entry in entries}
        sites.record_checks(
            actor=actor,
            organisation=branch,
            found=found,
            seen_on=actor.today,
            now=self.cast.at(actor.today),
        )

    def photograph(
        self, actor: Actor, branch: Organisation, item: SiteItem, moment: Moment
    ) -> None:
        """Keep a photo that was taken on the actor's day."""
        sites.add_photo(
            actor=actor,
            organisation=branch,
            item=item,
            moment=moment,
            taken_on=actor.today,
            data=site_picture(item, moment),
            now=self.cast.at(actor.today),
        )

    def give_money(self, actor: Actor, branch: Organisation, yuan: int, *, used: int = 0) -> None:
        """Enter dues handed back to a branch, and a part of them as used."""
        gift = Gift(_MONEY, SupportSource.DUES, Decimal(yuan), actor.today, "党支部启动和日常活动")
        now = self.cast.at(actor.today)
        row = supports.record_support(actor=actor, organisation=branch, gift=gift, now=now)
        if used:
            supports.record_use(
                actor=actor,
                support=row,
                amount=Decimal(used),
                used_on=actor.today,
                purpose="购置学习资料和桌椅",
                now=now,
            )

    def give_things(self, actor: Actor, branch: Organisation, thing: str, pieces: int) -> None:
        """Enter things the bureau gave to a branch."""
        gift = Gift(
            _THING,
            SupportSource.MARKET_BUREAU,
            Decimal(pieces),
            actor.today,
            "布置党员活动室",
            thing=thing,
        )
        now = self.cast.at(actor.today)
        supports.record_support(actor=actor, organisation=branch, gift=gift, now=now)
