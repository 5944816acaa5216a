"""Connecting to Temporal, and making sure that the namespace has what we need."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, UpdateNamespaceRequest
from temporalio.client import Client
from temporalio.converter import DataConverter
from temporalio.envconfig import ClientConfig, ClientConnectConfig
from temporalio.runtime import (
    LogForwardingConfig,
    LoggingConfig,
    PrometheusConfig,
    Runtime,
    TelemetryConfig,
    TelemetryFilter,
)
from temporalio.service import RPCError, RPCStatusCode

from nurture.client.failures import IncidentSink, drop_incident, failure_converter
from nurture.domain.errors import NurtureError

log = logging.getLogger("nurture.client")

DEFAULT_NAMESPACE = "default"
DEFAULT_ADDRESS = "localhost:7233"
SEARCH_ATTRIBUTES: Mapping[str, str] = {"NurtureCampaign": "Keyword", "NurtureVersion": "Keyword"}
RETENTION = timedelta(days=3)
"""What a closed run is kept for at least; a sleeper leaves one closed run per wake."""


class TemporalUnreachable(NurtureError):
    def __init__(self, address: str) -> None:
        super().__init__(
            f"No Temporal server answers at {address}.",
            "Start it, or name another with TEMPORAL_ADDRESS; `nurture up` without it brings its own.",
        )
        self.address = address


class NamespaceUnfit(NurtureError):
    """The namespace is missing, or lacks search attributes and this user may not add them."""


class TemporalSettingsWrong(NurtureError):
    """Temporal's own variables or its config file cannot be used."""


def data_converter(
    sink: IncidentSink = drop_incident, coded_types: frozenset[str] = frozenset()
) -> DataConverter:
    """The one converter of client, worker and replayer (promise 7)."""
    return replace(DataConverter.default, failure_converter_class=failure_converter(sink, coded_types))


def outside_address() -> str | None:
    """The server that the environment or Temporal's config file names."""
    return _connect_config().get("target_host")


def namespace() -> str:
    """The one that is named beside an outside server, else Temporal's own default."""
    config = _connect_config()
    return (config.get("target_host") and config.get("namespace")) or DEFAULT_NAMESPACE


def telemetry(metrics_address: str | None = None) -> Runtime:
    """One per process. Serves Prometheus metrics at `host:port` when given; logs go through Python's."""
    forwarded = LogForwardingConfig(logger=logging.getLogger("temporalio.core"))
    return Runtime(
        telemetry=TelemetryConfig(
            logging=LoggingConfig(
                filter=TelemetryFilter(core_level="WARN", other_level="ERROR"), forwarding=forwarded
            ),
            metrics=PrometheusConfig(bind_address=metrics_address) if metrics_address else None,
        )
    )


async def connect(
    address: str | None = None,
    *,
    sink: IncidentSink = drop_incident,
    coded_types: frozenset[str] = frozenset(),
    runtime: Runtime | None = None,
) -> Client:
    """As Temporal's own variables say, else to localhost:7233. `address`: another server, a plain one."""
    config = _connect_config()
    if address and config.get("target_host") != address:
        config = ClientConnectConfig(target_host=address)
    config.setdefault("target_host", DEFAULT_ADDRESS)
    try:
        return await Client.connect(
            **config, data_converter=data_converter(sink, coded_types), runtime=runtime
        )
    except RuntimeError as error:  # what the SDK raises for a refused connection
        raise TemporalUnreachable(config["target_host"]) from error


async def prepare_namespace(client: Client) -> None:
    """Registers our search attributes and lengthens a retention below ours."""
    try:
        await _keep_closed_runs(client)
        await _add_search_attributes(client)
    except RPCError as error:
        if error.status == RPCStatusCode.UNAVAILABLE:
            raise TemporalUnreachable(client.service_client.config.target_host) from error
        if error.status == RPCStatusCode.NOT_FOUND:
            raise NamespaceUnfit(
                f"There is no Temporal namespace {client.namespace}.", "Create it, or set TEMPORAL_NAMESPACE."
            ) from error
        raise NamespaceUnfit(
            f"The Temporal namespace {client.namespace} cannot be prepared ({error.status.name}).",
            f"Add the Keyword search attributes {' and '.join(SEARCH_ATTRIBUTES)} to it.",
        ) from error


async def _keep_closed_runs(client: Client) -> None:
    found = await client.workflow_service.describe_namespace(
        DescribeNamespaceRequest(namespace=client.namespace)
    )
    if found.config.workflow_execution_retention_ttl.ToTimedelta() >= RETENTION:
        return
    request = UpdateNamespaceRequest(namespace=client.namespace)
    request.config.workflow_execution_retention_ttl.FromTimedelta(RETENTION)
    try:
        await client.workflow_service.update_namespace(request)
    except RPCError as error:  # on a cluster this is often another team's right
        if error.status == RPCStatusCode.UNAVAILABLE:
            raise
        log.warning(
            "closed runs of the namespace are kept for less than 3 days",
            extra={"namespace": client.namespace},
        )


async def _add_search_attributes(client: Client) -> None:
    there = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace=client.namespace)
    )
    missing = {
        name: IndexedValueType.Value(f"INDEXED_VALUE_TYPE_{kind.upper()}")
        for name, kind in SEARCH_ATTRIBUTES.items()
        if name not in there.custom_attributes
    }
    if missing:
        await client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(namespace=client.namespace, search_attributes=missing)
        )


def _connect_config() -> ClientConnectConfig:
    try:
        return ClientConfig.load_client_connect_config()
    except RuntimeError as error:
        raise TemporalSettingsWrong(f"Temporal's settings cannot be read: {error}.") from error
