"""The one door to Temporal: what a connection, a worker or a replayer is made of."""

from temporalio.client import Client

from nurture.client.connection import (
    NamespaceUnfit,
    TemporalUnreachable,
    connect,
    data_converter,
    namespace,
    outside_address,
    prepare_namespace,
    telemetry,
)
from nurture.client.deployments import DEPLOYMENT, PromotionRefused, build_id, promote, worker_deployment
from nurture.client.failures import IncidentSink, drop_incident
from nurture.client.hibernation import Hibernation

__all__ = [
    "DEPLOYMENT",
    "Client",
    "Hibernation",
    "IncidentSink",
    "NamespaceUnfit",
    "PromotionRefused",
    "TemporalUnreachable",
    "build_id",
    "connect",
    "data_converter",
    "drop_incident",
    "namespace",
    "outside_address",
    "prepare_namespace",
    "promote",
    "telemetry",
    "worker_deployment",
]
