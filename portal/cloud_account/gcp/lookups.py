"""What an account's project has, as options for a form: by GET, and in exactly the form in which the templates' fields want it.

A kind that is also a list in templates/_data gives the same values as the list. What is narrowed by another field says so in
`depends`, under the names that fields have (`region`, `location`, `zone`, `channel`, `edition`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from portal.cloud_account.gcp import sql
from portal.cloud_account.gcp.client import Asking, address, asking, last, own_path
from portal.cloud_account.outgoing import Answered
from portal.cloud_account.provider import Assertion, Found
from portal.cloud_account.schemas import Given, Option
from portal.kit.errors import NotFound, Unavailable

Parameters = Mapping[str, str]
Look = Callable[[Asking, Parameters], Iterable[Option]]
ZONES: Final = 4
"""Of a region that are asked for their machine types, one after the other."""
IMAGES: Final = ("debian-cloud", "ubuntu-os-cloud", "rocky-linux-cloud", "rhel-cloud", "windows-cloud", "cos-cloud")
"""Google's own projects of images; a family stands for its newest image."""
CHANNELS: Final = frozenset({"RAPID", "REGULAR", "STABLE", "EXTENDED"})
NEWEST_FIRST: Final = frozenset({"gke-versions", "sql-versions"})
# Multi-regions of buckets and datasets, and where a key for them lies.
KEY_PLACES: Final = {"eu": ("eu", "europe"), "us": ("us",), "asia": ("asia",)}


def lookup(given: Given, assertion: Assertion, kind: str, parameters: Parameters) -> Found:
    """The options of one kind. NotFound for a kind that Google Cloud does not have; Unavailable when it does not say."""
    look = _KINDS.get(kind)
    if look is None:
        raise NotFound(f"There is no look-up {kind!r} for Google Cloud. There are: {', '.join(sorted(_KINDS))}.")
    with asking(given, assertion) as google:
        options = _once(look(google, {name: value for name, value in parameters.items() if value}))
        return Found(_in_order(options, newest_first=kind in NEWEST_FIRST), google.source)


def _once(options: Iterable[Option]) -> list[Option]:
    """Every value once; what narrows it is everything that narrowed one of its sources."""
    found: dict[str, Option] = {}
    for option in options:
        known = found.setdefault(option.value, option)
        if known is not option:
            known.depends = {
                name: sorted({*values, *option.depends[name]})
                for name, values in known.depends.items()
                if name in option.depends
            }
    return list(found.values())


def _in_order(options: list[Option], *, newest_first: bool) -> list[Option]:
    """By label as people count, n2-standard-4 before n2-standard-16, within groups in the order in which they came."""
    groups = list(dict.fromkeys(option.group for option in options))
    ordered = sorted(options, key=lambda option: _counted(option.label), reverse=newest_first)
    return sorted(ordered, key=lambda option: groups.index(option.group))


def _counted(label: str) -> list[str | int]:
    return [int(part) if number % 2 else part for number, part in enumerate(re.split(r"([0-9]+)", label))]


def _region(google: Asking, parameters: Parameters) -> str | None:
    """The region that a form says, be it by its zone."""
    place = parameters.get("region") or parameters.get("location") or parameters.get("zone") or google.settings.region
    return re.sub(r"-[a-z]$", "", place.lower()) if place else None


def _somewhere(google: Asking, parameters: Parameters) -> str:
    place = _region(google, parameters)
    if place is None:
        raise Unavailable("Choose a region first, or give the account one.")
    return place


def _in(place: str, parameters: Parameters = MappingProxyType({})) -> dict[str, list[str]]:
    """Under which regions something is offered: also in the words of the form that asked, as in `EU`."""
    named = [parameters[name] for name in ("region", "location") if parameters.get(name)]
    places = list(dict.fromkeys([place, *named]))
    return {"region": places, "location": places}


def _regions(google: Asking, _: Parameters) -> Iterator[Option]:
    for item in google.items(f"{google.compute}/regions"):
        down = None if item.get("status") == "UP" else "Google says that it is down now."
        yield Option(value=item["name"], label=item["name"], description=down)


def _zones(google: Asking, parameters: Parameters) -> Iterator[Option]:
    wanted = parameters.get("region") or parameters.get("location")
    for item in google.items(f"{google.compute}/zones"):
        region = last(str(item.get("region")))
        if not wanted or region == wanted:
            down = None if item.get("status") == "UP" else "Google says that it is down now."
            yield Option(value=item["name"], label=item["name"], description=down, depends=_in(region))


def _of_zones(google: Asking, parameters: Parameters, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """What each zone offers: of the chosen zone, else of the region's, else of all."""
    zone = parameters.get("zone") or (None if parameters.get("region") else google.settings.zone)
    if not zone and (region := _region(google, parameters)):
        zones = [option.value for option in _zones(google, {"region": region})][:ZONES]
    else:
        zones = [zone] if zone else []
    for name in zones:
        url = address("compute", "compute/v1/projects/{p}/zones/{z}/" + path, p=google.project, z=name)
        listed = google.items(url, parameters={"maxResults": "500"})
        yield from ((name, item) for item in listed)
    if not zones:
        yield from google.everywhere(path, path, {"maxResults": "500"})


def _machine_types(google: Asking, parameters: Parameters) -> Iterator[Option]:
    for zone, item in _of_zones(google, parameters, "machineTypes"):
        memory = float(item.get("memoryMb") or 0) / 1024
        size = f"{item.get('guestCpus')} vCPU, {memory:g} GB"
        gone = item.get("deprecated", {}).get("state") in ("DELETED", "OBSOLETE")
        if not gone:
            family = str(item["name"]).partition("-")[0].upper()
            yield Option(
                value=item["name"], label=item["name"], description=size, group=family, depends={"zone": [zone]}
            )


def _disk_types(google: Asking, parameters: Parameters) -> Iterator[Option]:
    for zone, item in _of_zones(google, parameters, "diskTypes"):
        if item["name"] != "local-ssd":
            told = item.get("description")
            yield Option(value=item["name"], label=item["name"], description=told, depends={"zone": [zone]})


def _source_images(google: Asking, _: Parameters) -> Iterator[Option]:
    """The project's own images and families first: a template has a field of its own for Google's."""
    parameters = {"maxResults": "500", "fields": "items(name,family,description,deprecated),nextPageToken"}
    for project in (google.project, *IMAGES):
        url = address("compute", "compute/v1/projects/{p}/global/images", p=project)
        for item in google.items(url, parameters=parameters):
            if not item.get("deprecated"):
                yield from _image(project, item, own=project == google.project)


def _image(project: str, item: dict[str, Any], *, own: bool) -> Iterator[Option]:
    group, told = "Your own" if own else "Google's families", item.get("description")
    if item.get("family"):
        value = f"projects/{project}/global/images/family/{item['family']}"
        yield Option(value=value, label=f"{item['family']} (newest)", description=told, group=group)
    if own:
        value = f"projects/{project}/global/images/{item['name']}"
        yield Option(value=value, label=item["name"], description=told, group=group)


def _networks(google: Asking, _: Parameters) -> Iterator[Option]:
    for item in google.items(f"{google.compute}/global/networks"):
        automatic = "A subnetwork in every region." if item.get("autoCreateSubnetworks") else None
        yield Option(value=own_path(item["selfLink"]), label=item["name"], description=automatic)


def _subnets(google: Asking, parameters: Parameters) -> Iterator[Option]:
    """Those that may be used, the shared ones of a host project among them."""
    region, network = parameters.get("region") or parameters.get("location"), parameters.get("network")
    for item in google.items(f"{google.compute}/aggregated/subnetworks/listUsable"):
        value, of = own_path(item["subnetwork"]), own_path(item["network"])
        place = value.split("/")[3]
        if (region and place != region) or (network and last(network) != last(of)):
            continue
        label = f"{last(value)} ({item.get('ipCidrRange', 'no range')})"
        shared = "" if value.split("/")[1] == google.project else f", shared by {value.split('/')[1]}"
        yield Option(
            value=value, label=label, description=f"In {last(of)}, {place}{shared}", group=place,
            depends={**_in(place), "network": [of]},
        )  # fmt: skip


def _projects(google: Asking, _: Parameters) -> Iterator[Option]:
    url = "https://cloudresourcemanager.googleapis.com/v3/projects:search"
    for item in google.items(url, "projects", {"query": "state:ACTIVE"}):
        yield Option(value=item["projectId"], label=item["projectId"], description=item.get("displayName"))


def _service_accounts(google: Asking, _: Parameters) -> Iterator[Option]:
    url = address("iam", "v1/projects/{p}/serviceAccounts", p=google.project)
    for item in google.items(url, "accounts", {"pageSize": "100"}):
        if not item.get("disabled"):
            yield Option(value=item["email"], label=item["email"], description=item.get("displayName"))


def _dns_zones(google: Asking, _: Parameters) -> Iterator[Option]:
    url = address("dns", "dns/v1/projects/{p}/managedZones", p=google.project)
    for item in google.items(url, "managedZones"):
        yield Option(
            value=item["name"], label=item["name"], description=f"{item['dnsName']} ({item.get('visibility')})"
        )


def _kms_keys(google: Asking, parameters: Parameters) -> Iterator[Option]:
    """Keys where the resource is, since Google takes none of elsewhere; those that encrypt and are enabled."""
    place = _somewhere(google, parameters)
    for location in KEY_PLACES.get(place, (place,)):
        for ring in _rings(google, location):
            for key in google.items(f"https://cloudkms.googleapis.com/v1/{ring}/cryptoKeys", "cryptoKeys"):
                if _encrypts(key):
                    label = f"{last(ring)} / {last(key['name'])}"
                    yield Option(value=key["name"], label=label, description=location, depends=_in(place, parameters))


def _rings(google: Asking, location: str) -> Iterator[str]:
    """None where there is no such location: not every place of a bucket is one of keys."""
    url = address("cloudkms", "v1/projects/{p}/locations/{l}/keyRings", p=google.project, l=location)
    try:
        yield from (str(ring["name"]) for ring in google.items(url, "keyRings"))
    except Answered as error:
        if error.answer not in (400, 404):
            raise


def _encrypts(key: dict[str, Any]) -> bool:
    return key.get("purpose") == "ENCRYPT_DECRYPT" and (key.get("primary") or {}).get("state") == "ENABLED"


def _gke_versions(google: Asking, parameters: Parameters) -> Iterator[Option]:
    """Minor versions by channel, as the templates' list has them."""
    place = parameters.get("zone") or _somewhere(google, parameters)
    url = address("container", "v1/projects/{p}/locations/{l}/serverConfig", p=google.project, l=place)
    for channel in google.get(url).get("channels") or ():
        name = str(channel.get("channel"))
        if name not in CHANNELS or (parameters.get("channel") or name) != name:
            continue
        for version in channel.get("validVersions") or ():
            minor = ".".join(str(version).split(".")[:2])
            yield Option(value=minor, label=minor, depends={"channel": [name]})


def _sql_versions(google: Asking, _: Parameters) -> Iterator[Option]:
    flags = google.items("https://sqladmin.googleapis.com/v1/flags", parameters={"fields": "items(appliesTo)"})
    return sql.versions(version for flag in flags for version in flag.get("appliesTo") or ())


def _sql_tiers(google: Asking, parameters: Parameters) -> Iterator[Option]:
    url, region = address("sqladmin", "v1/projects/{p}/tiers", p=google.project), _region(google, parameters)
    offered = (item for item in google.items(url) if not region or region in (item.get("region") or [region]))
    return sql.tiers(offered, parameters.get("edition"))


def _sql_instances(google: Asking, _: Parameters) -> Iterator[Option]:
    for item in google.items(address("sqladmin", "v1/projects/{p}/instances", p=google.project)):
        value = item.get("connectionName")
        if value:
            yield Option(value=value, label=item["name"], description=item.get("databaseVersion"))


def _repositories(google: Asking, parameters: Parameters) -> Iterator[Option]:
    place = _somewhere(google, parameters)
    url = address("artifactregistry", "v1/projects/{p}/locations/{l}/repositories", p=google.project, l=place)
    for item in google.items(url, "repositories"):
        if item.get("format") == "DOCKER":
            yield Option(value=item["name"], label=last(item["name"]), depends=_in(place, parameters))


def _buckets(google: Asking, _: Parameters) -> Iterator[Option]:
    parameters = {"project": google.project, "fields": "items(name,location),nextPageToken"}
    for item in google.items("https://storage.googleapis.com/storage/v1/b", parameters=parameters):
        yield Option(value=item["name"], label=item["name"], description=item.get("location"))


def _named(host: str, path: str, key: str) -> Look:
    """Things whose full name (projects/…) is the value."""

    def look(google: Asking, _: Parameters) -> Iterator[Option]:
        for item in google.items(address(host, path, p=google.project), key):
            yield Option(value=item["name"], label=last(item["name"]))

    return look


def _secrets(google: Asking, _: Parameters) -> Iterator[Option]:
    """Their names; what is in them is never asked for."""
    for item in google.items(address("secretmanager", "v1/projects/{p}/secrets", p=google.project), "secrets"):
        yield Option(value=last(item["name"]), label=last(item["name"]))


def _connectors(google: Asking, parameters: Parameters) -> Iterator[Option]:
    place = _somewhere(google, parameters)
    url = address("vpcaccess", "v1/projects/{p}/locations/{l}/connectors", p=google.project, l=place)
    for item in google.items(url, "connectors"):
        if item.get("state") == "READY":
            told = f"In {item.get('network')}"
            yield Option(value=item["name"], label=last(item["name"]), description=told, depends=_in(place, parameters))


def _global(path: str, group: str | None = None) -> Look:
    """Global things of Compute Engine, by their path."""

    def look(google: Asking, _: Parameters) -> Iterator[Option]:
        for item in google.items(f"{google.compute}/global/{path}"):
            kind = str(item.get(group) or "") if group else None
            yield Option(value=own_path(item["selfLink"]), label=item["name"], group=kind)

    return look


def _backend_services(google: Asking, _: Parameters) -> Iterator[Option]:
    for item in google.items(f"{google.compute}/global/backendServices"):
        yield Option(value=item["name"], label=item["name"], description=item.get("loadBalancingScheme"))


def _scattered(path: str) -> Look:
    """Things of Compute Engine in zones and regions, by their path."""

    def look(google: Asking, _: Parameters) -> Iterator[Option]:
        for place, item in google.everywhere(path, path):
            yield Option(value=own_path(item["selfLink"]), label=item["name"], description=place)

    return look


def _clusters(google: Asking, _: Parameters) -> Iterator[Option]:
    found = google.get(address("container", "v1/projects/{p}/locations/-/clusters", p=google.project))
    for item in found.get("clusters") or ():
        value = f"projects/{google.project}/locations/{item['location']}/clusters/{item['name']}"
        yield Option(value=value, label=item["name"], description=item["location"])


def _function_runtimes(google: Asking, parameters: Parameters) -> Iterator[Option]:
    place = _somewhere(google, parameters)
    url = address("cloudfunctions", "v2/projects/{p}/locations/{l}/runtimes", p=google.project, l=place)
    for item in google.items(url, "runtimes", {"filter": "environment=GEN_2"}):
        if item.get("environment") == "GEN_2" and item.get("stage") in ("GA", "BETA"):
            yield Option(value=item["name"], label=item.get("displayName") or item["name"])


_KINDS: Final[dict[str, Look]] = {
    "artifact-repositories": _repositories,
    "backend-services": _backend_services,
    "buckets": _buckets,
    "certificates": _global("sslCertificates"),
    "disk-types": _disk_types,
    "dns-zones": _dns_zones,
    "function-runtimes": _function_runtimes,
    "gke-clusters": _clusters,
    "gke-versions": _gke_versions,
    "instance-groups": _scattered("instanceGroups"),
    "kms-keys": _kms_keys,
    "machine-types": _machine_types,
    "network-endpoint-groups": _scattered("networkEndpointGroups"),
    "networks": _networks,
    "projects": _projects,
    "pubsub-schemas": _named("pubsub", "v1/projects/{p}/schemas", "schemas"),
    "pubsub-topics": _named("pubsub", "v1/projects/{p}/topics", "topics"),
    "regions": _regions,
    "secrets": _secrets,
    "security-policies": _global("securityPolicies", "type"),
    "service-accounts": _service_accounts,
    "source-images": _source_images,
    "sql-instances": _sql_instances,
    "sql-tiers": _sql_tiers,
    "sql-versions": _sql_versions,
    "subnets": _subnets,
    "vpc-connectors": _connectors,
    "zones": _zones,
}
LOOKUPS: Final = frozenset(_KINDS)
