"""What may be set about the lake."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class LakeSettings:
    """Where the lake is, and how long to wait for it.

    Attributes:
        url: The folder that holds the lake, or `s3://bucket/prefix` (any URL that fsspec knows); a folder is created
            where it is missing, a bucket is not.
        catalogue_folder: Where this machine keeps the catalogue of a lake that is no folder; it can be made again.
        endpoint_url: The address of an S3 service that is not Amazon's; empty for what the environment says.
        region: The region of the bucket; empty for what the environment says.
        access_key: Access key for S3; empty for what the environment says.
        secret_key: Secret key for S3; empty for what the environment says.
        lock_timeout_seconds: How long to wait while another process writes to the lake.
        retain_days: How long raw documents are kept, in days, where retention is applied; 0 for ever.
        handover_days: How long hand-overs between tasks are kept, in days, where retention is applied.
    """

    url: str = ".broadsheet/lake"
    catalogue_folder: str = ".broadsheet/lake-catalogues"
    endpoint_url: str = ""
    region: str = ""
    access_key: str = field(default="", repr=False)
    secret_key: str = field(default="", repr=False)
    lock_timeout_seconds: float = 30.0
    retain_days: int = 0
    handover_days: int = 30
