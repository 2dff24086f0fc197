"""Small invented lists with errors of every kind, as an engine reads them."""

from benchmarks.linkage.generate import generate
from benchmarks.linkage.profiles import PROFILES
from xgz.files.identity_table import RowIds, read_identities
from xgz.rules.linkage.sides import Side


def write_lists(folder, *, roster, registry, seed, profile="default"):
    """Write both lists to the folder."""
    generate(folder, roster=roster, registry=registry, seed=seed, profile=PROFILES[profile])


def chunks_of(folder):
    """Return the chunks of both lists, roster first."""
    return [list(read_identities(folder / f"{s.value}.csv", s, RowIds())) for s in Side]


def verdicts(links):
    """Return what a clerk would see of the links, by register row."""
    return {each.registry_row: (each.roster_row, each.verdict) for each in links}
