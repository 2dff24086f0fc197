from django.urls import URLPattern, URLResolver, path

from xgz.web.snapshots.comparing import snapshot_compare
from xgz.web.snapshots.export import snapshot_export
from xgz.web.snapshots.rows import snapshot_rows
from xgz.web.snapshots.views import snapshot_detail, snapshot_list, snapshot_take

urlpatterns: list[URLPattern | URLResolver] = [
    path("", snapshot_list, name="snapshot-list"),
    path("take/", snapshot_take, name="snapshot-take"),
    path("<slug:public_id>/", snapshot_detail, name="snapshot-detail"),
    path("<slug:public_id>/rows/", snapshot_rows, name="snapshot-rows"),
    path("<slug:public_id>/compare/", snapshot_compare, name="snapshot-compare"),
    path("<slug:public_id>/export/", snapshot_export, name="snapshot-export"),
]
