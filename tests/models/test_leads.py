"""What a lead keeps of whom the roster check named (LD-7, decision 0022)."""

import pytest
from django.db import IntegrityError, transaction

from tests.factories import TODAY
from tests.factories.leads import make_known_member, make_lead
from xgz.models import Lead, Member
from xgz.models.leads import found_digest

pytestmark = pytest.mark.django_db
BOTH = {"found_sealed": "x", "found_digest": "y"}


def test_the_cell_names_the_member_and_the_digest_finds_the_lead():
    lead, member = make_lead(), make_known_member()
    Lead.objects.filter(pk=lead.pk).update(checked_on=TODAY, **lead.found_columns(member))

    lead.refresh_from_db()
    assert lead.found_id == member.public_id
    assert Lead.objects.get(found_digest=found_digest(member.public_id)) == lead


def test_nobody_looks_like_somebody():
    lead, other, member = make_lead(), make_lead(name="苗青禾"), make_known_member()
    nobody, somebody = lead.found_columns(None), lead.found_columns(member)
    Lead.objects.filter(pk=lead.pk).update(checked_on=TODAY, **nobody)

    lead.refresh_from_db()
    assert lead.found_id == ""
    for column in BOTH:
        assert len(nobody[column]) == len(somebody[column])
        assert nobody[column] != other.found_columns(None)[column]


@pytest.mark.parametrize(
    ("values", "is_refused"),
    [
        ({}, False),
        ({"checked_on": TODAY, **BOTH}, False),
        ({"checked_on": TODAY}, True),
        ({"checked_on": TODAY, "found_digest": "y"}, True),
        ({"checked_on": TODAY, "found_sealed": "x"}, True),
        (BOTH, True),
    ],
)
def test_a_check_has_cell_and_digest_and_nothing_else_has(values, is_refused):
    lead = make_lead()

    def write():
        with transaction.atomic():
            Lead.objects.filter(pk=lead.pk).update(version=9, **values)

    if is_refused:
        with pytest.raises(IntegrityError, match="lead_checked_has_sealed_answer"):
            write()
    else:
        write()
    lead.refresh_from_db()
    assert (lead.version == 9) is not is_refused


def test_no_column_of_a_lead_points_at_the_roster():
    """A stolen table would name shop, owner, roster row and "confirmed" in one line."""
    targets = {field.related_model for field in Lead._meta.concrete_fields if field.is_relation}

    assert Member not in targets
    assert not [f for f in Member._meta.get_fields(include_hidden=True) if f.related_model is Lead]
