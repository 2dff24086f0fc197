"""`xgz exchange key|request|answer|accept`: lists compared with another office (XC)."""

import argparse
import json
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xgz.access import clock
from xgz.files.exchange_key import ExchangeKey, read_key
from xgz.files.handed_over import takes_place_of
from xgz.files.people_table import PersonRow, people_asked_about, people_of_roster
from xgz.management.base import XgzCommand
from xgz.management.exchange_words import refusal_in_words
from xgz.rules.exchange.identities import Flag
from xgz.rules.exchange.terms import (
    FEW_ROWS,
    MOST_ROWS,
    Agreement,
    ExchangeRefused,
    Refusal,
    agreement_from,
    synthetic_agreement,
)
from xgz.rules.imports.reasons import FileRefused
from xgz.services.exchange import accepting, answering, asking, keys
from xgz.services.exchange.leads import leads_to_ask_about
from xgz.services.imports.wording import file_sentence

_REFUSED = 2  # exit code: the input was refused
_PROGRESS_SECONDS = 1.0
_OTHERS = 0o077
T = TypeVar("T")
_VERBS = {
    "key": gettext_noop("生成双方共用的密钥，写明比对依据；请当面交给对方，不要随文件发送"),
    "request": gettext_noop("把线索或登记名单密封成请求：只含加密摘要，没有姓名和号码"),
    "answer": gettext_noop("在名册所在的一方回复请求：只写回线索编号和结果"),
    "accept": gettext_noop("收下回复，写出 lead,flag 两列"),
}
_INPUTS = {
    "request": gettext_noop("线索或登记名单（xlsx 或 csv）；不写则用系统里的线索"),
    "answer": gettext_noop("对方的请求文件"),
    "accept": gettext_noop("对方的回复文件"),
}


class Command(XgzCommand):
    help = _("与名册所在单位比对名单：名册和证件号码都不出门")

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        verbs = parser.add_subparsers(dest="verb", required=True)
        made = {verb: verbs.add_parser(verb, help=_(words)) for verb, words in _VERBS.items()}
        for verb, one in made.items():
            _add_common(verb, one)
        for verb in ("key", "request"):
            made[verb].add_argument(
                "--basis",
                type=Path,
                metavar="FILE",
                help=_("依据的 JSON 文件：basis、document、purpose、expires"),
            )
            made[verb].add_argument("--synthetic", action="store_true", help=_("编造的数据"))
        made["answer"].add_argument(
            "--roster", type=Path, metavar="FILE", help=_("用这份名册文件，不用系统里的名册")
        )
        made["answer"].add_argument(
            "--look", action="store_true", help=_("只看请求的依据和行数，不回复")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        work: Callable[[dict[str, Any]], list[str]] = getattr(self, f"_{options['verb']}")
        try:
            _keep_apart(options)
            lines = work(options)
        except ExchangeRefused as refused:
            raise CommandError(refusal_in_words(refused), returncode=_REFUSED) from None
        except FileRefused as refused:
            sentence = file_sentence(refused.reason.value, refused.details)
            raise CommandError(sentence, returncode=_REFUSED) from None
        except OSError:
            raise CommandError(_("无法写入文件，请检查目录和权限。")) from None
        self.stdout.write("\n".join(lines))

    def _key(self, options: dict[str, Any]) -> list[str]:
        actor = self.actor(options)
        agreement = _agreement(options, clock.today())
        if agreement is None:
            raise ExchangeRefused(Refusal.BASIS_MISSING)
        try:
            key = keys.make_key(
                actor=actor, agreement=agreement, target=options["out"], now=clock.now()
            )
        except FileExistsError:
            raise CommandError(
                _("%s 已存在，不会覆盖。") % options["out"].name, returncode=_REFUSED
            ) from None
        return [f"key {key.key_id}", f"expires {agreement.expires}", f"out {options['out']}"]

    def _request(self, options: dict[str, Any]) -> list[str]:
        actor, key = self.actor(options), self._shared(options)
        agreement = keys.agreed(key, _agreement(options, clock.today()))
        of_leads = options["file"] is None
        people = leads_to_ask_about(actor=actor) if of_leads else self._people(options["file"])
        exchange = asking.ask(
            actor=actor,
            key=key,
            agreement=agreement,
            people=people,
            target=options["out"],
            now=clock.now(),
            of_leads=of_leads,
        )
        return [
            f"request {exchange.number}",
            f"rows {exchange.rows}",
            f"expires {exchange.expires_on}",
            f"out {options['out']}",
        ]

    def _answer(self, options: dict[str, Any]) -> list[str]:
        actor, key = self.actor(options), self._shared(options)
        request = answering.look(actor=actor, key=key, sealed=_there(options["file"]).read_bytes())
        lines = [f"request {request.head.number}", f"rows {len(request.rows)}"]
        agreement = request.head.agreement
        self.stderr.write(_asked_in_words(agreement, len(request.rows)))
        if len(request.rows) < FEW_ROWS:
            self.stderr.write(_("只问了不足 %d 人，请核实对方为何这样问。") % FEW_ROWS)
        if options["look"]:
            return [*lines, f"made {request.head.made}", f"expires {request.head.expires}"]
        if options["out"] is None:
            raise CommandError(_("请用 --out 写明回复写到哪个文件；只看请求用 --look。"))
        roster = options["roster"]
        counts = answering.answer(
            actor=actor,
            key=key,
            request=request,
            target=options["out"],
            now=clock.now(),
            roster=self._told(people_of_roster(_there(roster)), _("名册已比对 %d 人"))
            if roster
            else None,
        )
        return [*lines, *_counted(counts), f"out {options['out']}"]

    def _accept(self, options: dict[str, Any]) -> list[str]:
        actor, key = self.actor(options), self._shared(options)
        sealed = _there(options["file"]).read_bytes()
        reply = accepting.open_reply(actor=actor, key=key, sealed=sealed)
        accepting.accept(actor=actor, reply=reply, target=options["out"], now=clock.now())
        counts = Counter(flag for _label, flag in reply.rows)
        return [
            f"request {reply.exchange.number}",
            f"rows {len(reply.rows)}",
            *_counted(counts),
            f"out {options['out']}",
        ]

    def _people(self, path: Path) -> list[PersonRow]:
        people = []
        for row in self._told(people_asked_about(_there(path)), _("已读 %d 行")):
            people.append(row)
            if len(people) > MOST_ROWS:
                raise ExchangeRefused(Refusal.TOO_MANY_ROWS, MOST_ROWS)
        return people

    def _told(self, rows: Iterable[T], words: str) -> Iterator[T]:
        """Yield the rows and say at most once a second how many they are by now."""
        due = time.monotonic() + _PROGRESS_SECONDS
        for number, row in enumerate(rows, start=1):
            yield row
            if time.monotonic() >= due:
                due = time.monotonic() + _PROGRESS_SECONDS
                self.stderr.write(words % number)

    def _shared(self, options: dict[str, Any]) -> ExchangeKey:
        path = _there(options["key"])
        if path.stat().st_mode & _OTHERS:
            self.stderr.write(_("其他用户也能读密钥文件，请运行 chmod 600 %s。") % path.name)
        return read_key(path)


def _add_common(verb: str, parser: ArgumentParser) -> None:
    parser.add_argument(
        "--as",
        dest="user",
        metavar="USER",
        default=argparse.SUPPRESS,
        help=_("以该账号的身份执行"),
    )
    target: dict[str, Any] = {"type": Path, "metavar": "FILE", "help": _("写到哪个文件")}
    parser.add_argument("--out", required=verb != "answer", **target)
    if verb == "key":
        return
    count = "?" if verb == "request" else None
    parser.add_argument("file", type=Path, metavar="IN", nargs=count, help=_(_INPUTS[verb]))
    parser.add_argument(
        "--key", type=Path, metavar="FILE", required=True, help=_("双方共用的密钥文件")
    )


def _agreement(options: dict[str, Any], today: Any) -> Agreement | None:
    if options["basis"] is not None and options["synthetic"]:
        raise CommandError(_("--basis 和 --synthetic 只能写一个。"), returncode=_REFUSED)
    if options["synthetic"]:
        return synthetic_agreement(today)
    if options["basis"] is None:
        return None
    try:
        said = json.loads(_there(options["basis"]).read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        raise ExchangeRefused(Refusal.BASIS_UNREADABLE) from None
    if isinstance(said, dict):
        said.pop("is_synthetic", None)
    return agreement_from(said)


def _asked_in_words(agreement: Agreement, rows: int) -> str:
    if agreement.is_synthetic:
        return _("请求比对 %d 行，注明是编造的数据。") % rows
    words = {
        "rows": rows,
        "basis": agreement.basis,
        "document": agreement.document,
        "purpose": agreement.purpose,
        "expires": agreement.expires,
    }
    return (
        _(
            "请求比对 %(rows)d 行。依据：%(basis)s（%(document)s）；目的：%(purpose)s；至 %(expires)s。"
        )
        % words
    )


def _counted(counts: Counter[Flag]) -> list[str]:
    return [f"{flag.value} {counts[flag]}" for flag in Flag]


def _there(path: Path) -> Path:
    if not path.is_file():
        raise CommandError(_("找不到文件 %s。") % path.name)
    return path


def _keep_apart(options: dict[str, Any]) -> None:
    """Raise ExchangeRefused where the output would take the place of an input."""
    inputs = [options.get(name) for name in ("file", "key", "roster", "basis")]
    if takes_place_of(options.get("out"), inputs):
        raise ExchangeRefused(Refusal.SAME_FILE)
