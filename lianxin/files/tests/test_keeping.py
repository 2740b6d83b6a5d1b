from datetime import timedelta

from lianxin.files.models import StoredFile
from lianxin.files.storage import store
from lianxin.kernel.authz import Actor
from lianxin.kernel.retention.plan import due_of
from lianxin.kernel.retention.run import run
from lianxin.kernel.retention.types import record_type


def test_the_dry_run_and_the_run_agree_on_files(cast, at, settings):
    old = store("旧.xlsx", [b"old"], by=cast.clerk.id, at=at - timedelta(days=8))
    new = store("新.xlsx", [b"new"], by=cast.clerk.id, at=at)
    kind = record_type("files.stored")
    assert due_of(kind, at=at).count == 1
    assert run(Actor.system("tests"), at=at, only=["files.stored"]) == {"files.stored": 1}
    assert StoredFile.objects.get(pk=old.pk).removed_at is not None
    assert StoredFile.objects.get(pk=new.pk).removed_at is None
    assert due_of(kind, at=at).count == 0
