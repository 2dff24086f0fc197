"""Finds values in files, a database, headers and pages, in whatever form they were written there."""

import base64
import gzip
import io
import json
import re
import tempfile
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.db import connection
from django.http.response import HttpResponseBase

from xgz.services.backups.databases import second_connection
from xgz.services.backups.postgresql import run_tool

_TITLE = re.compile(r"<title>(.*?)</title>", re.S)
_ADDRESS = re.compile(r"""(?:href|action|src|hx-get|hx-post|content)=["']([^"']*)["']""")
_CODED = re.compile(rb"\.?[A-Za-z0-9_\-+/]{24,}")  # base64, as in what Django signs
_DEEPEST = 3
_HEAD = 6  # bytes


def forms_of(value: str) -> dict[bytes, str]:
    """Return how a value may stand in bytes: form → its name."""
    text = value.encode()
    escaped = json.dumps(value)[1:-1]
    forms = {
        text: "UTF-8",
        value.encode("utf-16-le"): "UTF-16",
        value.encode("utf-16-be"): "UTF-16",
        value.encode("gb18030"): "GBK",
        escaped.encode(): "JSON",
        escaped.upper().replace("\\U", "\\u").encode(): "JSON",
        quote(value, safe="").encode(): "URL",
        quote(value, safe="").lower().encode(): "URL",
        "".join(f"&#{ord(letter)};" for letter in value).encode(): "HTML",
        "".join(f"&#x{ord(letter):x};" for letter in value).encode(): "HTML",
        text.hex().encode(): "hex",
    }
    for lead in range(3):  # base64 depends on how many bytes stand before
        coded = base64.b64encode(b"\0" * lead + text)
        whole = coded[(lead * 4 + 2) // 3 if lead else 0 : len(text + b"\0" * lead) * 4 // 3]
        forms[whole] = "base64"
        forms[whole.replace(b"+", b"-").replace(b"/", b"_")] = "base64"
    return forms


@dataclass(frozen=True, slots=True)
class Hit:
    """place: where; form: how it was written; what: which value, never the value itself."""

    place: str
    form: str
    what: str


class Finder:
    """Looks for values; secrets: value → what it is."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self._secrets = dict(secrets)

    @cached_property
    def _by_head(self) -> dict[bytes, list[tuple[bytes, str, str]]]:
        """Return the forms by how they begin: many begin alike, and are looked for at once."""
        found: dict[bytes, list[tuple[bytes, str, str]]] = defaultdict(list)
        for value, what in self._secrets.items():
            for form, name in forms_of(value).items():
                found[form[:_HEAD]].append((form, name, what))
        return found

    def in_bytes(self, data: bytes, place: str, depth: int = 0) -> list[Hit]:
        """Return the values in data, packed parts unpacked."""
        hits = [
            Hit(place, name, what)
            for head, forms in self._by_head.items()
            if head in data
            for form, name, what in forms
            if form in data
        ]
        if depth < _DEEPEST:
            for inner, part in _unpacked(data):
                hits += self.in_bytes(part, f"{place}!{inner}", depth + 1)
        return hits

    def in_text(self, text: str, place: str) -> list[Hit]:
        return self.in_bytes(text.encode(errors="surrogateescape"), place)

    def in_folder(self, folder: Path) -> list[Hit]:
        """Return the values in the names and contents of all files below a folder."""
        hits = []
        for path in sorted(folder.rglob("*")):
            name = str(path.relative_to(folder))
            hits += self.in_text(name, f"name of {name}")
            if path.is_file() and not path.is_symlink():
                hits += self.in_bytes(path.read_bytes(), name)
        return hits

    def in_database(self) -> list[Hit]:
        """Return the values in every column of every table, and in the files or the dump."""
        hits = []
        for table in connection.introspection.table_names():
            with connection.cursor() as cursor:
                cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 (a name of our own)
                columns = [column[0] for column in cursor.description]
                rows = cursor.fetchall()
            for column, values in zip(columns, zip(*rows, strict=True), strict=False):
                hits += self.in_bytes(b"\n".join(map(_as_bytes, values)), f"{table}.{column}")
        return hits + self.in_database_files()

    def in_database_files(self) -> list[Hit]:
        """Return the values in the files of SQLite, or in a plain dump of PostgreSQL."""
        if connection.vendor == "sqlite":
            path = Path(connection.settings_dict["NAME"])
            files = [path.with_name(path.name + end) for end in ("", "-wal", "-shm", "-journal")]
            there = [file for file in files if file.exists()]
            assert path in there
            return [hit for file in there for hit in self.in_bytes(file.read_bytes(), file.name)]
        dumped = plain_dump()
        assert b"COPY public.xgz_member " in dumped
        return self.in_bytes(dumped, "dump")

    def in_answer(self, response: HttpResponseBase, asked: str) -> list[Hit]:
        """Return the values in what an answer says outside its page: headers, title, addresses.

        An address the person typed a value into may come back; everything else may not.
        """
        heads = [f"{name}: {value}" for name, value in response.headers.items()]
        heads += [morsel.OutputString() for morsel in response.cookies.values()]
        hits = self.in_text("\n".join(heads), f"headers of {asked}")
        if response.streaming or "html" not in response.headers.get("Content-Type", ""):
            return hits
        page = response.content.decode()
        for name, pattern in (("title", _TITLE), ("addresses", _ADDRESS)):
            found = "\n".join(unescape(text) for text in pattern.findall(page))
            hits += self.in_text(found, f"{name} of {asked}")
        return hits


def plain_dump() -> bytes:
    """Return the data of the PostgreSQL database as plain text."""
    with tempfile.NamedTemporaryFile() as target:
        run_tool("pg_dump", ["--data-only", f"--file={target.name}"], second_connection())
        return Path(target.name).read_bytes()


def _as_bytes(value: Any) -> bytes:
    if isinstance(value, bytes | memoryview):
        return bytes(value)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False).encode()
    return str(value).encode()


def _unpacked(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the parts of data that are packed: a workbook, a gzip file, what Django signs."""
    if data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield name, archive.read(name)
    elif data.startswith(b"\x1f\x8b"):
        yield "gzip", gzip.decompress(data)
    for number, found in enumerate(_CODED.finditer(data)):
        part = _decoded(found.group())
        if part is not None:
            yield f"coded{number}", part


def _decoded(text: bytes) -> bytes | None:
    """Return what base64 text holds where that is text itself, or zlib's; else None."""
    plain = text.strip(b".=").translate(bytes.maketrans(b"-_", b"+/"))
    try:
        found = base64.b64decode(plain + b"=" * (-len(plain) % 4))
        return zlib.decompress(found) if found.startswith(b"\x78") else _if_text(found)
    except (ValueError, zlib.error):
        return None


def _if_text(data: bytes) -> bytes | None:
    return data if data.isascii() else None
