"""Where inputs and results lie, other than in the folder of a study."""

from __future__ import annotations

import shutil
from pathlib import Path

__all__ = ["FolderStorage", "S3Storage"]


class FolderStorage:
    """A folder of the study, by the plugin `fs`."""

    options = ("--default-storage-provider", "fs", "--default-storage-prefix", "store")

    def take(self, store: Path) -> None:
        """Keep what lies in the folder: it is the storage."""

    def give(self, store: Path) -> None:
        """Bring nothing: it is there."""


class S3Storage:
    """A bucket of an S3 that runs here."""

    def __init__(self, endpoint: str, bucket: str) -> None:
        import boto3

        self._client = boto3.client("s3", endpoint_url=endpoint)
        self._bucket = bucket
        self._client.create_bucket(Bucket=bucket)
        self.options = (
            "--default-storage-provider", "s3", "--default-storage-prefix", f"s3://{bucket}",
            "--storage-s3-endpoint-url", endpoint,
        )  # fmt: skip

    def take(self, store: Path) -> None:
        """Move the files of a folder into the bucket."""
        for path in store.rglob("*"):
            if path.is_file():
                self._client.upload_file(str(path), self._bucket, str(path.relative_to(store)))
        shutil.rmtree(store)

    def give(self, store: Path) -> None:
        """Bring all that lies in the bucket."""
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket)
        for key in [found["Key"] for page in pages for found in page["Contents"]]:
            path = store / key
            path.parent.mkdir(parents=True, exist_ok=True)
            self._client.download_file(self._bucket, key, str(path))
