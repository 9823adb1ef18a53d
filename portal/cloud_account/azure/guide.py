"""The ways to sign in, as the guided form shows them: what each is good for, what it asks, and the commands that prepare it."""

from __future__ import annotations

from typing import Final

from portal.cloud_account.provider import Input, Method

_NAMES: Final = "SUBSCRIPTION=…   # az account show --query id --output tsv\n"
_APPLICATION: Final = """APP=$(az ad app create --display-name terrace --query appId --output tsv)   # the client ID
az ad sp create --id "$APP"
az role assignment create --assignee "$APP" --role Contributor --scope "/subscriptions/$SUBSCRIPTION"
"""
_ROLES: Final = """
Contributor is enough for everything but role assignments and locks; templates that make them also need
`Role Based Access Control Administrator`, best with a condition on which roles may be given.
"""


def _steps(commands: str, after: str = "", *, application: bool = True) -> str:
    first = _NAMES + _APPLICATION if application else _NAMES
    return f"```sh\n{first}{commands}```\n{after}{_ROLES}"


_PORTAL: Final = """for PHASE in plan apply lookup; do
  az ad app federated-credential create --id "$APP" --parameters "{
    \\"name\\": \\"terrace-$PHASE\\", \\"issuer\\": \\"$PORTAL\\",
    \\"subject\\": \\"account:$ACCOUNT:phase:$PHASE\\", \\"audiences\\": [\\"api://AzureADTokenExchange\\"]}"
done
"""

METHODS: Final = (
    Method(
        "portal_identity",
        "The portal's own identity",
        "Entra ID trusts this portal as an issuer: nothing secret is kept, and every run gets a token of minutes.",
        (),
        _steps(
            "PORTAL=…    # this portal's public address, without a slash at its end\n"
            "ACCOUNT=…   # the account's short name here\n" + _PORTAL,
            "\nThe portal must be reachable from the internet over HTTPS. In Azure for US Government the audience is "
            "`api://AzureADTokenExchangeUSGov`, in China `api://AzureADTokenExchangeChina`. With a client ID for plans, trust "
            "`plan` and `lookup` on that application and only `apply` on the first. Subjects for single projects and "
            "deployments are described in docs/workload-identity.md.\n",
        ),
        secret=False,
    ),
    Method(
        "workload_identity",
        "Workload identity of the platform",
        "A file on the workers' machines, kept fresh by Kubernetes, holds a token that Entra ID trusts.",
        (
            Input(
                "token_file", "Token file", "Absolute path on the workers' machines. On AKS it is $AZURE_FEDERATED_TOKEN_FILE.",
                placeholder="/var/run/secrets/azure/tokens/azure-identity-token", pattern="/.+",
            ),
        ),
        _steps(
            "ISSUER=$(az aks show --resource-group RG --name CLUSTER --query oidcIssuerProfile.issuerUrl --output tsv)\n"
            'az ad app federated-credential create --id "$APP" --parameters "{\n'
            '  \\"name\\": \\"terrace-worker\\", \\"issuer\\": \\"$ISSUER\\",\n'
            '  \\"subject\\": \\"system:serviceaccount:terrace:worker\\", \\"audiences\\": [\\"api://AzureADTokenExchange\\"]}"\n',
            "\nThe provider reads the file once, when it starts: a single plan or apply may last as long as one token of Azure "
            "does, which is an hour or more.\n",
        ),
        secret=False,
    ),
    Method(
        "managed_identity",
        "Managed identity",
        "The identity of the virtual machines that the workers run on. Leave the client ID out for a system-assigned one.",
        (),
        _steps(
            "ID=$(az vm identity assign --resource-group RG --name WORKER --query systemAssignedIdentity --output tsv)\n"
            'az role assignment create --assignee-object-id "$ID" --assignee-principal-type ServicePrincipal \\\n'
            '  --role Contributor --scope "/subscriptions/$SUBSCRIPTION"\n',
            "\nFor a user-assigned identity: `az identity create`, then `az vm identity assign --identities`, and its `clientId` "
            "as the client ID here. Runs of this account reach the machine's metadata service (169.254.169.254), and so "
            "does what their templates start: give such an account to templates that you trust.\n",
            application=False,
        ),
        secret=False,
    ),
    Method(
        "client_certificate",
        "Service principal with a certificate",
        "A certificate with its private key, which the portal keeps encrypted. Its end is watched.",
        (
            Input(
                "certificate", "Certificate and private key", "A .pfx file, or the .pem file that the command below writes.",
                kind="file", base64=True,
            ),
            Input("password", "Password of the file", kind="secret", required=False),
        ),
        _steps('az ad app credential reset --id "$APP" --create-cert --years 1   # says which .pem file it has written\n'),
    ),
    Method(
        "client_secret",
        "Service principal with a secret",
        "A password of the application, which the portal keeps encrypted. Its end is known to Entra ID only.",
        (
            Input("client_secret", "Client secret", "Its value, not its ID.", kind="secret"),
            Input(
                "plan_client_secret", "Client secret for plans", "Of the client ID for plans, where there is one.",
                kind="secret", required=False,
            ),
        ),
        _steps('az ad app credential reset --id "$APP" --years 1 --query password --output tsv   # the client secret\n'),
    ),
    Method(
        "azure_cli",
        "Login of the Azure CLI",
        "What `az login` left on the workers' machines. For a try-out; it ends when the person's login does.",
        (),
        "```sh\n"
        "az cloud set --name AzureCloud       # or AzureUSGovernment, AzureChinaCloud\n"
        "az login --tenant TENANT             # on every worker's machine, as the worker's user\n"
        "az account show --subscription SUBSCRIPTION\n"
        "```\n"
        "\nA run gets a copy of the login of this one subscription (`AZURE_CONFIG_DIR`), made from the folder that the worker's "
        "own `AZURE_CONFIG_DIR` or `~/.azure` names; it must find `az` on its path, and behind walls be let to read it "
        "(`TERRACE_ISOLATION_READ=/opt/az`). A template can read the copy, and with it "
        "act as that person until the login is ended (`az logout`): use another way for anything that lasts.\n",
        secret=False,
    ),
)  # fmt: skip
"""The safest first."""
