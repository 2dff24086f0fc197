"""What refers to somebody or something out of sight does so sealed, and lets go of it (PR-1, PR-10).

The member a lead's roster check named moves from a foreign key into a sealed cell and a keyed
digest, and back. Only where leads were checked are the site's keys asked for.
"""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

import xgz.models.fields
from xgz.models import sealing

_NOBODY = "-"


def seal_found(apps: Any, schema_editor: Any) -> None:
    """Write whom each checked lead names into its cell and digest."""
    leads = apps.get_model("xgz", "Lead")._default_manager.using(schema_editor.connection.alias)
    for lead in leads.filter(checked_on__isnull=False).select_related("found").order_by("pk"):
        member = lead.found.public_id if lead.found else ""
        leads.filter(pk=lead.pk).update(
            found_sealed=sealing.seal("lead.found", lead.public_id, member or _NOBODY),
            found_digest=sealing.digest("lead.found", member or f"{_NOBODY}|{lead.public_id}"),
        )


def unseal_found(apps: Any, schema_editor: Any) -> None:
    """Write whom each lead names back into its foreign key; a member who is gone is nobody."""
    alias = schema_editor.connection.alias
    leads = apps.get_model("xgz", "Lead")._default_manager.using(alias)
    members = apps.get_model("xgz", "Member")._default_manager.using(alias)
    for lead in leads.exclude(found_sealed="").order_by("pk"):
        found = sealing.unseal("lead.found", lead.public_id, lead.found_sealed)
        leads.filter(pk=lead.pk).update(found=members.filter(public_id=found).first())


class Migration(migrations.Migration):
    dependencies = [
        ("xgz", "0014_surplus_claims"),
    ]

    operations = [
        migrations.AlterField(
            model_name="poster",
            name="market",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="xgz.market",
            ),
        ),
        migrations.AddField(
            model_name="lead",
            name="found_sealed",
            field=xgz.models.fields.SealedField(blank=True, default="", editable=False),
        ),
        migrations.AddField(
            model_name="lead",
            name="found_digest",
            field=xgz.models.fields.DigestField(
                blank=True, db_index=True, default="", editable=False, max_length=32
            ),
        ),
        migrations.RunPython(seal_found, unseal_found),
        migrations.RemoveField(model_name="lead", name="found"),
        migrations.AddConstraint(
            model_name="lead",
            constraint=models.CheckConstraint(
                condition=Q(checked_on__isnull=True, found_digest="", found_sealed="")
                | Q(checked_on__isnull=False) & ~Q(found_sealed="") & ~Q(found_digest=""),
                name="lead_checked_has_sealed_answer",
            ),
        ),
    ]
