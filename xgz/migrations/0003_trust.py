import django.db.models.deletion
import xgz.models.fields
from xgz.models.chain import mac_of
import xgz.rules.audit
import xgz.rules.grants
import xgz.rules.sign_in
from django.conf import settings
from django.db import migrations, models


def begin_chain(apps, schema_editor):
    """Number the rows written so far and chain them, as they stand on this day."""
    number, mac = 0, ""
    alias = schema_editor.connection.alias
    entries = apps.get_model("xgz", "AuditEntry")._default_manager.using(alias)
    for entry in entries.order_by("pk").iterator(chunk_size=2000):
        number += 1
        entry.number = number
        mac = entry.mac = mac_of(entry, mac)
        entry.save(update_fields=["number", "mac"])
    heads = apps.get_model("xgz", "AuditHead")._default_manager.using(alias)
    heads.create(pk=1, number=number, mac=mac)


class Migration(migrations.Migration):
    dependencies = [
        ("xgz", "0002_case_spine"),
    ]

    operations = [
        migrations.CreateModel(
            name="Allowance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("purpose", models.CharField(max_length=24)),
                ("subject", models.CharField(max_length=40)),
                ("window_from", models.DateTimeField()),
                ("used", models.PositiveIntegerField(default=0)),
                ("blocked_until", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="AuditCheck",
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
                ("begun_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField()),
                ("last_number", models.PositiveBigIntegerField(default=0)),
                ("anchors", models.PositiveIntegerField(default=0)),
                ("faults", models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name="AuditHead",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveBigIntegerField(default=0)),
                ("mac", models.CharField(blank=True, max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="Backup",
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
        ),
        migrations.CreateModel(
            name="KnownDevice",
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
                        blank=True, default="", editable=False, max_length=32, unique=True
                    ),
                ),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="PastPassword",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128)),
                ("until", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Reveal",
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
                ("at", models.DateTimeField()),
                ("until", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="RoleRequest",
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
                ("deputy", models.BooleanField(default=False)),
                ("day", models.DateField(null=True)),
                (
                    "reason_sealed",
                    xgz.models.fields.SealedField(blank=True, default="", editable=False),
                ),
                ("proposed_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Sighting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("hour", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="SignedInDevice",
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
        ),
        migrations.CreateModel(
            name="UsedCode",
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
                ("used_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="auditentry",
            name="address",
            field=models.CharField(blank=True, max_length=45),
        ),
        migrations.AddField(
            model_name="auditentry",
            name="mac",
            field=models.CharField(default="", max_length=64),
        ),
        migrations.AddField(
            model_name="auditentry",
            name="number",
            field=models.PositiveBigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="auditentry",
            name="outcome",
            field=models.CharField(
                choices=[("done", "已办"), ("refused", "被拒绝")],
                default=xgz.rules.audit.Outcome["DONE"],
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="auditentry",
            name="request",
            field=models.CharField(blank=True, max_length=32),
        ),
        migrations.AddField(
            model_name="auditentry",
            name="session",
            field=models.CharField(blank=True, max_length=32),
        ),
        migrations.AddField(
            model_name="report",
            name="approved_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="report",
            name="is_masked",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="report",
            name="persons",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="report",
            name="purpose_sealed",
            field=xgz.models.fields.SealedField(blank=True, default="", editable=False),
        ),
        migrations.AddField(
            model_name="report",
            name="taken_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="report",
            name="trace",
            field=models.CharField(blank=True, db_index=True, max_length=16),
        ),
        migrations.AddField(
            model_name="user",
            name="password_changed_at",
            field=models.DateTimeField(null=True, verbose_name="密码修改时间"),
        ),
        migrations.AlterField(
            model_name="auditentry",
            name="actor",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["actor", "number"], name="audit_actor"),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["action", "number"], name="audit_action"),
        ),
        migrations.AddIndex(
            model_name="allowance",
            index=models.Index(fields=["window_from"], name="allowance_age"),
        ),
        migrations.AddConstraint(
            model_name="allowance",
            constraint=models.UniqueConstraint(
                fields=("purpose", "subject"), name="one_allowance_each"
            ),
        ),
        migrations.AddField(
            model_name="auditcheck",
            name="asked_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="backup",
            index=models.Index(fields=["-made_at"], name="backup_newest"),
        ),
        migrations.AddField(
            model_name="knowndevice",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="known_devices",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="pastpassword",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="past_passwords",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="reveal",
            name="body",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="xgz.body"
            ),
        ),
        migrations.AddField(
            model_name="reveal",
            name="business",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="reveals",
                to="xgz.business",
            ),
        ),
        migrations.AddField(
            model_name="reveal",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reveals",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="reveal",
            name="member",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="reveals",
                to="xgz.member",
            ),
        ),
        migrations.AddField(
            model_name="rolerequest",
            name="body",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="xgz.body",
            ),
        ),
        migrations.AddField(
            model_name="rolerequest",
            name="business",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="xgz.business",
            ),
        ),
        migrations.AddField(
            model_name="rolerequest",
            name="decided_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="rolerequest",
            name="market",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="xgz.market",
            ),
        ),
        migrations.AddField(
            model_name="rolerequest",
            name="member",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="xgz.member",
            ),
        ),
        migrations.AddField(
            model_name="rolerequest",
            name="proposed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="rolerequest",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="role_requests",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="sighting",
            name="member",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="xgz.member"
            ),
        ),
        migrations.AddField(
            model_name="sighting",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="sightings",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="signedindevice",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="signed_in_devices",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="usedcode",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="used_codes",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="reveal",
            index=models.Index(fields=["member", "-at"], name="reveal_of_member"),
        ),
        migrations.AddIndex(
            model_name="reveal",
            index=models.Index(fields=["by", "-at"], name="reveal_by_person"),
        ),
        migrations.AddConstraint(
            model_name="reveal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("business__isnull", False), ("member__isnull", False), _negated=True
                ),
                name="reveal_of_one_person",
            ),
        ),
        migrations.AddIndex(
            model_name="rolerequest",
            index=models.Index(fields=["state", "proposed_at"], name="role_request_waiting"),
        ),
        migrations.AddConstraint(
            model_name="rolerequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", xgz.rules.grants.RequestState["CONFIRMED"]), _negated=True),
                    models.Q(
                        ("decided_by__isnull", False),
                        models.Q(
                            ("proposed_by__isnull", True),
                            models.Q(("proposed_by", models.F("decided_by")), _negated=True),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="confirmed_by_somebody_else",
            ),
        ),
        migrations.AddConstraint(
            model_name="rolerequest",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="sighting",
            constraint=models.UniqueConstraint(
                fields=("user", "hour", "member"), name="seen_once_an_hour"
            ),
        ),
        migrations.AddConstraint(
            model_name="signedindevice",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("user", "device_class"),
                name="one_signed_in_device_per_class",
            ),
        ),
        migrations.AddConstraint(
            model_name="signedindevice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("end_reason", ""), ("ended_at__isnull", True)),
                    models.Q(
                        ("ended_at__isnull", False), models.Q(("end_reason", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="device_ended_with_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="usedcode",
            constraint=models.UniqueConstraint(fields=("user", "digest"), name="code_used_once"),
        ),
        migrations.RunPython(begin_chain, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="auditentry",
            name="number",
            field=models.PositiveBigIntegerField(unique=True),
        ),
        migrations.AlterField(
            model_name="auditentry",
            name="mac",
            field=models.CharField(max_length=64),
        ),
    ]
