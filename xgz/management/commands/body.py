"""`xgz body add|list`: the offices and departments of the district, from the shell."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.db import IntegrityError
from django.utils.translation import gettext as _

from xgz.access import clock
from xgz.access.organisations import office_bodies
from xgz.management.base import XgzCommand
from xgz.models import Body
from xgz.rules.bodies import BODY_KIND_LABELS, LINE_OF_KIND, BodyKind
from xgz.services import bodies

_KINDS = [kind.value for kind in BodyKind if kind is not BodyKind.ORGANISATION]


class Command(XgzCommand):
    help = _("设置机构：乡镇、市场监管所、部门")

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        super().add_arguments(verbs.add_parser("list", help=_("列出全部机构")))
        add = verbs.add_parser("add", help=_("新增一个机构"))
        super().add_arguments(add)
        add.add_argument("name", help=_("全称"))
        kinds = "、".join(f"{kind} {_(BODY_KIND_LABELS[BodyKind(kind)])}" for kind in _KINDS)
        add.add_argument(
            "--kind",
            required=True,
            choices=_KINDS,
            metavar="KIND",
            help=_("类别：%s") % kinds,
        )
        add.add_argument("--short-name", default="", help=_("简称：登记数据里写的乡镇名或所名"))
        add.add_argument("--parent", metavar="NAME", help=_("上级机构的全称或简称"))
        add.add_argument(
            "--serves", metavar="NAME", nargs="*", default=[], help=_("市场监管所服务的乡镇")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        actor = self.actor(options)
        known = {}
        for body in office_bodies(actor):
            known[body.name] = body
            known.setdefault(body.short_name or body.name, body)
        if options["verb"] == "list":
            for body in office_bodies(actor):
                indent = "  " * (len(body.path) // 5 - 1)
                self.stdout.write(f"{indent}{body.name}\t{body.kind}\t{body.short_name}")
            return
        kind = BodyKind(options["kind"])
        parent = self._named(known, options["parent"]) if options["parent"] else None
        try:
            body = bodies.add_body(
                actor=actor,
                name=options["name"],
                short_name=options["short_name"],
                kind=kind,
                line=LINE_OF_KIND[kind],
                parent=parent,
                area=[self._named(known, name) for name in options["serves"]],
                now=clock.now(),
            )
        except IntegrityError:
            raise CommandError(_("已有同名机构：%s") % options["name"]) from None
        self.stdout.write(_("已新增：%s") % body.name)

    def _named(self, known: dict[str, Body], name: str) -> Body:
        try:
            return known[name]
        except KeyError:
            raise CommandError(_("没有名为 %s 的机构。") % name) from None
