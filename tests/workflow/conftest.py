"""Storages that tests may ask for, skipped with a reason where they cannot be had."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from uuid import uuid4

import pytest

from tests.workflow.storages import FolderStorage, S3Storage


@pytest.fixture
def fs() -> FolderStorage:
    if find_spec("snakemake_storage_plugin_fs") is None:
        pytest.skip("no storage plugin fs")
    if shutil.which("rsync") is None:
        pytest.skip("no rsync, which the plugin fs calls")
    return FolderStorage()


@pytest.fixture
def s3(monkeypatch) -> Iterator[S3Storage]:
    if find_spec("snakemake_storage_plugin_s3") is None:
        pytest.skip("no storage plugin s3")
    server = pytest.importorskip("moto.server").ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "here")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    server.start()
    bucket = f"study-{uuid4().hex}"  # what is in one outlives the server
    yield S3Storage("http://{}:{}".format(*server.get_host_and_port()), bucket)
    server.stop()
