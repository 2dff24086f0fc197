"""The tables of 0001 to 0023 in one step, for an empty database; see docs/decisions/0039.

Written by Django from the models, with every constraint and index inside its table.
"""

import django.contrib.auth.models
import django.contrib.auth.validators
import django.core.serializers.json
import django.db.models.deletion
import django.db.models.functions.comparison
import django.utils.timezone
import xgz.models.fields
import xgz.rules.adjustments
import xgz.rules.audit
import xgz.rules.bodies
import xgz.rules.formations
import xgz.rules.grants
import xgz.rules.imports.states
import xgz.rules.jobs
import xgz.rules.leads
import xgz.rules.matching
import xgz.rules.members
import xgz.rules.organisations
import xgz.rules.papers.kinds
import xgz.rules.papers.templates
import xgz.rules.planning.plans
import xgz.rules.registration
import xgz.rules.roles
import xgz.rules.self_reports
import xgz.rules.sign_in
import xgz.rules.snapshots
import xgz.rules.supports
import xgz.rules.surveys
import xgz.rules.transfers
from django.conf import settings
from django.db import migrations, models

from xgz.migrations import _guards
from xgz.migrations._tables import CreateTables


def begin_chain(apps, schema_editor):
    """Write the head of an audit trail that has no rows yet."""
    heads = apps.get_model("xgz", "AuditHead")._default_manager
    heads.using(schema_editor.connection.alias).create(pk=1, number=0, mac="")


class Migration(migrations.Migration):
    replaces = [
        ("xgz", "0001_foundation"),
        ("xgz", "0002_case_spine"),
        ("xgz", "0003_trust"),
        ("xgz", "0004_guards"),
        ("xgz", "0005_export_approvals"),
        ("xgz", "0006_register_indexes"),
        ("xgz", "0007_leads"),
        ("xgz", "0008_self_reports"),
        ("xgz", "0009_survey_rounds"),
        ("xgz", "0010_matching"),
        ("xgz", "0011_exchanges"),
        ("xgz", "0012_sightings_of_leads"),
        ("xgz", "0013_wish_takes_lead_back"),
        ("xgz", "0014_surplus_claims"),
        ("xgz", "0015_out_of_sight"),
        ("xgz", "0016_formations"),
        ("xgz", "0017_formation_more"),
        ("xgz", "0018_plans"),
        ("xgz", "0019_elections"),
        ("xgz", "0020_papers"),
        ("xgz", "0021_establishing"),
        ("xgz", "0022_adjustments"),
        ("xgz", "0023_claims"),
    ]

    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        CreateTables(
            models=[
                migrations.CreateModel(
                    name="AuditHead",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("number", models.PositiveBigIntegerField(default=0)),
                        ("mac", models.CharField(blank=True, max_length=64)),
                    ],
                ),
                migrations.CreateModel(
                    name="FetchedPiece",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "digest",
                            xgz.models.fields.DigestField(
                                blank=True, default="", editable=False, max_length=32, unique=True
                            ),
                        ),
                        ("fetched_at", models.DateTimeField(db_index=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="NotMe",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        (
                            "phone_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                        (
                            "words_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                        (
                            "phone_digest",
                            xgz.models.fields.DigestField(
                                blank=True, default="", editable=False, max_length=32
                            ),
                        ),
                        ("asked_at", models.DateTimeField(db_index=True, verbose_name="时间")),
                    ],
                ),
                migrations.CreateModel(
                    name="NotSame",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "digest",
                            xgz.models.fields.DigestField(
                                blank=True, default="", editable=False, max_length=32, unique=True
                            ),
                        ),
                        ("decided_at", models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name="RefusalDigest",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "digest",
                            xgz.models.fields.DigestField(
                                blank=True, default="", editable=False, max_length=32, unique=True
                            ),
                        ),
                        ("refused_on", models.DateField()),
                    ],
                ),
                migrations.CreateModel(
                    name="SealedList",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        ("name", models.CharField(max_length=40, unique=True)),
                        (
                            "value_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="User",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("password", models.CharField(max_length=128, verbose_name="password")),
                        (
                            "last_login",
                            models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                        ),
                        (
                            "is_superuser",
                            models.BooleanField(
                                default=False,
                                help_text="Designates that this user has all permissions without explicitly assigning them.",
                                verbose_name="superuser status",
                            ),
                        ),
                        (
                            "username",
                            models.CharField(
                                error_messages={
                                    "unique": "A user with that username already exists."
                                },
                                help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                                max_length=150,
                                unique=True,
                                validators=[
                                    django.contrib.auth.validators.UnicodeUsernameValidator()
                                ],
                                verbose_name="username",
                            ),
                        ),
                        (
                            "first_name",
                            models.CharField(blank=True, max_length=150, verbose_name="first name"),
                        ),
                        (
                            "last_name",
                            models.CharField(blank=True, max_length=150, verbose_name="last name"),
                        ),
                        (
                            "email",
                            models.EmailField(
                                blank=True, max_length=254, verbose_name="email address"
                            ),
                        ),
                        (
                            "is_staff",
                            models.BooleanField(
                                default=False,
                                help_text="Designates whether the user can log into this admin site.",
                                verbose_name="staff status",
                            ),
                        ),
                        (
                            "is_active",
                            models.BooleanField(
                                default=True,
                                help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                                verbose_name="active",
                            ),
                        ),
                        (
                            "date_joined",
                            models.DateTimeField(
                                default=django.utils.timezone.now, verbose_name="date joined"
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        (
                            "display_name_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                        (
                            "must_change_password",
                            models.BooleanField(default=False, verbose_name="首次登录须改密码"),
                        ),
                        (
                            "password_changed_at",
                            models.DateTimeField(null=True, verbose_name="密码修改时间"),
                        ),
                        ("is_demo", models.BooleanField(default=False, verbose_name="演示账号")),
                        (
                            "groups",
                            models.ManyToManyField(
                                blank=True,
                                help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                                related_name="user_set",
                                related_query_name="user",
                                to="auth.group",
                                verbose_name="groups",
                            ),
                        ),
                        (
                            "user_permissions",
                            models.ManyToManyField(
                                blank=True,
                                help_text="Specific permissions for this user.",
                                related_name="user_set",
                                related_query_name="user",
                                to="auth.permission",
                                verbose_name="user permissions",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "user",
                        "verbose_name_plural": "users",
                        "abstract": False,
                    },
                    managers=[
                        ("objects", django.contrib.auth.models.UserManager()),
                    ],
                ),
                migrations.CreateModel(
                    name="Allowance",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("purpose", models.CharField(max_length=24)),
                        ("subject", models.CharField(max_length=40)),
                        ("window_from", models.DateTimeField()),
                        ("used", models.PositiveIntegerField(default=0)),
                        ("blocked_until", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["window_from"], name="allowance_age")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("purpose", "subject"), name="one_allowance_each"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AuditCheck",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        ("begun_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField()),
                        ("last_number", models.PositiveBigIntegerField(default=0)),
                        ("anchors", models.PositiveIntegerField(default=0)),
                        ("faults", models.JSONField(default=dict)),
                        (
                            "asked_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Backup",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        ("name", models.CharField(max_length=80, unique=True)),
                        ("made_at", models.DateTimeField()),
                        ("size", models.PositiveBigIntegerField()),
                        ("digest", models.CharField(max_length=64)),
                        ("audit_number", models.PositiveBigIntegerField(default=0)),
                        ("counts", models.JSONField(default=dict)),
                        ("tried_at", models.DateTimeField(null=True)),
                        ("fault", models.CharField(blank=True, max_length=40)),
                        ("removed_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["-made_at"], name="backup_newest")],
                    },
                ),
                migrations.CreateModel(
                    name="Body",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="名称")),
                        (
                            "short_name",
                            models.CharField(blank=True, max_length=40, verbose_name="简称"),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("org_dept", "组织部门"),
                                    ("social_work_dept", "社会工作部门"),
                                    ("bureau", "市场监管局"),
                                    ("township", "乡镇（街道）党委"),
                                    ("office", "市场监管所（指导站）"),
                                    ("association", "个私协会"),
                                    ("administration", "系统管理"),
                                    ("organisation", "党组织"),
                                ],
                                max_length=24,
                                verbose_name="类别",
                            ),
                        ),
                        (
                            "line",
                            models.CharField(
                                choices=[
                                    ("organization", "组织条线"),
                                    ("market", "市场监管条线"),
                                    ("association", "协会条线"),
                                ],
                                max_length=16,
                                verbose_name="条线",
                            ),
                        ),
                        (
                            "parent",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="children",
                                to="xgz.body",
                            ),
                        ),
                        (
                            "path",
                            xgz.models.fields.PathField(editable=False, max_length=50, unique=True),
                        ),
                        (
                            "area",
                            models.ManyToManyField(
                                blank=True, related_name="served_by", to="xgz.body"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("kind", xgz.rules.bodies.BodyKind["ORGANISATION"]),
                                    _negated=True,
                                ),
                                fields=("name",),
                                name="body_office_name_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Business",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        (
                            "credit_code",
                            models.CharField(
                                max_length=18,
                                null=True,
                                unique=True,
                                verbose_name="统一社会信用代码",
                            ),
                        ),
                        (
                            "registration_number",
                            models.CharField(
                                max_length=15, null=True, unique=True, verbose_name="注册号"
                            ),
                        ),
                        ("name", models.CharField(max_length=200, verbose_name="名称")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("small_micro_enterprise", "小微企业"),
                                    ("individual_business", "个体工商户"),
                                    ("other", "其他（不属小个专）"),
                                    ("unknown", "类型未知"),
                                ],
                                default=xgz.rules.registration.BusinessKind["UNKNOWN"],
                                max_length=24,
                                verbose_name="主体类型",
                            ),
                        ),
                        (
                            "kind_basis",
                            models.CharField(
                                choices=[
                                    ("stated", "登记类型"),
                                    ("sized", "按从业人数推算"),
                                    ("code", "按信用代码前两位"),
                                    ("unknown", "无依据"),
                                ],
                                default=xgz.rules.registration.KindBasis["UNKNOWN"],
                                max_length=8,
                                verbose_name="类型依据",
                            ),
                        ),
                        (
                            "type_text",
                            models.CharField(
                                blank=True, max_length=60, verbose_name="登记的企业类型"
                            ),
                        ),
                        (
                            "owner_name",
                            models.CharField(
                                blank=True, max_length=100, verbose_name="经营者（法定代表人）"
                            ),
                        ),
                        (
                            "owner_id_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                        (
                            "owner_id_digest",
                            xgz.models.fields.DigestField(
                                blank=True, default="", editable=False, max_length=32
                            ),
                        ),
                        (
                            "phone_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                        (
                            "phone_digest",
                            xgz.models.fields.DigestField(
                                blank=True, default="", editable=False, max_length=32
                            ),
                        ),
                        (
                            "address",
                            models.CharField(
                                blank=True, max_length=300, verbose_name="住所（经营场所）"
                            ),
                        ),
                        (
                            "established_on",
                            models.DateField(blank=True, null=True, verbose_name="成立日期"),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("in_business", "存续"),
                                    ("resting", "歇业"),
                                    ("moved_away", "迁出"),
                                    ("revoked", "吊销，未注销"),
                                    ("revoked_cancelled", "吊销，已注销"),
                                    ("cancelled", "注销"),
                                    ("withdrawn", "撤销登记"),
                                    ("unknown", "状态未知"),
                                ],
                                default=xgz.rules.registration.BusinessStatus["UNKNOWN"],
                                max_length=20,
                                verbose_name="登记状态",
                            ),
                        ),
                        (
                            "status_on",
                            models.DateField(blank=True, null=True, verbose_name="状态日期"),
                        ),
                        (
                            "is_unreachable",
                            models.BooleanField(default=False, verbose_name="住所失联（经营异常）"),
                        ),
                        (
                            "registrar",
                            models.CharField(blank=True, max_length=80, verbose_name="登记机关"),
                        ),
                        (
                            "township",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.body",
                            ),
                        ),
                        (
                            "office",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.body",
                            ),
                        ),
                        (
                            "industry_code",
                            models.CharField(blank=True, max_length=8, verbose_name="行业代码"),
                        ),
                        (
                            "staff",
                            models.PositiveIntegerField(
                                blank=True, null=True, verbose_name="从业人数"
                            ),
                        ),
                        (
                            "last_report_year",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="最近年报年度"
                            ),
                        ),
                        (
                            "longitude",
                            models.FloatField(blank=True, null=True, verbose_name="经度"),
                        ),
                        ("latitude", models.FloatField(blank=True, null=True, verbose_name="纬度")),
                        (
                            "missing_since",
                            models.DateField(
                                blank=True, null=True, verbose_name="全量数据中未出现"
                            ),
                        ),
                        (
                            "first_import",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.import",
                            ),
                        ),
                        (
                            "last_import",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.import",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("credit_code__isnull", False),
                                    ("registration_number__isnull", False),
                                    _connector="OR",
                                ),
                                name="business_has_a_key",
                            )
                        ],
                        "indexes": [
                            models.Index(
                                fields=[
                                    "township",
                                    "kind",
                                    "status",
                                    "office",
                                    "staff",
                                    "is_unreachable",
                                    "last_report_year",
                                    "missing_since",
                                    "credit_code",
                                    "name",
                                    "id",
                                ],
                                name="business_list",
                            ),
                            models.Index(
                                fields=[
                                    "office",
                                    "kind",
                                    "status",
                                    "township",
                                    "staff",
                                    "is_unreachable",
                                    "last_report_year",
                                    "id",
                                ],
                                name="business_office",
                            ),
                            models.Index(
                                condition=models.Q(("missing_since__isnull", False)),
                                fields=["missing_since"],
                                name="business_missing",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CalendarYear",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("year", models.PositiveSmallIntegerField(unique=True)),
                        ("source", models.CharField(max_length=120)),
                        (
                            "entered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("entered_at", models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name="CalendarDay",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        ("day", models.DateField(verbose_name="日期")),
                        ("is_workday", models.BooleanField()),
                        ("name", models.CharField(max_length=40)),
                        ("source", models.CharField(max_length=120)),
                        (
                            "notice",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="days",
                                to="xgz.calendaryear",
                            ),
                        ),
                        (
                            "entered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("entered_at", models.DateTimeField()),
                        ("withdrawn_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("notice__isnull", True), ("withdrawn_at__isnull", True)
                                ),
                                fields=("day",),
                                name="one_correction_per_day",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("notice__isnull", False)),
                                fields=("day",),
                                name="one_notice_per_day",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CaseEvent",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        ("case_kind", models.CharField(max_length=24)),
                        ("case_id", models.CharField(max_length=12)),
                        ("at", models.DateTimeField(verbose_name="时间")),
                        ("action", models.CharField(max_length=32)),
                        ("label", models.CharField(max_length=40, verbose_name="事项")),
                        ("from_state", models.CharField(blank=True, max_length=24)),
                        ("to_state", models.CharField(blank=True, max_length=24)),
                        (
                            "actor",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("actor_label", models.CharField(max_length=40)),
                        (
                            "body",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.body",
                            ),
                        ),
                        (
                            "to_body",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.body",
                            ),
                        ),
                        ("due_on", models.DateField(null=True)),
                        (
                            "opinion_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["case_kind", "case_id", "at"], name="case_event_case"
                            ),
                            models.Index(fields=["actor", "-at"], name="case_event_actor"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CaseParty",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("case_kind", models.CharField(max_length=24)),
                        ("case_id", models.CharField(max_length=12)),
                        ("party", models.CharField(max_length=24)),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("org_dept", "组织部门"),
                                    ("social_work_dept", "社会工作部门"),
                                    ("bureau", "市场监管局小个专党委"),
                                    ("township_committee", "乡镇（街道）党委"),
                                    ("station_head", "党建工作指导站站长"),
                                    ("instructor", "党建指导员"),
                                    ("association", "个私协会"),
                                    ("branch_secretary", "党支部书记"),
                                    ("member", "党员"),
                                    ("owner", "经营者（市场举办者）"),
                                    ("system_admin", "系统管理员"),
                                    ("security_admin", "安全管理员"),
                                    ("audit_admin", "审计管理员"),
                                ],
                                max_length=24,
                            ),
                        ),
                        (
                            "body",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.body",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("case_kind", "case_id", "party"), name="one_seat_per_party"
                            )
                        ],
                        "indexes": [
                            models.Index(fields=["body", "case_kind"], name="case_party_body")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CaseReview",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        ("case_kind", models.CharField(max_length=24)),
                        ("case_id", models.CharField(max_length=12)),
                        ("key", models.CharField(max_length=24)),
                        ("state", models.CharField(max_length=24)),
                        (
                            "owner_role",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("org_dept", "组织部门"),
                                    ("social_work_dept", "社会工作部门"),
                                    ("bureau", "市场监管局小个专党委"),
                                    ("township_committee", "乡镇（街道）党委"),
                                    ("station_head", "党建工作指导站站长"),
                                    ("instructor", "党建指导员"),
                                    ("association", "个私协会"),
                                    ("branch_secretary", "党支部书记"),
                                    ("member", "党员"),
                                    ("owner", "经营者（市场举办者）"),
                                    ("system_admin", "系统管理员"),
                                    ("security_admin", "安全管理员"),
                                    ("audit_admin", "审计管理员"),
                                ],
                                max_length=24,
                            ),
                        ),
                        (
                            "owner_body",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.body",
                            ),
                        ),
                        (
                            "assignee",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "asked_body",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.body",
                            ),
                        ),
                        ("due_on", models.DateField(null=True, verbose_name="反馈期限")),
                        ("asked_due_on", models.DateField(verbose_name="原定期限")),
                        ("late_since", models.DateField(null=True)),
                        ("opened_at", models.DateTimeField(verbose_name="提出时间")),
                        ("closed_at", models.DateTimeField(null=True, verbose_name="反馈时间")),
                        (
                            "verdict",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "待反馈"),
                                    ("agreed", "无不同意见"),
                                    ("objected", "有不同意见"),
                                    ("void", "事项已推进，不再需要"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "opinion_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                        (
                            "answered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("closed_at__isnull", True),
                                        ("due_on__isnull", False),
                                        ("owner_body__isnull", False),
                                        models.Q(("owner_role", ""), _negated=True),
                                    ),
                                    models.Q(
                                        ("closed_at__isnull", False),
                                        ("assignee__isnull", True),
                                        ("due_on__isnull", True),
                                        ("owner_body__isnull", True),
                                        ("owner_role", ""),
                                    ),
                                    _connector="OR",
                                ),
                                name="review_open_has_one_owner",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("closed_at__isnull", True)),
                                fields=("case_kind", "case_id", "key"),
                                name="one_open_review_per_key",
                            ),
                        ],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("closed_at__isnull", True)),
                                fields=["owner_body", "owner_role", "due_on"],
                                name="review_inbox",
                            ),
                            models.Index(fields=["case_kind", "case_id"], name="review_case"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ConsentRecord",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("report_id", models.CharField(max_length=12)),
                        (
                            "event",
                            models.CharField(
                                choices=[
                                    ("given", "同意"),
                                    ("corrected", "改正"),
                                    ("withdrawn", "撤回"),
                                    ("not_me", "不是本人"),
                                    ("expired", "到期删除"),
                                ],
                                max_length=12,
                                verbose_name="事项",
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="时间")),
                        (
                            "person_digest",
                            xgz.models.fields.DigestField(
                                blank=True, default="", editable=False, max_length=32
                            ),
                        ),
                        (
                            "notice_version",
                            models.PositiveSmallIntegerField(verbose_name="告知书版本"),
                        ),
                        (
                            "purpose",
                            models.CharField(
                                choices=[("find_branch", "联系就近的党支部、办理组织关系")],
                                max_length=16,
                                verbose_name="用途",
                            ),
                        ),
                        (
                            "channel",
                            models.CharField(
                                choices=[("site", "站内页面"), ("relay", "外部页面")],
                                max_length=8,
                                verbose_name="渠道",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["at"], name="consent_age"),
                            models.Index(fields=["report_id"], name="consent_of_report"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Exchange",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        (
                            "side",
                            models.CharField(
                                choices=[("asked", "asked"), ("answered", "answered")], max_length=8
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "waiting"),
                                    ("accepted", "accepted"),
                                    ("lapsed", "lapsed"),
                                    ("answered", "answered"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("number", models.CharField(max_length=32)),
                        ("key_id", models.CharField(max_length=16)),
                        ("made_at", models.DateTimeField()),
                        (
                            "made_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("closed_at", models.DateTimeField(null=True)),
                        ("expires_on", models.DateField()),
                        ("rows", models.PositiveIntegerField()),
                        ("is_of_leads", models.BooleanField(default=False)),
                        ("is_synthetic", models.BooleanField(default=False)),
                        ("basis", models.CharField(blank=True, max_length=300)),
                        ("document", models.CharField(blank=True, max_length=300)),
                        ("purpose", models.CharField(blank=True, max_length=300)),
                        ("agreed_until", models.DateField()),
                        ("request_digest", models.CharField(max_length=64)),
                        ("answer_digest", models.CharField(blank=True, max_length=64)),
                        (
                            "map_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                        (
                            "box_key_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("side", "number"), name="one_exchange_each_side"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        models.Q(("side", "asked")),
                                        models.Q(("state", "answered"), _negated=True),
                                    ),
                                    models.Q(("side", "answered"), ("state", "answered")),
                                    _connector="OR",
                                ),
                                name="exchange_state_of_its_side",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state", "waiting"),
                                    models.Q(("box_key_sealed", ""), ("map_sealed", "")),
                                    _connector="OR",
                                ),
                                name="exchange_map_only_while_waiting",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Formation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        (
                            "number",
                            models.CharField(max_length=40, unique=True, verbose_name="事项编号"),
                        ),
                        ("state", models.CharField(max_length=24, verbose_name="状态")),
                        ("version", models.PositiveIntegerField(default=0)),
                        (
                            "owner_role",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("org_dept", "组织部门"),
                                    ("social_work_dept", "社会工作部门"),
                                    ("bureau", "市场监管局小个专党委"),
                                    ("township_committee", "乡镇（街道）党委"),
                                    ("station_head", "党建工作指导站站长"),
                                    ("instructor", "党建指导员"),
                                    ("association", "个私协会"),
                                    ("branch_secretary", "党支部书记"),
                                    ("member", "党员"),
                                    ("owner", "经营者（市场举办者）"),
                                    ("system_admin", "系统管理员"),
                                    ("security_admin", "安全管理员"),
                                    ("audit_admin", "审计管理员"),
                                ],
                                max_length=24,
                                verbose_name="责任岗位",
                            ),
                        ),
                        (
                            "owner_body",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.body",
                                verbose_name="责任方",
                            ),
                        ),
                        (
                            "assignee",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("due_on", models.DateField(null=True, verbose_name="办理期限")),
                        (
                            "late_since",
                            models.DateField(null=True, verbose_name="超期上报前的期限"),
                        ),
                        (
                            "area",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.body",
                            ),
                        ),
                        ("opened_at", models.DateTimeField(verbose_name="提出时间")),
                        (
                            "opened_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("closed_at", models.DateTimeField(null=True, verbose_name="办结时间")),
                        ("name", models.CharField(max_length=120, verbose_name="拟成立党组织名称")),
                        (
                            "mode",
                            models.CharField(
                                choices=[
                                    ("standalone", "单独组建"),
                                    ("joint", "联合组建"),
                                    ("affiliated", "挂靠组建"),
                                    ("association", "依托个私协会组建"),
                                    ("market", "依托市场组建"),
                                    ("regional", "区域组建"),
                                    ("functional", "功能型"),
                                    ("floating", "流动党员党组织"),
                                    ("other", "其他方式"),
                                    ("unknown", "方式未知"),
                                ],
                                default=xgz.rules.organisations.FormationMode["JOINT"],
                                max_length=16,
                                verbose_name="组建方式",
                            ),
                        ),
                        (
                            "origin",
                            models.CharField(
                                choices=[
                                    ("by_hand", "手工提出"),
                                    ("should_form", "应建未建清单"),
                                    ("plan", "联合支部规划"),
                                ],
                                default=xgz.rules.formations.Origin["BY_HAND"],
                                max_length=16,
                                verbose_name="来源",
                            ),
                        ),
                        (
                            "plan_group",
                            models.CharField(blank=True, max_length=40, verbose_name="规划分组"),
                        ),
                        ("steps", models.JSONField(default=list)),
                        (
                            "room",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "未落实"),
                                    ("own", "自有场所"),
                                    ("shared", "共用场所"),
                                ],
                                max_length=8,
                                verbose_name="活动场所",
                            ),
                        ),
                        (
                            "room_place",
                            models.CharField(blank=True, max_length=120, verbose_name="场所位置"),
                        ),
                        (
                            "secretary",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.member",
                            ),
                        ),
                        (
                            "instructor",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("step_due_on", models.DateField(null=True, verbose_name="本环节期限")),
                        ("beside_due_on", models.DateField(null=True, verbose_name="协同审核期限")),
                        ("back_to", models.PositiveSmallIntegerField(default=0)),
                        ("is_shared", models.BooleanField(default=False)),
                    ],
                    options={
                        "abstract": False,
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("closed_at__isnull", True),
                                        ("due_on__isnull", False),
                                        ("owner_body__isnull", False),
                                        models.Q(("owner_role", ""), _negated=True),
                                    ),
                                    models.Q(
                                        ("closed_at__isnull", False),
                                        ("assignee__isnull", True),
                                        ("due_on__isnull", True),
                                        ("owner_body__isnull", True),
                                        ("owner_role", ""),
                                    ),
                                    _connector="OR",
                                ),
                                name="formation_open_has_one_owner",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("back_to", 0), ("state", "preparing"), _connector="OR"
                                ),
                                name="formation_mended_while_prepared",
                            ),
                        ],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("closed_at__isnull", True)),
                                fields=["owner_body", "owner_role", "due_on"],
                                name="formation_inbox",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FormationDecision",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "formation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="decisions",
                                to="xgz.formation",
                            ),
                        ),
                        ("step", models.PositiveSmallIntegerField(verbose_name="环节")),
                        (
                            "way",
                            models.CharField(
                                choices=[("approve", "审批"), ("file", "备案")],
                                max_length=8,
                                verbose_name="办理方式",
                            ),
                        ),
                        (
                            "body",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.body",
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("decided_at", models.DateTimeField(verbose_name="办理时间")),
                        ("withdrawn_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("withdrawn_at__isnull", True)),
                                fields=("formation", "step"),
                                name="one_standing_decision_a_step",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FormationProcedure",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        ("steps", models.JSONField()),
                        ("valid_from", models.DateField(verbose_name="起用日期")),
                        ("reason", models.CharField(max_length=200, verbose_name="依据")),
                        (
                            "entered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("entered_at", models.DateTimeField()),
                        ("withdrawn_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("withdrawn_at__isnull", True)),
                                fields=("valid_from",),
                                name="one_procedure_a_day",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FormationUnit",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        (
                            "formation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="units",
                                to="xgz.formation",
                            ),
                        ),
                        (
                            "business",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="formation_units",
                                to="xgz.business",
                            ),
                        ),
                        (
                            "consent",
                            models.CharField(
                                blank=True,
                                choices=[("", "未谈"), ("agrees", "同意"), ("worried", "有顾虑")],
                                max_length=8,
                                verbose_name="态度",
                            ),
                        ),
                        ("is_held", models.BooleanField(default=True)),
                        ("is_inside", models.BooleanField()),
                        ("added_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("formation", "business"), name="unit_once_a_formation"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("is_held", True)),
                                fields=("business", "is_inside"),
                                name="unit_in_one_open_formation",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FormationTalk",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="talks",
                                to="xgz.formationunit",
                            ),
                        ),
                        ("talked_on", models.DateField(verbose_name="谈话日期")),
                        (
                            "consent",
                            models.CharField(
                                choices=[("", "未谈"), ("agrees", "同意"), ("worried", "有顾虑")],
                                max_length=8,
                                verbose_name="态度",
                            ),
                        ),
                        (
                            "note_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("recorded_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("consent", ""), _negated=True),
                                name="talk_says_something",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Import",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("registry", "登记数据"),
                                    ("annual_report", "年报数据"),
                                    ("roster", "党员名册"),
                                    ("organisations", "党组织名册"),
                                ],
                                max_length=16,
                                verbose_name="数据种类",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("uploaded", "已上传"),
                                    ("mapped", "已对照列名"),
                                    ("staging", "正在读取"),
                                    ("staged", "试运行完成，尚未写入"),
                                    ("applying", "正在写入"),
                                    ("applied", "已写入"),
                                    ("undone", "已撤销导入"),
                                    ("refused", "整份退回"),
                                    ("failed", "失败，未写入"),
                                    ("abandoned", "已放弃"),
                                ],
                                default=xgz.rules.imports.states.ImportState["UPLOADED"],
                                max_length=12,
                                verbose_name="状态",
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=0)),
                        (
                            "sender",
                            models.CharField(blank=True, max_length=80, verbose_name="报送单位"),
                        ),
                        ("file_name", models.CharField(max_length=200, verbose_name="文件名")),
                        ("file_digest", models.CharField(max_length=32)),
                        ("stored_name", models.CharField(blank=True, max_length=40)),
                        ("is_full", models.BooleanField(default=False, verbose_name="全量")),
                        (
                            "uploaded_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("uploaded_at", models.DateTimeField(verbose_name="上传时间")),
                        (
                            "applied_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="写入时间"),
                        ),
                        (
                            "undone_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="撤销时间"),
                        ),
                        ("renamed", models.JSONField(default=dict)),
                        ("codes", models.JSONField(default=dict)),
                        ("reading", models.JSONField(default=dict)),
                        ("refusal", models.JSONField(default=dict)),
                        ("notes", models.JSONField(default=dict)),
                        (
                            "rows_read",
                            models.PositiveIntegerField(default=0, verbose_name="已读行数"),
                        ),
                        ("rows", models.PositiveIntegerField(default=0, verbose_name="总行数")),
                        ("created", models.PositiveIntegerField(default=0, verbose_name="新增")),
                        ("updated", models.PositiveIntegerField(default=0, verbose_name="更新")),
                        (
                            "unchanged",
                            models.PositiveIntegerField(default=0, verbose_name="无变化"),
                        ),
                        ("rejected", models.PositiveIntegerField(default=0, verbose_name="退回")),
                        ("duplicate", models.PositiveIntegerField(default=0, verbose_name="重复")),
                        ("blank", models.PositiveIntegerField(default=0, verbose_name="空行")),
                        ("rejects_name", models.CharField(blank=True, max_length=60)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["-uploaded_at"], name="import_newest")],
                    },
                ),
                migrations.CreateModel(
                    name="AnnualReport",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        (
                            "business",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="annual_reports",
                                to="xgz.business",
                            ),
                        ),
                        ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                        (
                            "members_declared",
                            models.PositiveIntegerField(
                                blank=True, null=True, verbose_name="中共党员（包括预备党员）人数"
                            ),
                        ),
                        (
                            "full_members",
                            models.PositiveIntegerField(
                                blank=True, null=True, verbose_name="正式党员人数"
                            ),
                        ),
                        (
                            "org_type",
                            models.CharField(blank=True, max_length=20, verbose_name="党组织建制"),
                        ),
                        (
                            "formation_mode",
                            models.CharField(blank=True, max_length=16, verbose_name="组建方式"),
                        ),
                        (
                            "formed_on",
                            models.DateField(blank=True, null=True, verbose_name="组建时间"),
                        ),
                        (
                            "owner_member_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                        (
                            "owner_secretary_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                        (
                            "owner_digest",
                            xgz.models.fields.DigestField(
                                blank=True, default="", editable=False, max_length=32
                            ),
                        ),
                        (
                            "staff",
                            models.PositiveIntegerField(
                                blank=True, null=True, verbose_name="从业人数"
                            ),
                        ),
                        ("is_latest", models.BooleanField(default=False, verbose_name="最近一年")),
                        (
                            "source_import",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.import",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("business", "year"), name="one_report_a_year"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("is_latest", True)),
                                fields=("business",),
                                name="one_latest_report",
                            ),
                        ],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("is_latest", True)),
                                fields=["full_members", "members_declared"],
                                name="report_latest_counts",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ImportChange",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "source_import",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="changes",
                                to="xgz.import",
                            ),
                        ),
                        ("table", models.CharField(max_length=30)),
                        ("target_id", models.BigIntegerField()),
                        ("row_no", models.PositiveIntegerField(null=True)),
                        ("created", models.BooleanField(default=False)),
                        (
                            "before",
                            models.JSONField(
                                default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder
                            ),
                        ),
                        (
                            "after",
                            models.JSONField(
                                default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder
                            ),
                        ),
                        ("is_conflict", models.BooleanField(default=False)),
                        (
                            "left_because",
                            models.CharField(
                                blank=True,
                                choices=[("changed", "写入后又被改过"), ("referenced", "仍被引用")],
                                max_length=10,
                                verbose_name="未撤销的原因",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["table", "target_id"], name="import_change_target")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ImportMapping",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("sender", models.CharField(max_length=80, verbose_name="报送单位")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("registry", "登记数据"),
                                    ("annual_report", "年报数据"),
                                    ("roster", "党员名册"),
                                    ("organisations", "党组织名册"),
                                ],
                                max_length=16,
                                verbose_name="数据种类",
                            ),
                        ),
                        ("renamed", models.JSONField(default=dict)),
                        ("codes", models.JSONField(default=dict)),
                        (
                            "saved_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("saved_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("sender", "kind"), name="one_mapping_per_sender"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Job",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        ("kind", models.CharField(max_length=40)),
                        ("subject", models.CharField(blank=True, max_length=12)),
                        ("arguments", models.JSONField(default=dict)),
                        ("slot", models.CharField(max_length=80, null=True, unique=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("queued", "排队中"),
                                    ("running", "进行中"),
                                    ("done", "已完成"),
                                    ("failed", "未完成"),
                                    ("cancelled", "已取消"),
                                ],
                                default=xgz.rules.jobs.JobState["QUEUED"],
                                max_length=12,
                            ),
                        ),
                        (
                            "requested_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("requested_at", models.DateTimeField()),
                        ("run_after", models.DateTimeField(null=True)),
                        ("attempt", models.PositiveIntegerField(default=0)),
                        ("failures", models.PositiveIntegerField(default=0)),
                        ("worker", models.CharField(blank=True, max_length=60)),
                        ("lease_until", models.DateTimeField(null=True)),
                        ("done", models.PositiveIntegerField(default=0)),
                        ("total", models.PositiveIntegerField(default=0)),
                        ("cancel_asked_at", models.DateTimeField(null=True)),
                        ("finished_at", models.DateTimeField(null=True)),
                        ("fault", models.CharField(blank=True, max_length=80)),
                        ("result", models.JSONField(default=dict)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("state__in", ["queued", "running"]),
                                    models.Q(("subject", ""), _negated=True),
                                ),
                                fields=("subject",),
                                name="one_job_per_subject",
                            )
                        ],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state__in", ["queued", "running"])),
                                fields=["id"],
                                name="job_waiting",
                            ),
                            models.Index(fields=["subject", "id"], name="job_subject"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="KnownDevice",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="known_devices",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "digest",
                            xgz.models.fields.DigestField(
                                blank=True, default="", editable=False, max_length=32, unique=True
                            ),
                        ),
                        ("first_at", models.DateTimeField()),
                        ("last_at", models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Lead",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        (
                            "number",
                            models.CharField(max_length=40, unique=True, verbose_name="事项编号"),
                        ),
                        ("state", models.CharField(max_length=24, verbose_name="状态")),
                        ("version", models.PositiveIntegerField(default=0)),
                        (
                            "owner_role",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("org_dept", "组织部门"),
                                    ("social_work_dept", "社会工作部门"),
                                    ("bureau", "市场监管局小个专党委"),
                                    ("township_committee", "乡镇（街道）党委"),
                                    ("station_head", "党建工作指导站站长"),
                                    ("instructor", "党建指导员"),
                                    ("association", "个私协会"),
                                    ("branch_secretary", "党支部书记"),
                                    ("member", "党员"),
                                    ("owner", "经营者（市场举办者）"),
                                    ("system_admin", "系统管理员"),
                                    ("security_admin", "安全管理员"),
                                    ("audit_admin", "审计管理员"),
                                ],
                                max_length=24,
                                verbose_name="责任岗位",
                            ),
                        ),
                        (
                            "owner_body",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.body",
                                verbose_name="责任方",
                            ),
                        ),
                        (
                            "assignee",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("due_on", models.DateField(null=True, verbose_name="办理期限")),
                        (
                            "late_since",
                            models.DateField(null=True, verbose_name="超期上报前的期限"),
                        ),
                        (
                            "area",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.body",
                            ),
                        ),
                        ("opened_at", models.DateTimeField(verbose_name="提出时间")),
                        (
                            "opened_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("closed_at", models.DateTimeField(null=True, verbose_name="办结时间")),
                        (
                            "station",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.body",
                            ),
                        ),
                        (
                            "instructor",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "source_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                        ("is_inside", models.BooleanField(default=False)),
                        ("source_on", models.DateField(verbose_name="线索日期")),
                        (
                            "business",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="leads",
                                to="xgz.business",
                            ),
                        ),
                        (
                            "market",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="leads",
                                to="xgz.market",
                            ),
                        ),
                        (
                            "name_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                        (
                            "phone_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                        (
                            "id_number_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                        (
                            "note_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                        (
                            "capacity_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                        (
                            "id_digest",
                            xgz.models.fields.DigestField(
                                blank=True, default="", editable=False, max_length=32
                            ),
                        ),
                        (
                            "person_digest",
                            xgz.models.fields.DigestField(
                                blank=True, default="", editable=False, max_length=32
                            ),
                        ),
                        (
                            "place_digest",
                            xgz.models.fields.DigestField(
                                blank=True, default="", editable=False, max_length=32
                            ),
                        ),
                        ("stated_on", models.DateField(null=True, verbose_name="本人说明日期")),
                        (
                            "statement_kind_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                        (
                            "statement_says_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                        (
                            "statement_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                        ("checked_on", models.DateField(null=True, verbose_name="名册核对日期")),
                        (
                            "checked_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "check_result_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                        (
                            "check_words_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                        (
                            "found_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                        (
                            "found_digest",
                            xgz.models.fields.DigestField(
                                blank=True, db_index=True, default="", editable=False, max_length=32
                            ),
                        ),
                        ("confirmed_on", models.DateField(null=True, verbose_name="核实日期")),
                        (
                            "placement",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("transfer", "转接组织关系"),
                                    ("floating", "登记为流动党员，参加所在地组织生活"),
                                    ("joint", "列入联合党支部组建建议"),
                                ],
                                max_length=12,
                                verbose_name="纳入方式",
                            ),
                        ),
                        (
                            "transfer",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="leads",
                                to="xgz.transfer",
                            ),
                        ),
                        (
                            "host_org",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="leads",
                                to="xgz.organisation",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("closed_at__isnull", True),
                                        ("due_on__isnull", False),
                                        ("owner_body__isnull", False),
                                        models.Q(("owner_role", ""), _negated=True),
                                    ),
                                    models.Q(
                                        ("closed_at__isnull", False),
                                        ("assignee__isnull", True),
                                        ("due_on__isnull", True),
                                        ("owner_body__isnull", True),
                                        ("owner_role", ""),
                                    ),
                                    _connector="OR",
                                ),
                                name="lead_open_has_one_owner",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        (
                                            "state__in",
                                            [
                                                xgz.rules.leads.LeadState["CONFIRMED"],
                                                xgz.rules.leads.LeadState["PLACED"],
                                            ],
                                        ),
                                        _negated=True,
                                    ),
                                    models.Q(
                                        ("checked_on__isnull", False),
                                        ("confirmed_on__isnull", False),
                                        ("stated_on__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="lead_confirmed_with_both_proofs",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("checked_on__isnull", True),
                                        ("found_digest", ""),
                                        ("found_sealed", ""),
                                    ),
                                    models.Q(
                                        ("checked_on__isnull", False),
                                        models.Q(("found_sealed", ""), _negated=True),
                                        models.Q(("found_digest", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="lead_checked_has_sealed_answer",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("state", xgz.rules.leads.LeadState["PLACED"]),
                                        _negated=True,
                                    ),
                                    models.Q(("placement", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="lead_placed_somewhere",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("instructor__isnull", True),
                                    ("station__isnull", False),
                                    _connector="OR",
                                ),
                                name="lead_instructor_has_station",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("state__in", [xgz.rules.leads.LeadState["MOVED_AWAY"]]),
                                        _negated=True,
                                    ),
                                    models.Q(("id_digest", ""), _negated=True),
                                ),
                                fields=("id_digest",),
                                name="one_lead_per_number",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("state__in", [xgz.rules.leads.LeadState["MOVED_AWAY"]]),
                                        _negated=True,
                                    ),
                                    models.Q(("person_digest", ""), _negated=True),
                                ),
                                fields=("person_digest",),
                                name="one_lead_per_person",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("closed_at__isnull", True),
                                    models.Q(("place_digest", ""), _negated=True),
                                ),
                                fields=("place_digest",),
                                name="one_open_lead_per_place",
                            ),
                        ],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("closed_at__isnull", True)),
                                fields=["owner_body", "owner_role", "due_on"],
                                name="lead_inbox",
                            ),
                            models.Index(fields=["area", "state", "due_on"], name="lead_list"),
                            models.Index(fields=["instructor", "state"], name="lead_instructor"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LeadTally",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("month", models.DateField()),
                        (
                            "area",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.body",
                            ),
                        ),
                        ("source", models.CharField(max_length=16)),
                        ("end", models.CharField(max_length=12)),
                        ("count", models.PositiveIntegerField(default=0)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("month", "area", "source", "end"), name="one_tally_per_end"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LeadVisit",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        (
                            "lead",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="visits",
                                to="xgz.lead",
                            ),
                        ),
                        ("visited_on", models.DateField(verbose_name="走访日期")),
                        (
                            "kind",
                            models.CharField(
                                choices=[("on_site", "上门"), ("phone", "电话")],
                                max_length=12,
                                verbose_name="方式",
                            ),
                        ),
                        (
                            "outcome",
                            models.CharField(
                                choices=[
                                    ("spoke", "见到本人"),
                                    ("not_met", "没有见到"),
                                    ("closed", "已停业"),
                                ],
                                max_length=12,
                                verbose_name="结果",
                            ),
                        ),
                        (
                            "note_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "body",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.body",
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="记录时间")),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["lead", "visited_on"], name="lead_visits")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Market",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="市场名称")),
                        (
                            "township",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.body",
                            ),
                        ),
                        (
                            "operator",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="markets_run",
                                to="xgz.business",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("name", "township"), name="market_once_per_township"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("township__isnull", True)),
                                fields=("name",),
                                name="market_once_unplaced",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MatchingNotice",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        (
                            "body",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.body",
                            ),
                        ),
                        ("about", models.PositiveIntegerField()),
                        ("made_on", models.DateField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["body", "-made_on"], name="matching_notice_newest")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MatchingTask",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        (
                            "legal_basis",
                            models.CharField(blank=True, max_length=200, verbose_name="法律依据"),
                        ),
                        (
                            "document_number",
                            models.CharField(blank=True, max_length=60, verbose_name="文件编号"),
                        ),
                        (
                            "purpose",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("find", "查找未纳入管理的党员"),
                                    ("belong", "理顺组织关系（应转未转）"),
                                    ("form", "组建党组织前摸底"),
                                ],
                                max_length=12,
                                verbose_name="用途",
                            ),
                        ),
                        ("expires_on", models.DateField(null=True, verbose_name="到期日")),
                        ("assessment_name", models.CharField(blank=True, max_length=60)),
                        ("assessment_kept_until", models.DateField(null=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "待补材料"),
                                    ("ready", "可以开始"),
                                    ("running", "正在比对"),
                                    ("done", "待复核"),
                                    ("failed", "没有完成"),
                                    ("expired", "已到期"),
                                ],
                                default=xgz.rules.matching.TaskState["DRAFT"],
                                max_length=12,
                                verbose_name="状态",
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=0)),
                        (
                            "created_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("created_at", models.DateTimeField(verbose_name="建立时间")),
                        ("finished_at", models.DateTimeField(null=True, verbose_name="完成时间")),
                        ("pairs_until", models.DateField(null=True)),
                        ("compared_members", models.PositiveIntegerField(default=0)),
                        ("compared_owners", models.PositiveIntegerField(default=0)),
                        ("found", models.PositiveIntegerField(default=0)),
                        ("known", models.PositiveIntegerField(default=0)),
                        ("confirmed", models.PositiveIntegerField(default=0)),
                        ("rejected", models.PositiveIntegerField(default=0)),
                        ("told", models.PositiveIntegerField(default=0)),
                        ("areas", models.ManyToManyField(related_name="+", to="xgz.body")),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        [
                                            xgz.rules.matching.TaskState["DRAFT"],
                                            xgz.rules.matching.TaskState["EXPIRED"],
                                        ],
                                    ),
                                    models.Q(
                                        models.Q(("legal_basis", ""), _negated=True),
                                        models.Q(("document_number", ""), _negated=True),
                                        models.Q(("purpose", ""), _negated=True),
                                        ("expires_on__isnull", False),
                                        models.Q(("assessment_name", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="task_runs_with_its_papers",
                            )
                        ],
                        "indexes": [
                            models.Index(fields=["-created_at"], name="matching_task_newest")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MatchPair",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        (
                            "task",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="pairs",
                                to="xgz.matchingtask",
                            ),
                        ),
                        ("turn", models.PositiveIntegerField()),
                        (
                            "tie_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                        (
                            "reason_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                        (
                            "verdict",
                            models.CharField(
                                choices=[("same", "同一人"), ("possible", "可能是同一人")],
                                max_length=8,
                            ),
                        ),
                        (
                            "member_digest",
                            xgz.models.fields.DigestField(
                                blank=True, default="", editable=False, max_length=32
                            ),
                        ),
                        (
                            "business_digest",
                            xgz.models.fields.DigestField(
                                blank=True, default="", editable=False, max_length=32
                            ),
                        ),
                        (
                            "pair_digest",
                            xgz.models.fields.DigestField(
                                blank=True, default="", editable=False, max_length=32
                            ),
                        ),
                        (
                            "decision",
                            models.CharField(
                                choices=[
                                    ("open", "待复核"),
                                    ("yes", "是同一人"),
                                    ("no", "不是同一人"),
                                    ("later", "以后再定"),
                                ],
                                default=xgz.rules.matching.Decision["OPEN"],
                                max_length=8,
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("decided_at", models.DateTimeField(null=True)),
                        ("version", models.PositiveIntegerField(default=0)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("task", "member_digest", "business_digest"),
                                name="pair_once_a_task",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("decision", xgz.rules.matching.Decision["YES"])
                                ),
                                fields=("business_digest",),
                                name="one_member_for_an_owner",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("decided_at__isnull", True),
                                        ("decision", xgz.rules.matching.Decision["OPEN"]),
                                    ),
                                    models.Q(
                                        models.Q(
                                            ("decision", xgz.rules.matching.Decision["OPEN"]),
                                            _negated=True,
                                        ),
                                        ("decided_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="decided_pair_has_a_moment",
                            ),
                        ],
                        "indexes": [
                            models.Index(
                                fields=["task", "decision", "turn"], name="match_pair_queue"
                            ),
                            models.Index(fields=["business_digest"], name="match_pair_business"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Member",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        (
                            "name_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                        (
                            "id_number_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                        (
                            "phone_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                        (
                            "address_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                        (
                            "position_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                        (
                            "key_digest",
                            xgz.models.fields.DigestField(
                                blank=True, default="", editable=False, max_length=32, unique=True
                            ),
                        ),
                        (
                            "phone_digest",
                            xgz.models.fields.DigestField(
                                blank=True, default="", editable=False, max_length=32
                            ),
                        ),
                        (
                            "sex",
                            models.CharField(
                                choices=[("male", "男"), ("female", "女"), ("unknown", "未知")],
                                default=xgz.rules.members.Sex["UNKNOWN"],
                                max_length=8,
                                verbose_name="性别",
                            ),
                        ),
                        (
                            "born_on",
                            models.DateField(blank=True, null=True, verbose_name="出生日期"),
                        ),
                        (
                            "ethnicity",
                            models.CharField(blank=True, max_length=20, verbose_name="民族"),
                        ),
                        (
                            "education",
                            models.CharField(blank=True, max_length=20, verbose_name="学历"),
                        ),
                        (
                            "member_class",
                            models.CharField(
                                choices=[
                                    ("full", "正式党员"),
                                    ("probationary", "预备党员"),
                                    ("development_target", "发展对象"),
                                    ("activist", "入党积极分子"),
                                    ("applicant", "入党申请人"),
                                    ("unknown", "类别未知"),
                                ],
                                max_length=20,
                                verbose_name="人员类别",
                            ),
                        ),
                        (
                            "joined_on",
                            models.DateField(blank=True, null=True, verbose_name="入党日期"),
                        ),
                        (
                            "full_on",
                            models.DateField(blank=True, null=True, verbose_name="转正日期"),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("normal", "正常"),
                                    ("lost_contact", "失联"),
                                    ("suspended", "停止党籍"),
                                    ("removed", "除名"),
                                    ("withdrawn", "退党"),
                                    ("expelled", "开除党籍"),
                                    ("moved_out", "已转出"),
                                    ("deceased", "去世"),
                                    ("unknown", "状态未知"),
                                ],
                                default=xgz.rules.members.MembershipStatus["NORMAL"],
                                max_length=16,
                                verbose_name="党籍状态",
                            ),
                        ),
                        (
                            "is_floating",
                            models.BooleanField(blank=True, null=True, verbose_name="流动党员"),
                        ),
                        (
                            "flow_to_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                        (
                            "formal_org",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="members",
                                to="xgz.organisation",
                            ),
                        ),
                        (
                            "activity_org",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="activity_members",
                                to="xgz.organisation",
                            ),
                        ),
                        (
                            "source_import",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.import",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["formal_org", "status", "member_class"],
                                name="member_formal_org",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FormationMember",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        (
                            "formation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="members",
                                to="xgz.formation",
                            ),
                        ),
                        (
                            "member",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="formations",
                                to="xgz.member",
                            ),
                        ),
                        ("is_held", models.BooleanField(default=True)),
                        ("added_at", models.DateTimeField()),
                        ("asked_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("formation", "member"), name="member_once_a_formation"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("is_held", True)),
                                fields=("member",),
                                name="member_in_one_open_formation",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MemberEvent",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "member",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="events",
                                to="xgz.member",
                            ),
                        ),
                        ("happened_on", models.DateField(verbose_name="日期")),
                        ("field", models.CharField(max_length=20, verbose_name="事项")),
                        (
                            "before",
                            models.CharField(blank=True, max_length=20, verbose_name="变更前"),
                        ),
                        ("after", models.CharField(max_length=20, verbose_name="变更后")),
                        (
                            "reason",
                            models.CharField(blank=True, max_length=100, verbose_name="原因"),
                        ),
                        (
                            "source_import",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.import",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="MemberNameDigest",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "member",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="name_digests",
                                to="xgz.member",
                            ),
                        ),
                        (
                            "digest",
                            xgz.models.fields.DigestField(
                                blank=True, default="", editable=False, max_length=32
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("digest", "member"), name="name_digest_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MemberWorkplace",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        (
                            "member",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="workplaces",
                                to="xgz.member",
                            ),
                        ),
                        (
                            "business",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="roster_rows",
                                to="xgz.business",
                            ),
                        ),
                        (
                            "unit_name_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                        (
                            "capacity_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                        (
                            "valid_from",
                            models.DateField(blank=True, null=True, verbose_name="起始日期"),
                        ),
                        (
                            "valid_to",
                            models.DateField(blank=True, null=True, verbose_name="终止日期"),
                        ),
                        (
                            "source_import",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.import",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("business__isnull", False), ("valid_to__isnull", True)
                                ),
                                fields=("member", "business"),
                                name="one_current_workplace_row",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Notice",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        ("case_kind", models.CharField(max_length=24)),
                        ("case_id", models.CharField(max_length=12)),
                        ("subject_id", models.CharField(blank=True, max_length=12)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("near", "即将到期"),
                                    ("late", "已经超期"),
                                    ("urged", "催办"),
                                    ("raised", "超期上报"),
                                    ("informed", "告知"),
                                    ("filed", "备案"),
                                ],
                                max_length=16,
                            ),
                        ),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("org_dept", "组织部门"),
                                    ("social_work_dept", "社会工作部门"),
                                    ("bureau", "市场监管局小个专党委"),
                                    ("township_committee", "乡镇（街道）党委"),
                                    ("station_head", "党建工作指导站站长"),
                                    ("instructor", "党建指导员"),
                                    ("association", "个私协会"),
                                    ("branch_secretary", "党支部书记"),
                                    ("member", "党员"),
                                    ("owner", "经营者（市场举办者）"),
                                    ("system_admin", "系统管理员"),
                                    ("security_admin", "安全管理员"),
                                    ("audit_admin", "审计管理员"),
                                ],
                                max_length=24,
                            ),
                        ),
                        (
                            "body",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.body",
                            ),
                        ),
                        ("due_on", models.DateField(null=True)),
                        ("version", models.PositiveIntegerField(default=0)),
                        ("made_at", models.DateTimeField(verbose_name="发出时间")),
                        (
                            "made_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "text_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                        (
                            "signed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("signed_at", models.DateTimeField(null=True, verbose_name="签收时间")),
                        ("lapsed_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("kind__in", ["near", "late"])),
                                fields=(
                                    "case_kind",
                                    "case_id",
                                    "subject_id",
                                    "kind",
                                    "version",
                                    "due_on",
                                ),
                                name="one_reminder_per_due_date",
                            )
                        ],
                        "indexes": [
                            models.Index(
                                condition=models.Q(
                                    ("lapsed_at__isnull", True), ("signed_at__isnull", True)
                                ),
                                fields=["body", "role"],
                                name="notice_unsigned",
                            ),
                            models.Index(fields=["case_kind", "case_id"], name="notice_case"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NumberSeries",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("series", models.CharField(max_length=60)),
                        ("year", models.PositiveSmallIntegerField()),
                        ("last", models.PositiveIntegerField(default=0)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("series", "year"), name="one_series_per_year"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Organisation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                max_length=30, null=True, unique=True, verbose_name="党组织代码"
                            ),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="党组织名称")),
                        (
                            "org_type",
                            models.CharField(
                                choices=[
                                    ("branch", "党支部"),
                                    ("general_branch", "党总支"),
                                    ("committee", "党委"),
                                    ("industry_committee", "行业党委"),
                                    ("unknown", "类别未知"),
                                ],
                                default=xgz.rules.organisations.OrgType["UNKNOWN"],
                                max_length=20,
                                verbose_name="组织类别",
                            ),
                        ),
                        (
                            "formation_mode",
                            models.CharField(
                                choices=[
                                    ("standalone", "单独组建"),
                                    ("joint", "联合组建"),
                                    ("affiliated", "挂靠组建"),
                                    ("association", "依托个私协会组建"),
                                    ("market", "依托市场组建"),
                                    ("regional", "区域组建"),
                                    ("functional", "功能型"),
                                    ("floating", "流动党员党组织"),
                                    ("other", "其他方式"),
                                    ("unknown", "方式未知"),
                                ],
                                default=xgz.rules.organisations.FormationMode["UNKNOWN"],
                                max_length=16,
                                verbose_name="组建方式",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("active", "正常"),
                                    ("unconfirmed", "待确认"),
                                    ("dissolved", "已撤销"),
                                ],
                                default=xgz.rules.organisations.OrgState["ACTIVE"],
                                max_length=12,
                                verbose_name="状态",
                            ),
                        ),
                        (
                            "body",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="organisation",
                                to="xgz.body",
                            ),
                        ),
                        (
                            "guiding_body",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="guided_organisations",
                                to="xgz.body",
                            ),
                        ),
                        (
                            "superior_text",
                            models.CharField(
                                blank=True, max_length=120, verbose_name="上级党组织（原文）"
                            ),
                        ),
                        (
                            "founded_on",
                            models.DateField(blank=True, null=True, verbose_name="成立日期"),
                        ),
                        (
                            "elected_on",
                            models.DateField(blank=True, null=True, verbose_name="最近换届日期"),
                        ),
                        (
                            "term_ends_on",
                            models.DateField(blank=True, null=True, verbose_name="届满日期"),
                        ),
                        (
                            "last_life_on",
                            models.DateField(
                                blank=True, null=True, verbose_name="最近一次组织生活日期"
                            ),
                        ),
                        (
                            "dissolved_on",
                            models.DateField(blank=True, null=True, verbose_name="撤销日期"),
                        ),
                        (
                            "source_import",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.import",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("code__isnull", True)),
                                fields=("name",),
                                name="uncoded_organisation_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("state", xgz.rules.organisations.OrgState["DISSOLVED"]),
                                        _negated=True,
                                    ),
                                    ("dissolved_on__isnull", False),
                                    _connector="OR",
                                ),
                                name="dissolved_has_date",
                            ),
                        ],
                        "indexes": [
                            models.Index(
                                fields=["state", "term_ends_on"], name="organisation_terms"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MemberLink",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "member",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="links",
                                to="xgz.member",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("formal", "组织关系所在"), ("activity", "参加活动所在")],
                                max_length=8,
                                verbose_name="关系",
                            ),
                        ),
                        (
                            "organisation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.organisation",
                            ),
                        ),
                        (
                            "valid_from",
                            models.DateField(blank=True, null=True, verbose_name="起始日期"),
                        ),
                        (
                            "valid_to",
                            models.DateField(blank=True, null=True, verbose_name="终止日期"),
                        ),
                        (
                            "source_import",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.import",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("kind", xgz.rules.members.LinkKind["FORMAL"]),
                                    ("valid_to__isnull", True),
                                ),
                                fields=("member",),
                                name="one_formal_organisation",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="InstructorLink",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        (
                            "instructor",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="instructor_links",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "station",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.body",
                            ),
                        ),
                        (
                            "business",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="instructor_links",
                                to="xgz.business",
                            ),
                        ),
                        (
                            "market",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="instructor_links",
                                to="xgz.market",
                            ),
                        ),
                        (
                            "organisation",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="instructor_links",
                                to="xgz.organisation",
                            ),
                        ),
                        ("valid_from", models.DateField(verbose_name="起始日期")),
                        (
                            "valid_to",
                            models.DateField(blank=True, null=True, verbose_name="终止日期"),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("business__isnull", False),
                                        ("market__isnull", True),
                                        ("organisation__isnull", True),
                                    ),
                                    models.Q(
                                        ("business__isnull", True),
                                        ("market__isnull", False),
                                        ("organisation__isnull", True),
                                    ),
                                    models.Q(
                                        ("business__isnull", True),
                                        ("market__isnull", True),
                                        ("organisation__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="instructor_serves_exactly_one",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("valid_to__isnull", True)),
                                fields=("business",),
                                name="one_instructor_per_business",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Establishing",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        (
                            "number",
                            models.CharField(max_length=40, unique=True, verbose_name="事项编号"),
                        ),
                        ("state", models.CharField(max_length=24, verbose_name="状态")),
                        ("version", models.PositiveIntegerField(default=0)),
                        (
                            "owner_role",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("org_dept", "组织部门"),
                                    ("social_work_dept", "社会工作部门"),
                                    ("bureau", "市场监管局小个专党委"),
                                    ("township_committee", "乡镇（街道）党委"),
                                    ("station_head", "党建工作指导站站长"),
                                    ("instructor", "党建指导员"),
                                    ("association", "个私协会"),
                                    ("branch_secretary", "党支部书记"),
                                    ("member", "党员"),
                                    ("owner", "经营者（市场举办者）"),
                                    ("system_admin", "系统管理员"),
                                    ("security_admin", "安全管理员"),
                                    ("audit_admin", "审计管理员"),
                                ],
                                max_length=24,
                                verbose_name="责任岗位",
                            ),
                        ),
                        (
                            "owner_body",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.body",
                                verbose_name="责任方",
                            ),
                        ),
                        (
                            "assignee",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("due_on", models.DateField(null=True, verbose_name="办理期限")),
                        (
                            "late_since",
                            models.DateField(null=True, verbose_name="超期上报前的期限"),
                        ),
                        (
                            "area",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.body",
                            ),
                        ),
                        ("opened_at", models.DateTimeField(verbose_name="提出时间")),
                        (
                            "opened_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("closed_at", models.DateTimeField(null=True, verbose_name="办结时间")),
                        (
                            "formation",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="establishing",
                                to="xgz.formation",
                            ),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="拟设立党组织名称")),
                        (
                            "mode",
                            models.CharField(
                                choices=[
                                    ("standalone", "单独组建"),
                                    ("joint", "联合组建"),
                                    ("affiliated", "挂靠组建"),
                                    ("association", "依托个私协会组建"),
                                    ("market", "依托市场组建"),
                                    ("regional", "区域组建"),
                                    ("functional", "功能型"),
                                    ("floating", "流动党员党组织"),
                                    ("other", "其他方式"),
                                    ("unknown", "方式未知"),
                                ],
                                default=xgz.rules.organisations.FormationMode["JOINT"],
                                max_length=16,
                                verbose_name="组建方式",
                            ),
                        ),
                        ("approved_on", models.DateField(verbose_name="批准日期")),
                        (
                            "organisation",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="establishing",
                                to="xgz.organisation",
                            ),
                        ),
                        (
                            "meeting_on",
                            models.DateField(null=True, verbose_name="第一次党员大会日期"),
                        ),
                        (
                            "meeting_place",
                            models.CharField(blank=True, max_length=120, verbose_name="会议地点"),
                        ),
                        ("is_shared", models.BooleanField(default=False)),
                    ],
                    options={
                        "abstract": False,
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("closed_at__isnull", True),
                                        ("due_on__isnull", False),
                                        ("owner_body__isnull", False),
                                        models.Q(("owner_role", ""), _negated=True),
                                    ),
                                    models.Q(
                                        ("closed_at__isnull", False),
                                        ("assignee__isnull", True),
                                        ("due_on__isnull", True),
                                        ("owner_body__isnull", True),
                                        ("owner_role", ""),
                                    ),
                                    _connector="OR",
                                ),
                                name="establishing_open_has_one_owner",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ("setting_up", "stopped")),
                                    ("organisation__isnull", False),
                                    _connector="OR",
                                ),
                                name="establishing_under_way_has_organisation",
                            ),
                        ],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("closed_at__isnull", True)),
                                fields=["owner_body", "owner_role", "due_on"],
                                name="establishing_inbox",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Coverage",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "organisation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="coverages",
                                to="xgz.organisation",
                            ),
                        ),
                        (
                            "business",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="coverages",
                                to="xgz.business",
                            ),
                        ),
                        (
                            "market",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="coverages",
                                to="xgz.market",
                            ),
                        ),
                        (
                            "code_text",
                            models.CharField(
                                blank=True, max_length=40, verbose_name="待核实的代码"
                            ),
                        ),
                        ("valid_from", models.DateField(verbose_name="起始日期")),
                        (
                            "valid_to",
                            models.DateField(blank=True, null=True, verbose_name="终止日期"),
                        ),
                        (
                            "source_import",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.import",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("business__isnull", False), ("valid_to__isnull", True)
                                ),
                                fields=("organisation", "business"),
                                name="one_current_coverage",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("market__isnull", False), ("valid_to__isnull", True)
                                ),
                                fields=("organisation", "market"),
                                name="one_current_market_coverage",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Adjustment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        (
                            "number",
                            models.CharField(max_length=40, unique=True, verbose_name="事项编号"),
                        ),
                        ("state", models.CharField(max_length=24, verbose_name="状态")),
                        ("version", models.PositiveIntegerField(default=0)),
                        (
                            "owner_role",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("org_dept", "组织部门"),
                                    ("social_work_dept", "社会工作部门"),
                                    ("bureau", "市场监管局小个专党委"),
                                    ("township_committee", "乡镇（街道）党委"),
                                    ("station_head", "党建工作指导站站长"),
                                    ("instructor", "党建指导员"),
                                    ("association", "个私协会"),
                                    ("branch_secretary", "党支部书记"),
                                    ("member", "党员"),
                                    ("owner", "经营者（市场举办者）"),
                                    ("system_admin", "系统管理员"),
                                    ("security_admin", "安全管理员"),
                                    ("audit_admin", "审计管理员"),
                                ],
                                max_length=24,
                                verbose_name="责任岗位",
                            ),
                        ),
                        (
                            "owner_body",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.body",
                                verbose_name="责任方",
                            ),
                        ),
                        (
                            "assignee",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("due_on", models.DateField(null=True, verbose_name="办理期限")),
                        (
                            "late_since",
                            models.DateField(null=True, verbose_name="超期上报前的期限"),
                        ),
                        (
                            "area",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.body",
                            ),
                        ),
                        ("opened_at", models.DateTimeField(verbose_name="提出时间")),
                        (
                            "opened_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("closed_at", models.DateTimeField(null=True, verbose_name="办结时间")),
                        (
                            "organisation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="adjustments",
                                to="xgz.organisation",
                            ),
                        ),
                        (
                            "origin",
                            models.CharField(
                                choices=[
                                    ("by_hand", "直接提出"),
                                    ("listed", "组织调整对象清单"),
                                    ("closure", "主体退出事项移交"),
                                    ("left_bare", "主体退出后党组织力量不足"),
                                ],
                                default=xgz.rules.adjustments.Origin["BY_HAND"],
                                max_length=12,
                                verbose_name="来源",
                            ),
                        ),
                        (
                            "sort",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "未定"),
                                    ("revive", "保留并恢复"),
                                    ("merge", "并入其他党组织"),
                                    ("revoke", "撤销"),
                                ],
                                max_length=8,
                                verbose_name="处理方式",
                            ),
                        ),
                        (
                            "target_org",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.organisation",
                            ),
                        ),
                        ("met_on", models.DateField(null=True, verbose_name="党委会议日期")),
                        ("decided_on", models.DateField(null=True, verbose_name="确定日期")),
                        ("carry_out_by", models.DateField(null=True, verbose_name="落实期限")),
                        (
                            "seals",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "未登记"),
                                    ("handed_in", "已收缴"),
                                    ("none", "没有刻制"),
                                ],
                                default=xgz.rules.adjustments.Seals["UNKNOWN"],
                                max_length=12,
                                verbose_name="印章、牌匾",
                            ),
                        ),
                        ("seals_on", models.DateField(null=True, verbose_name="收缴日期")),
                        (
                            "seals_to",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.body",
                            ),
                        ),
                        (
                            "papers_place",
                            models.CharField(blank=True, max_length=120, verbose_name="档案存放处"),
                        ),
                        ("is_shared", models.BooleanField(default=False)),
                    ],
                    options={
                        "abstract": False,
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("closed_at__isnull", True),
                                        ("due_on__isnull", False),
                                        ("owner_body__isnull", False),
                                        models.Q(("owner_role", ""), _negated=True),
                                    ),
                                    models.Q(
                                        ("closed_at__isnull", False),
                                        ("assignee__isnull", True),
                                        ("due_on__isnull", True),
                                        ("owner_body__isnull", True),
                                        ("owner_role", ""),
                                    ),
                                    _connector="OR",
                                ),
                                name="adjustment_open_has_one_owner",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("closed_at__isnull", True)),
                                fields=("organisation",),
                                name="one_open_adjustment",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("seals", xgz.rules.adjustments.Seals["HANDED_IN"]),
                                        _negated=True,
                                    ),
                                    models.Q(
                                        ("seals_on__isnull", False), ("seals_to__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="seals_handed_in_have_day_and_body",
                            ),
                        ],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("closed_at__isnull", True)),
                                fields=["owner_body", "owner_role", "due_on"],
                                name="adjustment_inbox",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OrganisationChange",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "organisation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="changes",
                                to="xgz.organisation",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("set_up", "成立"),
                                    ("confirmed", "确认"),
                                    ("renamed", "更名"),
                                    ("moved", "隶属关系调整"),
                                    ("guidance", "指导单位调整"),
                                    ("elected", "换届"),
                                    ("merged", "合并"),
                                    ("split", "分设"),
                                    ("dissolved", "撤销"),
                                ],
                                max_length=12,
                                verbose_name="事项",
                            ),
                        ),
                        ("happened_on", models.DateField(verbose_name="日期")),
                        (
                            "before",
                            models.CharField(blank=True, max_length=200, verbose_name="变更前"),
                        ),
                        (
                            "after",
                            models.CharField(blank=True, max_length=200, verbose_name="变更后"),
                        ),
                        (
                            "other",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.organisation",
                            ),
                        ),
                        ("note", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                        (
                            "source_import",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.import",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="OrganisationPost",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        (
                            "organisation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="posts",
                                to="xgz.organisation",
                            ),
                        ),
                        (
                            "post",
                            models.CharField(
                                choices=[
                                    ("secretary", "书记"),
                                    ("deputy_secretary", "副书记"),
                                    ("committee_member", "委员"),
                                ],
                                max_length=20,
                                verbose_name="职务",
                            ),
                        ),
                        (
                            "member",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="posts",
                                to="xgz.member",
                            ),
                        ),
                        (
                            "holder_name_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                        (
                            "valid_from",
                            models.DateField(blank=True, null=True, verbose_name="任职日期"),
                        ),
                        (
                            "valid_to",
                            models.DateField(blank=True, null=True, verbose_name="离任日期"),
                        ),
                        (
                            "source_import",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.import",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("post", "secretary"), ("valid_to__isnull", True)
                                ),
                                fields=("organisation",),
                                name="one_secretary_at_a_time",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OwnerTie",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        (
                            "tie_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                        (
                            "member_digest",
                            xgz.models.fields.DigestField(
                                blank=True, db_index=True, default="", editable=False, max_length=32
                            ),
                        ),
                        (
                            "business_digest",
                            xgz.models.fields.DigestField(
                                blank=True, default="", editable=False, max_length=32
                            ),
                        ),
                        (
                            "owner_digest",
                            xgz.models.fields.DigestField(
                                blank=True, default="", editable=False, max_length=32
                            ),
                        ),
                        (
                            "number_digest",
                            xgz.models.fields.DigestField(
                                blank=True, default="", editable=False, max_length=32
                            ),
                        ),
                        (
                            "purpose",
                            models.CharField(
                                choices=[
                                    ("find", "查找未纳入管理的党员"),
                                    ("belong", "理顺组织关系（应转未转）"),
                                    ("form", "组建党组织前摸底"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("confirmed_on", models.DateField()),
                        ("expires_on", models.DateField()),
                        ("lead_at", models.DateTimeField(null=True)),
                        (
                            "lead_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("business_digest", "purpose"),
                                name="one_tie_for_an_owner_and_purpose",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Paper",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        ("series", models.CharField(max_length=60)),
                        ("year", models.PositiveSmallIntegerField()),
                        ("number", models.PositiveIntegerField()),
                        ("label", models.CharField(max_length=60, verbose_name="编号")),
                        ("kind", models.CharField(max_length=24)),
                        (
                            "body",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.body",
                            ),
                        ),
                        ("case_kind", models.CharField(max_length=24)),
                        ("case_id", models.CharField(max_length=12)),
                        ("issued_on", models.DateField(verbose_name="开具日期")),
                        ("voided_on", models.DateField(null=True, verbose_name="作废日期")),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("series", "year", "number"), name="one_paper_per_number"
                            )
                        ],
                        "indexes": [
                            models.Index(fields=["case_kind", "case_id"], name="paper_case")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PaperTemplate",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("request", "关于成立党组织的请示"),
                                    ("roster", "党员花名册"),
                                    ("reply", "批复（决定）"),
                                    ("filing", "备案报告"),
                                    ("election_notice", "选举大会通知"),
                                    ("ballot", "选票"),
                                    ("minutes", "选举大会会议记录"),
                                    ("result", "选举结果报告"),
                                    ("confirmation", "任职批复"),
                                ],
                                max_length=24,
                                verbose_name="文书",
                            ),
                        ),
                        ("version", models.PositiveSmallIntegerField(verbose_name="版本")),
                        ("content", models.BinaryField()),
                        ("digest", models.CharField(max_length=64, verbose_name="文件摘要")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("proposed", "待审核"),
                                    ("approved", "使用中"),
                                    ("refused", "未通过"),
                                    ("retired", "已停用"),
                                ],
                                max_length=12,
                                verbose_name="状态",
                            ),
                        ),
                        (
                            "proposed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("proposed_at", models.DateTimeField(verbose_name="提出时间")),
                        (
                            "judged_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("judged_at", models.DateTimeField(null=True, verbose_name="审核时间")),
                        ("retired_at", models.DateTimeField(null=True, verbose_name="停用时间")),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("kind", "version"), name="template_version_once"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("state", xgz.rules.papers.templates.TemplateState["APPROVED"])
                                ),
                                fields=("kind",),
                                name="one_template_in_use",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("state", xgz.rules.papers.templates.TemplateState["PROPOSED"])
                                ),
                                fields=("kind",),
                                name="one_template_proposed",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("judged_by__isnull", True),
                                    ("proposed_by__isnull", True),
                                    models.Q(("judged_by", models.F("proposed_by")), _negated=True),
                                    _connector="OR",
                                ),
                                name="template_is_judged_by_another",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CasePaper",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("request", "关于成立党组织的请示"),
                                    ("roster", "党员花名册"),
                                    ("reply", "批复（决定）"),
                                    ("filing", "备案报告"),
                                    ("election_notice", "选举大会通知"),
                                    ("ballot", "选票"),
                                    ("minutes", "选举大会会议记录"),
                                    ("result", "选举结果报告"),
                                    ("confirmation", "任职批复"),
                                ],
                                max_length=24,
                                verbose_name="文书",
                            ),
                        ),
                        ("case_kind", models.CharField(max_length=24)),
                        ("case_id", models.CharField(max_length=12)),
                        (
                            "body",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.body",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "草稿"),
                                    ("issued", "已印发"),
                                    ("void", "已作废"),
                                ],
                                max_length=8,
                                verbose_name="状态",
                            ),
                        ),
                        (
                            "content_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                        (
                            "entry",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="text",
                                to="xgz.paper",
                            ),
                        ),
                        (
                            "template",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.papertemplate",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("made_at", models.DateTimeField(verbose_name="起草时间")),
                        (
                            "issued_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("issued_at", models.DateTimeField(null=True, verbose_name="印发时间")),
                        (
                            "voided_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("voided_at", models.DateTimeField(null=True, verbose_name="作废时间")),
                        (
                            "reason_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("state", xgz.rules.papers.kinds.PaperState["VOID"]),
                                    _negated=True,
                                ),
                                fields=("case_kind", "case_id", "kind", "body"),
                                name="one_valid_paper_of_a_kind",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("entry__isnull", True),
                                        ("issued_at__isnull", True),
                                        ("state", xgz.rules.papers.kinds.PaperState["DRAFT"]),
                                        ("voided_at__isnull", True),
                                    ),
                                    models.Q(
                                        ("issued_at__isnull", False),
                                        ("state", xgz.rules.papers.kinds.PaperState["ISSUED"]),
                                        ("voided_at__isnull", True),
                                    ),
                                    models.Q(
                                        ("issued_at__isnull", False),
                                        ("state", xgz.rules.papers.kinds.PaperState["VOID"]),
                                        ("voided_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="paper_is_issued_then_void",
                            ),
                        ],
                        "indexes": [
                            models.Index(fields=["case_kind", "case_id"], name="case_paper_case")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ParameterValue",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        ("key", models.CharField(max_length=60)),
                        ("value", models.IntegerField()),
                        ("valid_from", models.DateField(verbose_name="起用日期")),
                        ("reason", models.CharField(max_length=200, verbose_name="依据")),
                        (
                            "entered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("entered_at", models.DateTimeField()),
                        ("withdrawn_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("withdrawn_at__isnull", True)),
                                fields=("key", "valid_from"),
                                name="one_value_per_day",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PastPassword",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="past_passwords",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("password", models.CharField(max_length=128)),
                        ("until", models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Plan",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        ("name", models.CharField(max_length=60, verbose_name="名称")),
                        (
                            "line",
                            models.CharField(
                                choices=[
                                    ("organization", "组织条线"),
                                    ("market", "市场监管条线"),
                                    ("association", "协会条线"),
                                ],
                                max_length=16,
                            ),
                        ),
                        ("role", models.CharField(max_length=24)),
                        (
                            "body",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.body",
                            ),
                        ),
                        (
                            "area",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.body",
                            ),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[("declared", "年报申报人数"), ("roster", "党员名册人数")],
                                max_length=12,
                                verbose_name="人数来源",
                            ),
                        ),
                        (
                            "origin",
                            models.CharField(
                                choices=[
                                    ("new", "新建"),
                                    ("again", "保留锁定组重新规划"),
                                    ("repair", "按现在的情况修补"),
                                ],
                                max_length=12,
                                verbose_name="方式",
                            ),
                        ),
                        (
                            "parent",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="followers",
                                to="xgz.plan",
                            ),
                        ),
                        ("asked", models.JSONField(default=dict)),
                        ("options", models.JSONField(default=dict)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("running", "正在规划"),
                                    ("ready", "已完成"),
                                    ("failed", "没有完成"),
                                    ("discarded", "已作废"),
                                ],
                                default=xgz.rules.planning.plans.PlanState["RUNNING"],
                                max_length=12,
                                verbose_name="状态",
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=0)),
                        (
                            "created_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("created_at", models.DateTimeField(verbose_name="建立时间")),
                        ("finished_at", models.DateTimeField(null=True, verbose_name="完成时间")),
                        ("discarded_at", models.DateTimeField(null=True)),
                        ("told", models.JSONField(default=dict)),
                        (
                            "members",
                            models.PositiveIntegerField(default=0, verbose_name="党员总数"),
                        ),
                        (
                            "covered",
                            models.PositiveIntegerField(default=0, verbose_name="覆盖党员"),
                        ),
                        ("proven_bound", models.PositiveIntegerField(default=0)),
                        (
                            "upper_bound",
                            models.PositiveIntegerField(default=0, verbose_name="最多可覆盖"),
                        ),
                        ("mean_distance_m", models.FloatField(default=0, verbose_name="平均距离")),
                        ("ended_early", models.BooleanField(default=False)),
                        ("moved", models.PositiveIntegerField(null=True)),
                        ("joined", models.PositiveIntegerField(null=True)),
                        ("lost", models.PositiveIntegerField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("source", xgz.rules.planning.plans.CountSource["ROSTER"]),
                                        _negated=True,
                                    ),
                                    ("line", "organization"),
                                    _connector="OR",
                                ),
                                name="roster_plans_stay_inside",
                            )
                        ],
                        "indexes": [
                            models.Index(fields=["line", "-created_at"], name="plan_newest")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PlanBranch",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="branches",
                                to="xgz.plan",
                            ),
                        ),
                        (
                            "organisation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="xgz.organisation",
                            ),
                        ),
                        ("longitude", models.FloatField()),
                        ("latitude", models.FloatField()),
                        ("x_m", models.FloatField()),
                        ("y_m", models.FloatField()),
                        (
                            "town",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.body",
                            ),
                        ),
                        ("members", models.PositiveIntegerField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("plan", "organisation"), name="branch_once_a_plan"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PlanGroup",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="groups",
                                to="xgz.plan",
                            ),
                        ),
                        ("code", models.CharField(max_length=24)),
                        (
                            "branch",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="groups",
                                to="xgz.planbranch",
                            ),
                        ),
                        ("is_locked", models.BooleanField(default=False)),
                        ("broken", models.JSONField(default=list)),
                        (
                            "formation",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="plan_groups",
                                to="xgz.formation",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("plan", "code"), name="group_once_a_plan"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("branch__isnull", True),
                                    ("formation__isnull", True),
                                    _connector="OR",
                                ),
                                name="who_joins_a_branch_forms_none",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PlanStep",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="steps",
                                to="xgz.plan",
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        (
                            "what",
                            models.CharField(
                                choices=[
                                    ("lock", "锁定"),
                                    ("unlock", "解除锁定"),
                                    ("move", "移动"),
                                    ("split", "拆出"),
                                    ("merge", "合并"),
                                    ("exclude", "排除"),
                                    ("include", "取消排除"),
                                    ("hub", "指定中心单位"),
                                    ("undo", "撤销上一步"),
                                    ("propose", "提出组建"),
                                ],
                                max_length=12,
                                verbose_name="事项",
                            ),
                        ),
                        ("groups", models.JSONField(default=list)),
                        ("units", models.PositiveIntegerField(default=0)),
                        ("before", models.JSONField(default=dict)),
                        ("undone", models.BooleanField(default=False)),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="时间")),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("plan", "number"), name="plan_step_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PlanUnit",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="units",
                                to="xgz.plan",
                            ),
                        ),
                        (
                            "business",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="xgz.business",
                            ),
                        ),
                        ("longitude", models.FloatField(null=True)),
                        ("latitude", models.FloatField(null=True)),
                        ("x_m", models.FloatField(null=True)),
                        ("y_m", models.FloatField(null=True)),
                        ("at_market", models.BooleanField(default=False)),
                        (
                            "town",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.body",
                            ),
                        ),
                        ("market", models.CharField(blank=True, max_length=12)),
                        ("trade", models.CharField(blank=True, max_length=8)),
                        ("members", models.PositiveIntegerField(verbose_name="党员")),
                        ("full_members", models.PositiveIntegerField(verbose_name="正式党员")),
                        (
                            "group",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="units",
                                to="xgz.plangroup",
                            ),
                        ),
                        ("is_hub", models.BooleanField(default=False)),
                        ("is_excluded", models.BooleanField(default=False)),
                        ("was_excluded", models.BooleanField(default=False)),
                        ("why", models.JSONField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("plan", "business"), name="unit_once_a_plan"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("is_hub", True)),
                                fields=("group",),
                                name="one_hub_a_group",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("full_members__lte", models.F("members"))),
                                name="full_members_of_a_plan_are_members",
                            ),
                        ],
                        "indexes": [models.Index(fields=["plan", "group"], name="plan_unit_group")],
                    },
                ),
                migrations.CreateModel(
                    name="Poster",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        (
                            "area",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.body",
                                verbose_name="乡镇",
                            ),
                        ),
                        (
                            "market",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="xgz.market",
                            ),
                        ),
                        (
                            "business",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="xgz.business",
                            ),
                        ),
                        (
                            "counter",
                            models.CharField(blank=True, max_length=20, verbose_name="张贴位置"),
                        ),
                        (
                            "purpose",
                            models.CharField(
                                choices=[("find_branch", "联系就近的党支部、办理组织关系")],
                                default=xgz.rules.self_reports.Purpose["FIND_BRANCH"],
                                max_length=16,
                                verbose_name="用途",
                            ),
                        ),
                        (
                            "notice_version",
                            models.PositiveSmallIntegerField(verbose_name="告知书版本"),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("made_at", models.DateTimeField(verbose_name="制作时间")),
                        ("revoked_at", models.DateTimeField(null=True, verbose_name="停用时间")),
                        (
                            "received",
                            models.PositiveIntegerField(default=0, verbose_name="收到登记"),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("market__isnull", True),
                                    ("business__isnull", True),
                                    _connector="OR",
                                ),
                                name="poster_hangs_in_one_place",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PosterCode",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        (
                            "poster",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="codes",
                                to="xgz.poster",
                            ),
                        ),
                        ("valid_from", models.DateField(verbose_name="启用日期")),
                        ("valid_to", models.DateField(verbose_name="有效期至")),
                        ("is_current", models.BooleanField(default=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("is_current", True)),
                                fields=("poster",),
                                name="one_current_code",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("valid_to__gte", models.F("valid_from"))),
                                name="code_ends_after_it_begins",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ProtectedDigest",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("group", models.CharField(max_length=12)),
                        (
                            "digest",
                            xgz.models.fields.DigestField(
                                blank=True, default="", editable=False, max_length=32
                            ),
                        ),
                        ("protected_on", models.DateField()),
                    ],
                    options={
                        "indexes": [models.Index(fields=["group"], name="protected_group")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("digest", "group"), name="protected_digest_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RejectedRow",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "source_import",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="rejected_rows",
                                to="xgz.import",
                            ),
                        ),
                        ("row_no", models.PositiveIntegerField(verbose_name="行号")),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        (
                            "outcome",
                            models.CharField(
                                choices=[
                                    ("created", "新增"),
                                    ("updated", "更新"),
                                    ("unchanged", "无变化"),
                                    ("rejected", "退回"),
                                    ("duplicate", "重复"),
                                    ("blank", "空行"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("faults", models.JSONField(default=list)),
                        (
                            "label_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("source_import", "row_no"), name="one_rejected_row"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Report",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        ("kind", models.CharField(max_length=24)),
                        ("title", models.CharField(max_length=80)),
                        ("conditions", models.CharField(blank=True, max_length=400)),
                        ("asked", models.JSONField(default=dict)),
                        (
                            "made_for",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("reach", models.CharField(blank=True, max_length=32)),
                        ("stored_name", models.CharField(blank=True, max_length=60)),
                        ("file_name", models.CharField(blank=True, max_length=120)),
                        ("size", models.PositiveBigIntegerField(default=0)),
                        ("rows", models.PositiveIntegerField(default=0)),
                        ("persons", models.PositiveIntegerField(default=0)),
                        ("is_masked", models.BooleanField(default=True)),
                        (
                            "purpose_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                        ("trace", models.CharField(blank=True, db_index=True, max_length=16)),
                        ("asked_at", models.DateTimeField()),
                        ("approved_at", models.DateTimeField(null=True)),
                        ("taken_at", models.DateTimeField(null=True)),
                        ("taken_session", models.CharField(blank=True, max_length=32)),
                        ("broke_off_at", models.DateTimeField(null=True)),
                        ("made_at", models.DateTimeField(null=True)),
                        ("removed_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["made_for", "-asked_at"], name="report_newest")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ExportApproval",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        (
                            "number",
                            models.CharField(max_length=40, unique=True, verbose_name="事项编号"),
                        ),
                        ("state", models.CharField(max_length=24, verbose_name="状态")),
                        ("version", models.PositiveIntegerField(default=0)),
                        (
                            "owner_role",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("org_dept", "组织部门"),
                                    ("social_work_dept", "社会工作部门"),
                                    ("bureau", "市场监管局小个专党委"),
                                    ("township_committee", "乡镇（街道）党委"),
                                    ("station_head", "党建工作指导站站长"),
                                    ("instructor", "党建指导员"),
                                    ("association", "个私协会"),
                                    ("branch_secretary", "党支部书记"),
                                    ("member", "党员"),
                                    ("owner", "经营者（市场举办者）"),
                                    ("system_admin", "系统管理员"),
                                    ("security_admin", "安全管理员"),
                                    ("audit_admin", "审计管理员"),
                                ],
                                max_length=24,
                                verbose_name="责任岗位",
                            ),
                        ),
                        (
                            "owner_body",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.body",
                                verbose_name="责任方",
                            ),
                        ),
                        (
                            "assignee",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("due_on", models.DateField(null=True, verbose_name="办理期限")),
                        (
                            "late_since",
                            models.DateField(null=True, verbose_name="超期上报前的期限"),
                        ),
                        (
                            "area",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.body",
                            ),
                        ),
                        ("opened_at", models.DateTimeField(verbose_name="提出时间")),
                        (
                            "opened_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("closed_at", models.DateTimeField(null=True, verbose_name="办结时间")),
                        (
                            "report",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="approval",
                                to="xgz.report",
                            ),
                        ),
                        ("persons", models.PositiveIntegerField(verbose_name="人数")),
                        (
                            "words_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                    ],
                    options={
                        "abstract": False,
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("closed_at__isnull", True),
                                        ("due_on__isnull", False),
                                        ("owner_body__isnull", False),
                                        models.Q(("owner_role", ""), _negated=True),
                                    ),
                                    models.Q(
                                        ("closed_at__isnull", False),
                                        ("assignee__isnull", True),
                                        ("due_on__isnull", True),
                                        ("owner_body__isnull", True),
                                        ("owner_role", ""),
                                    ),
                                    _connector="OR",
                                ),
                                name="exportapproval_open_has_one_owner",
                            )
                        ],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("closed_at__isnull", True)),
                                fields=["owner_body", "owner_role", "due_on"],
                                name="exportapproval_inbox",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Responsibility",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        (
                            "matter",
                            models.CharField(
                                choices=[
                                    ("transfer", "转接组织关系"),
                                    ("closure", "主体退出后党组织和党员去留"),
                                    ("formation", "组建党组织"),
                                    ("election", "换届选举"),
                                    ("establishing", "新成立党组织的落实"),
                                    ("adjustment", "党组织恢复、合并、撤销"),
                                    ("lead", "党员线索核实与纳入管理"),
                                    ("export", "导出党员信息"),
                                    ("self_report", "自主报到的诉求"),
                                ],
                                max_length=24,
                                verbose_name="事项",
                            ),
                        ),
                        (
                            "duty",
                            models.CharField(
                                choices=[
                                    ("decides", "谁决定"),
                                    ("guides", "谁指导"),
                                    ("filed", "谁备案"),
                                    ("informed", "谁知情"),
                                ],
                                max_length=12,
                                verbose_name="责任",
                            ),
                        ),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("org_dept", "组织部门"),
                                    ("social_work_dept", "社会工作部门"),
                                    ("bureau", "市场监管局小个专党委"),
                                    ("township_committee", "乡镇（街道）党委"),
                                    ("station_head", "党建工作指导站站长"),
                                    ("instructor", "党建指导员"),
                                    ("association", "个私协会"),
                                    ("branch_secretary", "党支部书记"),
                                    ("member", "党员"),
                                    ("owner", "经营者（市场举办者）"),
                                    ("system_admin", "系统管理员"),
                                    ("security_admin", "安全管理员"),
                                    ("audit_admin", "审计管理员"),
                                ],
                                max_length=24,
                                verbose_name="责任方",
                            ),
                        ),
                        ("note", models.CharField(blank=True, max_length=60, verbose_name="说明")),
                        ("valid_from", models.DateField(verbose_name="起始日期")),
                        (
                            "valid_to",
                            models.DateField(blank=True, null=True, verbose_name="终止日期"),
                        ),
                        (
                            "entered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("entered_at", models.DateTimeField()),
                        ("withdrawn_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("valid_to__isnull", True), ("withdrawn_at__isnull", True)
                                ),
                                fields=("matter", "duty", "role"),
                                name="one_current_responsibility",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("duty", "decides"),
                                    ("valid_to__isnull", True),
                                    ("withdrawn_at__isnull", True),
                                ),
                                fields=("matter",),
                                name="one_decides_a_matter",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to__isnull", True),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="responsibility_ends_after_it_begins",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Reveal",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        (
                            "member",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="reveals",
                                to="xgz.member",
                            ),
                        ),
                        (
                            "business",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="reveals",
                                to="xgz.business",
                            ),
                        ),
                        (
                            "lead",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="reveals",
                                to="xgz.lead",
                            ),
                        ),
                        (
                            "field",
                            models.CharField(
                                choices=[
                                    ("id_number", "公民身份号码"),
                                    ("phone", "手机号"),
                                    ("address", "家庭住址"),
                                ],
                                max_length=16,
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(
                                choices=[
                                    ("contact", "联系本人"),
                                    ("transfer", "办理组织关系转接"),
                                    ("verify", "核对身份信息"),
                                    ("develop", "发展党员手续"),
                                    ("complaint", "处理本人申请或投诉"),
                                    ("other", "其他"),
                                ],
                                max_length=16,
                            ),
                        ),
                        (
                            "words_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                        ("case_kind", models.CharField(blank=True, max_length=24)),
                        ("case_id", models.CharField(blank=True, max_length=12)),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reveals",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("org_dept", "组织部门"),
                                    ("social_work_dept", "社会工作部门"),
                                    ("bureau", "市场监管局小个专党委"),
                                    ("township_committee", "乡镇（街道）党委"),
                                    ("station_head", "党建工作指导站站长"),
                                    ("instructor", "党建指导员"),
                                    ("association", "个私协会"),
                                    ("branch_secretary", "党支部书记"),
                                    ("member", "党员"),
                                    ("owner", "经营者（市场举办者）"),
                                    ("system_admin", "系统管理员"),
                                    ("security_admin", "安全管理员"),
                                    ("audit_admin", "审计管理员"),
                                ],
                                max_length=24,
                            ),
                        ),
                        (
                            "body",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.body",
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("until", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("business__isnull", True), ("member__isnull", True)),
                                    models.Q(("lead__isnull", True), ("member__isnull", True)),
                                    models.Q(("business__isnull", True), ("lead__isnull", True)),
                                    _connector="OR",
                                ),
                                name="reveal_of_one_person",
                            )
                        ],
                        "indexes": [
                            models.Index(fields=["member", "-at"], name="reveal_of_member"),
                            models.Index(fields=["by", "-at"], name="reveal_by_person"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RoleAssignment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="role_assignments",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("org_dept", "组织部门"),
                                    ("social_work_dept", "社会工作部门"),
                                    ("bureau", "市场监管局小个专党委"),
                                    ("township_committee", "乡镇（街道）党委"),
                                    ("station_head", "党建工作指导站站长"),
                                    ("instructor", "党建指导员"),
                                    ("association", "个私协会"),
                                    ("branch_secretary", "党支部书记"),
                                    ("member", "党员"),
                                    ("owner", "经营者（市场举办者）"),
                                    ("system_admin", "系统管理员"),
                                    ("security_admin", "安全管理员"),
                                    ("audit_admin", "审计管理员"),
                                ],
                                max_length=24,
                                verbose_name="角色",
                            ),
                        ),
                        (
                            "body",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="role_assignments",
                                to="xgz.body",
                            ),
                        ),
                        ("deputy", models.BooleanField(default=False, verbose_name="副职")),
                        (
                            "member",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.member",
                            ),
                        ),
                        (
                            "business",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.business",
                            ),
                        ),
                        (
                            "market",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.market",
                            ),
                        ),
                        ("valid_from", models.DateField(verbose_name="起始日期")),
                        (
                            "valid_to",
                            models.DateField(blank=True, null=True, verbose_name="终止日期"),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to__isnull", True),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="role_ends_after_it_begins",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("role", xgz.rules.roles.Role["MEMBER"]), _negated=True
                                    ),
                                    ("member__isnull", False),
                                    _connector="OR",
                                ),
                                name="member_role_names_the_member",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("role", xgz.rules.roles.Role["OWNER"]), _negated=True
                                    ),
                                    ("business__isnull", False),
                                    ("market__isnull", False),
                                    _connector="OR",
                                ),
                                name="owner_role_names_business_or_market",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    (
                                        "role__in",
                                        [
                                            xgz.rules.roles.Role["SYSTEM_ADMIN"],
                                            xgz.rules.roles.Role["SECURITY_ADMIN"],
                                            xgz.rules.roles.Role["AUDIT_ADMIN"],
                                        ],
                                    ),
                                    ("valid_to__isnull", True),
                                ),
                                fields=("user",),
                                name="one_administrator_role_per_person",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RoleRequest",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("grant", "授予角色"),
                                    ("end", "终止角色"),
                                    ("reset", "重置密码和二次验证"),
                                    ("close", "停用账号"),
                                    ("open", "重新启用账号"),
                                ],
                                max_length=8,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("proposed", "待确认"),
                                    ("confirmed", "已确认"),
                                    ("refused", "已退回"),
                                    ("withdrawn", "已撤回"),
                                    ("expired", "已过期"),
                                ],
                                default=xgz.rules.grants.RequestState["PROPOSED"],
                                max_length=12,
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="role_requests",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "role",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("org_dept", "组织部门"),
                                    ("social_work_dept", "社会工作部门"),
                                    ("bureau", "市场监管局小个专党委"),
                                    ("township_committee", "乡镇（街道）党委"),
                                    ("station_head", "党建工作指导站站长"),
                                    ("instructor", "党建指导员"),
                                    ("association", "个私协会"),
                                    ("branch_secretary", "党支部书记"),
                                    ("member", "党员"),
                                    ("owner", "经营者（市场举办者）"),
                                    ("system_admin", "系统管理员"),
                                    ("security_admin", "安全管理员"),
                                    ("audit_admin", "审计管理员"),
                                ],
                                max_length=24,
                            ),
                        ),
                        (
                            "body",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.body",
                            ),
                        ),
                        ("deputy", models.BooleanField(default=False)),
                        (
                            "member",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.member",
                            ),
                        ),
                        (
                            "business",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.business",
                            ),
                        ),
                        (
                            "market",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.market",
                            ),
                        ),
                        ("day", models.DateField(null=True)),
                        (
                            "reason_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                        (
                            "proposed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("proposed_at", models.DateTimeField()),
                        (
                            "decided_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("decided_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("state", xgz.rules.grants.RequestState["CONFIRMED"]),
                                        _negated=True,
                                    ),
                                    models.Q(
                                        ("decided_by__isnull", False),
                                        models.Q(
                                            ("proposed_by__isnull", True),
                                            models.Q(
                                                ("proposed_by", models.F("decided_by")),
                                                _negated=True,
                                            ),
                                            _connector="OR",
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                                name="confirmed_by_somebody_else",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        (
                                            "kind__in",
                                            [
                                                xgz.rules.grants.RequestKind["GRANT"],
                                                xgz.rules.grants.RequestKind["END"],
                                            ],
                                        ),
                                        _negated=True,
                                    ),
                                    models.Q(
                                        models.Q(("role", ""), _negated=True),
                                        ("body__isnull", False),
                                        ("day__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="role_request_names_its_role",
                            ),
                        ],
                        "indexes": [
                            models.Index(
                                fields=["state", "proposed_at"], name="role_request_waiting"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SelfReport",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        (
                            "poster",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reports",
                                to="xgz.poster",
                            ),
                        ),
                        (
                            "name_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                        (
                            "phone_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                        (
                            "branch_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                        (
                            "last_four_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                        (
                            "reach_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                        (
                            "person_digest",
                            xgz.models.fields.DigestField(
                                blank=True, db_index=True, default="", editable=False, max_length=32
                            ),
                        ),
                        (
                            "phone_digest",
                            xgz.models.fields.DigestField(
                                blank=True, db_index=True, default="", editable=False, max_length=32
                            ),
                        ),
                        (
                            "phone_end_digest",
                            xgz.models.fields.DigestField(
                                blank=True, db_index=True, default="", editable=False, max_length=32
                            ),
                        ),
                        (
                            "receipt_digest",
                            xgz.models.fields.DigestField(
                                blank=True, default="", editable=False, max_length=32, unique=True
                            ),
                        ),
                        (
                            "notice_version",
                            models.PositiveSmallIntegerField(verbose_name="告知书版本"),
                        ),
                        (
                            "purpose",
                            models.CharField(
                                choices=[("find_branch", "联系就近的党支部、办理组织关系")],
                                max_length=16,
                                verbose_name="用途",
                            ),
                        ),
                        (
                            "channel",
                            models.CharField(
                                choices=[("site", "站内页面"), ("relay", "外部页面")],
                                max_length=8,
                                verbose_name="渠道",
                            ),
                        ),
                        ("consented_at", models.DateTimeField(verbose_name="同意时间")),
                        ("received_at", models.DateTimeField(verbose_name="收到时间")),
                        ("corrected_at", models.DateTimeField(null=True, verbose_name="改正时间")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("new", "待核实"),
                                    ("verified", "已核实"),
                                    ("not_credible", "未采信"),
                                    ("duplicate", "重复登记"),
                                ],
                                default=xgz.rules.self_reports.ReportState["NEW"],
                                max_length=16,
                                verbose_name="状态",
                            ),
                        ),
                        (
                            "verification",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("call", "电话联系本人核对"),
                                    ("meeting", "当面核对"),
                                    ("paper", "查看本人出示的材料"),
                                ],
                                max_length=8,
                                verbose_name="核实方式",
                            ),
                        ),
                        (
                            "doubt",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("unreached", "多次联系不上本人"),
                                    ("not_sent", "本人说没有填过"),
                                    ("untrue", "同本人核对，内容不符"),
                                    ("junk", "明显是随意填写"),
                                ],
                                max_length=12,
                                verbose_name="不采信原因",
                            ),
                        ),
                        ("decided_at", models.DateTimeField(null=True, verbose_name="办理时间")),
                        (
                            "decided_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("is_surplus", models.BooleanField(default=False)),
                        (
                            "lead",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="xgz.lead",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("decided_at__isnull", True),
                                        ("state", xgz.rules.self_reports.ReportState["NEW"]),
                                    ),
                                    models.Q(
                                        models.Q(
                                            ("state", xgz.rules.self_reports.ReportState["NEW"]),
                                            _negated=True,
                                        ),
                                        ("decided_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="decided_report_says_when",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("doubt", ""),
                                    ("state", xgz.rules.self_reports.ReportState["NOT_CREDIBLE"]),
                                    _connector="OR",
                                ),
                                name="doubt_of_not_credible_alone",
                            ),
                        ],
                        "indexes": [
                            models.Index(fields=["state", "received_at"], name="self_report_age")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SelfReportNameDigest",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
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
                        (
                            "digest",
                            xgz.models.fields.DigestField(
                                blank=True, default="", editable=False, max_length=32
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
                migrations.CreateModel(
                    name="SelfReportRequest",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        (
                            "number",
                            models.CharField(max_length=40, unique=True, verbose_name="事项编号"),
                        ),
                        ("state", models.CharField(max_length=24, verbose_name="状态")),
                        ("version", models.PositiveIntegerField(default=0)),
                        (
                            "owner_role",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("org_dept", "组织部门"),
                                    ("social_work_dept", "社会工作部门"),
                                    ("bureau", "市场监管局小个专党委"),
                                    ("township_committee", "乡镇（街道）党委"),
                                    ("station_head", "党建工作指导站站长"),
                                    ("instructor", "党建指导员"),
                                    ("association", "个私协会"),
                                    ("branch_secretary", "党支部书记"),
                                    ("member", "党员"),
                                    ("owner", "经营者（市场举办者）"),
                                    ("system_admin", "系统管理员"),
                                    ("security_admin", "安全管理员"),
                                    ("audit_admin", "审计管理员"),
                                ],
                                max_length=24,
                                verbose_name="责任岗位",
                            ),
                        ),
                        (
                            "owner_body",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.body",
                                verbose_name="责任方",
                            ),
                        ),
                        (
                            "assignee",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("due_on", models.DateField(null=True, verbose_name="办理期限")),
                        (
                            "late_since",
                            models.DateField(null=True, verbose_name="超期上报前的期限"),
                        ),
                        (
                            "area",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.body",
                            ),
                        ),
                        ("opened_at", models.DateTimeField(verbose_name="提出时间")),
                        (
                            "opened_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("closed_at", models.DateTimeField(null=True, verbose_name="办结时间")),
                        (
                            "report",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="requests",
                                to="xgz.selfreport",
                            ),
                        ),
                        (
                            "lead",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="xgz.lead",
                            ),
                        ),
                        (
                            "topic",
                            models.CharField(
                                choices=[
                                    ("complaint", "投诉"),
                                    ("correction", "改正"),
                                    ("withdrawal", "撤回"),
                                    ("not_me", "不是本人"),
                                ],
                                max_length=12,
                                verbose_name="诉求",
                            ),
                        ),
                        (
                            "words_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                        (
                            "phone_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                        (
                            "answer_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                        (
                            "receipt_digest",
                            xgz.models.fields.DigestField(
                                blank=True, db_index=True, default="", editable=False, max_length=32
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("closed_at__isnull", True),
                                        ("due_on__isnull", False),
                                        ("owner_body__isnull", False),
                                        models.Q(("owner_role", ""), _negated=True),
                                    ),
                                    models.Q(
                                        ("closed_at__isnull", False),
                                        ("assignee__isnull", True),
                                        ("due_on__isnull", True),
                                        ("owner_body__isnull", True),
                                        ("owner_role", ""),
                                    ),
                                    _connector="OR",
                                ),
                                name="selfreportrequest_open_has_one_owner",
                            )
                        ],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("closed_at__isnull", True)),
                                fields=["owner_body", "owner_role", "due_on"],
                                name="selfreportrequest_inbox",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SelfReportWindow",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        (
                            "area",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.body",
                                verbose_name="乡镇",
                            ),
                        ),
                        ("opens_on", models.DateField(verbose_name="起始日期")),
                        ("closes_on", models.DateField(verbose_name="终止日期")),
                        (
                            "entered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("entered_at", models.DateTimeField()),
                        ("withdrawn_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("closes_on__gte", models.F("opens_on"))),
                                name="window_ends_after_it_begins",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("withdrawn_at__isnull", True)),
                                fields=("area", "opens_on"),
                                name="one_window_per_first_day",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Sighting",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="sightings",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("hour", models.DateTimeField()),
                        (
                            "member",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="xgz.member",
                            ),
                        ),
                        (
                            "lead",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="xgz.lead",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("user", "hour", "member"), name="seen_once_an_hour"
                            ),
                            models.UniqueConstraint(
                                fields=("user", "hour", "lead"), name="lead_seen_once_an_hour"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("lead__isnull", True), ("member__isnull", False)),
                                    models.Q(("lead__isnull", False), ("member__isnull", True)),
                                    _connector="OR",
                                ),
                                name="sighting_of_one_person",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SignedInDevice",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="signed_in_devices",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "device_class",
                            models.CharField(
                                choices=[("desk", "电脑"), ("phone", "手机")],
                                default=xgz.rules.sign_in.DeviceClass["DESK"],
                                max_length=8,
                            ),
                        ),
                        ("session_key", models.CharField(max_length=40, unique=True)),
                        ("began_at", models.DateTimeField()),
                        ("seen_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                        (
                            "end_reason",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("signed_out", "已退出"),
                                    ("replaced", "在另一台同类设备登录"),
                                    ("idle", "长时间未操作"),
                                    ("too_long", "登录时间过长"),
                                    ("ended_by", "被终止"),
                                    ("password", "密码已变更"),
                                    ("closed", "账号已停用"),
                                ],
                                max_length=12,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at__isnull", True)),
                                fields=("user", "device_class"),
                                name="one_signed_in_device_per_class",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("end_reason", ""), ("ended_at__isnull", True)),
                                    models.Q(
                                        ("ended_at__isnull", False),
                                        models.Q(("end_reason", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="device_ended_with_a_reason",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SiteCheck",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        (
                            "organisation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="site_checks",
                                to="xgz.organisation",
                            ),
                        ),
                        ("item", models.CharField(max_length=24)),
                        ("label", models.CharField(max_length=20, verbose_name="项目")),
                        ("is_there", models.BooleanField(verbose_name="已落实")),
                        ("seen_on", models.DateField(verbose_name="查看日期")),
                        ("note", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["organisation", "item", "-seen_on"],
                                name="site_check_newest",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SiteList",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        ("entries", models.JSONField()),
                        ("valid_from", models.DateField(verbose_name="起用日期")),
                        ("reason", models.CharField(max_length=200, verbose_name="依据")),
                        (
                            "entered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("entered_at", models.DateTimeField()),
                        ("withdrawn_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("withdrawn_at__isnull", True)),
                                fields=("valid_from",),
                                name="one_site_list_a_day",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SitePhoto",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        (
                            "organisation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="site_photos",
                                to="xgz.organisation",
                            ),
                        ),
                        ("item", models.CharField(max_length=24)),
                        ("label", models.CharField(max_length=20, verbose_name="项目")),
                        (
                            "moment",
                            models.CharField(
                                choices=[("before", "整改前"), ("after", "整改后")],
                                max_length=8,
                                verbose_name="拍摄时点",
                            ),
                        ),
                        ("taken_on", models.DateField(verbose_name="拍摄日期")),
                        ("stored_name", models.CharField(max_length=40, unique=True)),
                        ("width", models.PositiveIntegerField()),
                        ("height", models.PositiveIntegerField()),
                        ("size", models.PositiveIntegerField()),
                        (
                            "added_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("added_at", models.DateTimeField(verbose_name="上传时间")),
                    ],
                ),
                migrations.CreateModel(
                    name="Snapshot",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("monthly", "每月定期"), ("on_demand", "手工生成")],
                                default=xgz.rules.snapshots.SnapshotKind["ON_DEMAND"],
                                max_length=12,
                                verbose_name="方式",
                            ),
                        ),
                        ("as_at", models.DateField(verbose_name="截止日")),
                        ("taken_at", models.DateTimeField(verbose_name="生成时间")),
                        (
                            "taken_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "note_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                        ("definition", models.JSONField(default=dict)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("kind", "monthly")),
                                fields=("as_at",),
                                name="one_monthly_snapshot",
                            )
                        ],
                        "indexes": [
                            models.Index(fields=["-as_at", "-taken_at"], name="snapshot_newest")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SnapshotFigure",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "snapshot",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="figures",
                                to="xgz.snapshot",
                            ),
                        ),
                        ("figure", models.CharField(max_length=24)),
                        ("kind", models.CharField(max_length=24)),
                        (
                            "township",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.body",
                            ),
                        ),
                        (
                            "office",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.body",
                            ),
                        ),
                        ("numerator", models.PositiveIntegerField()),
                        ("denominator", models.PositiveIntegerField(null=True)),
                        ("unknown", models.PositiveIntegerField(default=0)),
                        ("numerator_rows", models.BinaryField(default=bytes)),
                        ("denominator_rows", models.BinaryField(default=bytes)),
                        ("unknown_rows", models.BinaryField(default=bytes)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                models.F("snapshot"),
                                models.F("figure"),
                                models.F("kind"),
                                django.db.models.functions.comparison.Coalesce("township", 0),
                                django.db.models.functions.comparison.Coalesce("office", 0),
                                name="one_snapshot_figure",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("denominator__isnull", True),
                                    models.Q(
                                        ("numerator__lte", models.F("denominator")),
                                        ("unknown__lte", models.F("denominator")),
                                    ),
                                    _connector="OR",
                                ),
                                name="snapshot_figure_parts",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StagedBusiness",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "source_import",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="xgz.import",
                            ),
                        ),
                        ("row_no", models.PositiveIntegerField()),
                        ("business_id", models.BigIntegerField(null=True)),
                        ("public_id", models.CharField(max_length=12)),
                        ("credit_code", models.CharField(max_length=18, null=True)),
                        ("registration_number", models.CharField(max_length=15, null=True)),
                        ("name", models.CharField(max_length=200)),
                        (
                            "kind",
                            models.CharField(
                                default=xgz.rules.registration.BusinessKind["UNKNOWN"],
                                max_length=24,
                            ),
                        ),
                        (
                            "kind_basis",
                            models.CharField(
                                default=xgz.rules.registration.KindBasis["UNKNOWN"], max_length=8
                            ),
                        ),
                        ("type_text", models.CharField(max_length=60, null=True)),
                        ("owner_name", models.CharField(max_length=100, null=True)),
                        ("owner_id_sealed", models.TextField(null=True)),
                        ("owner_id_digest", models.CharField(max_length=32, null=True)),
                        ("phone_sealed", models.TextField(null=True)),
                        ("phone_digest", models.CharField(max_length=32, null=True)),
                        ("address", models.CharField(max_length=300, null=True)),
                        ("established_on", models.DateField(null=True)),
                        ("status", models.CharField(max_length=20, null=True)),
                        ("status_on", models.DateField(null=True)),
                        ("is_unreachable", models.BooleanField(null=True)),
                        ("registrar", models.CharField(max_length=80, null=True)),
                        (
                            "township",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="xgz.body",
                            ),
                        ),
                        (
                            "office",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="xgz.body",
                            ),
                        ),
                        ("industry_code", models.CharField(max_length=8, null=True)),
                        ("staff", models.PositiveIntegerField(null=True)),
                        ("longitude", models.FloatField(null=True)),
                        ("latitude", models.FloatField(null=True)),
                        ("market", models.CharField(max_length=120, null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["source_import", "row_no"], name="staged_business_row"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StagedRow",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "source_import",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="xgz.import",
                            ),
                        ),
                        ("row_no", models.PositiveIntegerField()),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        (
                            "values_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("source_import", "row_no"), name="one_staged_row"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Stall",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "market",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="stalls",
                                to="xgz.market",
                            ),
                        ),
                        (
                            "business",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="stalls",
                                to="xgz.business",
                            ),
                        ),
                        (
                            "number",
                            models.CharField(blank=True, max_length=20, verbose_name="摊位号"),
                        ),
                        ("valid_from", models.DateField(verbose_name="起始日期")),
                        (
                            "valid_to",
                            models.DateField(blank=True, null=True, verbose_name="终止日期"),
                        ),
                        (
                            "source_import",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.import",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("valid_to__isnull", True)),
                                fields=("business",),
                                name="one_current_stall",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StatusEvent",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "business",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="status_events",
                                to="xgz.business",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("opened", "设立"),
                                    ("changed", "登记事项变更"),
                                    ("moved", "住所变更"),
                                    ("closed", "退出（注销、吊销、迁出等）"),
                                    ("reopened", "恢复在册"),
                                    ("listed_abnormal", "列入经营异常"),
                                    ("delisted", "移出经营异常"),
                                    ("missing", "全量数据中未出现，待核实"),
                                ],
                                max_length=16,
                                verbose_name="事项",
                            ),
                        ),
                        ("happened_on", models.DateField(verbose_name="日期")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("in_business", "存续"),
                                    ("resting", "歇业"),
                                    ("moved_away", "迁出"),
                                    ("revoked", "吊销，未注销"),
                                    ("revoked_cancelled", "吊销，已注销"),
                                    ("cancelled", "注销"),
                                    ("withdrawn", "撤销登记"),
                                    ("unknown", "状态未知"),
                                ],
                                max_length=20,
                                verbose_name="登记状态",
                            ),
                        ),
                        (
                            "before",
                            models.CharField(blank=True, max_length=300, verbose_name="变更前"),
                        ),
                        (
                            "after",
                            models.CharField(blank=True, max_length=300, verbose_name="变更后"),
                        ),
                        (
                            "source_import",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.import",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["kind", "happened_on"], name="status_event_kind")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Closure",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        (
                            "number",
                            models.CharField(max_length=40, unique=True, verbose_name="事项编号"),
                        ),
                        ("state", models.CharField(max_length=24, verbose_name="状态")),
                        ("version", models.PositiveIntegerField(default=0)),
                        (
                            "owner_role",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("org_dept", "组织部门"),
                                    ("social_work_dept", "社会工作部门"),
                                    ("bureau", "市场监管局小个专党委"),
                                    ("township_committee", "乡镇（街道）党委"),
                                    ("station_head", "党建工作指导站站长"),
                                    ("instructor", "党建指导员"),
                                    ("association", "个私协会"),
                                    ("branch_secretary", "党支部书记"),
                                    ("member", "党员"),
                                    ("owner", "经营者（市场举办者）"),
                                    ("system_admin", "系统管理员"),
                                    ("security_admin", "安全管理员"),
                                    ("audit_admin", "审计管理员"),
                                ],
                                max_length=24,
                                verbose_name="责任岗位",
                            ),
                        ),
                        (
                            "owner_body",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.body",
                                verbose_name="责任方",
                            ),
                        ),
                        (
                            "assignee",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("due_on", models.DateField(null=True, verbose_name="办理期限")),
                        (
                            "late_since",
                            models.DateField(null=True, verbose_name="超期上报前的期限"),
                        ),
                        (
                            "area",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.body",
                            ),
                        ),
                        ("opened_at", models.DateTimeField(verbose_name="提出时间")),
                        (
                            "opened_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("closed_at", models.DateTimeField(null=True, verbose_name="办结时间")),
                        (
                            "business",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="closures",
                                to="xgz.business",
                            ),
                        ),
                        (
                            "organisation",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="closures",
                                to="xgz.organisation",
                            ),
                        ),
                        (
                            "event",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="xgz.statusevent",
                            ),
                        ),
                        ("closed_on", models.DateField(null=True, verbose_name="退出日期")),
                        (
                            "option",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("re_home", "党员另行编入其他党组织"),
                                    ("merge", "并入其他党组织"),
                                    ("keep", "党组织保留，调整覆盖单位"),
                                    ("revoke", "撤销党组织"),
                                ],
                                max_length=12,
                                verbose_name="去留意见",
                            ),
                        ),
                        (
                            "target_org",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.organisation",
                            ),
                        ),
                        (
                            "adjustment",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="closures",
                                to="xgz.adjustment",
                            ),
                        ),
                        (
                            "source_import",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.import",
                            ),
                        ),
                        ("is_shared", models.BooleanField(default=False)),
                    ],
                    options={
                        "abstract": False,
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("closed_at__isnull", True),
                                        ("due_on__isnull", False),
                                        ("owner_body__isnull", False),
                                        models.Q(("owner_role", ""), _negated=True),
                                    ),
                                    models.Q(
                                        ("closed_at__isnull", False),
                                        ("assignee__isnull", True),
                                        ("due_on__isnull", True),
                                        ("owner_body__isnull", True),
                                        ("owner_role", ""),
                                    ),
                                    _connector="OR",
                                ),
                                name="closure_open_has_one_owner",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("closed_at__isnull", True), ("organisation__isnull", False)
                                ),
                                fields=("business", "organisation"),
                                name="one_open_closure_per_branch",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("closed_at__isnull", True), ("organisation__isnull", True)
                                ),
                                fields=("business",),
                                name="one_open_closure_without_branch",
                            ),
                        ],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("closed_at__isnull", True)),
                                fields=["owner_body", "owner_role", "due_on"],
                                name="closure_inbox",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Support",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        (
                            "organisation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="supports",
                                to="xgz.organisation",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("money", "启动经费"), ("material", "物资")],
                                max_length=8,
                                verbose_name="类别",
                            ),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("finance", "财政"),
                                    ("dues", "党费返还"),
                                    ("superior", "上级党委"),
                                    ("market_bureau", "市场监管局"),
                                    ("association", "个私协会"),
                                    ("firm", "企业"),
                                    ("other", "其他"),
                                ],
                                max_length=16,
                                verbose_name="来源",
                            ),
                        ),
                        (
                            "amount",
                            models.DecimalField(
                                decimal_places=2, max_digits=12, verbose_name="金额或数量"
                            ),
                        ),
                        (
                            "thing",
                            models.CharField(blank=True, max_length=60, verbose_name="物资名称"),
                        ),
                        ("given_on", models.DateField(verbose_name="到位日期")),
                        ("purpose", models.CharField(max_length=200, verbose_name="用途")),
                        (
                            "remark",
                            models.CharField(blank=True, max_length=200, verbose_name="备注"),
                        ),
                        (
                            "replaces",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="replaced_by",
                                to="xgz.support",
                            ),
                        ),
                        (
                            "entered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("entered_at", models.DateTimeField(verbose_name="登记时间")),
                        (
                            "withdrawn_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("withdrawn_at", models.DateTimeField(null=True, verbose_name="撤回时间")),
                        (
                            "withdrawn_reason",
                            models.CharField(blank=True, max_length=200, verbose_name="撤回原因"),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount__gt", 0)), name="support_is_something"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("kind", "money"), ("thing", "")),
                                    models.Q(
                                        ("kind", "material"), models.Q(("thing", ""), _negated=True)
                                    ),
                                    _connector="OR",
                                ),
                                name="support_names_its_thing",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        (
                                            "source__in",
                                            [
                                                xgz.rules.supports.SupportSource["FIRM"],
                                                xgz.rules.supports.SupportSource["OTHER"],
                                            ],
                                        ),
                                        _negated=True,
                                    ),
                                    models.Q(("remark", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="support_of_a_firm_is_remarked",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("withdrawn_at__isnull", True), ("withdrawn_reason", "")
                                    ),
                                    models.Q(
                                        ("withdrawn_at__isnull", False),
                                        models.Q(("withdrawn_reason", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="support_withdrawn_with_reason",
                            ),
                        ],
                        "indexes": [
                            models.Index(
                                fields=["organisation", "-given_on"], name="support_newest"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SupportUse",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        (
                            "support",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="uses",
                                to="xgz.support",
                            ),
                        ),
                        ("used_on", models.DateField(verbose_name="使用日期")),
                        (
                            "amount",
                            models.DecimalField(
                                decimal_places=2, max_digits=12, verbose_name="使用金额或数量"
                            ),
                        ),
                        ("purpose", models.CharField(max_length=200, verbose_name="用于")),
                        (
                            "entered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("entered_at", models.DateTimeField(verbose_name="登记时间")),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount__gt", 0)), name="use_is_something"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SurveyRound",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        ("title", models.CharField(max_length=60, verbose_name="名称")),
                        (
                            "area",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.body",
                            ),
                        ),
                        (
                            "market",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="xgz.market",
                            ),
                        ),
                        (
                            "street",
                            models.CharField(blank=True, max_length=40, verbose_name="街路"),
                        ),
                        (
                            "choice",
                            models.CharField(
                                choices=[
                                    ("all", "全部实体运营的主体"),
                                    ("no_organisation", "没有党组织覆盖的"),
                                    ("not_visited", "某日以来没有走访过的"),
                                    ("members_unknown", "年报没有写党员人数的"),
                                ],
                                max_length=20,
                                verbose_name="范围",
                            ),
                        ),
                        ("since", models.DateField(null=True, verbose_name="走访早于")),
                        ("starts_on", models.DateField(verbose_name="起始日期")),
                        ("ends_on", models.DateField(verbose_name="截止日期")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("running", "进行中"),
                                    ("finished", "已结束"),
                                    ("withdrawn", "已撤回"),
                                ],
                                default=xgz.rules.surveys.RoundState["RUNNING"],
                                max_length=12,
                                verbose_name="状态",
                            ),
                        ),
                        (
                            "run_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.body",
                            ),
                        ),
                        (
                            "run_by_role",
                            models.CharField(
                                choices=[
                                    ("org_dept", "组织部门"),
                                    ("social_work_dept", "社会工作部门"),
                                    ("bureau", "市场监管局小个专党委"),
                                    ("township_committee", "乡镇（街道）党委"),
                                    ("station_head", "党建工作指导站站长"),
                                    ("instructor", "党建指导员"),
                                    ("association", "个私协会"),
                                    ("branch_secretary", "党支部书记"),
                                    ("member", "党员"),
                                    ("owner", "经营者（市场举办者）"),
                                    ("system_admin", "系统管理员"),
                                    ("security_admin", "安全管理员"),
                                    ("audit_admin", "审计管理员"),
                                ],
                                max_length=24,
                                verbose_name="组织岗位",
                            ),
                        ),
                        ("opened_at", models.DateTimeField(verbose_name="发起时间")),
                        (
                            "opened_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("closed_at", models.DateTimeField(null=True, verbose_name="结束时间")),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                                name="survey_round_ends_after_it_begins",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("closed_at__isnull", True),
                                        ("state", xgz.rules.surveys.RoundState["RUNNING"]),
                                    ),
                                    models.Q(
                                        models.Q(
                                            ("state", xgz.rules.surveys.RoundState["RUNNING"]),
                                            _negated=True,
                                        ),
                                        ("closed_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="survey_round_running_is_open",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("since__isnull", False),
                                    models.Q(
                                        ("choice", xgz.rules.surveys.Choice["NOT_VISITED"]),
                                        _negated=True,
                                    ),
                                    _connector="OR",
                                ),
                                name="survey_round_names_its_day",
                            ),
                        ],
                        "indexes": [
                            models.Index(fields=["area", "state"], name="survey_round_area")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SurveyReminder",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "round",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="reminders",
                                to="xgz.surveyround",
                            ),
                        ),
                        (
                            "walker",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["round", "walker", "-at"], name="survey_reminder_last"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SurveyRow",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        (
                            "round",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="rows",
                                to="xgz.surveyround",
                            ),
                        ),
                        (
                            "business",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.business",
                            ),
                        ),
                        (
                            "code",
                            models.CharField(max_length=7, unique=True, verbose_name="单据编码"),
                        ),
                        ("place", models.PositiveIntegerField(verbose_name="顺序")),
                        (
                            "street",
                            models.CharField(blank=True, max_length=40, verbose_name="街路"),
                        ),
                        (
                            "station",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.body",
                            ),
                        ),
                        (
                            "walker",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("to_visit", "待走访"),
                                    ("not_met", "未见到人"),
                                    ("visited", "已走访"),
                                    ("gone", "已关门或迁走"),
                                    ("refused", "不愿配合"),
                                ],
                                default=xgz.rules.surveys.RowState["TO_VISIT"],
                                max_length=12,
                                verbose_name="状态",
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=0)),
                        (
                            "tries",
                            models.PositiveSmallIntegerField(
                                default=0, verbose_name="未见到人次数"
                            ),
                        ),
                        ("staff", models.PositiveIntegerField(null=True, verbose_name="从业人数")),
                        (
                            "members",
                            models.PositiveIntegerField(null=True, verbose_name="店方所说党员人数"),
                        ),
                        (
                            "has_organisation",
                            models.CharField(
                                blank=True,
                                choices=[("", "未问到"), ("yes", "有"), ("no", "没有")],
                                max_length=4,
                                verbose_name="有无党组织",
                            ),
                        ),
                        (
                            "has_plaque",
                            models.CharField(
                                blank=True,
                                choices=[("", "未问到"), ("yes", "有"), ("no", "没有")],
                                max_length=4,
                                verbose_name="有无亮牌",
                            ),
                        ),
                        ("visited_on", models.DateField(null=True, verbose_name="走访日期")),
                        ("answered_at", models.DateTimeField(null=True, verbose_name="登记时间")),
                        (
                            "answered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("round", "business"), name="one_survey_row_a_round"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("walker__isnull", True),
                                    ("station__isnull", False),
                                    _connector="OR",
                                ),
                                name="survey_row_walker_has_a_station",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("state", xgz.rules.surveys.RowState["TO_VISIT"]),
                                        ("visited_on__isnull", True),
                                    ),
                                    models.Q(
                                        models.Q(
                                            ("state", xgz.rules.surveys.RowState["TO_VISIT"]),
                                            _negated=True,
                                        ),
                                        ("visited_on__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="survey_row_answered_or_not",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state", xgz.rules.surveys.RowState["VISITED"]),
                                    models.Q(
                                        ("has_organisation", ""),
                                        ("has_plaque", ""),
                                        ("members__isnull", True),
                                        ("staff__isnull", True),
                                    ),
                                    _connector="OR",
                                ),
                                name="survey_row_tells_when_visited",
                            ),
                        ],
                        "indexes": [
                            models.Index(fields=["walker", "state"], name="survey_row_walker"),
                            models.Index(fields=["round", "place"], name="survey_row_round"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SurveyVisit",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "row",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="visits",
                                to="xgz.surveyrow",
                            ),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("key", models.CharField(max_length=36)),
                        ("content", models.CharField(max_length=60)),
                        ("version", models.PositiveIntegerField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("to_visit", "待走访"),
                                    ("not_met", "未见到人"),
                                    ("visited", "已走访"),
                                    ("gone", "已关门或迁走"),
                                    ("refused", "不愿配合"),
                                ],
                                max_length=12,
                                verbose_name="状态",
                            ),
                        ),
                        ("visited_on", models.DateField(verbose_name="走访日期")),
                        ("at", models.DateTimeField(verbose_name="登记时间")),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("row", "by", "key"), name="one_effect_per_key"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TermElection",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        (
                            "number",
                            models.CharField(max_length=40, unique=True, verbose_name="事项编号"),
                        ),
                        ("state", models.CharField(max_length=24, verbose_name="状态")),
                        ("version", models.PositiveIntegerField(default=0)),
                        (
                            "owner_role",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("org_dept", "组织部门"),
                                    ("social_work_dept", "社会工作部门"),
                                    ("bureau", "市场监管局小个专党委"),
                                    ("township_committee", "乡镇（街道）党委"),
                                    ("station_head", "党建工作指导站站长"),
                                    ("instructor", "党建指导员"),
                                    ("association", "个私协会"),
                                    ("branch_secretary", "党支部书记"),
                                    ("member", "党员"),
                                    ("owner", "经营者（市场举办者）"),
                                    ("system_admin", "系统管理员"),
                                    ("security_admin", "安全管理员"),
                                    ("audit_admin", "审计管理员"),
                                ],
                                max_length=24,
                                verbose_name="责任岗位",
                            ),
                        ),
                        (
                            "owner_body",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.body",
                                verbose_name="责任方",
                            ),
                        ),
                        (
                            "assignee",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("due_on", models.DateField(null=True, verbose_name="办理期限")),
                        (
                            "late_since",
                            models.DateField(null=True, verbose_name="超期上报前的期限"),
                        ),
                        (
                            "area",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.body",
                            ),
                        ),
                        ("opened_at", models.DateTimeField(verbose_name="提出时间")),
                        (
                            "opened_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("closed_at", models.DateTimeField(null=True, verbose_name="办结时间")),
                        (
                            "organisation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="elections",
                                to="xgz.organisation",
                            ),
                        ),
                        (
                            "sort",
                            models.CharField(
                                choices=[
                                    ("first", "首次选举"),
                                    ("term", "届满换届"),
                                    ("early", "提前换届"),
                                    ("by_election", "补选"),
                                ],
                                max_length=12,
                                verbose_name="选举类别",
                            ),
                        ),
                        (
                            "repeats",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="repeated_by",
                                to="xgz.termelection",
                            ),
                        ),
                        (
                            "reason_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                        ("day", models.DateField(null=True, verbose_name="选举日期")),
                        (
                            "place",
                            models.CharField(blank=True, max_length=120, verbose_name="地点"),
                        ),
                        (
                            "as_committee",
                            models.BooleanField(default=False, verbose_name="设委员会"),
                        ),
                        (
                            "secretary_seats",
                            models.PositiveSmallIntegerField(default=1, verbose_name="书记"),
                        ),
                        (
                            "deputy_seats",
                            models.PositiveSmallIntegerField(default=0, verbose_name="副书记"),
                        ),
                        (
                            "member_seats",
                            models.PositiveSmallIntegerField(default=0, verbose_name="委员"),
                        ),
                        ("report_due_on", models.DateField(null=True, verbose_name="结果上报期限")),
                        ("held_on", models.DateField(null=True, verbose_name="实际选举日期")),
                        (
                            "chair_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                        (
                            "tellers_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                        (
                            "entitled",
                            models.PositiveSmallIntegerField(null=True, verbose_name="应到会"),
                        ),
                        (
                            "attending",
                            models.PositiveSmallIntegerField(null=True, verbose_name="实到会"),
                        ),
                        (
                            "ballots_out",
                            models.PositiveSmallIntegerField(null=True, verbose_name="发出选票"),
                        ),
                        (
                            "ballots_returned",
                            models.PositiveSmallIntegerField(null=True, verbose_name="收回选票"),
                        ),
                        (
                            "ballots_valid",
                            models.PositiveSmallIntegerField(null=True, verbose_name="有效票"),
                        ),
                        (
                            "ballots_invalid",
                            models.PositiveSmallIntegerField(null=True, verbose_name="无效票"),
                        ),
                        ("is_shared", models.BooleanField(default=False)),
                    ],
                    options={
                        "abstract": False,
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("closed_at__isnull", True),
                                        ("due_on__isnull", False),
                                        ("owner_body__isnull", False),
                                        models.Q(("owner_role", ""), _negated=True),
                                    ),
                                    models.Q(
                                        ("closed_at__isnull", False),
                                        ("assignee__isnull", True),
                                        ("due_on__isnull", True),
                                        ("owner_body__isnull", True),
                                        ("owner_role", ""),
                                    ),
                                    _connector="OR",
                                ),
                                name="termelection_open_has_one_owner",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("closed_at__isnull", True)),
                                fields=("organisation",),
                                name="one_open_election",
                            ),
                        ],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("closed_at__isnull", True)),
                                fields=["owner_body", "owner_role", "due_on"],
                                name="termelection_inbox",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ElectionVoter",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        (
                            "election",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="voters",
                                to="xgz.termelection",
                            ),
                        ),
                        (
                            "member",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.member",
                            ),
                        ),
                        (
                            "standing",
                            models.CharField(
                                choices=[
                                    ("excluded", "不计入应到会"),
                                    ("attending", "到会"),
                                    ("absent", "未到会"),
                                ],
                                max_length=12,
                                verbose_name="到会情况",
                            ),
                        ),
                        (
                            "reason_sealed",
                            xgz.models.fields.SealedField(blank=True, default="", editable=False),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("election", "member"), name="voter_once_an_election"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ElectionCandidate",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        (
                            "election",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="candidates",
                                to="xgz.termelection",
                            ),
                        ),
                        (
                            "member",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.member",
                            ),
                        ),
                        (
                            "post",
                            models.CharField(
                                choices=[
                                    ("secretary", "书记"),
                                    ("deputy_secretary", "副书记"),
                                    ("committee_member", "委员"),
                                ],
                                max_length=20,
                                verbose_name="拟任职务",
                            ),
                        ),
                        (
                            "is_write_in",
                            models.BooleanField(default=False, verbose_name="另选他人"),
                        ),
                        (
                            "votes_for",
                            models.PositiveSmallIntegerField(null=True, verbose_name="赞成"),
                        ),
                        (
                            "against",
                            models.PositiveSmallIntegerField(null=True, verbose_name="不赞成"),
                        ),
                        (
                            "abstained",
                            models.PositiveSmallIntegerField(null=True, verbose_name="弃权"),
                        ),
                        (
                            "second",
                            models.PositiveSmallIntegerField(
                                null=True, verbose_name="再次投票赞成"
                            ),
                        ),
                        (
                            "elected_post",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("secretary", "书记"),
                                    ("deputy_secretary", "副书记"),
                                    ("committee_member", "委员"),
                                ],
                                max_length=20,
                                verbose_name="当选职务",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("election", "member"), name="candidate_once_an_election"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Transfer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "public_id",
                            xgz.models.fields.PublicIdField(
                                default=xgz.models.fields.new_public_id,
                                editable=False,
                                max_length=12,
                                unique=True,
                            ),
                        ),
                        (
                            "number",
                            models.CharField(max_length=40, unique=True, verbose_name="事项编号"),
                        ),
                        ("state", models.CharField(max_length=24, verbose_name="状态")),
                        ("version", models.PositiveIntegerField(default=0)),
                        (
                            "owner_role",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("org_dept", "组织部门"),
                                    ("social_work_dept", "社会工作部门"),
                                    ("bureau", "市场监管局小个专党委"),
                                    ("township_committee", "乡镇（街道）党委"),
                                    ("station_head", "党建工作指导站站长"),
                                    ("instructor", "党建指导员"),
                                    ("association", "个私协会"),
                                    ("branch_secretary", "党支部书记"),
                                    ("member", "党员"),
                                    ("owner", "经营者（市场举办者）"),
                                    ("system_admin", "系统管理员"),
                                    ("security_admin", "安全管理员"),
                                    ("audit_admin", "审计管理员"),
                                ],
                                max_length=24,
                                verbose_name="责任岗位",
                            ),
                        ),
                        (
                            "owner_body",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.body",
                                verbose_name="责任方",
                            ),
                        ),
                        (
                            "assignee",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("due_on", models.DateField(null=True, verbose_name="办理期限")),
                        (
                            "late_since",
                            models.DateField(null=True, verbose_name="超期上报前的期限"),
                        ),
                        (
                            "area",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.body",
                            ),
                        ),
                        ("opened_at", models.DateTimeField(verbose_name="提出时间")),
                        (
                            "opened_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("closed_at", models.DateTimeField(null=True, verbose_name="办结时间")),
                        (
                            "member",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="transfers",
                                to="xgz.member",
                            ),
                        ),
                        (
                            "from_org",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.organisation",
                                verbose_name="转出党组织",
                            ),
                        ),
                        (
                            "to_org",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="xgz.organisation",
                                verbose_name="转入党组织",
                            ),
                        ),
                        (
                            "to_outside",
                            models.CharField(
                                blank=True, max_length=120, verbose_name="区外转入党组织"
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(
                                choices=[
                                    ("workplace", "工作单位变动"),
                                    ("residence", "经常居住地变动"),
                                    ("closure", "原单位注销、撤销"),
                                    ("formation", "编入新成立的党组织"),
                                    ("adjustment", "党组织调整"),
                                    ("other", "其他"),
                                ],
                                default=xgz.rules.transfers.TransferReason["WORKPLACE"],
                                max_length=16,
                                verbose_name="转接原因",
                            ),
                        ),
                        (
                            "channel",
                            models.CharField(
                                choices=[
                                    ("carried", "党员自带"),
                                    ("confidential_mail", "机要"),
                                    ("online", "网上转接"),
                                ],
                                default=xgz.rules.transfers.Channel["CARRIED"],
                                max_length=20,
                                verbose_name="传递方式",
                            ),
                        ),
                        (
                            "letter_number",
                            models.CharField(blank=True, max_length=40, verbose_name="介绍信编号"),
                        ),
                        (
                            "first_issued_on",
                            models.DateField(null=True, verbose_name="首次开具日期"),
                        ),
                        ("issued_on", models.DateField(null=True, verbose_name="开具日期")),
                        ("expires_on", models.DateField(null=True, verbose_name="有效期至")),
                        (
                            "dues_paid_to",
                            models.DateField(blank=True, null=True, verbose_name="党费交至"),
                        ),
                        ("accepted_on", models.DateField(null=True, verbose_name="接收日期")),
                        (
                            "closure",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="transfers",
                                to="xgz.closure",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("closed_at__isnull", True),
                                        ("due_on__isnull", False),
                                        ("owner_body__isnull", False),
                                        models.Q(("owner_role", ""), _negated=True),
                                    ),
                                    models.Q(
                                        ("closed_at__isnull", False),
                                        ("assignee__isnull", True),
                                        ("due_on__isnull", True),
                                        ("owner_body__isnull", True),
                                        ("owner_role", ""),
                                    ),
                                    _connector="OR",
                                ),
                                name="transfer_open_has_one_owner",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("to_org__isnull", False), ("to_outside", "")),
                                    models.Q(
                                        ("to_org__isnull", True),
                                        models.Q(("to_outside", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="transfer_goes_to_one_place",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        (
                                            "state__in",
                                            [
                                                xgz.rules.transfers.TransferState["ISSUED"],
                                                xgz.rules.transfers.TransferState["SENT_OUT"],
                                                xgz.rules.transfers.TransferState["EXPIRED"],
                                            ],
                                        ),
                                        _negated=True,
                                    ),
                                    models.Q(
                                        ("expires_on__isnull", False),
                                        ("issued_on__isnull", False),
                                        models.Q(("letter_number", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="letter_on_its_way_has_dates",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("expires_on__isnull", True),
                                    ("expires_on__gt", models.F("issued_on")),
                                    _connector="OR",
                                ),
                                name="letter_expires_after_issue",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("closed_at__isnull", True)),
                                fields=("member",),
                                name="one_open_transfer_per_member",
                            ),
                        ],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("closed_at__isnull", True)),
                                fields=["owner_body", "owner_role", "due_on"],
                                name="transfer_inbox",
                            ),
                            models.Index(fields=["state", "expires_on"], name="transfer_expiry"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="UsedCode",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="used_codes",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "digest",
                            xgz.models.fields.DigestField(
                                blank=True, default="", editable=False, max_length=32
                            ),
                        ),
                        ("used_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("user", "digest"), name="code_used_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AdjustmentLine",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "adjustment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="lines",
                                to="xgz.adjustment",
                            ),
                        ),
                        (
                            "item",
                            models.CharField(
                                choices=[
                                    ("secretary", "书记到位"),
                                    ("members", "正式党员满三名"),
                                    ("meeting", "恢复后开展第一次组织生活"),
                                    ("instructor", "落实指导员"),
                                ],
                                max_length=12,
                                verbose_name="事项",
                            ),
                        ),
                        ("due_on", models.DateField(verbose_name="期限")),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("adjustment", "item"), name="one_line_per_plan_item"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AuditEntry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("number", models.PositiveBigIntegerField(unique=True)),
                        ("at", models.DateTimeField()),
                        (
                            "actor",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("actor_label", models.CharField(max_length=40)),
                        ("action", models.CharField(max_length=60)),
                        (
                            "outcome",
                            models.CharField(
                                choices=[("done", "已办"), ("refused", "被拒绝")],
                                default=xgz.rules.audit.Outcome["DONE"],
                                max_length=12,
                            ),
                        ),
                        ("subject_type", models.CharField(max_length=40)),
                        ("subject_id", models.CharField(max_length=12)),
                        ("fields", models.JSONField(default=dict)),
                        ("address", models.CharField(blank=True, max_length=45)),
                        ("session", models.CharField(blank=True, max_length=32)),
                        ("request", models.CharField(blank=True, max_length=32)),
                        ("mac", models.CharField(max_length=64)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["subject_type", "subject_id"], name="audit_subject"
                            ),
                            models.Index(fields=["actor", "number"], name="audit_actor"),
                            models.Index(fields=["action", "number"], name="audit_action"),
                        ],
                    },
                ),
            ],
        ),
        migrations.RunPython(begin_chain, migrations.RunPython.noop),
        migrations.RunPython(_guards.put, _guards.lift),
    ]
