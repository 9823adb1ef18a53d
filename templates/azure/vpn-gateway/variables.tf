variable "name" {
  type        = string
  description = "Name of the gateway. Everything beside it (network, addresses, connections) is named after it."
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9](?:[\\w.-]{0,38}\\w)?$", var.name))
    error_message = "Use 1 to 40 letters, digits, dashes, dots and underscores for the name, beginning with a letter or digit and not ending in a dash or dot."
  }
}

variable "location" {
  type        = string
  description = "Azure region in its short form, such as `westeurope`. It cannot be changed later without building everything anew."
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9]+$", var.location))
    error_message = "Write the region in its short form, such as westeurope or eastus2."
  }
}

variable "active_active" {
  type        = bool
  description = "Let both halves of the gateway work at once, each with an address of its own, so that a failure or an update breaks no tunnel. The other side should have a tunnel to both."
  default     = false
  nullable    = false
}

variable "bgp" {
  type = object({
    asn             = optional(number, 65515)
    peer_weight     = optional(number, 0)
    apipa_addresses = optional(list(string), [])
  })
  description = <<-EOT
    Exchange routes with the other sides by BGP. Null uses the fixed address ranges of the connections.
    - `asn` - number of the gateway's autonomous system; private ones are 64512 to 65514 and 4200000000 to 4294967294.
    - `peer_weight` - weight of routes learnt here, 0 to 100.
    - `apipa_addresses` - addresses from 169.254.21.0 to 169.254.22.255 that some devices and other clouds want: one for each half of the gateway.
  EOT
  default     = null

  validation {
    condition     = var.bgp == null ? true : floor(var.bgp.asn) == var.bgp.asn && var.bgp.asn >= 1 && var.bgp.asn <= 4294967294 && !contains([8074, 8075, 12076, 23456, 65517, 65518, 65519, 65520], var.bgp.asn) && !(var.bgp.asn >= 64496 && var.bgp.asn <= 64511) && !(var.bgp.asn >= 65535 && var.bgp.asn <= 65551)
    error_message = "Choose a number for BGP that Azure and the internet have not reserved: 65515, 64512 to 65514, or a public one of your own."
  }

  validation {
    condition     = var.bgp == null ? true : var.bgp.peer_weight >= 0 && var.bgp.peer_weight <= 100
    error_message = "Set the weight of BGP routes to 0 to 100."
  }

  validation {
    condition     = var.bgp == null ? true : alltrue([for address in var.bgp.apipa_addresses : can(regex("^169\\.254\\.2[12]\\.", address)) && can(cidrhost("${address}/32", 0))]) && length(var.bgp.apipa_addresses) <= (var.active_active ? 2 : 1)
    error_message = "Take the APIPA addresses from 169.254.21.0 to 169.254.22.255: one, or two for a gateway that is active twice."
  }
}

variable "connections" {
  type = list(object({
    name            = string
    gateway_address = optional(string)
    gateway_fqdn    = optional(string)
    address_space   = optional(set(string), [])
    bgp = optional(object({
      asn             = number
      peering_address = string
      peer_weight     = optional(number, 0)
    }))
    ipsec_policy = optional(object({
      ike_encryption      = optional(string, "AES256")
      ike_integrity       = optional(string, "SHA256")
      dh_group            = optional(string, "DHGroup14")
      ipsec_encryption    = optional(string, "AES256")
      ipsec_integrity     = optional(string, "SHA256")
      pfs_group           = optional(string, "PFS2048")
      sa_lifetime_seconds = optional(number, 27000)
    }), {})
    connection_mode                    = optional(string, "Default")
    dpd_timeout_seconds                = optional(number, 45)
    routing_weight                     = optional(number, 10)
    use_policy_based_traffic_selectors = optional(bool, false)
  }))
  description = <<-EOT
    Other sides, such as an office or another cloud, each with a tunnel (IPsec with IKEv2). The secret of each goes into `shared_keys`.
    - `name` - name of the other side; lowercase letters, digits and dashes.
    - `gateway_address`, `gateway_fqdn` - public address of its device, or its DNS name; one of the two.
    - `address_space` - address ranges behind it. With BGP they are learnt, and this may be empty.
    - `bgp` - the device's own BGP: `asn` of its system, `peering_address` inside the tunnel, `peer_weight`.
    - `ipsec_policy` - how the tunnel is encrypted; the device must be set up the same: `ike_encryption` (AES128, AES192, AES256, GCMAES128, GCMAES256), `ike_integrity` (SHA256, SHA384, or the same GCMAES), `dh_group` (DHGroup14, DHGroup24, ECP256, ECP384), `ipsec_encryption`, `ipsec_integrity`, `pfs_group` (PFS2048, PFS24, ECP256, ECP384), `sa_lifetime_seconds`.
    - `connection_mode` - who opens the tunnel: `Default` both, `InitiatorOnly` the gateway, `ResponderOnly` the device.
    - `dpd_timeout_seconds` - silence after which the device counts as gone, 9 to 3600.
    - `routing_weight` - which of several tunnels to the same place is preferred, 0 to 32000.
    - `use_policy_based_traffic_selectors` - for devices that only know policy-based VPN.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for connection in var.connections : can(regex("^[a-z0-9](?:[-a-z0-9]{0,22}[a-z0-9])?$", connection.name))])
    error_message = "Name each connection with 1 to 24 lowercase letters, digits and dashes, such as office."
  }

  validation {
    condition     = length(distinct([for connection in var.connections : connection.name])) == length(var.connections)
    error_message = "Give every connection a name of its own: two have the same."
  }

  validation {
    condition     = alltrue([for connection in var.connections : (connection.gateway_address == null) != (connection.gateway_fqdn == null)])
    error_message = "Tell where the device of each connection is: by its public address or by its DNS name, not both."
  }

  validation {
    condition = alltrue([for connection in var.connections :
      (connection.gateway_address == null ? true : can(cidrhost("${connection.gateway_address}/32", 0)) && !can(regex("^(?:10\\.|192\\.168\\.|172\\.(?:1[6-9]|2[0-9]|3[01])\\.|127\\.|169\\.254\\.)", connection.gateway_address)))
      && (connection.gateway_fqdn == null ? true : can(regex("^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?\\.[A-Za-z]{2,}$", connection.gateway_fqdn)))
    ])
    error_message = "Give the device's public IPv4 address, such as 198.51.100.7, or its DNS name, such as vpn.example.com; private addresses are not reached."
  }

  validation {
    condition     = alltrue(flatten([for connection in var.connections : [for range in connection.address_space : can(cidrhost(range, 0)) && try(split("/", range)[0] == cidrhost(range, 0), false)]]))
    error_message = "Write the ranges behind a connection as CIDR ranges that begin at their first address, such as 192.168.0.0/16."
  }

  validation {
    condition     = alltrue([for connection in var.connections : connection.bgp == null ? length(connection.address_space) > 0 : true])
    error_message = "Name the address ranges behind each connection, or let BGP learn them."
  }

  validation {
    condition     = alltrue([for connection in var.connections : connection.bgp == null ? true : var.bgp != null])
    error_message = "A connection with BGP needs BGP on the gateway, too: turn it on."
  }

  validation {
    condition = alltrue([for connection in var.connections : connection.bgp == null ? true :
      connection.bgp.asn >= 1 && connection.bgp.asn <= 4294967294 && !contains([8074, 8075, 12076, 23456, 65515, 65517, 65518, 65519, 65520], connection.bgp.asn) && connection.bgp.asn != try(var.bgp.asn, 0) && can(cidrhost("${connection.bgp.peering_address}/32", 0))
    ])
    error_message = "Give the device of a connection a BGP number that is neither the gateway's nor reserved (65515 is Azure's), and its BGP address inside the tunnel."
  }

  validation {
    condition = alltrue([for connection in var.connections :
      contains(["AES128", "AES192", "AES256", "GCMAES128", "GCMAES256"], connection.ipsec_policy.ike_encryption)
      && contains(["SHA256", "SHA384", "GCMAES128", "GCMAES256"], connection.ipsec_policy.ike_integrity)
      && contains(["AES128", "AES192", "AES256", "GCMAES128", "GCMAES192", "GCMAES256"], connection.ipsec_policy.ipsec_encryption)
      && contains(["SHA256", "GCMAES128", "GCMAES192", "GCMAES256"], connection.ipsec_policy.ipsec_integrity)
      && contains(["DHGroup14", "DHGroup24", "ECP256", "ECP384"], connection.ipsec_policy.dh_group)
      && contains(["PFS2048", "PFS24", "ECP256", "ECP384"], connection.ipsec_policy.pfs_group)
    ])
    error_message = "Encrypt with AES or GCMAES, check with SHA256, SHA384 or GCMAES, and exchange keys in DHGroup14, DHGroup24, ECP256 or ECP384: weaker ways are not offered."
  }

  validation {
    condition = alltrue([for connection in var.connections :
      startswith(connection.ipsec_policy.ipsec_encryption, "GCM") || startswith(connection.ipsec_policy.ipsec_integrity, "GCM") ? connection.ipsec_policy.ipsec_encryption == connection.ipsec_policy.ipsec_integrity : true
    ]) && alltrue([for connection in var.connections : startswith(connection.ipsec_policy.ike_integrity, "GCM") ? connection.ipsec_policy.ike_encryption == connection.ipsec_policy.ike_integrity : true])
    error_message = "GCMAES encrypts and checks at once: choose the same GCMAES for encryption and integrity."
  }

  validation {
    condition     = alltrue([for connection in var.connections : connection.ipsec_policy.sa_lifetime_seconds >= 300 && connection.ipsec_policy.sa_lifetime_seconds <= 172799])
    error_message = "Set the lifetime of a tunnel's keys to 300 to 172799 seconds."
  }

  validation {
    condition     = alltrue([for connection in var.connections : contains(["Default", "InitiatorOnly", "ResponderOnly"], connection.connection_mode) && connection.dpd_timeout_seconds >= 9 && connection.dpd_timeout_seconds <= 3600 && connection.routing_weight >= 0 && connection.routing_weight <= 32000])
    error_message = "Choose Default, InitiatorOnly or ResponderOnly as the mode of a connection, 9 to 3600 seconds for its timeout and 0 to 32000 for its weight."
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

variable "custom_routes" {
  type        = set(string)
  description = "More address ranges that people's VPN clients send through the gateway, such as those of offices behind it."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for range in var.custom_routes : can(cidrhost(range, 0))])
    error_message = "Write each custom route as a CIDR range, such as 192.168.0.0/16."
  }

  validation {
    condition     = length(var.custom_routes) == 0 ? true : var.point_to_site != null
    error_message = "Custom routes are for people who connect: turn that on, or leave the routes empty."
  }
}

variable "delete_lock_enabled" {
  type        = bool
  description = "Put a lock on the gateway, so that nobody deletes it in the Azure portal by mistake. A destroy run of this deployment removes the lock first."
  default     = false
  nullable    = false
}

variable "environment" {
  type        = string
  description = "What the gateway is for, kept as the tag `environment`."
  default     = "dev"
  nullable    = false

  validation {
    condition     = contains(["dev", "test", "staging", "production"], var.environment)
    error_message = "Choose dev, test, staging or production as the environment."
  }
}

variable "gateway_subnet_id" {
  type        = string
  description = "Resource id of a `GatewaySubnet` that is there already. Null creates one."
  default     = null

  validation {
    condition     = var.gateway_subnet_id == null ? true : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.Network/virtualNetworks/[^/]+/subnets/GatewaySubnet$", var.gateway_subnet_id))
    error_message = "Give the subnet by its full resource id, which ends in /subnets/GatewaySubnet: Azure looks for that name."
  }
}

variable "gateway_subnet_prefix" {
  type        = string
  description = "Address range of the new `GatewaySubnet`, /27 or larger, inside the network's range."
  default     = "10.0.255.0/27"
  nullable    = false

  validation {
    condition     = can(cidrhost(var.gateway_subnet_prefix, 0)) && can(regex("/(?:[89]|1[0-9]|2[0-7])$", var.gateway_subnet_prefix))
    error_message = "Give the gateway's subnet as a CIDR range of /27 or larger, such as 10.0.255.0/27."
  }

  validation {
    condition = var.virtual_network_id != null || var.gateway_subnet_id != null ? true : try(
      cidrhost("${cidrhost(var.gateway_subnet_prefix, 0)}/${split("/", var.virtual_network_address_space)[1]}", 0) == cidrhost(var.virtual_network_address_space, 0)
      && tonumber(split("/", var.gateway_subnet_prefix)[1]) >= tonumber(split("/", var.virtual_network_address_space)[1]),
      true
    )
    error_message = "Choose a range for the gateway's subnet that lies inside the range of the network."
  }
}

variable "generation" {
  type        = string
  description = "Generation of the gateway's machines: `Generation2` is faster. VpnGw1AZ has the first only, VpnGw4AZ and VpnGw5AZ the second only. Null takes the newest that the size has."
  default     = null

  validation {
    condition     = var.generation == null ? true : contains(["Generation1", "Generation2"], var.generation)
    error_message = "Choose Generation1 or Generation2, or leave it empty."
  }

  validation {
    condition     = var.generation == null ? true : var.generation == "Generation1" ? !contains(["VpnGw4AZ", "VpnGw5AZ"], var.sku) : var.sku != "VpnGw1AZ"
    error_message = "VpnGw1AZ comes in Generation1 only, VpnGw4AZ and VpnGw5AZ in Generation2 only: change one of the two, or leave the generation empty."
  }
}

variable "log_analytics_workspace_id" {
  type        = string
  description = "Resource id of a Log Analytics workspace that receives what happens to tunnels, keys, routes and people. Null turns it off."
  default     = null

  validation {
    condition     = var.log_analytics_workspace_id == null ? true : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.OperationalInsights/workspaces/[^/]+$", var.log_analytics_workspace_id))
    error_message = "Give the workspace by its full resource id: /subscriptions/…/Microsoft.OperationalInsights/workspaces/…"
  }
}

variable "owner" {
  type        = string
  description = "Person or team that answers for the gateway, kept as the tag `owner`."
  default     = null
}

variable "point_to_site" {
  type = object({
    address_space = list(string)
    auth_types    = optional(set(string), ["AAD"])
    protocols     = optional(set(string), ["OpenVPN"])
    tenant_id     = optional(string)
    audience      = optional(string, "c632b3df-fb67-4d84-bdcf-b95ad541b5c8")
    root_certificates = optional(list(object({
      name             = string
      public_cert_data = string
    })), [])
    revoked_certificates = optional(list(object({
      name       = string
      thumbprint = string
    })), [])
  })
  description = <<-EOT
    Let single people connect from wherever they are. Null lets nobody.
    - `address_space` - address ranges from which their computers get an address, such as `172.16.200.0/24`; no network may use them.
    - `auth_types` - how they prove who they are: `AAD` with Microsoft Entra ID, `Certificate` with a certificate.
    - `protocols` - `OpenVPN`, and for certificates also `IkeV2`.
    - `tenant_id` - tenant of Microsoft Entra ID, when it is another than that of whoever deploys.
    - `audience` - application that the VPN client signs in to. The default is Azure's own, registered by Microsoft.
    - `root_certificates` - certificates whose children are let in: `name`, and `public_cert_data`, the Base64 text between the BEGIN and END lines.
    - `revoked_certificates` - children that are no longer let in: `name` and `thumbprint`.
  EOT
  default     = null

  validation {
    condition     = var.point_to_site == null ? true : length(var.point_to_site.address_space) > 0 && alltrue([for range in var.point_to_site.address_space : can(cidrhost(range, 0)) && can(regex("/(?:[89]|1[0-9]|2[0-9])$", range))])
    error_message = "Give the people who connect at least one CIDR range for their computers, /29 or larger, such as 172.16.200.0/24."
  }

  validation {
    condition     = var.point_to_site == null ? true : length(var.point_to_site.auth_types) > 0 && length(setsubtract(var.point_to_site.auth_types, ["AAD", "Certificate"])) == 0
    error_message = "Choose AAD, Certificate or both as the way in which people prove who they are."
  }

  validation {
    condition     = var.point_to_site == null ? true : length(var.point_to_site.protocols) > 0 && length(setsubtract(var.point_to_site.protocols, ["OpenVPN", "IkeV2"])) == 0
    error_message = "Choose OpenVPN, IkeV2 or both as the protocols for people who connect."
  }

  validation {
    condition     = var.point_to_site == null ? true : contains(var.point_to_site.auth_types, "AAD") ? contains(var.point_to_site.protocols, "OpenVPN") : true
    error_message = "Sign-in with Microsoft Entra ID works with OpenVPN: add that protocol."
  }

  validation {
    condition     = var.point_to_site == null ? true : contains(var.point_to_site.auth_types, "Certificate") == (length(var.point_to_site.root_certificates) > 0)
    error_message = "Certificates need at least one root certificate, and root certificates need the way Certificate: set both or none."
  }

  validation {
    condition     = var.point_to_site == null ? true : alltrue([for certificate in var.point_to_site.root_certificates : can(regex("^[A-Za-z0-9+/=\\s]{200,}$", certificate.public_cert_data))])
    error_message = "Paste the public part of each root certificate as Base64 text, without the BEGIN and END lines."
  }

  validation {
    condition     = var.point_to_site == null ? true : alltrue([for certificate in var.point_to_site.revoked_certificates : can(regex("^[0-9A-Fa-f]{40}$", certificate.thumbprint))])
    error_message = "Write the thumbprint of a revoked certificate as 40 hexadecimal digits."
  }

  validation {
    condition     = var.point_to_site == null ? true : alltrue([for id in compact([var.point_to_site.tenant_id, var.point_to_site.audience]) : can(regex("^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", id))])
    error_message = "Give tenant and audience by their ids, such as 00000000-0000-0000-0000-000000000000."
  }
}

variable "resource_group_name" {
  type        = string
  description = "Resource group that holds everything. Null names a new one after the gateway."
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

variable "shared_keys" {
  type        = map(string)
  description = "Secret of each connection by its name, the same as on the other side's device: 16 to 128 letters, digits and signs. Terraform keeps them in its state."
  default     = {}
  nullable    = false
  sensitive   = true

  validation {
    condition     = length(setsubtract([for connection in var.connections : connection.name], keys(var.shared_keys))) == 0 && length(setsubtract(keys(var.shared_keys), [for connection in var.connections : connection.name])) == 0
    error_message = "Give each connection its shared key, under the connection's name, and none besides."
  }

  validation {
    condition     = alltrue([for name, key in var.shared_keys : length(key) >= 16 && length(key) <= 128 && can(regex("^[!-~]+$", key))])
    error_message = "Choose shared keys of 16 to 128 letters, digits and signs without spaces: a short one can be guessed."
  }
}

variable "sku" {
  type        = string
  description = "Size of the gateway. It can grow and shrink later, but between generations only by building it anew."
  default     = "VpnGw1AZ"
  nullable    = false

  validation {
    condition     = contains(["VpnGw1AZ", "VpnGw2AZ", "VpnGw3AZ", "VpnGw4AZ", "VpnGw5AZ"], var.sku)
    error_message = "Choose VpnGw1AZ, VpnGw2AZ, VpnGw3AZ, VpnGw4AZ or VpnGw5AZ as the size."
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

variable "virtual_network_address_space" {
  type        = string
  description = "Address range of the new network. Choose one that no connected network uses."
  default     = "10.0.0.0/16"
  nullable    = false

  validation {
    condition     = can(cidrhost(var.virtual_network_address_space, 0)) && can(regex("/(?:[89]|1[0-9]|2[0-7])$", var.virtual_network_address_space))
    error_message = "Give the network as a CIDR range between /8 and /27, such as 10.0.0.0/16."
  }
}

variable "virtual_network_id" {
  type        = string
  description = "Resource id of a network that is there already and gets a `GatewaySubnet`. It must be in the same subscription. Null creates a network."
  default     = null

  validation {
    condition     = var.virtual_network_id == null ? true : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.Network/virtualNetworks/[^/]+$", var.virtual_network_id))
    error_message = "Give the network by its full resource id: /subscriptions/…/Microsoft.Network/virtualNetworks/…"
  }

  validation {
    condition     = var.virtual_network_id == null ? true : var.gateway_subnet_id == null
    error_message = "Name the network, which gets a new subnet, or the subnet that is there already: not both."
  }
}

variable "zones" {
  type        = set(string)
  description = "Availability zones of the gateway and its addresses. All three survive the loss of one; a region without zones wants none."
  default     = ["1", "2", "3"]
  nullable    = false

  validation {
    condition     = length(setsubtract(var.zones, ["1", "2", "3"])) == 0
    error_message = "Choose zones 1, 2 and 3, or leave them empty in a region without zones."
  }
}
