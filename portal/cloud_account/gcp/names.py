"""Whether a name can still be taken: the thing itself is asked for, and is not there."""

from __future__ import annotations

from typing import Final

from portal.cloud_account.gcp.client import Asking, address, asking
from portal.cloud_account.outgoing import Answered
from portal.cloud_account.provider import Assertion, Availability
from portal.cloud_account.schemas import Given
from portal.kit.errors import Unavailable

WORLD: Final = "google_storage_bucket"
"""The one kind whose names are shared by everybody."""
# Resource type → the API, and where one with this name would be. `{l}` is the account's region.
PLACES: Final = {
    WORLD: ("storage", "storage/v1/b/{n}"),
    "google_bigquery_dataset": ("bigquery", "bigquery/v2/projects/{p}/datasets/{n}"),
    "google_cloud_run_v2_service": ("run", "v2/projects/{p}/locations/{l}/services/{n}"),
    "google_cloudfunctions2_function": ("cloudfunctions", "v2/projects/{p}/locations/{l}/functions/{n}"),
    "google_compute_global_address": ("compute", "compute/v1/projects/{p}/global/addresses/{n}"),
    "google_compute_network": ("compute", "compute/v1/projects/{p}/global/networks/{n}"),
    "google_compute_security_policy": ("compute", "compute/v1/projects/{p}/global/securityPolicies/{n}"),
    "google_compute_url_map": ("compute", "compute/v1/projects/{p}/global/urlMaps/{n}"),
    "google_container_cluster": ("container", "v1/projects/{p}/locations/{l}/clusters/{n}"),
    "google_dns_managed_zone": ("dns", "dns/v1/projects/{p}/managedZones/{n}"),
    "google_pubsub_topic": ("pubsub", "v1/projects/{p}/topics/{n}"),
    "google_service_account": ("iam", "v1/projects/{p}/serviceAccounts/{n}@{p}.iam.gserviceaccount.com"),
    "google_sql_database_instance": ("sqladmin", "v1/projects/{p}/instances/{n}"),
}


def name_available(given: Given, assertion: Assertion, resource_type: str, name: str) -> Availability:
    """Unknown for kinds whose names nobody else can take, and where Google does not say."""
    if resource_type not in (*PLACES, "google_compute_instance"):
        return Availability(known=False, message="Google Cloud cannot be asked about such a name.")
    try:
        with asking(given, assertion) as google:
            return _asked(google, resource_type, name)
    except Unavailable as error:
        return Availability(known=False, message=error.message)


def _asked(google: Asking, resource_type: str, name: str) -> Availability:
    if resource_type == "google_compute_instance":
        found = google.everywhere("instances", "instances", {"filter": f'name="{name.replace(chr(34), "")}"'})
        return _free(name) if next(found, None) is None else _taken(name, google)
    host, path = PLACES[resource_type]
    if "{l}" in path and not google.settings.region:
        return Availability(known=False, message="The account has no region in which the name could be looked for.")
    try:
        google.get(address(host, path, p=google.project, l=google.settings.region or "", n=name))
    except Answered as error:
        return _refused(google, resource_type, name, error)
    return _taken(name, google)


def _refused(google: Asking, resource_type: str, name: str, error: Answered) -> Availability:
    if error.answer == 404:
        return _free(name, note=resource_type == "google_sql_database_instance")
    if error.answer == 403 and resource_type == WORLD and error.reason in ("forbidden", "403", "PERMISSION_DENIED"):
        return Availability(True, False, f"{name} is taken by somebody else. Choose another name.")
    if error.answer == 400:
        return Availability(True, False, f"Google does not take {name} as a name.")
    raise error


def _free(name: str, *, note: bool = False) -> Availability:
    """Of a deleted Cloud SQL instance the name is kept, which nobody is told before."""
    kept = " A name that was used within the last week is refused all the same." if note else ""
    return Availability(True, True, f"{name} is free.{kept}")


def _taken(name: str, google: Asking) -> Availability:
    return Availability(True, False, f"{name} is there already in {google.project}. Choose another name.")
