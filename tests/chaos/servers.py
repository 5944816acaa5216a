"""Temporal for these tests: a dev server with namespaces of its own, and clients for them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from temporalio.client import Client

from nurture.client import Hibernation, data_converter, prepare_namespace
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


async def ready_for(client: Client, folder: Path) -> None:
    """With its search attributes, and tried for hibernation as the worker would."""
    await prepare_namespace(client)
    assert await Hibernation("auto", folder / "hibernation.json").learn(client)
