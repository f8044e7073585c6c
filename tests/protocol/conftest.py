"""A desk for all tests of a process, at which cases are played without a server."""

import pytest

from crg.embedded.sample import sample_partnership
from settings.keys import Keyring
from tests.protocol.played_desk import PlayedDesk
from tests.workflows.world import World


@pytest.fixture(scope="session")
def world() -> World:
    return World(sample_partnership())


@pytest.fixture(scope="session")
def desk(world: World) -> PlayedDesk:
    return PlayedDesk(world, Keyring([("test", bytes(32))]))
