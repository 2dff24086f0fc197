"""Make the app's tables as its models stand, after all tables of the product.

Written by no hand: apps without migrations are made first, when the rows they point at have no
table yet.
"""

from pathlib import Path

from django.apps import apps
from django.db import migrations
from django.db.migrations.state import ModelState

import xgz.migrations

_newest = max(path.stem for path in Path(xgz.migrations.__path__[0]).glob("0*.py"))
_models = [ModelState.from_model(m) for m in apps.get_app_config("sample_kind").get_models()]


class Migration(migrations.Migration):
    initial = True
    dependencies = [("xgz", _newest)]
    operations = [
        migrations.CreateModel(
            name=model.name,
            fields=list(model.fields.items()),
            options=model.options,
            bases=model.bases,
            managers=model.managers,
        )
        for model in _models
    ]
