import pytest

from till import Till


@pytest.fixture(scope="session")
def till():
    till = Till()
    yield till
    till.close()
