from django.db import migrations

from xgz.migrations import _guards


class Migration(migrations.Migration):
    dependencies = [("xgz", "0003_trust")]
    operations = [migrations.RunPython(_guards.put, _guards.lift)]
