"""Read the project's source as syntax trees: what writes, what asks permission. For test_rooms.py."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
Function = ast.FunctionDef | ast.AsyncFunctionDef

MANAGERS = {"objects", "_default_manager", "_base_manager"}
# Names that only managers and querysets have, whatever they are called on.
ALWAYS_WRITES = {"bulk_create", "bulk_update", "get_or_create", "update_or_create"}
# Names of Django's models too: told from other libraries by taking no positional argument.
WRITES_WITHOUT_ARGUMENTS = {"save", "create", "delete"}
# Names that dictionaries, sets and lists share: a write only on a queryset or a related manager.
WRITES_ON_QUERYSETS = {"update", "add", "remove", "set", "clear"}
QUERYSET_STEPS = {
    *("all", "filter", "exclude", "annotate", "order_by", "select_related", "prefetch_related"),
    *("using", "only", "defer", "distinct", "select_for_update", "get_queryset"),
}
WRITING_SQL = re.compile(r"\s*(insert|update|delete|replace|drop|alter|create|truncate)\b", re.I)


def sources(*rooms: str) -> list[Path]:
    """Return the Python files of these rooms of xgz/."""
    return sorted(p for room in rooms for p in (ROOT / "xgz" / room).rglob("*.py"))


def label(path: Path) -> str:
    """Return the path as a test id."""
    return path.relative_to(ROOT).as_posix()


def parse(path: Path) -> ast.Module:
    """Return the file's syntax tree."""
    source = path.read_text(encoding="utf-8")
    try:
        return ast.parse(source)
    except SystemError:  # CPython before 3.11.5 counts its depth wrongly where garbage is collected
        return ast.parse(source)


def writes_in(tree: ast.AST) -> list[ast.Call]:
    """Return the calls that change the database, in the order of the source."""
    querysets = _names_of_querysets(tree)
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call)]
    return sorted(
        (c for c in calls if _is_write(c, querysets)), key=lambda c: (c.lineno, c.col_offset)
    )


def described(calls: list[ast.Call]) -> list[str]:
    """Return one short line for each call."""
    return [f"line {c.lineno}: {ast.unparse(c.func)}()" for c in calls]


def _is_write(call: ast.Call, querysets: set[str]) -> bool:
    if not isinstance(call.func, ast.Attribute):
        return False
    name, receiver = call.func.attr, call.func.value
    if name in {"execute", "executemany"}:
        return bool(call.args) and bool(WRITING_SQL.match(_leading_text(call.args[0])))
    plain = name[1:] if name.startswith("a") and name != "add" else name  # asave, aupdate …
    for verb in {name, plain}:
        if verb in ALWAYS_WRITES or (verb in WRITES_WITHOUT_ARGUMENTS and not call.args):
            return True
        if verb in WRITES_ON_QUERYSETS and _is_queryset(receiver, querysets):
            return True
    return False


def _leading_text(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr) and node.values:
        node = node.values[0]
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _is_queryset(node: ast.expr, querysets: set[str]) -> bool:
    """Test whether an expression is a manager, a queryset or the reverse side of a relation."""
    if isinstance(node, ast.Name):
        return node.id in querysets
    if isinstance(node, ast.Attribute):
        return node.attr in MANAGERS or node.attr.endswith("_set")
    if isinstance(node, ast.Subscript):
        return _is_queryset(node.value, querysets)
    if isinstance(node, ast.Call):
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else ast.unparse(function)
        return name.startswith("visible_") or name in QUERYSET_STEPS
    return False


def _names_of_querysets(tree: ast.AST) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.arg | ast.AnnAssign) and node.annotation is not None:
            if re.search(r"\b(QuerySet|Manager|RelatedManager)\b", ast.unparse(node.annotation)):
                found.add(node.arg if isinstance(node, ast.arg) else ast.unparse(node.target))
        elif isinstance(node, ast.Assign) and _is_queryset(node.value, found):
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return found


def rows_taken_directly(tree: ast.AST) -> list[int]:
    """Return the lines that take rows from a manager or a model class, not from the access room.

    The empty queryset that a form's field is declared with takes none.
    """
    empty = [n.value for n in ast.walk(tree) if isinstance(n, ast.Attribute) and n.attr == "none"]
    lines = [
        n.lineno
        for n in ast.walk(tree)
        if isinstance(n, ast.Attribute) and n.attr in MANAGERS and n not in empty
    ]
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Name):
            shortcut = ast.unparse(node.func).split(".")[-1]
            model = node.args[0].id[0].isupper()
            if model and shortcut in {"get_object_or_404", "get_list_or_404"}:
                lines.append(node.lineno)
    return lines


def functions_of(tree: ast.Module) -> list[Function]:
    """Return the functions at the top of a module."""
    return [n for n in tree.body if isinstance(n, Function)]


def takes_actor(function: Function) -> bool:
    """Test whether the function has a parameter named actor."""
    arguments = function.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return any(a.arg == "actor" for a in every)


def asks_first(function: Function, tree: ast.Module) -> bool:
    """Test whether a function of the module asks the access room before anything can be written.

    The call of `require…` must be met on every way through the function: one inside a condition, a
    loop or an inner function does not count. Writes are calls that write themselves, functions of
    the same module that do, and other services.
    """
    guards = _imported_names(tree, "xgz.access")
    writers = _writing_functions(tree) | _imported_names(tree, "xgz.services")
    for statement in _always_run(function.body):
        if _is_guard(statement, guards):
            return True
        if writes_in(statement) or any(r in writers for r in _roots_called(statement)):
            return False
    return False


def _always_run(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in body:
        if isinstance(statement, ast.With | ast.AsyncWith | ast.Try):
            yield from _always_run(statement.body)
        else:
            yield statement


def _is_guard(statement: ast.stmt, guards: set[str]) -> bool:
    if not isinstance(statement, ast.Expr | ast.Assign | ast.AnnAssign):
        return False
    call = statement.value.value if isinstance(statement.value, ast.Await) else statement.value
    if not isinstance(call, ast.Call):
        return False
    parts = ast.unparse(call.func).split(".")
    return parts[0] in guards and parts[-1].startswith("require")


def _imported_names(tree: ast.Module, package: str) -> set[str]:
    """Return the local names bound to the package, its modules, or what they hold."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                if full == package or full.startswith(package + "."):
                    names.add(alias.asname or alias.name)
    return names


def _roots_called(tree: ast.AST) -> set[str]:
    calls = [n.func for n in ast.walk(tree) if isinstance(n, ast.Call)]
    return {ast.unparse(f).split(".")[0] for f in calls if isinstance(f, ast.Name | ast.Attribute)}


def _writing_functions(tree: ast.Module) -> set[str]:
    """Return the functions of a module that write, directly or through one another."""
    outside = _imported_names(tree, "xgz.services")
    functions = functions_of(tree)
    writers = {f.name for f in functions if writes_in(f) or _roots_called(f) & outside}
    while True:
        more = {f.name for f in functions if _roots_called(f) & writers}
        if more <= writers:
            return writers
        writers |= more
