"""The guided form of each way to sign in: what to ask, and what to do in Google Cloud first."""

from __future__ import annotations

from typing import Final

from portal.cloud_account.gcp.credentials import PROVIDER
from portal.cloud_account.provider import Input, Method

_ACCOUNT: Final = """
```sh
PROJECT=acme-production
# What the portal itself asks; a test of the account names the APIs that the templates need.
gcloud services enable cloudresourcemanager.googleapis.com serviceusage.googleapis.com iam.googleapis.com \\
  iamcredentials.googleapis.com sts.googleapis.com --project=$PROJECT
gcloud iam service-accounts create terrace --project=$PROJECT --display-name="Terrace"
SA=terrace@$PROJECT.iam.gserviceaccount.com
# One line for each role that your templates need; a test of the account names those that are missing.
gcloud projects add-iam-policy-binding $PROJECT --member=serviceAccount:$SA --role=roles/browser --condition=None
gcloud projects add-iam-policy-binding $PROJECT --member=serviceAccount:$SA --role=roles/compute.admin --condition=None
```
"""

_KEY: Final = f"""Make a service account, give it what the templates need, and make a key. Many organisations forbid keys
(`constraints/iam.disableServiceAccountKeyCreation`): take another way then.
{_ACCOUNT}
```sh
gcloud iam service-accounts keys create key.json --iam-account=$SA
```
Enter the content of `key.json` here, then remove the file.
"""

_FEDERATION: Final = f"""The workers' platform (such as Kubernetes) keeps a token in a file, and Google trusts its issuer.
{_ACCOUNT}
```sh
NUMBER=$(gcloud projects describe $PROJECT --format='value(projectNumber)')
gcloud iam workload-identity-pools create workers --project=$PROJECT --location=global
gcloud iam workload-identity-pools providers create-oidc cluster --project=$PROJECT --location=global \\
  --workload-identity-pool=workers --issuer-uri=https://ISSUER --attribute-mapping=google.subject=assertion.sub
POOL=projects/$NUMBER/locations/global/workloadIdentityPools/workers
gcloud iam service-accounts add-iam-policy-binding $SA --role=roles/iam.workloadIdentityUser \\
  --member="principal://iam.googleapis.com/$POOL/subject/SUBJECT-OF-THE-WORKERS"
gcloud iam workload-identity-pools create-cred-config $POOL/providers/cluster --service-account=$SA \\
  --credential-source-file=/var/run/secrets/tokens/google --output-file=configuration.json
```
Enter the content of `configuration.json`. It holds no secret.
"""

_PORTAL: Final = f"""Google trusts the portal itself; no secret is kept anywhere. Google must reach
`/.well-known/openid-configuration` at the portal's public address.
{_ACCOUNT}
```sh
PORTAL=…    # this portal's public address, without a slash at its end
ACCOUNT=…   # the account's short name here
NUMBER=$(gcloud projects describe $PROJECT --format='value(projectNumber)')
gcloud iam workload-identity-pools create terrace --project=$PROJECT --location=global
gcloud iam workload-identity-pools providers create-oidc portal --project=$PROJECT --location=global \\
  --workload-identity-pool=terrace --issuer-uri=$PORTAL \\
  --attribute-mapping=google.subject=assertion.sub,attribute.account=assertion.account,attribute.phase=assertion.phase \\
  --attribute-condition="assertion.account == '$ACCOUNT'"
POOL=projects/$NUMBER/locations/global/workloadIdentityPools/terrace
# Applies act as $SA; a second account that may only read can be given to plans and look-ups in the same way.
for PHASE in plan apply lookup; do
  gcloud iam service-accounts add-iam-policy-binding $SA --role=roles/iam.workloadIdentityUser \\
    --member="principal://iam.googleapis.com/$POOL/subject/account:$ACCOUNT:phase:$PHASE"
done
echo $POOL/providers/portal
```
Enter the last line as provider, and `$SA` as the service account to act as. Without one, give the roles to the
principals themselves.
"""

_IMPERSONATION: Final = f"""The machines' own login may do nothing but act as a service account. Nothing secret is kept,
and several accounts can share the same workers.
{_ACCOUNT}
```sh
gcloud iam service-accounts add-iam-policy-binding $SA --role=roles/iam.serviceAccountTokenCreator \\
  --member=serviceAccount:LOGIN-OF-THE-WORKERS
```
Enter `$SA` as the service account to act as.
"""

_DEFAULT: Final = """Everything runs as the machines' own login: their attached service account (Compute Engine, Kubernetes,
Cloud Run), or a login made there. Whoever may deploy with this account has all of its rights.
```sh
gcloud compute instances describe WORKER --zone=ZONE --format='value(serviceAccounts.email)'
gcloud projects add-iam-policy-binding PROJECT --member=serviceAccount:LOGIN-OF-THE-WORKERS \\
  --role=roles/compute.admin --condition=None
gcloud auth application-default login   # only on a machine that is not Google's
```
A person's own login needs a quota project in the settings.
"""

METHODS: Final = (
    Method(
        "portal_identity",
        "Identity of the portal",
        "Google trusts the portal's signed word about each run. No secret is kept anywhere.",
        (
            Input(
                "provider",
                "Workload identity provider",
                "Its full name, with the number of the project.",
                placeholder="projects/123456789012/locations/global/workloadIdentityPools/terrace/providers/portal",
                pattern=PROVIDER,
            ),
            Input(
                "audience", "Audience", "Only if the provider was given allowed audiences of its own.", required=False
            ),
        ),
        _PORTAL,
        secret=False,
    ),
    Method(
        "workload_identity",
        "Workload identity federation",
        "The workers' platform keeps a token in a file, and Google trusts it.",
        (
            Input(
                "configuration",
                "Configuration",
                "The JSON that `create-cred-config` makes, whose token comes from a file.",
                kind="file",
                placeholder='{"type": "external_account", …}',
            ),
        ),
        _FEDERATION,
        secret=False,
    ),
    Method(
        "impersonation",
        "Service account through the machines' login",
        "The machines' login acts as the service account in the settings, an hour at a time.",
        (),
        _IMPERSONATION,
        secret=False,
    ),
    Method(
        "application_default",
        "Login of the machines",
        "Everything runs as the machines that the workers run on.",
        (),
        _DEFAULT,
        secret=False,
    ),
    Method(
        "service_account_key",
        "Service account key",
        "A key that does not end by itself: change it every 90 days.",
        (
            Input(
                "key",
                "Key",
                "The JSON file that Google gives when the key is made.",
                kind="file",
                placeholder='{"type": "service_account", …}',
            ),
        ),
        _KEY,
    ),
)
