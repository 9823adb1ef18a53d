variable "name" {
  type        = string
  description = "Name of the vault. It becomes part of the address, so it must be free in the whole of Azure, deleted vaults included: 3 to 24 letters, digits and single dashes."
  nullable    = false

  validation {
    condition     = can(regex("^[a-zA-Z](?:[a-zA-Z0-9]|-[a-zA-Z0-9])*$", var.name)) && length(var.name) >= 3 && length(var.name) <= 24
    error_message = "Use 3 to 24 letters, digits and single dashes for the name, beginning with a letter and not ending in a dash."
  }

  validation {
    condition     = !can(regex("(?i)microsoft|windows|^login", var.name))
    error_message = "Azure keeps names with microsoft or windows in them, or login at the beginning, for itself: choose another one."
  }
}

variable "location" {
  type        = string
  description = "Azure region in its short form, such as `westeurope`. It cannot be changed later."
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9]+$", var.location))
    error_message = "Write the region in its short form, such as westeurope or eastus2."
  }
}

variable "allowed_ip_ranges" {
  type        = list(string)
  description = "Public IPv4 addresses or CIDR ranges that may reach the vault, such as your office's. Private ranges are not accepted by Azure here."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for range in var.allowed_ip_ranges : can(cidrhost(strcontains(range, "/") ? range : "${range}/32", 0))])
    error_message = "Write each allowed address as an IPv4 address or a CIDR range, such as 198.51.100.7 or 198.51.100.0/24."
  }

  validation {
    condition     = alltrue([for range in var.allowed_ip_ranges : !can(regex("^(?:10\\.|192\\.168\\.|172\\.(?:1[6-9]|2[0-9]|3[01])\\.|127\\.|0\\.)|/[0-7]$", range))])
    error_message = "Private addresses and ranges wider than /8 cannot be allowed here: add the subnet to the allowed subnets or use a private endpoint."
  }

  validation {
    condition     = var.network_access == "selected" ? true : length(var.allowed_ip_ranges) == 0
    error_message = "Allowed addresses only matter when network access is \"selected\": choose that, or remove the addresses."
  }
}

variable "allowed_subnet_ids" {
  type        = list(string)
  description = "Resource ids of subnets that may reach the vault. Each needs the service endpoint `Microsoft.KeyVault`."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.allowed_subnet_ids : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.Network/virtualNetworks/[^/]+/subnets/[^/]+$", id))])
    error_message = "Give each subnet by its full resource id: /subscriptions/…/virtualNetworks/…/subnets/…"
  }

  validation {
    condition     = var.network_access == "selected" ? true : length(var.allowed_subnet_ids) == 0
    error_message = "Allowed subnets only matter when network access is \"selected\": choose that, or remove the subnets."
  }
}

variable "certificates" {
  type = list(object({
    name               = string
    subject            = string
    dns_names          = optional(list(string), [])
    issuer             = optional(string, "Self")
    validity_in_months = optional(number, 12)
    key_size           = optional(number, 2048)
    renew_before_days  = optional(number, 30)
    content_type       = optional(string, "application/x-pkcs12")
  }))
  description = <<-EOT
    Certificates that the vault issues and renews by itself.
    - `name` - letters, digits and dashes.
    - `subject` - whom it is for, such as `CN=www.example.com`.
    - `dns_names` - further host names.
    - `issuer` - `Self` for a self-signed one, or the name of an issuer that is set up in the vault.
    - `validity_in_months` - for how long one is valid, 1 to 120.
    - `key_size` - 2048, 3072 or 4096 bits.
    - `renew_before_days` - how long before the end it is renewed.
    - `content_type` - `application/x-pkcs12` or `application/x-pem-file`.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for certificate in var.certificates : can(regex("^[0-9a-zA-Z-]{1,127}$", certificate.name))])
    error_message = "Name each certificate with 1 to 127 letters, digits and dashes."
  }

  validation {
    condition     = length(distinct([for certificate in var.certificates : lower(certificate.name)])) == length(var.certificates)
    error_message = "Give every certificate a name of its own: two have the same."
  }

  validation {
    condition     = alltrue([for certificate in var.certificates : can(regex("^[A-Za-z.]+=[^=]+", certificate.subject))])
    error_message = "Write the subject of a certificate as a distinguished name, such as CN=www.example.com."
  }

  validation {
    condition     = alltrue([for certificate in var.certificates : contains([2048, 3072, 4096], certificate.key_size)])
    error_message = "Choose 2048, 3072 or 4096 bits as the key size of a certificate."
  }

  validation {
    condition     = alltrue([for certificate in var.certificates : certificate.validity_in_months >= 1 && certificate.validity_in_months <= 120 && floor(certificate.validity_in_months) == certificate.validity_in_months])
    error_message = "Let a certificate be valid for 1 to 120 whole months."
  }

  validation {
    condition     = alltrue([for certificate in var.certificates : certificate.renew_before_days >= 1 && certificate.renew_before_days <= certificate.validity_in_months * 27])
    error_message = "Renew a certificate at least a day before its end and at most 27 days for each month that it is valid."
  }

  validation {
    condition     = alltrue([for certificate in var.certificates : contains(["application/x-pkcs12", "application/x-pem-file"], certificate.content_type)])
    error_message = "Choose application/x-pkcs12 or application/x-pem-file as the content type of a certificate."
  }

  validation {
    condition     = length(var.certificates) == 0 ? true : var.private_endpoint != null || var.network_access == "all" || length(var.allowed_ip_ranges) + length(var.allowed_subnet_ids) > 0
    error_message = "Certificates are written over the network: allow the address that Terraform runs at, or add a private endpoint that it reaches."
  }
}

variable "contacts" {
  type = list(object({
    email = string
    name  = optional(string)
    phone = optional(string)
  }))
  description = <<-EOT
    Who is told before a certificate ends or when its renewal fails.
    - `email` - address of the contact.
    - `name` - name of the contact.
    - `phone` - telephone number.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for contact in var.contacts : can(regex("^[^@ ]+@[^@ ]+\\.[^@ ]+$", contact.email))])
    error_message = "Give each contact an e-mail address, such as ada@example.com."
  }

  validation {
    condition     = length(distinct([for contact in var.contacts : lower(contact.email)])) == length(var.contacts)
    error_message = "List each contact once: two have the same address."
  }

  validation {
    condition     = length(var.contacts) == 0 ? true : var.private_endpoint != null || var.network_access == "all" || length(var.allowed_ip_ranges) + length(var.allowed_subnet_ids) > 0
    error_message = "Contacts are written over the network: allow the address that Terraform runs at, or add a private endpoint that it reaches."
  }
}

variable "cost_center" {
  type        = string
  description = "Cost center that pays, kept as the tag `cost_center`."
  default     = null
}

variable "create_resource_group" {
  type        = bool
  description = "Create the resource group. Turn it off to use one that is there already."
  default     = true
  nullable    = false
}

variable "delete_lock_enabled" {
  type        = bool
  description = "Put a lock on the vault, so that nobody deletes it in the Azure portal by mistake. A destroy run of this deployment removes the lock first."
  default     = false
  nullable    = false
}

variable "enabled_for_deployment" {
  type        = bool
  description = "Let virtual machines fetch certificates from the vault when they are created."
  default     = false
  nullable    = false
}

variable "enabled_for_disk_encryption" {
  type        = bool
  description = "Let Azure Disk Encryption fetch secrets and unwrap keys."
  default     = false
  nullable    = false
}

variable "enabled_for_template_deployment" {
  type        = bool
  description = "Let Azure Resource Manager fetch secrets while it deploys templates."
  default     = false
  nullable    = false
}

variable "environment" {
  type        = string
  description = "What the vault is for, kept as the tag `environment`."
  default     = "dev"
  nullable    = false

  validation {
    condition     = contains(["dev", "test", "staging", "production"], var.environment)
    error_message = "Choose dev, test, staging or production as the environment."
  }
}

variable "grant_deployer_access" {
  type        = bool
  description = "Give the identity that runs Terraform the officer roles that it needs to write the secrets, keys and certificates listed here. Turn it off when it has them already."
  default     = true
  nullable    = false
}

variable "keys" {
  type = list(object({
    name                 = string
    type                 = optional(string, "RSA")
    size                 = optional(number, 3072)
    curve                = optional(string, "P-256")
    operations           = optional(list(string))
    rotate_after         = optional(string)
    expire_after         = optional(string)
    notify_before_expiry = optional(string)
  }))
  description = <<-EOT
    Keys that never leave the vault.
    - `name` - letters, digits and dashes.
    - `type` - `RSA` or `EC`; with `-HSM` it is kept in hardware, which needs the premium tier.
    - `size` - bits of an RSA key: 2048, 3072 or 4096. Ignored by EC keys.
    - `curve` - curve of an EC key: `P-256`, `P-384`, `P-521` or `P-256K`. Ignored by RSA keys.
    - `operations` - what it may be used for: `encrypt`, `decrypt`, `sign`, `verify`, `wrapKey`, `unwrapKey`. Null allows all that the type can do.
    - `rotate_after` - age at which a new version is made, as a duration such as `P1Y` or `P90D`. Null never rotates.
    - `expire_after` - age at which a version ends, at least `P28D`. Null never ends.
    - `notify_before_expiry` - how long before the end an event is sent; `P30D` unless said otherwise.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for key in var.keys : can(regex("^[0-9a-zA-Z-]{1,127}$", key.name))])
    error_message = "Name each key with 1 to 127 letters, digits and dashes."
  }

  validation {
    condition     = length(distinct([for name in concat(var.keys[*].name, var.certificates[*].name) : lower(name)])) == length(var.keys) + length(distinct([for name in var.certificates[*].name : lower(name)]))
    error_message = "Give every key a name of its own: a certificate's key counts too, under the certificate's name."
  }

  validation {
    condition     = alltrue([for key in var.keys : contains(["RSA", "RSA-HSM", "EC", "EC-HSM"], key.type)])
    error_message = "Choose RSA, RSA-HSM, EC or EC-HSM as the type of a key."
  }

  validation {
    condition     = var.sku_name == "premium" ? true : alltrue([for key in var.keys : !endswith(key.type, "-HSM")])
    error_message = "Keys in hardware need the premium tier: choose it, or use the types RSA and EC."
  }

  validation {
    condition     = alltrue([for key in var.keys : contains([2048, 3072, 4096], key.size) && contains(["P-256", "P-256K", "P-384", "P-521"], key.curve)])
    error_message = "Choose 2048, 3072 or 4096 bits for an RSA key, and P-256, P-256K, P-384 or P-521 as the curve of an EC key."
  }

  validation {
    condition = alltrue(flatten([for key in var.keys : [
      for operation in(key.operations == null ? [] : key.operations) : contains(startswith(key.type, "EC") ? ["sign", "verify"] : ["encrypt", "decrypt", "sign", "verify", "wrapKey", "unwrapKey"], operation)
    ]]))
    error_message = "Choose operations that the key can do: EC keys sign and verify; RSA keys also encrypt, decrypt, wrapKey and unwrapKey."
  }

  validation {
    condition = alltrue(flatten([for key in var.keys : [
      for duration in [key.rotate_after, key.expire_after, key.notify_before_expiry] : duration == null ? true : can(regex("^P(?:[0-9]+[YMD])+$", duration))
    ]]))
    error_message = "Write durations of keys in years, months and days, such as P1Y, P6M or P90D."
  }

  validation {
    condition     = alltrue([for key in var.keys : key.notify_before_expiry == null ? true : key.expire_after != null])
    error_message = "A notice before the end needs an end: set expire_after of the key too."
  }

  validation {
    condition     = length(var.keys) == 0 ? true : var.private_endpoint != null || var.network_access == "all" || length(var.allowed_ip_ranges) + length(var.allowed_subnet_ids) > 0
    error_message = "Keys are written over the network: allow the address that Terraform runs at, or add a private endpoint that it reaches."
  }
}

variable "log_analytics_workspace_id" {
  type        = string
  description = "Resource id of a Log Analytics workspace that receives who read, wrote and deleted what in the vault (AuditEvent). Null turns it off."
  default     = null

  validation {
    condition     = var.log_analytics_workspace_id == null ? true : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.OperationalInsights/workspaces/[^/]+$", var.log_analytics_workspace_id))
    error_message = "Give the workspace by its full resource id: /subscriptions/…/Microsoft.OperationalInsights/workspaces/…"
  }
}

variable "network_access" {
  type        = string
  description = "Who can reach the vault over the network: only `private` endpoints, `selected` addresses and subnets as well, or `all` networks. Signing in and a role are needed in any case."
  default     = "private"
  nullable    = false

  validation {
    condition     = contains(["private", "selected", "all"], var.network_access)
    error_message = "Choose private, selected or all as the network access."
  }
}

variable "owner" {
  type        = string
  description = "Person or team that answers for the vault, kept as the tag `owner`."
  default     = null
}

variable "private_endpoint" {
  type = object({
    subnet_id               = string
    create_private_dns_zone = optional(bool, false)
    private_dns_zone_id     = optional(string)
  })
  description = <<-EOT
    Give the vault a private address in a virtual network. Null creates none.
    - `subnet_id` - resource id of the subnet that gets the address.
    - `create_private_dns_zone` - create the zone `privatelink.vaultcore.azure.net` and link it to the subnet's network.
    - `private_dns_zone_id` - resource id of such a zone that is there already.
  EOT
  default     = null

  validation {
    condition     = var.private_endpoint == null ? true : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.Network/virtualNetworks/[^/]+/subnets/[^/]+$", var.private_endpoint.subnet_id))
    error_message = "Give the subnet of the private endpoint by its full resource id: /subscriptions/…/virtualNetworks/…/subnets/…"
  }

  validation {
    condition     = var.private_endpoint == null ? true : var.private_endpoint.private_dns_zone_id == null ? true : can(regex("(?i)/privateDnsZones/privatelink\\.vaultcore\\.[^/]+$", var.private_endpoint.private_dns_zone_id))
    error_message = "Give the DNS zone by its full resource id, which ends in /privateDnsZones/privatelink.vaultcore.azure.net."
  }

  validation {
    condition     = var.private_endpoint == null ? true : !(var.private_endpoint.create_private_dns_zone && var.private_endpoint.private_dns_zone_id != null)
    error_message = "Either create the private DNS zone or name one that is there: not both."
  }
}

variable "purge_protection_enabled" {
  type        = bool
  description = "Keep a deleted vault and what was in it until the retention has passed, whoever asks. Once on it can never be turned off, and encryption of other services with keys from here needs it."
  default     = true
  nullable    = false
}

variable "resource_group_name" {
  type        = string
  description = "Resource group that holds the vault. Null names a new one after it."
  default     = null

  validation {
    condition     = var.create_resource_group ? true : var.resource_group_name != null
    error_message = "Name the existing resource group, or let one be created."
  }

  validation {
    condition     = var.resource_group_name == null ? true : can(regex("^[-\\w._()]{0,89}[-\\w_()]$", var.resource_group_name))
    error_message = "Name the resource group with 1 to 90 letters, digits, dashes, underscores, dots and brackets, not ending in a dot."
  }
}

variable "role_assignments" {
  type = list(object({
    principal_id = string
    role         = optional(string, "Key Vault Secrets User")
  }))
  description = <<-EOT
    Who may work with what is in the vault. Being owner of the vault is not enough.
    - `principal_id` - object id of a user, group or managed identity in Microsoft Entra ID.
    - `role` - built-in role, such as `Key Vault Secrets User` (read) or `Key Vault Secrets Officer` (write).
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for grant in var.role_assignments : can(regex("^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", grant.principal_id))])
    error_message = "Give each principal by its object id, such as 00000000-0000-0000-0000-000000000000; an e-mail address will not do."
  }

  validation {
    condition     = alltrue([for grant in var.role_assignments : can(regex("^Key Vault [A-Z]", grant.role))])
    error_message = "Choose a role for the vault's contents, such as Key Vault Secrets User; its name begins with Key Vault."
  }

  validation {
    condition     = length(distinct([for grant in var.role_assignments : "${lower(grant.principal_id)} ${grant.role}"])) == length(var.role_assignments)
    error_message = "Name each principal once for the same role: one is listed twice."
  }
}

variable "secret_values" {
  type        = map(string)
  description = "Value of each secret by its name. It goes straight to the vault and is kept neither in the plan nor in the state."
  default     = {}
  nullable    = false
  sensitive   = true
  ephemeral   = true

  validation {
    condition     = length(setsubtract([for secret in var.secrets : secret.name], keys(var.secret_values))) == 0
    error_message = "Give a value for each secret that is listed, under the secret's name."
  }

  validation {
    condition     = length(setsubtract(keys(var.secret_values), [for secret in var.secrets : secret.name])) == 0
    error_message = "List each secret that has a value: one of the values belongs to no secret."
  }

  validation {
    condition     = alltrue([for value in values(var.secret_values) : length(value) >= 1 && length(value) <= 25000])
    error_message = "Give each secret a value of 1 to 25000 characters."
  }
}

variable "secrets" {
  type = list(object({
    name            = string
    value_version   = optional(number, 1)
    content_type    = optional(string)
    not_before_date = optional(string)
    expiration_date = optional(string)
  }))
  description = <<-EOT
    Secrets to keep. Their values are asked for apart.
    - `name` - letters, digits and dashes.
    - `value_version` - raise it by one to write the value again.
    - `content_type` - what it is, such as `text/plain`.
    - `not_before_date` - when it begins to be valid, such as `2027-01-01T00:00:00Z`.
    - `expiration_date` - when it ends, such as `2027-12-31T00:00:00Z`.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for secret in var.secrets : can(regex("^[0-9a-zA-Z-]{1,127}$", secret.name))])
    error_message = "Name each secret with 1 to 127 letters, digits and dashes."
  }

  validation {
    condition     = length(distinct([for secret in var.secrets : lower(secret.name)])) == length(var.secrets)
    error_message = "Give every secret a name of its own: two have the same."
  }

  validation {
    condition     = alltrue([for secret in var.secrets : secret.value_version >= 1 && floor(secret.value_version) == secret.value_version])
    error_message = "Count the versions of a secret's value in whole numbers from 1."
  }

  validation {
    condition = alltrue(flatten([for secret in var.secrets : [
      for date in [secret.not_before_date, secret.expiration_date] : date == null ? true : can(regex("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$", date))
    ]]))
    error_message = "Write dates of secrets in UTC, such as 2027-12-31T00:00:00Z."
  }

  validation {
    condition     = length(setintersection([for secret in var.secrets : lower(secret.name)], [for certificate in var.certificates : lower(certificate.name)])) == 0
    error_message = "A certificate keeps a secret under its own name: name the secret differently."
  }

  validation {
    condition     = length(var.secrets) == 0 ? true : var.private_endpoint != null || var.network_access == "all" || length(var.allowed_ip_ranges) + length(var.allowed_subnet_ids) > 0
    error_message = "Secrets are written over the network: allow the address that Terraform runs at, or add a private endpoint that it reaches."
  }
}

variable "sku_name" {
  type        = string
  description = "`standard` keeps keys in software; `premium` can keep them in hardware security modules too."
  default     = "standard"
  nullable    = false

  validation {
    condition     = contains(["standard", "premium"], var.sku_name)
    error_message = "Choose standard or premium as the tier."
  }
}

variable "soft_delete_retention_days" {
  type        = number
  description = "Days for which a deleted vault and deleted contents can be brought back, 7 to 90. It can only be set when the vault is created."
  default     = 90
  nullable    = false

  validation {
    condition     = var.soft_delete_retention_days >= 7 && var.soft_delete_retention_days <= 90 && floor(var.soft_delete_retention_days) == var.soft_delete_retention_days
    error_message = "Keep deleted vaults for 7 to 90 whole days."
  }
}

variable "tags" {
  type        = map(string)
  description = "More tags for everything that is created."
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for key, value in var.tags : length(key) <= 512 && length(value) <= 256 && !can(regex("[<>%&\\\\?/]", key))])
    error_message = "Keep tag names under 512 characters without < > % & \\ ? / and tag values under 256."
  }
}

variable "terrace_deployment" {
  type        = string
  description = "Name of the deployment in the portal, which fills it in; kept as the tag `terrace_deployment`."
  default     = null
}

variable "trusted_services_allowed" {
  type        = bool
  description = "Let Azure's own services, such as disk encryption and backup, pass the firewall when they use the vault on your behalf. They still need a role."
  default     = true
  nullable    = false
}
