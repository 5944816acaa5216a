"""`/metrics` for Prometheus."""

from __future__ import annotations

from fastapi import APIRouter, Request
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.responses import Response

from nurture.web.site import site_of

router = APIRouter()


@router.get("/metrics", include_in_schema=False)
async def metrics(request: Request) -> Response:
    site = site_of(request)
    await site.metrics.refresh(site.store)
    return Response(generate_latest(site.metrics.registry), media_type=CONTENT_TYPE_LATEST)
