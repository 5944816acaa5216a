"""What `nurture doctor` asks a Temporal server."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, GetClusterInfoRequest
from temporalio.client import Client

from nurture.client.connection import RETENTION, SEARCH_ATTRIBUTES


@dataclass(frozen=True)
class Examined:
    version: str
    retention: timedelta
    missing: tuple[str, ...]
    """Search attributes that the namespace lacks."""

    @property
    def keeps_long_enough(self) -> bool:
        return self.retention >= RETENTION


async def examine(client: Client) -> Examined:
    """Raises RPCError."""
    info = await client.workflow_service.get_cluster_info(GetClusterInfoRequest())
    namespace = await client.workflow_service.describe_namespace(
        DescribeNamespaceRequest(namespace=client.namespace)
    )
    there = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace=client.namespace)
    )
    return Examined(
        info.server_version,
        namespace.config.workflow_execution_retention_ttl.ToTimedelta(),
        tuple(name for name in SEARCH_ATTRIBUTES if name not in there.custom_attributes),
    )
