"""What many stories share: corpora indexed once for real, servers over one, and a browser."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import model_server
import newsroom
import pytest
from hypothesis import settings as hypothesis_settings

from eval import sample
from index.build import update
from index.search.embed import load
from index.storage.store import Store
from rag.desk import SAMPLE, Desk
from rag.models import call, faults
from rag.settings import Settings

# The replies of tests/test_promise.py, on each of its four surfaces: always the same ones in a
# run of all tests, new ones and more with --hypothesis-profile=attack.
hypothesis_settings.register_profile("every run", max_examples=250, derandomize=True)
hypothesis_settings.register_profile("attack", max_examples=5000, print_blob=True)
hypothesis_settings.load_profile("every run")

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


@pytest.fixture(scope="session")
def desk() -> Iterator[Desk]:
    """A Desk over the sample corpus with the real embedder; not to be changed by a test."""
    with sample.desk() as opened:
        yield opened


@pytest.fixture(scope="session")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A Desk over the two real articles, where they are at hand."""
    folder = SHARED / "seeds"
    if not folder.is_dir():
        pytest.skip("the seed articles (../shared/seeds) are not here")
    embedder = load()
    place = tmp_path_factory.mktemp("seeds")
    store = Store.create(place, embedder.name, embedder.fingerprint, embedder.dimension)
    update(store, embedder, [folder])
    return Desk(store, embedder, Settings())


@pytest.fixture(scope="module")
def newsroom_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A Desk over the invented articles of tests/newsroom.py; not to be changed by a test."""
    found = newsroom.open_newsroom(tmp_path_factory.mktemp("news"))
    yield found
    found.store.close()


@pytest.fixture
def scripted_models(monkeypatch: pytest.MonkeyPatch) -> None:
    """Models are called with a key that must never be seen again, and tried again at once."""
    monkeypatch.setenv("OPENAI_API_KEY", model_server.KEY)
    monkeypatch.setattr(faults, "LONGEST_WAIT", 0.0)
    call.library()  # its import takes seconds, which would count against short deadlines


class Listener(ThreadingHTTPServer):
    """A server on another port; what reaches it is what left the page."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Heard)
        self.hits: list[str] = []
        self.address = f"http://127.0.0.1:{self.server_port}"


class _Heard(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Listener)
        self.server.hits.append(self.path)
        self.send_response(204)
        self.end_headers()

    do_POST = do_GET

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="session")
def listener() -> Iterator[Listener]:
    """Must never be asked for anything."""
    server = Listener()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def served_desk(tmp_path_factory: pytest.TempPathFactory, listener: Listener) -> Iterator[Desk]:
    """The sample corpus and the hostile articles; what a test adds it takes away again."""
    import browsing
    import hostile

    embedder = load()
    folder = tmp_path_factory.mktemp("page")
    rows = folder / "hostile.jsonl"
    lines = [json.dumps(one) for one in hostile.articles(listener.address)]
    rows.write_text("\n".join(lines), encoding="utf-8")
    store = Store.create(folder / "index", embedder.name, embedder.fingerprint, embedder.dimension)
    report = update(store, embedder, [SAMPLE, rows])
    assert [one for one in report.skipped if "hostile" in one.source] == []
    yield Desk(store, embedder, Settings(models=browsing.OBEDIENT))
    store.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Stories that need a browser come last: it keeps an event loop in the thread they share."""
    items.sort(key=lambda one: "browser" in getattr(one, "fixturenames", ()))


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    import browsing

    with browsing.launched() as found:
        yield found


@pytest.fixture(scope="session")
def address(browser: Any, served_desk: Desk) -> Iterator[str]:
    """Where the page is served; gradio leaves event loops behind where the browser's is not."""
    import browsing

    from ui.policy import Policy

    with browsing.served(Policy(browsing.fresh_app(served_desk))) as found:
        yield found


@pytest.fixture(scope="session")
def bare_address(browser: Any, served_desk: Desk) -> Iterator[str]:
    """The same page without the policy header: what escaping alone does."""
    import browsing

    with browsing.served(browsing.fresh_app(served_desk)) as found:
        yield found


@pytest.fixture(scope="session")
def whole_address(browser: Any, served_desk: Desk) -> Iterator[str]:
    """Page and API on one port, as they are served."""
    import browsing

    from ui.server import application

    with browsing.served(application(served_desk)) as found:
        yield found


@pytest.fixture(scope="session")
def context(browser: Any) -> Iterator[Any]:
    """One profile for the tests that need no other, so that scripts are compiled once."""
    wide = {"width": 1440, "height": 900}
    found = browser.new_context(viewport=wide, permissions=["clipboard-read", "clipboard-write"])
    yield found
    found.close()


@pytest.fixture
def page(context: Any, address: str) -> Iterator[Any]:
    """A fresh tab of the page."""
    import browsing

    with browsing.opened(context, address) as found:
        yield found
