"""What the tests of sources share."""

from __future__ import annotations

import pytest

from tests.network.odd_server import Names, OddServer
from tests.sources.looking import Look, make_look


@pytest.fixture
def look(web: OddServer, names: Names) -> Look:
    """Give a function that looks at one source at a path of the server's; names lead to it, too."""
    return make_look(web, names)
