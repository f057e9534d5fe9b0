import pytest
from playwright.sync_api import sync_playwright

pytest.register_assert_rewrite("gateway", "visitor")

from gateway import Gateway, Shop
from visitor import Visitor, launch


@pytest.fixture
def gateway(tmp_path):
    with Gateway(tmp_path) as gateway:
        yield gateway


@pytest.fixture
def shop():
    with Shop() as shop:
        yield shop


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright, launch(playwright) as browser:
        yield browser


@pytest.fixture
def visit(browser, gateway):
    """Somebody before a browser of their own. At the end nothing was wrong in it and it has asked nobody else."""
    visitors = []

    def visit(path="/", **wishes):
        visitors.append(Visitor(browser, gateway, **wishes))
        visitors[-1].go(path)
        return visitors[-1]

    yield visit
    for visitor in visitors:
        visitor.leave()
