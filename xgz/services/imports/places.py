"""Finding the body a file names: the township, the office, the guiding body."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from xgz.models import Body
from xgz.rules.bodies import BodyKind

_ENDINGS = re.compile(
    r"(党工委|党委|人民政府|办事处|工作委员会|市场监督管理所|市场监管所|监管所|所)+$"
)
_SHOWN = 30


def fold_place(name: str) -> str:
    """Return a body's name without full-width forms, spaces and the words every such name ends in."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", name))
    return _ENDINGS.sub("", plain) or plain


class Places:
    """Names of bodies to row numbers; names that find none are counted, never guessed."""

    def __init__(self, kinds: Iterable[BodyKind]) -> None:
        self.unknown: Counter[str] = Counter()
        self._ids: dict[str, int | None] = {}
        bodies = list(Body.objects.filter(kind__in=list(kinds)).values("pk", "name", "short_name"))
        for key in ("folded", "name", "short_name"):
            self._learn(bodies, key)

    def _learn(self, bodies: Sequence[Mapping[str, object]], key: str) -> None:
        """Whole names win over shortened ones; a shortened name of two bodies names neither."""
        found: dict[str, int | None] = {}
        for body in bodies:
            names = {str(body["name"]), str(body["short_name"])} if key == "folded" else {body[key]}
            for name in {fold_place(str(n)) if key == "folded" else str(n) for n in names if n}:
                number = int(str(body["pk"]))
                found[name] = number if found.get(name, number) == number else None
        self._ids.update(found)

    def find(self, name: str) -> int | None:
        """Return the body's row number, or None (and count the name) where no body has it."""
        number = self.look_up(name)
        if number is None:
            self.unknown[name] += 1
        return number

    def look_up(self, name: str) -> int | None:
        """Return the body's row number, or None; a name that finds none is not counted."""
        number = self._ids.get(name)
        return self._ids.get(fold_place(name)) if number is None else number

    def unknown_names(self) -> dict[str, int]:
        """Return the names that found no body, most frequent first, with their rows."""
        return dict(self.unknown.most_common(_SHOWN))
