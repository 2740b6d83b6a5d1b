"""The world of the probes, planted anew for each test."""

import logging

import pytest

from tests.probing.running import Runner
from tests.probing.world import build


@pytest.fixture
def world(cast, at):
    return build(cast, at=at)


@pytest.fixture
def runner(world):
    """Asks probes of the world; lines about every refused request are left out."""
    logging.disable(logging.ERROR)
    try:
        made = Runner(world)
        made.asking.sign_in()
        yield made
    finally:
        logging.disable(logging.NOTSET)
