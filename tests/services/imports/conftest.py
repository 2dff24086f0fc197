import pytest
from django.db import connection

from tests.services.imports.worlds import Importer


@pytest.fixture
def take_in(tmp_path):
    """Import rows of a kind through the real child, staging and writing."""
    return Importer(tmp_path)


@pytest.fixture
def owning_nothing(db):
    """Go on as a role of PostgreSQL that may read and write every table and owns none.

    So works the site of a production (deploy/postgresql-roles.sql). Returns the quoted name of the
    role, which goes with the test.
    """
    role = connection.ops.quote_name(f"app_of_{connection.settings_dict['NAME']}")
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {role}")
        cursor.execute(
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}"
        )
        cursor.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}")
        cursor.execute(f"SET LOCAL ROLE {role}")
    return role
