"""Organisations: units, posts, records."""

from datetime import date

from tests.factories import TODAY, make_business, make_coverage
from tests.services.audit_scenarios.stage import Deed, Stage, make_branch, one
from tests.services.imports.worlds import NOW
from xgz.models import OrganisationPost
from xgz.rules.organisations import Post
from xgz.services import organisations


def unit_covered(stage: Stage) -> Deed:
    actor, branch, shop = stage.department, make_branch(stage), make_business()
    return Deed(
        lambda: organisations.cover_unit(
            actor=actor, organisation=branch, unit=shop, covered_on=TODAY, now=NOW
        ),
        actor,
        one("organisation.cover", "organisation", branch.public_id),
    )


def unit_taken_off(stage: Stage) -> Deed:
    actor, branch = stage.department, make_branch(stage)
    coverage = make_coverage(branch, business=make_business())
    return Deed(
        lambda: organisations.end_coverage(actor=actor, coverage=coverage, ended_on=TODAY, now=NOW),
        actor,
        one("organisation.uncover", "organisation", branch.public_id),
    )


def organisation_renamed(stage: Stage) -> Deed:
    actor, branch = stage.department, make_branch(stage)
    return Deed(
        lambda: organisations.rename_organisation(
            actor=actor, organisation=branch, name="新名称党支部", renamed_on=TODAY, now=NOW
        ),
        actor,
        one("organisation.renamed", "organisation", branch.public_id),
    )


def secretary_appointed(stage: Stage) -> Deed:
    actor, branch = stage.department, make_branch(stage)
    return Deed(
        lambda: organisations.appoint(
            actor=actor,
            organisation=branch,
            post=Post.SECRETARY,
            appointed_on=TODAY,
            now=NOW,
            holder_name="方柏梁",
        ),
        actor,
        one("organisation.appoint", "organisation", branch.public_id),
    )


def secretary_relieved(stage: Stage) -> Deed:
    actor, branch = stage.department, make_branch(stage)
    post = OrganisationPost.objects.create(
        organisation=branch, post=Post.SECRETARY, valid_from=date(2024, 1, 1)
    )
    return Deed(
        lambda: organisations.relieve(actor=actor, post=post, relieved_on=TODAY, now=NOW),
        actor,
        one("organisation.relieve", "organisation", branch.public_id),
    )


def life_recorded(stage: Stage) -> Deed:
    actor, branch = stage.department, make_branch(stage)
    return Deed(
        lambda: organisations.record_life(actor=actor, organisation=branch, held_on=TODAY, now=NOW),
        actor,
        one("organisation.life", "organisation", branch.public_id),
    )
