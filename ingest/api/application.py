"""The application: what it reads with, its layers, its routes, its health."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.middleware.cors import CORSMiddleware

from ingest import __version__, jobs
from ingest.api.access import Reading
from ingest.api.answers import answer_json
from ingest.api.articles import router as articles
from ingest.api.articles import suggestions
from ingest.api.documentation import responses
from ingest.api.documents import router as documents
from ingest.api.envelope import REQUEST_ID, Envelope
from ingest.api.exports import router as exports
from ingest.api.gate import Gate
from ingest.api.leaving import Leaving
from ingest.api.metrics import Metrics
from ingest.api.pages import router as pages
from ingest.api.pages import show_problem
from ingest.api.problems import add_problems
from ingest.api.queries import router as queries
from ingest.api.schemas import Health, Problem, Ready
from ingest.settings import Settings


def create_app(settings: Settings) -> FastAPI:
    """Make the application; the index is opened with the first request that needs it."""
    patient, settings = settings, make_impatient(settings)
    metrics = Metrics(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.reader = jobs.open_async_reader(settings)
        app.state.indexer = start_indexer(patient, metrics)
        try:
            yield
        finally:
            if app.state.indexer is not None:
                await run_in_threadpool(app.state.indexer.stop)
            await app.state.reader.close()

    app = FastAPI(
        title="Broadsheet",
        version=__version__,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        summary="Search over news articles that were cleaned with a record of everything that was removed.",
    )
    app.state.settings, app.state.metrics = settings, metrics
    add_problems(app, settings.api, show_problem)
    add_layers(app, settings, metrics)
    add_health(app, metrics)
    app.include_router(articles)
    app.include_router(suggestions)
    app.include_router(documents)
    app.include_router(exports)
    app.include_router(queries)
    app.include_router(pages)
    declare_problems(app)
    return app


def make_impatient(settings: Settings) -> Settings:
    """Let a request wait for one answer of the index and no longer: whoever asked can come again."""
    index = replace(
        settings.index,
        request_timeout_seconds=settings.api.timeout_seconds,
        open_patience_seconds=0.0,
        write_patience_seconds=0.0,
    )
    return replace(settings, index=index)


def start_indexer(settings: Settings, metrics: Metrics) -> jobs.Indexer | None:
    """Start what indexes the documents that are pushed in, unless another process does."""
    if not settings.api.index_pushed:
        return None
    indexer = jobs.Indexer(settings, on_waiting=metrics.set_waiting)
    indexer.start()
    return indexer


def add_layers(app: FastAPI, settings: Settings, metrics: Metrics) -> None:
    """Put the layers around the routes; the last one added is the outermost."""
    ring = jobs.KeyRing(settings, hold_seconds=settings.api.key_hold_seconds)
    app.add_middleware(Gate, settings=settings.api, ring=ring, metrics=metrics)
    if settings.api.allowed_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.api.allowed_origins,
            allow_methods=["GET", "POST", "PUT", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "Idempotency-Key", "X-API-Key"],
            expose_headers=[
                REQUEST_ID,
                "ETag",
                "Retry-After",
                "RateLimit-Limit",
                "RateLimit-Remaining",
                "RateLimit-Reset",
            ],
        )
    app.add_middleware(Leaving)
    app.add_middleware(Envelope, settings=settings.api, metrics=metrics)


def add_health(app: FastAPI, metrics: Metrics) -> None:
    """Add the routes that machines ask whether all is well."""

    @app.get("/livez", tags=["health"], responses={200: {"model": Health}})
    async def live() -> dict[str, str]:
        """Say that the process answers."""
        return {"status": "ok"}

    @app.get("/readyz", tags=["health"], responses=responses(Ready))
    async def ready(request: Request, opened: Reading) -> Response:
        """Say that the index answers, and how many articles it holds."""
        return answer_json(request, {"status": "ok", "articles": await opened.count()})

    @app.get("/metrics", tags=["health"], response_class=Response)
    async def tell_metrics() -> Response:
        """Give the metrics in the text format of Prometheus: of this process, and of the whole system."""
        await metrics.refresh()
        return Response(metrics.render(), media_type=metrics.media_type)


def declare_problems(app: FastAPI) -> None:
    """Let the OpenAPI document hold the shape of problems, and no shape that none of our answers has."""
    build = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            schemas = build()["components"]["schemas"]
            schemas["Problem"] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            for unused in ("HTTPValidationError", "ValidationError"):
                schemas.pop(unused, None)
            add_keys(app.openapi_schema or {})
        return app.openapi_schema or {}

    app.openapi = openapi  # type: ignore[method-assign] # FastAPI's documented way to extend the document


def add_keys(document: dict[str, Any]) -> None:
    """Say how a key is sent; whether one is needed to read is a setting."""
    schemes = {
        "bearer": {"type": "http", "scheme": "bearer"},
        "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    }
    document["components"]["securitySchemes"] = schemes
    document["security"] = [{}, {"bearer": []}, {"key": []}]
