"""Why a claim is not believed, and by what digests it is found: of its name and its phone's end.

Only where there are claims are the site's keys asked for.
"""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

import xgz.models.fields
from xgz.models import sealing
from xgz.rules.leads import name_key


def write_digests(apps: Any, schema_editor: Any) -> None:
    """Write the search digests of the claims that are there already."""
    alias = schema_editor.connection.alias
    reports = apps.get_model("xgz", "SelfReport")._default_manager.using(alias)
    digests = apps.get_model("xgz", "SelfReportNameDigest")
    for report in reports.order_by("pk"):
        name = sealing.unseal("self_report.name", report.public_id, report.name_sealed)
        phone = sealing.unseal("self_report.phone", report.public_id, report.phone_sealed)
        end = sealing.digest("self_report.phone_end", phone[-4:])
        reports.filter(pk=report.pk).update(phone_end_digest=end)
        pieces = sealing.name_digests("self_report.name", name_key(name))
        digests._default_manager.using(alias).bulk_create(
            digests(report=report, digest=each) for each in sorted(pieces)
        )


class Migration(migrations.Migration):
    dependencies = [
        ("xgz", "0022_adjustments"),
    ]

    operations = [
        migrations.AddField(
            model_name="selfreport",
            name="doubt",
            field=models.CharField(
                blank=True,
                choices=[
                    ("unreached", "多次联系不上本人"),
                    ("not_sent", "本人说没有填过"),
                    ("untrue", "同本人核对，内容不符"),
                    ("junk", "明显是随意填写"),
                ],
                default="",
                max_length=12,
                verbose_name="不采信原因",
            ),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="selfreport",
            constraint=models.CheckConstraint(
                condition=models.Q(("doubt", ""), ("state", "not_credible"), _connector="OR"),
                name="doubt_of_not_credible_alone",
            ),
        ),
        migrations.AddField(
            model_name="selfreport",
            name="phone_end_digest",
            field=xgz.models.fields.DigestField(
                blank=True, db_index=True, default="", editable=False, max_length=32
            ),
        ),
        migrations.CreateModel(
            name="SelfReportNameDigest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "digest",
                    xgz.models.fields.DigestField(
                        blank=True, default="", editable=False, max_length=32
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="name_digests",
                        to="xgz.selfreport",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("digest", "report"), name="claim_name_digest_once"
                    )
                ],
            },
        ),
        migrations.RunPython(write_digests, migrations.RunPython.noop),
    ]
