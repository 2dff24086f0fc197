from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("xgz", "0023_claims"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="notice",
            name="notice_unsigned",
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("lapsed_at__isnull", True), ("signed_at__isnull", True)),
                fields=["body", "role", "case_kind", "signed_at", "lapsed_at"],
                name="notice_unsigned",
            ),
        ),
    ]
