"""Whether this process lives, and whether it can work."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from nurture.store.migrate import OldSchema
from nurture.web.site import site_of

router = APIRouter()


@router.get("/healthz")
async def alive() -> JSONResponse:
    return JSONResponse({"alive": True})


@router.get("/readyz")
async def ready(request: Request) -> JSONResponse:
    """200 when the database answers and has the schema of this code; 503 says what is missing."""
    try:
        await site_of(request).readiness.check()
    except OldSchema as error:
        return JSONResponse({"ready": False, "database": str(error)}, 503)
    except (DBAPIError, PoolTimeout):
        return JSONResponse({"ready": False, "database": "does not answer"}, 503)
    return JSONResponse({"ready": True, "database": "ok"})
