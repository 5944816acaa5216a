"""Temporal for these tests: a dev server with namespaces of its own, and clients for them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from temporalio.api.workflowservice.v1 import GetClusterInfoRequest
from temporalio.client import Client

from nurture.client import data_converter, prepare_namespace
from nurture.embedded.temporal import EmbeddedTemporal


class ManyNamespaces(EmbeddedTemporal):
    """Tests that run side by side, each in a namespace: none meets a journey of another."""

    def __init__(self, data_dir: Path, namespaces: Sequence[str]) -> None:
        super().__init__(data_dir, headless=True)
        self._namespaces = namespaces

    def _arguments(self) -> list[str]:
        return [*super()._arguments(), *(word for name in self._namespaces for word in ("--namespace", name))]


async def client_of(address: str, namespace: str) -> Client:
    return await Client.connect(address, namespace=namespace, data_converter=data_converter())


async def ready_for(address: str, namespaces: Sequence[str], folder: Path) -> None:
    """With their search attributes, and each with a data directory of its name that knows already what a
    worker's trial of this server would find: that it hibernates."""
    for namespace in namespaces:  # side by side each would wait for the others' change of one list
        client = await client_of(address, namespace)
        await prepare_namespace(client)
        info = await client.workflow_service.get_cluster_info(GetClusterInfoRequest())
        cache = folder / namespace / "hibernation.json"
        cache.parent.mkdir(exist_ok=True)
        cache.write_text(json.dumps({f"{info.cluster_id}/{info.server_version}/{namespace}": True}))
