variable "name" {
  type        = string
  description = "Name of the cluster, and the beginning of its address: 1 to 54 lowercase letters, digits and dashes."
  nullable    = false

  validation {
    condition     = can(regex("^[a-z](?:[a-z0-9-]{0,52}[a-z0-9])?$", var.name))
    error_message = "Use 1 to 54 lowercase letters, digits and dashes for the name, beginning with a letter and not ending in a dash."
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

variable "admin_group_object_ids" {
  type        = list(string)
  description = "Object ids of groups in Microsoft Entra ID whose members may do everything in the cluster."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.admin_group_object_ids : can(regex("^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", id))])
    error_message = "Give each group by its object id from Microsoft Entra ID, such as 00000000-0000-0000-0000-000000000000."
  }
}

variable "advanced_networking_enabled" {
  type        = bool
  description = "Watch the traffic between pods and filter it by DNS names (Advanced Container Networking Services). Billed by the node and hour."
  default     = false
  nullable    = false

  validation {
    condition     = var.advanced_networking_enabled ? var.network_data_plane == "cilium" : true
    error_message = "Advanced networking needs the Cilium data plane: choose cilium, or turn it off."
  }
}

variable "app_routing" {
  type = object({
    dns_zone_ids = optional(list(string), [])
    ingress      = optional(string, "Internal")
  })
  description = <<-EOT
    Have Azure run NGINX as the cluster's ingress. Microsoft mends its security holes until the end of November 2026 only:
    take it for what exists already, and the Gateway API for what is new. Null leaves it out.
    - `dns_zone_ids` - resource ids of up to five DNS zones in which it keeps records.
    - `ingress` - what it listens on at first: `Internal` in the virtual network only, `External` on the internet, `AnnotationControlled` as an annotation says, or `None`.
  EOT
  default     = null

  validation {
    condition     = var.app_routing == null ? true : contains(["Internal", "External", "AnnotationControlled", "None"], var.app_routing.ingress)
    error_message = "Choose Internal, External, AnnotationControlled or None for the ingress."
  }

  validation {
    condition     = var.app_routing == null ? true : alltrue([for id in var.app_routing.dns_zone_ids : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.Network/(?:dnsZones|privateDnsZones)/[^/]+$", id))]) && length(var.app_routing.dns_zone_ids) <= 5
    error_message = "Give at most five DNS zones, each by its full resource id: /subscriptions/…/Microsoft.Network/dnsZones/…"
  }
}

variable "authorized_ip_ranges" {
  type        = set(string)
  description = "Public IPv4 addresses or CIDR ranges that may reach the API server, such as your office's. A public API server needs at least one; `0.0.0.0/0` opens it to the whole internet."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for range in var.authorized_ip_ranges : can(cidrhost(strcontains(range, "/") ? range : "${range}/32", 0)) && !strcontains(range, ":")])
    error_message = "Write each range as an IPv4 address or a CIDR range, such as 198.51.100.7 or 198.51.100.0/24."
  }

  validation {
    condition     = var.private_cluster_enabled ? length(var.authorized_ip_ranges) == 0 : true
    error_message = "A private API server has no public address to filter: remove the ranges, or turn the private cluster off."
  }

  validation {
    condition     = var.private_cluster_enabled ? true : length(var.authorized_ip_ranges) > 0
    error_message = "List who may reach the public API server: at least one address or range."
  }
}

variable "auto_scaler" {
  type = object({
    expander                    = optional(string, "random")
    balance_similar_node_groups = optional(bool, false)
    scale_down_unneeded         = optional(string, "10m")
  })
  description = <<-EOT
    How the autoscaler decides. Null leaves Azure's settings.
    - `expander` - which pool grows: `random`, `least-waste`, `most-pods` or `priority`.
    - `balance_similar_node_groups` - keep pools of the same size equally large.
    - `scale_down_unneeded` - how long a node has nothing to do before it is removed, such as `10m`.
  EOT
  default     = null

  validation {
    condition     = var.auto_scaler == null ? true : contains(["random", "least-waste", "most-pods", "priority"], var.auto_scaler.expander)
    error_message = "Choose random, least-waste, most-pods or priority as the expander."
  }

  validation {
    condition     = var.auto_scaler == null ? true : can(regex("^[1-9][0-9]*[smh]$", var.auto_scaler.scale_down_unneeded))
    error_message = "Write the time before scaling down as a number and s, m or h, such as 10m."
  }
}

variable "auto_scaling_enabled" {
  type        = bool
  description = "Let the number of nodes follow the load between a lower and an upper bound."
  default     = true
  nullable    = false

  validation {
    condition     = var.auto_scaling_enabled ? !var.node_auto_provisioning_enabled : true
    error_message = "Node auto-provisioning replaces the autoscaler: turn one of the two off."
  }
}

variable "automatic_upgrade_channel" {
  type        = string
  description = "Which new versions of Kubernetes are installed by themselves: `patch` within the minor version, `stable` the last but one minor version, `rapid` the newest, `node-image` only the nodes' image. Null installs none."
  default     = "patch"

  validation {
    condition     = var.automatic_upgrade_channel == null ? true : contains(["patch", "stable", "rapid", "node-image"], var.automatic_upgrade_channel)
    error_message = "Choose patch, stable, rapid or node-image, or leave the field empty."
  }
}

variable "azure_policy_enabled" {
  type        = bool
  description = "Check what is deployed in the cluster against the policies of the subscription."
  default     = true
  nullable    = false
}

variable "blob_driver_enabled" {
  type        = bool
  description = "Let pods mount blob containers."
  default     = false
  nullable    = false
}

variable "cluster_access" {
  type = list(object({
    principal_id = string
    role         = optional(string, "Azure Kubernetes Service RBAC Reader")
  }))
  description = <<-EOT
    Who may use the cluster, beside the administrators.
    - `principal_id` - object id of a person, group or identity in Microsoft Entra ID.
    - `role` - what they may do. `Azure Kubernetes Service Cluster User Role` lets them fetch the address of the cluster; the RBAC roles let them read or change what runs there.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for grant in var.cluster_access : can(regex("^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", grant.principal_id))])
    error_message = "Give the object id from Microsoft Entra ID, such as 00000000-0000-0000-0000-000000000000; an e-mail address will not do."
  }

  validation {
    condition     = length(distinct([for grant in var.cluster_access : "${grant.principal_id} ${grant.role}"])) == length(var.cluster_access)
    error_message = "The same role is given twice to the same person or program: remove one of the two."
  }

  validation {
    condition     = alltrue([for grant in var.cluster_access : startswith(grant.role, "Azure Kubernetes Service ")])
    error_message = "Choose a role of Azure Kubernetes Service; wider ones such as Owner do not belong here."
  }
}

variable "container_registry_ids" {
  type        = set(string)
  description = "Resource ids of container registries from which the nodes may pull images."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.container_registry_ids : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.ContainerRegistry/registries/[^/]+$", id))])
    error_message = "Give each registry by its full resource id: /subscriptions/…/Microsoft.ContainerRegistry/registries/…"
  }
}

variable "cost_analysis_enabled" {
  type        = bool
  description = "Show in the cost analysis what each namespace costs."
  default     = false
  nullable    = false

  validation {
    condition     = var.cost_analysis_enabled ? var.sku_tier != "Free" : true
    error_message = "Costs by namespace need the tier Standard or Premium: change one of the two."
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

variable "defender_enabled" {
  type        = bool
  description = "Watch nodes and containers for attacks with Microsoft Defender. Billed by the vCPU and hour."
  default     = false
  nullable    = false

  validation {
    condition     = var.defender_enabled ? var.log_analytics_workspace_id != null : true
    error_message = "Defender reports into a Log Analytics workspace: give one, or turn Defender off."
  }
}

variable "delete_lock_enabled" {
  type        = bool
  description = "Put a lock on the cluster, so that nobody deletes it or one of its node pools by mistake. Take it off before you remove a pool; a destroy run removes it first."
  default     = false
  nullable    = false
}

variable "disk_encryption_set_id" {
  type        = string
  description = "Resource id of a disk encryption set, to encrypt the nodes' disks with a key of your own. Null uses Microsoft's."
  default     = null

  validation {
    condition     = var.disk_encryption_set_id == null ? true : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.Compute/diskEncryptionSets/[^/]+$", var.disk_encryption_set_id))
    error_message = "Give the disk encryption set by its full resource id: /subscriptions/…/Microsoft.Compute/diskEncryptionSets/…"
  }
}

variable "environment" {
  type        = string
  description = "What the cluster is for, kept as the tag `environment`."
  default     = "dev"
  nullable    = false

  validation {
    condition     = contains(["dev", "test", "staging", "production"], var.environment)
    error_message = "Choose dev, test, staging or production as the environment."
  }
}

variable "host_encryption_enabled" {
  type        = bool
  description = "Encrypt temporary disks and caches of the nodes as well. The subscription needs the feature EncryptionAtHost."
  default     = false
  nullable    = false
}

variable "image_cleaner_interval_hours" {
  type        = number
  description = "Hours between two clean-ups of unused images with known weaknesses, 24 to 2160. Null turns it off."
  default     = 168

  validation {
    condition     = var.image_cleaner_interval_hours == null ? true : var.image_cleaner_interval_hours >= 24 && var.image_cleaner_interval_hours <= 2160 && floor(var.image_cleaner_interval_hours) == var.image_cleaner_interval_hours
    error_message = "Clean images every 24 to 2160 hours, or leave the field empty to turn it off."
  }
}

variable "keda_enabled" {
  type        = bool
  description = "Scale workloads by events such as the length of a queue (KEDA)."
  default     = false
  nullable    = false
}

variable "key_vault_secrets_provider_enabled" {
  type        = bool
  description = "Let pods read secrets from Key Vault, renewed every two minutes."
  default     = true
  nullable    = false
}

variable "kubernetes_version" {
  type        = string
  description = "Version of Kubernetes, such as `1.35`. Null takes the one that Azure recommends. It can be raised later by one minor version at a time, never lowered."
  default     = null

  validation {
    condition     = var.kubernetes_version == null ? true : can(regex("^1\\.[0-9]{2}(?:\\.[0-9]+)?$", var.kubernetes_version))
    error_message = "Write the version as 1.35 or 1.35.1, or leave the field empty."
  }

  validation {
    condition     = var.kubernetes_version == null ? true : var.automatic_upgrade_channel == "patch" ? length(split(".", var.kubernetes_version)) == 2 : true
    error_message = "Patches are installed by themselves: write the version without its patch number, such as 1.35."
  }

  validation {
    condition     = try(contains(["stable", "rapid"], var.automatic_upgrade_channel), false) ? var.kubernetes_version == null : true
    error_message = "The channels stable and rapid choose the version themselves: leave the Kubernetes version empty, or choose patch."
  }
}

variable "log_analytics_location" {
  type        = string
  description = "Region of the Log Analytics workspace in its short form, when it is not the cluster's. What collects the logs must be there. Null means the cluster's region."
  default     = null

  validation {
    condition     = var.log_analytics_location == null ? true : can(regex("^[a-z][a-z0-9]+$", var.log_analytics_location))
    error_message = "Write the region of the workspace in its short form, such as westeurope."
  }
}

variable "log_analytics_workspace_id" {
  type        = string
  description = "Resource id of a Log Analytics workspace that receives the logs of containers and control plane. Null turns it off."
  default     = null

  validation {
    condition     = var.log_analytics_workspace_id == null ? true : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.OperationalInsights/workspaces/[^/]+$", var.log_analytics_workspace_id))
    error_message = "Give the workspace by its full resource id: /subscriptions/…/Microsoft.OperationalInsights/workspaces/…"
  }
}

variable "maintenance_window" {
  type = object({
    day_of_week    = optional(string, "Sunday")
    start_time     = optional(string, "02:00")
    utc_offset     = optional(string, "+00:00")
    duration_hours = optional(number, 4)
  })
  description = <<-EOT
    When upgrades of Kubernetes and of the nodes may run. Null means at any time.
    - `day_of_week` - the day in English.
    - `start_time` - hour and minute, such as `02:00`.
    - `utc_offset` - difference to UTC, such as `+01:00`.
    - `duration_hours` - 4 to 24 hours.
  EOT
  default     = {}

  validation {
    condition     = var.maintenance_window == null ? true : contains(["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"], var.maintenance_window.day_of_week)
    error_message = "Choose a day from Monday to Sunday for maintenance."
  }

  validation {
    condition     = var.maintenance_window == null ? true : can(regex("^(?:[01][0-9]|2[0-3]):[0-5][0-9]$", var.maintenance_window.start_time)) && can(regex("^[+-](?:0[0-9]|1[0-4]):[0-5][0-9]$", var.maintenance_window.utc_offset))
    error_message = "Write the start of maintenance as 02:00 and its difference to UTC as +01:00."
  }

  validation {
    condition     = var.maintenance_window == null ? true : var.maintenance_window.duration_hours >= 4 && var.maintenance_window.duration_hours <= 24 && floor(var.maintenance_window.duration_hours) == var.maintenance_window.duration_hours
    error_message = "Give maintenance 4 to 24 whole hours."
  }
}

variable "network_data_plane" {
  type        = string
  description = "What moves packets between pods and enforces network policies: `cilium` with eBPF, or `azure` with Calico, which Windows nodes need."
  default     = "cilium"
  nullable    = false

  validation {
    condition     = contains(["cilium", "azure"], var.network_data_plane)
    error_message = "Choose cilium or azure as the data plane."
  }
}

variable "network_plugin_mode" {
  type        = string
  description = "`overlay` gives pods addresses of their own behind the nodes. Null takes them from the subnet, which must then be large."
  default     = "overlay"

  validation {
    condition     = var.network_plugin_mode == null ? true : contains(["overlay"], var.network_plugin_mode)
    error_message = "Choose overlay, or leave the field empty for addresses from the subnet."
  }
}

variable "node_auto_provisioning_enabled" {
  type        = bool
  description = "Let Azure choose size and number of further nodes by what pods ask for, instead of the autoscaler."
  default     = false
  nullable    = false

  validation {
    condition     = var.node_auto_provisioning_enabled ? var.network_plugin_mode == "overlay" && var.network_data_plane == "cilium" : true
    error_message = "Node auto-provisioning needs the overlay network with Cilium: choose both, or turn it off."
  }
}

variable "node_count" {
  type        = number
  description = "Number of nodes while auto scaling is off."
  default     = 2
  nullable    = false

  validation {
    condition     = var.node_count >= 1 && var.node_count <= 1000 && floor(var.node_count) == var.node_count
    error_message = "Choose 1 to 1000 nodes, as a whole number."
  }
}

variable "node_max_count" {
  type        = number
  description = "Most nodes that auto scaling makes."
  default     = 5
  nullable    = false

  validation {
    condition     = var.node_max_count >= 1 && var.node_max_count <= 1000 && floor(var.node_max_count) == var.node_max_count
    error_message = "Choose 1 to 1000 as the upper bound of nodes."
  }

  validation {
    condition     = var.node_max_count >= var.node_min_count
    error_message = "Let the upper bound of nodes be at least the lower one."
  }
}

variable "node_max_pods" {
  type        = number
  description = "Most pods on a node, 10 to 250. Null takes Azure's number for the network."
  default     = null

  validation {
    condition     = var.node_max_pods == null ? true : var.node_max_pods >= 10 && var.node_max_pods <= 250 && floor(var.node_max_pods) == var.node_max_pods
    error_message = "Choose 10 to 250 pods for a node, or leave the field empty."
  }
}

variable "node_max_surge" {
  type        = string
  description = "Nodes that are added while the others are upgraded, as a number or a percentage."
  default     = "10%"
  nullable    = false

  validation {
    condition     = can(regex("^(?:[1-9][0-9]?%|100%|[1-9][0-9]?)$", var.node_max_surge))
    error_message = "Write the additional nodes of an upgrade as a number or a percentage, such as 1 or 33%."
  }
}

variable "node_min_count" {
  type        = number
  description = "Fewest nodes that auto scaling keeps. Two survive the loss of one."
  default     = 2
  nullable    = false

  validation {
    condition     = var.node_min_count >= 1 && var.node_min_count <= 1000 && floor(var.node_min_count) == var.node_min_count
    error_message = "Choose 1 to 1000 as the lower bound of nodes."
  }
}

variable "node_os_disk_size_gb" {
  type        = number
  description = "Size of a node's system disk. Null takes the size that Azure recommends."
  default     = null

  validation {
    condition     = var.node_os_disk_size_gb == null ? true : var.node_os_disk_size_gb >= 30 && var.node_os_disk_size_gb <= 2048 && floor(var.node_os_disk_size_gb) == var.node_os_disk_size_gb
    error_message = "Choose 30 to 2048 GB for the system disk of a node, or leave the field empty."
  }
}

variable "node_os_disk_type" {
  type        = string
  description = "`Managed` works with every size. `Ephemeral` is faster and free, but needs a size with a local disk or a cache that is large enough."
  default     = "Managed"
  nullable    = false

  validation {
    condition     = contains(["Managed", "Ephemeral"], var.node_os_disk_type)
    error_message = "Choose Managed or Ephemeral as the system disk of a node."
  }
}

variable "node_os_sku" {
  type        = string
  description = "System on Linux nodes: `AzureLinux`, small and hardened, or `Ubuntu`."
  default     = "AzureLinux"
  nullable    = false

  validation {
    condition     = contains(["AzureLinux", "Ubuntu"], var.node_os_sku)
    error_message = "Choose AzureLinux or Ubuntu as the system of the nodes."
  }
}

variable "node_os_upgrade_channel" {
  type        = string
  description = "How nodes get security updates: `NodeImage` a new image every week, `SecurityPatch` only patches, `Unmanaged` the system's own updates, `None` not at all."
  default     = "NodeImage"
  nullable    = false

  validation {
    condition     = contains(["NodeImage", "SecurityPatch", "Unmanaged", "None"], var.node_os_upgrade_channel)
    error_message = "Choose NodeImage, SecurityPatch, Unmanaged or None for updates of the nodes."
  }

  validation {
    condition     = try(var.automatic_upgrade_channel == "node-image", false) ? var.node_os_upgrade_channel == "NodeImage" : true
    error_message = "The upgrade channel node-image needs NodeImage for the nodes too: choose that, or another channel."
  }
}

variable "node_resource_group" {
  type        = string
  description = "Resource group that Azure makes for the nodes. Null names it `rg-<name>-nodes`."
  default     = null

  validation {
    condition     = var.node_resource_group == null ? true : can(regex("^[-\\w._()]{0,79}[-\\w_()]$", var.node_resource_group))
    error_message = "Name the group of the nodes with 1 to 80 letters, digits, dashes, underscores, dots and brackets, not ending in a dot."
  }

  validation {
    condition     = var.node_resource_group == null ? true : var.node_resource_group != coalesce(var.resource_group_name, "rg-${var.name}")
    error_message = "Azure wants a group for the nodes alone: choose another name than that of the cluster's group."
  }
}

variable "node_vm_size" {
  type        = string
  description = "Size of the nodes. System pods need at least two vCPUs and 4 GiB; Azure advises four vCPUs and against burstable sizes."
  default     = "Standard_D4s_v5"
  nullable    = false

  validation {
    condition     = can(regex("^Standard_[A-Za-z0-9_-]+$", var.node_vm_size))
    error_message = "Write the size of the nodes as Azure does, such as Standard_D4s_v5."
  }

  validation {
    condition     = !startswith(var.node_vm_size, "Standard_B1")
    error_message = "System pods need two vCPUs and 4 GiB of memory: choose a larger size."
  }
}

variable "only_critical_addons_enabled" {
  type        = bool
  description = "Keep your own pods off the first pool, so that they cannot disturb the cluster. Needs a pool of your own, or node auto-provisioning."
  default     = false
  nullable    = false

  validation {
    condition     = var.only_critical_addons_enabled ? length(var.user_node_pools) > 0 || var.node_auto_provisioning_enabled : true
    error_message = "Give your own pods a place: add a node pool, or let the first pool take them."
  }
}

variable "outbound_ip_count" {
  type        = number
  description = "Public addresses with which pods reach the internet. Null means one."
  default     = null

  validation {
    condition     = var.outbound_ip_count == null ? true : var.outbound_ip_count >= 1 && var.outbound_ip_count <= 100 && floor(var.outbound_ip_count) == var.outbound_ip_count
    error_message = "Choose 1 to 100 outgoing addresses, or leave the field empty."
  }

  validation {
    condition     = var.outbound_ip_count == null ? true : contains(["loadBalancer", "managedNATGateway"], var.outbound_type)
    error_message = "Addresses are counted only for a load balancer or a managed NAT gateway: leave the number empty, or choose one of the two."
  }

  validation {
    condition     = var.outbound_ip_count == null ? true : var.outbound_type == "managedNATGateway" ? var.outbound_ip_count <= 16 : true
    error_message = "A NAT gateway takes at most 16 addresses."
  }
}

variable "outbound_type" {
  type        = string
  description = "How pods reach the internet: `loadBalancer`, `managedNATGateway`, or, with a subnet of your own, its `userAssignedNATGateway` or its routes (`userDefinedRouting`)."
  default     = "loadBalancer"
  nullable    = false

  validation {
    condition     = contains(["loadBalancer", "managedNATGateway", "userAssignedNATGateway", "userDefinedRouting"], var.outbound_type)
    error_message = "Choose loadBalancer, managedNATGateway, userAssignedNATGateway or userDefinedRouting as the way out."
  }

  validation {
    condition     = contains(["userAssignedNATGateway", "userDefinedRouting"], var.outbound_type) ? var.vnet_subnet_id != null : true
    error_message = "A NAT gateway or routes of your own belong to a subnet of your own: give the subnet."
  }

  validation {
    condition     = var.outbound_type == "managedNATGateway" ? var.vnet_subnet_id == null : true
    error_message = "A managed NAT gateway works only in the network that Azure makes: choose userAssignedNATGateway for a subnet of your own."
  }
}

variable "owner" {
  type        = string
  description = "Person or team that answers for the cluster, kept as the tag `owner`."
  default     = null
}

variable "pod_cidr" {
  type        = string
  description = "Range of the pods' addresses in an overlay network. It may be used elsewhere too, but not by what pods have to reach."
  default     = "10.244.0.0/16"
  nullable    = false

  validation {
    condition     = can(cidrhost(var.pod_cidr, 0)) && can(regex("/(?:[89]|1[0-9]|2[0-4])$", var.pod_cidr))
    error_message = "Give the range of the pods as a CIDR range between /8 and /24, such as 10.244.0.0/16."
  }

  validation {
    condition = try(
      cidrhost("${cidrhost(var.pod_cidr, 0)}/${min(tonumber(split("/", var.pod_cidr)[1]), tonumber(split("/", var.service_cidr)[1]))}", 0)
      != cidrhost("${cidrhost(var.service_cidr, 0)}/${min(tonumber(split("/", var.pod_cidr)[1]), tonumber(split("/", var.service_cidr)[1]))}", 0),
      true
    )
    error_message = "Choose ranges for pods and services that do not overlap."
  }
}

variable "private_cluster_enabled" {
  type        = bool
  description = "Give the API server a private address only. `az aks command invoke` reaches it from anywhere; kubectl needs the network. It cannot be changed later."
  default     = true
  nullable    = false
}

variable "private_dns_zone_id" {
  type        = string
  description = "Resource id of a private DNS zone for the API server. Null lets Azure make one."
  default     = null

  validation {
    condition     = var.private_dns_zone_id == null ? true : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.Network/privateDnsZones/[^/]+$", var.private_dns_zone_id))
    error_message = "Give the zone by its full resource id: /subscriptions/…/Microsoft.Network/privateDnsZones/…"
  }

  validation {
    condition     = var.private_dns_zone_id == null ? true : var.private_cluster_enabled && var.user_assigned_identity_id != null
    error_message = "A DNS zone of your own needs a private cluster and a managed identity that may write to the zone: give the identity."
  }
}

variable "resource_group_name" {
  type        = string
  description = "Resource group that holds the cluster. Null names a new one after the cluster."
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

variable "run_command_enabled" {
  type        = bool
  description = "Allow `az aks command invoke`, which runs kubectl inside the cluster for whoever has the rights."
  default     = true
  nullable    = false
}

variable "service_cidr" {
  type        = string
  description = "Range of the services' addresses inside the cluster. It must not be used in your networks and cannot be changed later."
  default     = "10.0.0.0/16"
  nullable    = false

  validation {
    condition     = can(cidrhost(var.service_cidr, 0)) && can(regex("/(?:1[2-9]|2[0-7])$", var.service_cidr))
    error_message = "Give the range of the services as a CIDR range between /12 and /27, such as 10.0.0.0/16."
  }
}

variable "sku_tier" {
  type        = string
  description = "`Free` has no guarantee and suits up to ten nodes. `Standard` guarantees the API server's uptime; `Premium` adds long-term support."
  default     = "Standard"
  nullable    = false

  validation {
    condition     = contains(["Free", "Standard", "Premium"], var.sku_tier)
    error_message = "Choose Free, Standard or Premium as the tier."
  }
}

variable "support_plan" {
  type        = string
  description = "`KubernetesOfficial` follows the community for about a year; `AKSLongTermSupport` keeps a version for two."
  default     = "KubernetesOfficial"
  nullable    = false

  validation {
    condition     = contains(["KubernetesOfficial", "AKSLongTermSupport"], var.support_plan)
    error_message = "Choose KubernetesOfficial or AKSLongTermSupport as the support plan."
  }

  validation {
    condition     = var.support_plan == "AKSLongTermSupport" ? var.sku_tier == "Premium" : true
    error_message = "Long-term support needs the tier Premium: change one of the two."
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

variable "user_assigned_identity_id" {
  type        = string
  description = "Resource id of a managed identity that the cluster uses. Null gives it one of its own."
  default     = null

  validation {
    condition     = var.user_assigned_identity_id == null ? true : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.ManagedIdentity/userAssignedIdentities/[^/]+$", var.user_assigned_identity_id))
    error_message = "Give the identity by its full resource id: /subscriptions/…/Microsoft.ManagedIdentity/userAssignedIdentities/…"
  }
}

variable "user_node_pools" {
  type = map(object({
    vm_size              = optional(string, "Standard_D4s_v5")
    auto_scaling_enabled = optional(bool, true)
    min_count            = optional(number, 1)
    max_count            = optional(number, 3)
    node_count           = optional(number, 1)
    os_type              = optional(string, "Linux")
    os_disk_type         = optional(string, "Managed")
    os_disk_size_gb      = optional(number)
    max_pods             = optional(number)
    zones                = optional(set(string), [])
    labels               = optional(map(string), {})
    taints               = optional(list(string), [])
    spot_enabled         = optional(bool, false)
    spot_max_price       = optional(number, -1)
  }))
  description = <<-EOT
    Further node pools by their name: a lowercase letter and up to 11 letters and digits, for Windows up to 5.
    - `vm_size` - size of the nodes.
    - `auto_scaling_enabled` - let their number follow the load.
    - `min_count`, `max_count` - its bounds; a pool may shrink to 0.
    - `node_count` - the number without auto scaling.
    - `os_type` - `Linux` or `Windows`. Windows needs the data plane `azure`.
    - `os_disk_type` - `Managed`, or `Ephemeral` for sizes with a local disk.
    - `os_disk_size_gb` - size of the system disk.
    - `max_pods` - most pods on a node.
    - `zones` - availability zones, such as `1`.
    - `labels` - labels that pods can ask for.
    - `taints` - what keeps other pods away, such as `gpu=true:NoSchedule`.
    - `spot_enabled` - spare capacity at a discount, which Azure may take back at any time.
    - `spot_max_price` - highest price an hour in USD; -1 means up to the regular one.
  EOT
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name, pool in var.user_node_pools : can(regex(pool.os_type == "Windows" ? "^[a-z][a-z0-9]{0,5}$" : "^[a-z][a-z0-9]{0,11}$", name)) && !contains(["system", "systemtmp"], name)])
    error_message = "Name each node pool with up to 12 lowercase letters and digits (6 for Windows), beginning with a letter; system is taken."
  }

  validation {
    condition     = alltrue([for pool in var.user_node_pools : contains(["Linux", "Windows"], pool.os_type)])
    error_message = "Choose Linux or Windows as the system of a node pool."
  }

  validation {
    condition     = alltrue([for pool in var.user_node_pools : pool.os_type == "Windows" ? var.network_data_plane == "azure" : true])
    error_message = "Windows nodes do not run with Cilium: choose azure as the data plane."
  }

  validation {
    condition     = alltrue([for pool in var.user_node_pools : contains(["Managed", "Ephemeral"], pool.os_disk_type)])
    error_message = "Choose Managed or Ephemeral as the system disk of a node pool."
  }

  validation {
    condition     = alltrue([for pool in var.user_node_pools : pool.min_count >= 0 && pool.max_count >= 1 && pool.max_count <= 1000 && pool.min_count <= pool.max_count && pool.node_count >= 0 && pool.node_count <= 1000])
    error_message = "Give a node pool 0 to 1000 nodes, the lower bound not above the upper one."
  }

  validation {
    condition     = alltrue([for pool in var.user_node_pools : pool.auto_scaling_enabled ? !var.node_auto_provisioning_enabled : true])
    error_message = "Node auto-provisioning replaces the autoscaler: turn auto scaling off for each node pool too."
  }

  validation {
    condition     = alltrue(flatten([for pool in var.user_node_pools : [for taint in pool.taints : can(regex("^[A-Za-z0-9][A-Za-z0-9._/-]*(?:=[A-Za-z0-9._-]*)?:(?:NoSchedule|PreferNoSchedule|NoExecute)$", taint))]]))
    error_message = "Write a taint as key=value:NoSchedule, with PreferNoSchedule or NoExecute as other effects."
  }

  validation {
    condition     = alltrue(flatten([for pool in var.user_node_pools : [for zone in pool.zones : contains(["1", "2", "3"], zone)]]))
    error_message = "Choose from the zones 1, 2 and 3 for a node pool."
  }

  validation {
    condition     = alltrue([for pool in var.user_node_pools : pool.spot_max_price == -1 || pool.spot_max_price > 0])
    error_message = "Give the highest spot price as a positive amount an hour, or -1 for the regular one."
  }

  validation {
    condition     = alltrue([for pool in var.user_node_pools : (pool.max_pods == null ? true : pool.max_pods >= 10 && pool.max_pods <= 250) && (pool.os_disk_size_gb == null ? true : pool.os_disk_size_gb >= 30 && pool.os_disk_size_gb <= 2048)])
    error_message = "Give a node pool 10 to 250 pods a node and system disks of 30 to 2048 GB."
  }
}

variable "vertical_pod_autoscaler_enabled" {
  type        = bool
  description = "Adjust what pods ask for to what they use."
  default     = false
  nullable    = false
}

variable "vnet_subnet_id" {
  type        = string
  description = "Resource id of the subnet for the nodes. Null lets Azure make a network."
  default     = null

  validation {
    condition     = var.vnet_subnet_id == null ? true : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.Network/virtualNetworks/[^/]+/subnets/[^/]+$", var.vnet_subnet_id))
    error_message = "Give the subnet by its full resource id: /subscriptions/…/virtualNetworks/…/subnets/…"
  }

  validation {
    condition     = var.vnet_subnet_id != null ? true : var.network_plugin_mode == "overlay"
    error_message = "Pods that take addresses from the subnet need one of yours: give the subnet, or choose overlay."
  }
}

variable "zones" {
  type        = set(string)
  description = "Availability zones of the first pool. Empty leaves it to Azure; three zones survive the loss of a data centre, where the region has them."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for zone in var.zones : contains(["1", "2", "3"], zone)])
    error_message = "Choose from the zones 1, 2 and 3."
  }
}
