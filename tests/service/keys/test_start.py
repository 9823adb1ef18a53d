"""A process whose keys are not the database's refuses to start, in one sentence, before it has read or written anything."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

from portal.keys import service
from portal.kit.errors import ConfigurationError
from portal.kit.secrets import generate_key
from tests.service.keys import filled
from worker.sandbox.store import libpq_url

ONE, TWO, OTHER = generate_key("k1"), generate_key("k2"), generate_key("k1")
Use = Callable[..., None]


@pytest.fixture
def use(database: str, settings_env: Callable[..., None]) -> Use:
    """Start with these keys."""

    def start(*keys: str) -> None:
        settings_env(TERRACE_DATABASE_URL=database, TERRACE_SECRET_KEYS=" ".join(keys))
        service.require_known()

    return start


def remembered(url: str) -> set[str]:
    with psycopg.connect(libpq_url(url)) as connection:
        return {row[0] for row in connection.execute("SELECT id FROM key_check").fetchall()}


def test_the_first_start_remembers_its_key_and_the_next_ones_are_let_in(use: Use, database: str) -> None:
    use(ONE)
    use(ONE)
    use(TWO, ONE)
    assert remembered(database) == {"k1", "k2"}


def test_another_key_of_the_same_name_is_refused_also_while_nothing_is_encrypted(use: Use) -> None:
    use(ONE)
    with pytest.raises(
        ConfigurationError, match="is another than the k1 with which this database was encrypted"
    ) as caught:
        use(OTHER)
    assert OTHER.partition(":")[2] not in caught.value.message


def test_a_key_that_is_still_needed_is_missed(use: Use, database: str) -> None:
    use(ONE)
    filled.fill(database)
    use(ONE)
    with pytest.raises(
        ConfigurationError, match=r"^\d+ secrets in the database are encrypted with the key k1, which is not"
    ):
        use(TWO)
    use(TWO, ONE)


def test_a_key_that_nothing_needs_may_go(use: Use, database: str) -> None:
    use(ONE)
    use(TWO)
    assert remembered(database) == {"k2"}


@pytest.mark.parametrize("key", [OTHER, TWO], ids=["same name", "other name"])
def test_a_database_of_before_is_read_once_before_its_key_is_remembered(use: Use, database: str, key: str) -> None:
    use(ONE)
    filled.fill(database, direct=True)
    assert remembered(database) == set()
    with pytest.raises(
        ConfigurationError, match=r"not those of this database|encrypted with the key k1, which is not here"
    ):
        use(key)
    assert remembered(database) == set()
    use(ONE)
    assert remembered(database) == {"k1"}


def test_a_database_without_tables_is_let_through(blank_postgres_url: str, settings_env: Callable[..., None]) -> None:
    settings_env(TERRACE_DATABASE_URL=blank_postgres_url)
    service.require_known()
