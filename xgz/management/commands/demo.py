"""`xgz demo`: an invented district in an empty data folder, the accounts, and the site."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from xgz.access import clock
from xgz.access.actor import Actor, shell_operator
from xgz.access.businesses import visible_businesses
from xgz.access.users import demo_accounts, has_accounts
from xgz.management.base import XgzCommand
from xgz.management.demo.district import DEMO_PASSWORD
from xgz.management.demo.generate import (
    DEFAULT_BUSINESSES,
    DEFAULT_SEED,
    FEWEST_BUSINESSES,
    MOST_BUSINESSES,
    invent_district,
)
from xgz.management.demo.seed import Seeder
from xgz.models.bodies import ROLE_LABELS
from xgz.rules.roles import Role

UNFINISHED = "demo-unfinished"  # stands in the data folder while the county is being made


class Command(XgzCommand):
    help = _("建立演示县并启动网站")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--businesses",
            type=int,
            metavar="N",
            default=DEFAULT_BUSINESSES,
            help=_("虚构多少户主体，默认 %d") % DEFAULT_BUSINESSES,
        )
        parser.add_argument(
            "--seed",
            type=int,
            metavar="N",
            default=DEFAULT_SEED,
            help=_("种子数：同一个数得到同一个县"),
        )
        parser.add_argument(
            "--port", type=int, metavar="N", default=8000, help=_("网站端口，默认 8000")
        )
        parser.add_argument("--no-worker", action="store_true", help=_("不随网站启动后台任务进程"))
        parser.add_argument("--no-serve", action="store_true", help=_("只建数据，不启动网站"))

    def handle(self, *args: Any, **options: Any) -> None:
        operator = shell_operator(clock.today())
        if settings.PROFILE == "production":
            raise CommandError(_("正式环境不能建立演示数据。"))
        unfinished = settings.HOME / UNFINISHED
        if unfinished.exists():
            raise CommandError(
                _(
                    "上次建立演示县没有做完。请清空数据目录 %s（用 PostgreSQL 的，连同数据库）后重新运行。"
                )
                % settings.HOME
            )
        if not demo_accounts():
            self._seed(operator, options)
            unfinished.unlink()
        self._print_accounts()
        if not options["no_serve"]:
            call_command("serve", port=options["port"], no_worker=options["no_worker"])

    def _seed(self, operator: Actor, options: dict[str, Any]) -> None:
        if has_accounts() or visible_businesses(operator).exists():
            raise CommandError(
                _("这个数据目录里已有真实数据，不能混入演示数据。请用 XGZ_HOME 指定一个空目录。")
            )
        count = options["businesses"]
        if not FEWEST_BUSINESSES <= count <= MOST_BUSINESSES:
            raise CommandError(
                _("主体户数应在 %(fewest)d 到 %(most)d 之间。")
                % {"fewest": FEWEST_BUSINESSES, "most": MOST_BUSINESSES}
            )
        (settings.HOME / UNFINISHED).touch()
        self.stderr.write(_("正在虚构一个县：%d 户……") % count)
        district = invent_district(businesses=count, seed=options["seed"], today=operator.today)
        Seeder(operator, clock.now(), self.stderr.write).seed(district)

    def _print_accounts(self) -> None:
        self.stdout.write(_("演示账号（密码都是 %s）：") % DEMO_PASSWORD)
        for username, name, role, body in demo_accounts():
            self.stdout.write(f"  {username:<14}{_(ROLE_LABELS[Role(role)])}　{name}　{body}")
