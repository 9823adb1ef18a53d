"""The store on a real PostgreSQL: keys, claims, rules, many at once, a lost connection."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from tests.sandbox.conftest import KEYS
from worker.sandbox.store import AlreadyExists, Claim, Key, NameTaken, Store, libpq_url


@pytest.fixture
def store(blank_postgres_url: str) -> Iterator[Store]:
    made = Store(blank_postgres_url, keys=KEYS, connections=4)
    made.set_up()
    yield made
    made.close()


def key(resource_id: str, account: str = "a", type_name: str = "azurerm_resource_group") -> Key:
    return Key(account, "azurerm", type_name, resource_id)


def test_an_sqlalchemy_url_is_understood() -> None:
    assert libpq_url("postgresql+psycopg://u@h/d?host=/s") == "postgresql://u@h/d?host=/s"
    assert libpq_url("postgresql://u@h/d") == "postgresql://u@h/d"


def test_many_set_it_up_at_once(blank_postgres_url: str) -> None:
    barrier = threading.Barrier(8)

    def one(_: int) -> None:
        store = Store(blank_postgres_url, keys=KEYS, connections=1)
        barrier.wait(60)
        store.set_up()
        store.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(8)))


def test_a_resource_is_kept_by_its_whole_key(store: Store) -> None:
    store.create(key("/one"), {"name": "one"})
    assert store.find(key("/one", account="b")) is None
    found = store.find(key("/one"))
    assert found is not None
    assert found.attributes == {"name": "one"}
    with pytest.raises(AlreadyExists):
        store.create(key("/one"), {})


def test_a_name_is_taken_until_its_owner_is_gone(store: Store) -> None:
    claim = Claim("buckets", "mine")
    store.create(key("/one"), {}, [claim])
    with pytest.raises(NameTaken):
        store.create(key("/two", account="b"), {}, [claim])
    assert store.find(key("/two", account="b")) is None
    store.delete(key("/one"))
    store.create(key("/two", account="b"), {}, [claim])


def test_an_update_gives_up_what_it_no_longer_holds(store: Store) -> None:
    store.create(key("/one"), {}, [Claim("ips", "10.0.0.4")])
    assert store.update(key("/one"), {"x": 1}, [Claim("ips", "10.0.0.5")])
    assert store.claimed("ips") == {"10.0.0.5"}
    assert not store.update(key("/none"), {})


def test_an_id_names_the_resource_that_it_was_made_for_and_not_a_link_that_borrows_it(store: Store) -> None:
    subnet = key("/net/subnets/a", type_name="azurerm_subnet")
    much = {"padding": "x" * 1700}  # a page of the table is full after four, so that a change moves behind the link
    store.create(subnet, much)
    store.create(key(subnet.id, type_name="azurerm_subnet_route_table_association"), much)
    for other in ("/b", "/c"):
        store.create(key(other), much)
    store.update(subnet, much | {"address_prefixes": ["10.0.1.0/24"]})
    for asked in (subnet.id, "/Net/subnets/A"):
        found = store.find_by_id("a", asked)
        assert found is not None
        assert found.key == subnet


def test_what_lies_below_goes_with_it_but_not_what_only_begins_alike(store: Store) -> None:
    for resource_id in ("/rg/a", "/rg/a/b", "/rg/A/c", "/rg/ab", "/rg/a_b"):
        store.create(key(resource_id), {})
    store.delete(key("/rg/a"))
    assert {row.key.id for row in store.search(account="a")} == {"/rg/ab", "/rg/a_b"}


def test_the_most_particular_rule_comes_first(store: Store) -> None:
    store.add_rule("fault", message="all")
    store.add_rule("fault", account="a", type_name="azurerm_resource_group", message="mine")
    store.add_rule("fault", account="b", message="theirs")
    assert [rule.message for rule in store.rules(account="a")] == ["mine", "all"]


def test_a_rule_for_once_has_one_taker(store: Store) -> None:
    number = store.add_rule("fault", once=True)
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: store.delete_rule(number), range(8))) == 1


def test_reset_empties_one_account_or_all(store: Store) -> None:
    for account in ("a", "b"):
        store.create(key("/one", account=account), {})
        store.add_rule("quota", account=account, amount=1)
    assert store.reset("a") == 1
    assert [rule.account for rule in store.rules()] == ["b"]
    assert store.reset() == 1


def test_more_threads_than_connections_wait_their_turn(store: Store) -> None:
    with ThreadPoolExecutor(32) as pool:
        list(pool.map(lambda number: store.create(key(f"/{number}"), {}), range(200)))
    assert store.count("a", "azurerm_resource_group") == 200


def test_lost_connections_are_made_anew(store: Store, blank_postgres_url: str) -> None:
    store.create(key("/one"), {})
    with psycopg.connect(libpq_url(blank_postgres_url), autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert store.find(key("/one")) is not None


def test_text_that_looks_like_sql_is_only_text(store: Store) -> None:
    odd = key("'; DROP SCHEMA sandbox_cloud CASCADE; --", account="%' OR 1=1")
    store.create(odd, {"name": "\\'\"%_"})
    assert [row.key for row in store.search(account=odd.account, matching={"name": "\\'\"%_"})] == [odd]
    assert store.inside(odd.account, "%") == []
