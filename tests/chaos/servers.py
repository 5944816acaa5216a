"""Temporal for these tests: a dev server with namespaces of its own, and clients for them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from temporalio.client import Client

from nurture.client import Hibernation, data_converter, prepare_namespace
from nurture.embedded.temporal import EmbeddedTemporal

TRIES = 8


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
    """With their search attributes; the server is tried for hibernation once, as a worker would, and each
    namespace gets the answer in a data directory of its name."""
    clients = [await client_of(address, namespace) for namespace in namespaces]
    for client in clients:  # side by side, the server makes each wait for the others' change of its list
        await prepare_namespace(client)
    cache = folder / "hibernation.json"
    for _ in range(TRIES):
        if await Hibernation("auto", cache).learn(clients[0]):
            break
    else:
        raise AssertionError("the dev server hibernates; a busy machine makes a trial late, not all of them")
    for namespace in namespaces:
        own = folder / namespace / "hibernation.json"
        own.parent.mkdir(exist_ok=True)
        own.write_text(cache.read_text().replace(f'/{namespaces[0]}"', f'/{namespace}"'))
