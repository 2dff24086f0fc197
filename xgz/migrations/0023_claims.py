"""Why a claim is not believed."""

from django.db import migrations, models


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
    ]
