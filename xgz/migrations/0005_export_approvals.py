import django.db.models.deletion
import xgz.models.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("xgz", "0004_guards"),
    ]

    operations = [
        migrations.AddField(
            model_name="report",
            name="broke_off_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="report",
            name="taken_session",
            field=models.CharField(blank=True, max_length=32),
        ),
        migrations.AlterField(
            model_name="responsibility",
            name="matter",
            field=models.CharField(
                choices=[
                    ("transfer", "转接组织关系"),
                    ("closure", "主体退出后党组织和党员去留"),
                    ("export", "导出党员信息"),
                ],
                max_length=24,
                verbose_name="事项",
            ),
        ),
        migrations.CreateModel(
            name="ExportApproval",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                ("number", models.CharField(max_length=40, unique=True, verbose_name="事项编号")),
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
                ("due_on", models.DateField(null=True, verbose_name="办理期限")),
                ("late_since", models.DateField(null=True, verbose_name="超期上报前的期限")),
                ("opened_at", models.DateTimeField(verbose_name="提出时间")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="办结时间")),
                ("persons", models.PositiveIntegerField(verbose_name="人数")),
                (
                    "words_sealed",
                    xgz.models.fields.SealedField(blank=True, default="", editable=False),
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
                    "assignee",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                    "report",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approval",
                        to="xgz.report",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [
                    models.Index(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=["owner_body", "owner_role", "due_on"],
                        name="exportapproval_inbox",
                    )
                ],
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
            },
        ),
    ]
