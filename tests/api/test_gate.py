"""Who may ask, how often, with how much; and what every answer carries."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from ingest import jobs
from ingest.api.application import create_app
from ingest.api.limits import RateLimiter
from ingest.cli import main
from ingest.errors import UsageError
from ingest.settings import Settings
from tests.api.system import PROBLEM, configure

NOWHERE = {"index.url": "http://127.0.0.1:9"}


def with_key(key: str) -> dict[str, str]:
    """Give the header that sends a key."""
    return {"Authorization": f"Bearer {key}"}


def make_key(settings: Settings, *scopes: str) -> str:
    """Make a key."""
    return str(jobs.create_key("test", scopes, settings)["key"])


def closed(settings: Settings, **more: Any) -> Settings:
    """Give the same system without anonymous reading."""
    flags = {"index.url": settings.index.url, "lake.url": settings.lake.url, "api.anonymous_read": False}
    return Settings.load(flags=flags | {"api.key_hold_seconds": 0.0} | {f"api.{n}": v for n, v in more.items()})


def test_only_keys_read_where_nobody_may_anonymously(settings: Settings) -> None:
    """401 with a challenge for nobody, 403 for a key that may do something else, and each way to send a key."""
    reading, writing = make_key(settings, "read"), make_key(settings, "write")
    basic = base64.b64encode(f"anyone:{reading}".encode()).decode()
    with TestClient(create_app(closed(settings))) as client:
        nobody = client.get("/v1/articles")
        assert (nobody.status_code, nobody.headers["content-type"]) == (401, PROBLEM)
        assert "Bearer" in nobody.headers["www-authenticate"]
        assert client.get("/v1/articles", headers=with_key(writing)).status_code == 403
        for headers in (with_key(reading), {"X-API-Key": reading}, {"Authorization": f"Basic {basic}"}):
            assert client.get("/v1/articles", headers=headers).status_code == 200
        for key in (reading[:-1], "", "bs_", "x" * 500, "Schlüssel"):
            assert client.get("/v1/articles", headers=[(b"X-API-Key", key.encode())]).status_code == 401
        assert [client.get(path).status_code for path in ("/livez", "/readyz", "/metrics")] == [200, 200, 200]


def test_a_revoked_key_and_an_expired_one_open_nothing(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """And the list says why; neither it nor the store holds the key."""
    made = jobs.create_key("soon gone", ["read"], settings, days=1)
    with TestClient(create_app(closed(settings))) as client:
        assert client.get("/v1/articles", headers=with_key(made["key"])).status_code == 200
        jobs.revoke_key(made["id"], settings)
        assert client.get("/v1/articles", headers=with_key(made["key"])).status_code == 401
    assert main(["keys", "list", "--index", settings.index.url]) == 0
    listed = capsys.readouterr().out
    assert "soon gone" in listed
    assert "revoked" in listed
    secret = made["key"].rpartition("_")[2]
    assert secret not in listed
    store = Path(settings.index.url.removeprefix("tantivy:")) / "state.sqlite"
    assert secret.encode() not in store.read_bytes()


@pytest.mark.parametrize(
    ("name", "scopes", "days"), [("x", ["rule"], None), ("x", [], None), (" ", ["read"], None), ("x", ["read"], 0)]
)
def test_a_key_that_cannot_be_meant_is_refused(
    settings: Settings, name: str, scopes: list[str], days: int | None
) -> None:
    """A scope that nobody knows would open nothing, and nobody would know why."""
    with pytest.raises(UsageError):
        jobs.create_key(name, scopes, settings, days=days)


def test_each_address_and_key_has_its_own_allowance(settings: Settings) -> None:
    """The third request of an address is refused and told when to come again; a key goes on."""
    key = make_key(settings, "read")
    limited = Settings.load(
        flags={"index.url": settings.index.url, "api.rate_limit_anonymous_requests": 2, "api.rate_limit_requests": 9}
    )
    with TestClient(create_app(limited)) as client:
        answers = [client.get("/v1/articles") for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert [answer.headers["ratelimit-remaining"] for answer in answers] == ["1", "0", "0"]
        assert answers[2].headers["content-type"] == PROBLEM
        assert 1 <= int(answers[2].headers["retry-after"]) <= 30
        assert client.get("/v1/articles", headers=with_key(key)).headers["ratelimit-limit"] == "9"
        assert client.get("/v1/articles", headers={"X-Forwarded-For": "10.1.1.1"}).status_code == 429
        assert client.get("/livez").status_code == 200


def test_a_bucket_fills_again_evenly() -> None:
    """Half the window gives back half the limit, and never more than the limit."""
    now = [0.0]
    limiter = RateLimiter(60, clock=lambda: now[0])
    assert [limiter.take("a", 2).wait_seconds for _ in range(3)] == [0, 0, 30]
    now[0] = 30.0
    assert [limiter.take("a", 2).wait_seconds for _ in range(2)] == [0, 30]
    now[0] = 10_000.0
    assert limiter.take("a", 2).remaining == 1


def test_every_answer_carries_its_headers(client: TestClient) -> None:
    """Good answers, problems and answers of no route alike; no script or style of a page's own runs."""
    for path in ("/v1/articles", "/v1/articles?size=no", "/nowhere", "/livez"):
        headers = client.get(path).headers
        policy = headers["content-security-policy"]
        assert "script-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "no-referrer")
        assert headers["x-request-id"]
    assert client.get("/livez", headers={"X-Request-Id": "abc-1"}).headers["x-request-id"] == "abc-1"
    assert client.get("/livez", headers={"X-Request-Id": 'a b"<'}).headers["x-request-id"] != 'a b"<'


def test_an_answer_that_stays_the_same_is_not_sent_again(client: TestClient, article: str) -> None:
    """304 without a body for the tag that was given; a problem has no tag and is not kept."""
    first = client.get(f"/v1/articles/{article}")
    again = client.get(f"/v1/articles/{article}", headers={"If-None-Match": f'"x", W/{first.headers["etag"]}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert first.headers["cache-control"] == "private, no-cache"
    assert client.get("/v1/articles/none").headers["cache-control"] == "no-store"


def test_other_sites_may_call_only_where_that_is_set(settings: Settings) -> None:
    """CORS is closed by default; a page of another site never writes."""
    asked = {"Origin": "https://desk.example", "Access-Control-Request-Method": "GET"}
    with TestClient(create_app(settings)) as client:
        assert "access-control-allow-origin" not in client.get("/v1/articles", headers=asked).headers
        assert client.post("/v1/clean", json={"text": "x"}, headers=asked).status_code == 403
    opened = Settings.load(flags={"index.url": settings.index.url, "api.allowed_origins": "https://desk.example"})
    with TestClient(create_app(opened)) as client:
        assert (
            client.get("/v1/articles", headers=asked).headers["access-control-allow-origin"] == "https://desk.example"
        )
        assert client.options("/v1/articles", headers=asked).status_code == 200
        assert client.post("/v1/clean", json={"text": "x"}, headers=asked).status_code == 200
        other = {**asked, "Origin": "https://other.example"}
        assert "access-control-allow-origin" not in client.get("/v1/articles", headers=other).headers


def test_a_body_is_counted_as_it_comes(tmp_path: Path) -> None:
    """Whoever says nothing of the length, or too little, is stopped all the same."""
    with TestClient(create_app(configure(tmp_path, max_body_bytes=10))) as client:
        for content in (b"x" * 11, iter([b"x" * 6, b"x" * 6])):
            answer = client.post("/v1/clean", content=content)
            assert (answer.status_code, answer.headers["content-type"]) == (413, PROBLEM)


def test_methods_and_shapes_that_are_none_are_problems(client: TestClient) -> None:
    """404, 405 and 422 as well."""
    for method, path, status in (("DELETE", "/v1/articles", 405), ("GET", "/v1", 404), ("PUT", "/livez", 405)):
        answer = client.request(method, path)
        assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)
        assert answer.json()["status"] == status
    answer = client.get(f"/v1/articles/{'x' * 3000}")
    assert (answer.status_code, answer.headers["content-type"]) == (422, PROBLEM)


def test_an_unforeseen_error_shows_no_trace(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The log has it; the caller gets a problem with the same headers as ever."""
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        monkeypatch.setattr(jobs.AsyncReader, "search", lambda *_: 1 / 0)
        answer = client.get("/v1/articles")
    assert (answer.status_code, answer.headers["content-type"]) == (500, PROBLEM)
    assert "division" not in answer.text
    assert answer.headers["x-request-id"]


def test_metrics_tell_routes_not_addresses(client: TestClient, article: str) -> None:
    """A label for each article would be a series for each article."""
    client.get(f"/v1/articles/{article}")
    client.get("/no/such/page")
    told = client.get("/metrics").text
    assert 'route="/v1/articles/{any_id}",status="2xx"' in told.replace("{any_id:path}", "{any_id}")
    assert 'route="unmatched"' in told
    assert article not in told


def test_openapi_is_whole(client: TestClient) -> None:
    """3.1, an example for each parameter, a problem for each refusal, and no schema that leads nowhere."""
    told = client.get("/openapi.json").json()
    assert told["openapi"].startswith("3.1")
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            name = f"{method} {path}"
            for parameter in operation.get("parameters", []):
                assert "example" in parameter or "examples" in parameter["schema"], f"{name} {parameter['name']}"
            if path.startswith("/v1"):
                assert {"401", "403", "429", "503", "504"} <= set(operation["responses"]), name
    text = client.get("/openapi.json").text
    assert "HTTPValidationError" not in text
    for name in {part.partition('"')[0] for part in text.split("#/components/schemas/")[1:]}:
        assert name in told["components"]["schemas"]
