import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import AbstractBaseUser
from django.core.cache import cache
from django.test import Client, TransactionTestCase
from hypothesis import settings
from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.libreoffice import LibreOffice, libreoffice_running

# The same examples every time; how long one takes on a busy machine is not the subject.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database-only",
        action="store_true",
        help="leave out tests that no database takes part in: on another database they say nothing new",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--database-only"):
        others = [item for item in items if not _asks_a_database(item)]
        items[:] = [item for item in items if _asks_a_database(item)]
        config.hook.pytest_deselected(items=others)


def _asks_a_database(item: pytest.Item) -> bool:
    case = getattr(item, "cls", None)
    return (
        item.get_closest_marker("django_db") is not None
        or not {"db", "transactional_db"}.isdisjoint(getattr(item, "fixturenames", ()))
        or (case is not None and issubclass(case, TransactionTestCase))
    )


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    """No test meets what another cached, nor its count of failed sign-ins."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all the browser tests of a process."""
    chromium = shutil.which("chromium")
    assert chromium, "The browser tests need Chromium: apt-get install chromium"
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright's plain interface keeps an event loop running in this thread, in which Django would
        # refuse to use its database. Nothing here is asynchronous.
        patch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        running = playwright.chromium.launch(
            executable_path=chromium,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
            ],
        )
        yield running
        running.close()


@pytest.fixture(scope="session")
def libreoffice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LibreOffice]:
    """One LibreOffice for all the tests of a process."""
    with libreoffice_running(tmp_path_factory.mktemp("libreoffice")) as running:
        yield running


@pytest.fixture
def context(browser: Browser, live_server: LiveServer) -> Iterator[BrowserContext]:
    """A browser's window at 1280 px with nobody signed in, which reaches our server and nothing else."""
    window = browser.new_context(
        base_url=live_server.url,
        viewport={"width": 1280, "height": 800},
        locale="en-GB",
        timezone_id="Europe/London",
    )
    strangers: list[str] = []

    def keep_home(route: Route) -> None:
        if route.request.url.startswith(f"{live_server.url}/"):
            route.continue_()
        else:
            strangers.append(route.request.url)
            route.abort()

    window.route("**/*", keep_home)
    window.set_default_timeout(20_000)
    yield window
    window.close()
    assert strangers == [], "A page asked another server."


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page in which nothing may go wrong unseen: script errors and refusals by the policy fail the test.

    A test that means to meet an error page empties `page.complaints` after it.
    """
    opened = context.new_page()
    complaints: list[str] = []
    opened.complaints = complaints
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on(
        "console",
        lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None,
    )
    yield opened
    assert complaints == [], "The browser complained."


@pytest.fixture
def sign_in(context: BrowserContext, live_server: LiveServer) -> Callable[[AbstractBaseUser], None]:
    """Signs a user in to `page` without the form."""

    def give_session(user: AbstractBaseUser) -> None:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        session = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])

    return give_session


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], None]:
    """Asserts that axe finds nothing to object to on a page, as it stands now."""
    engine = Axe()

    def assert_accessible(page: Page) -> None:
        # A page just navigated to has its words before it has its style sheet.
        page.wait_for_load_state("load")
        violations = engine.run(page).response["violations"]
        found = [
            f"{violation['id']}: {violation['help']}\n    {node['html']}\n    {node['failureSummary']}"
            for violation in violations
            for node in violation["nodes"]
        ]
        assert not found, f"{page.url}\n" + "\n".join(found)

    return assert_accessible
