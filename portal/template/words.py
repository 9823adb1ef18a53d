"""Names of variables as titles for people: `allowed_ip_rules` → "Allowed IP rules"."""

from __future__ import annotations

import re

_WORDS = """
AKS API APIs AZ CDN CIDR CIDRs CMK CPU CPUs DNS DDoS FQDN GB GCP GKE GPU HTTP HTTPS IAM IAP ID IDs IP IPs IPv4 IPv6 JSON
KMS MB MTU NAT NFS NSG OAuth OIDC OS RDP SAS SFTP SKU SMB SQL SSD SSH SSL TCP TLS TTL UDP URI URL URLs VM VMs VNet VPC
VPN vTPM WAF YAML
"""
_SPELLINGS = {word.lower(): word for word in _WORDS.split()}


_PROVIDERS = ("azurerm_", "azuread_", "azapi_", "google_beta_", "google_", "aws_")
_NAMES = {
    "apigateway": "API gateway", "appengine": "App Engine", "bigquery": "BigQuery", "cloudfunctions2": "Cloud",
    "cosmosdb": "Cosmos DB", "iam": "IAM", "keyspace": "keyspace", "kubernetes": "Kubernetes", "lb": "load balancer",
    "mssql": "SQL", "mysql": "MySQL", "os": "OS", "postgresql": "PostgreSQL", "pubsub": "Pub/Sub",
    "servicebus": "Service Bus", "subnetwork": "subnetwork", "v2": "", "bastion": "Bastion", "redis": "Redis",
    "cassandra": "Cassandra", "gremlin": "Gremlin", "mongo": "MongoDB", "azure": "Azure", "linux": "Linux",
    "windows": "Windows",
}  # fmt: skip


def type_words(kind: str) -> str:
    """A resource type for people: `azurerm_mssql_server` → "SQL server"."""
    bare = next((kind[len(prefix) :] for prefix in _PROVIDERS if kind.startswith(prefix)), kind)
    words = [_NAMES.get(word, _SPELLINGS.get(word, word)) for word in bare.split("_") if word]
    title = " ".join(word for word, last in zip(words, ["", *words], strict=False) if word and word != last)
    return title[:1].upper() + title[1:]


def humanise(name: str, *, singular: bool = False) -> str:
    """A title of a name in snake_case or kebab-case."""
    words = [word for word in re.split(r"[_\-\s]+", name) if word]
    if singular and words:
        words[-1] = _singular(words[-1])
    spelled = [_SPELLINGS.get(word.lower(), word) for word in words]
    title = " ".join(spelled)
    first = spelled[0] if spelled else ""
    return title if first.lower() in _SPELLINGS else title[:1].upper() + title[1:]


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if re.search(r"(?:ss|x|ch|sh)es$", word):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word
