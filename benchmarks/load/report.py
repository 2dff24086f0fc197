"""What a run found, as a Markdown table, and whether it keeps the limits."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.load.client import Sample
from benchmarks.load.usage import Usage

LIMITS_MS = {"read": 500, "write": 800}
_NAMED = 8  # slowest kinds of pages shown


@dataclass(frozen=True, slots=True)
class Run:
    """One run after its ramp. imports, rows: those that finished, as the database tells them."""

    database: str
    people: int
    seconds: float
    load_before: float
    samples: Sequence[Sample]
    usage: Usage
    imports: int
    import_rows: Counter[str]
    import_seconds: Counter[str]
    wants_imports: bool
    faults: Sequence[str]  # of imports, and lines of the server's log


def missed(run: Run) -> list[str]:
    """Return in words what does not hold; empty for a good run."""
    found = [f"{count} x {fault}" for fault, count in _faults(run).items()]
    for kind, limit in LIMITS_MS.items():
        times = _times(run, kind)
        if not times:
            found.append(f"no {kind}")
        elif (p95 := percentile(times, 95)) > limit:
            found.append(f"{kind} p95 {p95:.0f} ms is above {limit} ms")
    if run.wants_imports and not run.imports:
        found.append("no import finished")
    if run.import_rows["unbalanced"]:
        found.append("the rows of an import do not add up")
    return found


def as_markdown(run: Run) -> str:
    """Return the figures of a run for docs/benchmarks.md."""
    lines = [
        f"**{run.database}**: {run.people} people, {run.seconds:.0f} s after the ramp; "
        f"load average before it {run.load_before:.1f}",
        "",
        "| | requests | a second | p50 ms | p95 ms | p99 ms | slowest ms | limit of p95 |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for kind in ("read", "write"):
        times = _times(run, kind)
        if times:
            marks = " | ".join(f"{percentile(times, of):.0f}" for of in (50, 95, 99, 100))
            rate = len(times) / run.seconds
            lines.append(f"| {kind} | {len(times):,} | {rate:.1f} | {marks} | {LIMITS_MS[kind]} |")
    lines += ["", *_told(run), ""]
    lines += ["| slowest kinds | requests | p50 ms | p95 ms |", "|---|---|---|---|"]
    lines += [
        f"| {name} | {len(times)} | {percentile(times, 50):.0f} | {percentile(times, 95):.0f} |"
        for name, times in _slowest(run)
    ]
    return "\n".join(lines) + "\n"


def percentile(sorted_times: Sequence[float], of: float) -> float:
    """Return the value that `of` percent of the sorted ones do not exceed."""
    return sorted_times[max(0, -(-len(sorted_times) * int(of) // 100) - 1)]


def _told(run: Run) -> list[str]:
    pages = sum(1 for each in run.samples if each.kind in LIMITS_MS)
    writes = sum(1 for each in run.samples if each.kind == "write")
    refused = sum(1 for each in run.samples if each.kind == "write" and each.is_refused)
    rows, spent = run.import_rows, run.import_seconds
    usage, finished = run.usage, max(1, run.imports)
    errors = ", ".join(f"{count} x {fault}" for fault, count in _faults(run).items()) or "none"
    others = max(0.0, usage.machine - usage.web - usage.worker - usage.database - usage.client)
    return [
        f"- errors: {errors}; writes {100 * writes / max(1, pages):.1f} %, of them refused by a "
        f"form: {refused}",
        f"- imports: {run.imports} of {rows['rows']:,} rows ({rows['created']:,} created, "
        f"{rows['updated']:,} updated, {rows['unchanged']:,} unchanged), on average read in "
        f"{spent['read'] / finished:.1f} s and written in {spent['written'] / finished:.1f} s",
        f"- processor seconds: site {usage.web:.0f} ({1000 * usage.web / max(1, pages):.0f} ms a "
        f"request), worker {usage.worker:.0f}, database {usage.database:.0f}, client "
        f"{usage.client:.0f}, others on the machine {others:.0f}",
    ]


def _faults(run: Run) -> Counter[str]:
    found = Counter(f"{each.name}: {each.fault}" for each in run.samples if each.fault)
    return found + Counter(run.faults)


def _times(run: Run, kind: str) -> list[float]:
    return sorted(1000 * each.seconds for each in run.samples if each.kind == kind)


def _slowest(run: Run) -> list[tuple[str, list[float]]]:
    names: dict[str, list[float]] = {}
    for each in run.samples:
        names.setdefault(each.name, []).append(1000 * each.seconds)
    kinds = [(name, sorted(times)) for name, times in names.items()]
    kinds.sort(key=lambda pair: -percentile(pair[1], 95))
    return kinds[:_NAMED]
