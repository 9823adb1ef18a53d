variable "name" {
  type        = string
  description = "Name of the cluster. Its network and service account are named after it."
  nullable    = false

  validation {
    condition     = can(regex("^[a-z](?:[-a-z0-9]{0,22}[a-z0-9])?$", var.name)) && length(var.name) >= 3
    error_message = "Use 3 to 24 lowercase letters, digits and dashes for the name, beginning with a letter and not ending in a dash."
  }
}

variable "location" {
  type        = string
  description = "Region of the cluster, such as `europe-west1`. A Standard cluster may be in one zone, such as `europe-west1-b`: its control plane is not there while Google maintains it."
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+(?:-[a-z])?$", var.location))
    error_message = "Write the location as a region such as europe-west1, or a zone such as europe-west1-b."
  }

  validation {
    condition     = var.mode == "autopilot" ? length(split("-", var.location)) == 2 : true
    error_message = "Autopilot clusters are regional: choose a region such as europe-west1, or the mode standard."
  }
}

variable "addons" {
  type        = set(string)
  description = "More that Google runs in a Standard cluster: `config-connector`, `dns-cache`, `filestore`, `gcs-fuse` or `ray-operator`."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for addon in var.addons : contains(["config-connector", "dns-cache", "filestore", "gcs-fuse", "ray-operator"], addon)])
    error_message = "Choose config-connector, dns-cache, filestore, gcs-fuse or ray-operator."
  }

  validation {
    condition     = var.mode == "autopilot" ? length(setintersection(var.addons, ["dns-cache", "filestore", "gcs-fuse", "config-connector"])) == 0 : true
    error_message = "Autopilot has dns-cache, filestore and gcs-fuse by itself, and no config-connector: only ray-operator can be chosen."
  }
}

variable "authorized_networks" {
  type        = map(string)
  description = "Networks that may connect to the address of the control plane, by a name for each, such as `office` = `203.0.113.0/24`."
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for cidr in var.authorized_networks : can(cidrhost(cidr, 0))])
    error_message = "Write each network as a CIDR range, such as 203.0.113.0/24."
  }

  validation {
    condition     = alltrue([for cidr in var.authorized_networks : !can(regex("/[0-7]$", cidr))])
    error_message = "Opening the control plane to the whole internet is not allowed: name your own network, such as 203.0.113.0/24."
  }

  validation {
    condition     = var.control_plane_access == "networks" ? length(var.authorized_networks) > 0 : true
    error_message = "Name at least one network that may connect to the control plane."
  }
}

variable "backup_enabled" {
  type        = bool
  description = "Have the agent of Backup for GKE in the cluster. Backups are billed only once there is a schedule."
  default     = true
  nullable    = false
}

variable "backup_retention_days" {
  type        = number
  description = "Days for which a backup is kept."
  default     = 14
  nullable    = false

  validation {
    condition     = var.backup_retention_days >= 1 && var.backup_retention_days <= 365 && floor(var.backup_retention_days) == var.backup_retention_days
    error_message = "Keep backups for 1 to 365 whole days."
  }
}

variable "backup_schedule" {
  type        = string
  description = "When the whole cluster is backed up, as a cron expression such as `0 3 * * *` (UTC). Null makes no backups."
  default     = null

  validation {
    condition     = var.backup_schedule == null ? true : can(regex("^\\S+ \\S+ \\S+ \\S+ \\S+$", var.backup_schedule))
    error_message = "Write the time of the backup as a cron expression of five parts, such as 0 3 * * *."
  }

  validation {
    condition     = var.backup_schedule == null ? true : var.backup_enabled
    error_message = "Backups need their agent: turn it on."
  }
}

variable "binary_authorization_enabled" {
  type        = bool
  description = "Start only images that the project's policy (Binary Authorization) permits. The policy that every project begins with permits all."
  default     = true
  nullable    = false
}

variable "control_plane_access" {
  type        = string
  description = "How the control plane is reached: `dns`, by a name where Google checks your rights first, from anywhere; `private`, from inside the network only; `networks`, by a public address from the networks that you name."
  default     = "dns"
  nullable    = false

  validation {
    condition     = contains(["dns", "private", "networks"], var.control_plane_access)
    error_message = "Choose dns, private or networks as the way to the control plane."
  }
}

variable "control_plane_cidr" {
  type        = string
  description = "Range of the control plane, an unused /28. Null uses an address of the subnetwork, which is right for new clusters."
  default     = null

  validation {
    condition     = var.control_plane_cidr == null ? true : can(cidrhost(var.control_plane_cidr, 0)) && endswith(var.control_plane_cidr, "/28")
    error_message = "Give the control plane an unused range of the size /28, such as 172.16.0.0/28."
  }
}

variable "control_plane_global_access_enabled" {
  type        = bool
  description = "Let other regions of the network reach the private address of the control plane."
  default     = false
  nullable    = false
}

variable "cost_allocation_enabled" {
  type        = bool
  description = "Tell in the billing export what each namespace and label costs."
  default     = true
  nullable    = false
}

variable "cost_center" {
  type        = string
  description = "Cost center that pays, kept as the label `cost_center`."
  default     = null
}

variable "database_encryption_key" {
  type        = string
  description = "Key of your own in Cloud KMS that encrypts the cluster's secrets once more: `projects/…/locations/…/keyRings/…/cryptoKeys/…`. GKE gets the right to use it."
  default     = null

  validation {
    condition     = var.database_encryption_key == null ? true : can(regex("^projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+$", var.database_encryption_key))
    error_message = "Write the key as projects/<project>/locations/<location>/keyRings/<ring>/cryptoKeys/<key>."
  }

  validation {
    condition     = var.database_encryption_key == null ? true : strcontains(var.database_encryption_key, "/locations/${join("-", slice(split("-", "${var.location}--"), 0, 2))}/")
    error_message = "Choose a key in the region of the cluster."
  }
}

variable "deletion_protection" {
  type        = bool
  description = "Refuse to delete the cluster until this is turned off again, in the portal's destroy runs too. Null protects production only."
  default     = null
}

variable "disk_kms_key" {
  type        = string
  description = "Key of your own in Cloud KMS that encrypts the disks of the node pools. Compute Engine gets the right to use it."
  default     = null

  validation {
    condition     = var.disk_kms_key == null ? true : can(regex("^projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+$", var.disk_kms_key))
    error_message = "Write the key as projects/<project>/locations/<location>/keyRings/<ring>/cryptoKeys/<key>."
  }

  validation {
    condition     = var.disk_kms_key == null ? true : var.mode == "standard"
    error_message = "Disks of Autopilot take their key from a storage class: leave this empty, or choose the mode standard."
  }
}

variable "environment" {
  type        = string
  description = "What the cluster is for, kept as the label `environment`."
  default     = "dev"
  nullable    = false

  validation {
    condition     = contains(["dev", "test", "staging", "production"], var.environment)
    error_message = "Choose dev, test, staging or production as the environment."
  }
}

variable "fleet_project" {
  type        = string
  description = "Project whose fleet the cluster joins, to be managed together with others. Null joins none."
  default     = null

  validation {
    condition     = var.fleet_project == null ? true : can(regex("^[a-z][-a-z0-9]{4,28}[a-z0-9]$", var.fleet_project))
    error_message = "Give the fleet's project by its id: 6 to 30 lowercase letters, digits and dashes."
  }
}

variable "gateway_api_enabled" {
  type        = bool
  description = "Have the Gateway API, the successor of Ingress, for load balancers."
  default     = true
  nullable    = false
}

variable "intranode_visibility_enabled" {
  type        = bool
  description = "Show traffic between pods of one node to firewall and flow logs too. Autopilot does so by itself."
  default     = false
  nullable    = false
}

variable "kubernetes_version" {
  type        = string
  description = "Version of Kubernetes to begin with, such as `1.35`. Null takes the default of the release channel, which keeps it up to date anyway."
  default     = null

  validation {
    condition     = var.kubernetes_version == null ? true : can(regex("^1\\.[0-9]{2}(?:\\.[0-9]+(?:-gke\\.[0-9]+)?)?$", var.kubernetes_version))
    error_message = "Write the version as 1.35, 1.35.8 or 1.35.8-gke.1036000."
  }
}

variable "labels" {
  type        = map(string)
  description = "More labels of the cluster and its nodes: lowercase letters, digits, dashes and underscores."
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for key, value in var.labels : can(regex("^[a-z][-_a-z0-9]{0,62}$", key)) && can(regex("^[-_a-z0-9]{0,63}$", value))])
    error_message = "Use lowercase letters, digits, dashes and underscores in labels, at most 63, with a letter first in the name."
  }
}

variable "logging_components" {
  type        = set(string)
  description = "Whose logs are kept: `SYSTEM_COMPONENTS`, `WORKLOADS`, `APISERVER`, `CONTROLLER_MANAGER` and `SCHEDULER`."
  default     = ["SYSTEM_COMPONENTS", "WORKLOADS"]
  nullable    = false

  validation {
    condition     = alltrue([for component in var.logging_components : contains(["SYSTEM_COMPONENTS", "WORKLOADS", "APISERVER", "CONTROLLER_MANAGER", "SCHEDULER"], component)])
    error_message = "Choose SYSTEM_COMPONENTS, WORKLOADS, APISERVER, CONTROLLER_MANAGER and SCHEDULER for logs."
  }

  validation {
    condition     = contains(var.logging_components, "SYSTEM_COMPONENTS")
    error_message = "Keep the logs of SYSTEM_COMPONENTS: without them nobody can help when the cluster fails."
  }

  validation {
    condition     = var.mode == "autopilot" ? contains(var.logging_components, "WORKLOADS") : true
    error_message = "Autopilot always keeps the logs of WORKLOADS: leave them in, or choose the mode standard."
  }
}

variable "maintenance_days" {
  type        = set(string)
  description = "Days on which Google may maintain the cluster: `MO`, `TU`, `WE`, `TH`, `FR`, `SA`, `SU`."
  default     = ["SA", "SU"]
  nullable    = false

  validation {
    condition     = length(var.maintenance_days) > 0 && alltrue([for day in var.maintenance_days : contains(["MO", "TU", "WE", "TH", "FR", "SA", "SU"], day)])
    error_message = "Choose at least one of MO, TU, WE, TH, FR, SA and SU."
  }

  validation {
    condition     = length(var.maintenance_days) * var.maintenance_hours >= 12
    error_message = "Google needs 48 hours for maintenance in 32 days: choose more days, or more hours, 12 a week together."
  }
}

variable "maintenance_exclusions" {
  type = map(object({
    start = string
    end   = string
    scope = optional(string, "NO_UPGRADES")
  }))
  description = <<-EOT
    Times without maintenance, by a name for each, such as the days before a holiday.
    - `start` - beginning, such as `2026-12-18T00:00:00Z`.
    - `end` - end; `NO_UPGRADES` lasts 30 days at most.
    - `scope` - `NO_UPGRADES`, `NO_MINOR_UPGRADES` or `NO_MINOR_OR_NODE_UPGRADES`.
  EOT
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for exclusion in var.maintenance_exclusions : can(timecmp(exclusion.start, exclusion.end)) ? timecmp(exclusion.start, exclusion.end) < 0 : false])
    error_message = "Write beginning and end as times such as 2026-12-18T00:00:00Z, the beginning first."
  }

  validation {
    condition     = alltrue([for exclusion in var.maintenance_exclusions : contains(["NO_UPGRADES", "NO_MINOR_UPGRADES", "NO_MINOR_OR_NODE_UPGRADES"], exclusion.scope)])
    error_message = "Choose NO_UPGRADES, NO_MINOR_UPGRADES or NO_MINOR_OR_NODE_UPGRADES."
  }

  validation {
    condition     = alltrue([for exclusion in var.maintenance_exclusions : exclusion.scope == "NO_UPGRADES" ? try(timecmp(timeadd(exclusion.start, "720h"), exclusion.end) >= 0, true) : true])
    error_message = "Google lets a cluster be without any upgrade for 30 days at most: shorten the time, or choose another scope."
  }
}

variable "maintenance_hours" {
  type        = number
  description = "Hours that Google may take on each of these days, 4 to 24."
  default     = 8
  nullable    = false

  validation {
    condition     = var.maintenance_hours >= 4 && var.maintenance_hours <= 24 && floor(var.maintenance_hours) == var.maintenance_hours
    error_message = "Give Google 4 to 24 whole hours."
  }
}

variable "maintenance_start" {
  type        = string
  description = "Time of day (UTC) from which Google may maintain the cluster."
  default     = "01:00"
  nullable    = false

  validation {
    condition     = can(regex("^(?:[01][0-9]|2[0-3]):[0-5][0-9]$", var.maintenance_start))
    error_message = "Write the time of day as hours and minutes, such as 01:00."
  }
}

variable "managed_prometheus_enabled" {
  type        = bool
  description = "Collect figures of workloads with Google's Prometheus. Billed by what is collected."
  default     = true
  nullable    = false

  validation {
    condition     = var.mode == "autopilot" ? var.managed_prometheus_enabled : true
    error_message = "Autopilot always has Google's Prometheus: leave it on."
  }
}

variable "mode" {
  type        = string
  description = "`autopilot`: Google runs the nodes and bills what pods ask for. `standard`: you choose node pools and pay for machines."
  default     = "autopilot"
  nullable    = false

  validation {
    condition     = contains(["autopilot", "standard"], var.mode)
    error_message = "Choose autopilot or standard as the mode."
  }
}

variable "monitoring_components" {
  type        = set(string)
  description = "Whose figures are kept: `SYSTEM_COMPONENTS`, `APISERVER`, `SCHEDULER`, `CONTROLLER_MANAGER`, `STORAGE`, `HPA`, `POD`, `DAEMONSET`, `DEPLOYMENT`, `STATEFULSET`, `KUBELET`, `CADVISOR`."
  default     = ["SYSTEM_COMPONENTS"]
  nullable    = false

  validation {
    condition     = alltrue([for component in var.monitoring_components : contains(["SYSTEM_COMPONENTS", "APISERVER", "SCHEDULER", "CONTROLLER_MANAGER", "STORAGE", "HPA", "POD", "DAEMONSET", "DEPLOYMENT", "STATEFULSET", "KUBELET", "CADVISOR"], component)]) && contains(var.monitoring_components, "SYSTEM_COMPONENTS")
    error_message = "Keep SYSTEM_COMPONENTS, and add of the others those whose figures you look at."
  }
}

variable "nat_enabled" {
  type        = bool
  description = "Let nodes and pods reach the internet through Cloud NAT, such as for images of Docker Hub. Nobody can connect to them by it."
  default     = true
  nullable    = false
}

variable "node_pools" {
  type = map(object({
    machine_type      = optional(string, "e2-standard-4")
    zones             = optional(set(string), [])
    min_nodes         = optional(number, 1)
    max_nodes         = optional(number, 3)
    spot              = optional(bool, false)
    disk_type         = optional(string, "pd-balanced")
    disk_size_gb      = optional(number, 100)
    image_type        = optional(string, "COS_CONTAINERD")
    image_streaming   = optional(bool, true)
    secure_boot       = optional(bool, true)
    max_pods_per_node = optional(number)
    max_surge         = optional(number, 1)
    gpu_type          = optional(string)
    gpu_count         = optional(number, 1)
    labels            = optional(map(string), {})
    network_tags      = optional(set(string), [])
    taints = optional(list(object({
      key    = string
      value  = optional(string, "")
      effect = optional(string, "NO_SCHEDULE")
    })), [])
  }))
  description = <<-EOT
    Groups of equal nodes of a Standard cluster, by name.
    - `machine_type` - type of machine, such as `e2-standard-4`.
    - `zones` - zones of the region; none means those of the cluster.
    - `min_nodes` - fewest nodes in each zone.
    - `max_nodes` - most nodes in each zone.
    - `spot` - spare capacity at a large discount, which Google may take back.
    - `disk_type` - `pd-standard`, `pd-balanced`, `pd-ssd` or `hyperdisk-balanced`.
    - `disk_size_gb` - size of each node's disk.
    - `image_type` - `COS_CONTAINERD` or `UBUNTU_CONTAINERD`.
    - `image_streaming` - start containers before their image is whole.
    - `secure_boot` - start only signed systems; some GPU drivers need it off.
    - `max_pods_per_node` - most pods of a node, 8 to 256. Null takes 110.
    - `max_surge` - nodes that are made ahead at an upgrade.
    - `gpu_type` - GPU of each node, such as `nvidia-l4` with G2 or `nvidia-tesla-t4` with N1 machines.
    - `gpu_count` - number of GPUs.
    - `labels` - labels that Kubernetes sees.
    - `network_tags` - network tags, for firewall rules.
    - `taints` - keep pods away that do not tolerate them.
    - `key` - of a taint.
    - `value` - of a taint.
    - `effect` - `NO_SCHEDULE`, `PREFER_NO_SCHEDULE` or `NO_EXECUTE`.
  EOT
  default     = { default = {} }
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.node_pools) : can(regex("^[a-z](?:[-a-z0-9]{0,38}[a-z0-9])?$", name))])
    error_message = "Name each node pool with 1 to 40 lowercase letters, digits and dashes, such as default."
  }

  validation {
    condition     = var.mode == "standard" ? length(var.node_pools) > 0 : true
    error_message = "A Standard cluster needs at least one node pool."
  }

  validation {
    condition     = alltrue([for pool in var.node_pools : can(regex("^[a-z][a-z0-9]*-[a-z0-9-]+$", pool.machine_type))])
    error_message = "Choose the machine type of a node pool by its full name, such as e2-standard-4."
  }

  validation {
    condition     = alltrue([for pool in var.node_pools : !contains(["e2-micro", "f1-micro", "g1-small"], pool.machine_type)])
    error_message = "Machines below e2-small are too small for nodes: choose e2-medium or larger."
  }

  validation {
    condition     = alltrue(flatten([for pool in var.node_pools : [for zone in pool.zones : startswith(zone, "${join("-", slice(split("-", "${var.location}--"), 0, 2))}-")]]))
    error_message = "Choose zones for a node pool that are in the region of the cluster."
  }

  validation {
    condition     = alltrue([for pool in var.node_pools : pool.min_nodes >= 0 && pool.max_nodes >= 1 && pool.min_nodes <= pool.max_nodes && pool.max_nodes <= 1000])
    error_message = "Give each node pool at least one node at most, and not fewer at most than at least."
  }

  validation {
    condition     = alltrue([for pool in var.node_pools : contains(["pd-standard", "pd-balanced", "pd-ssd", "hyperdisk-balanced"], pool.disk_type)])
    error_message = "Choose pd-standard, pd-balanced, pd-ssd or hyperdisk-balanced as the disk of a node pool."
  }

  validation {
    condition     = alltrue([for pool in var.node_pools : can(regex("^(?:c4|c4a|c4d|n4|n4a|n4d)-", pool.machine_type)) ? startswith(pool.disk_type, "hyperdisk") : true])
    error_message = "Machines of the C4 and N4 families only take Hyperdisk: choose hyperdisk-balanced as the disk of the node pool."
  }

  validation {
    condition     = alltrue([for pool in var.node_pools : pool.disk_size_gb >= 20 && pool.disk_size_gb <= 65536 && floor(pool.disk_size_gb) == pool.disk_size_gb])
    error_message = "Set the disk of a node pool to 20 to 65536 whole GB."
  }

  validation {
    condition     = alltrue([for pool in var.node_pools : contains(["COS_CONTAINERD", "UBUNTU_CONTAINERD"], pool.image_type)])
    error_message = "Choose COS_CONTAINERD or UBUNTU_CONTAINERD as the image of a node pool."
  }

  validation {
    condition     = alltrue([for pool in var.node_pools : pool.max_pods_per_node == null ? true : pool.max_pods_per_node >= 8 && pool.max_pods_per_node <= 256])
    error_message = "Allow 8 to 256 pods on a node."
  }

  validation {
    condition     = alltrue([for pool in var.node_pools : pool.max_surge >= 1 && pool.max_surge <= 20 && floor(pool.max_surge) == pool.max_surge])
    error_message = "Make 1 to 20 nodes ahead at an upgrade."
  }

  validation {
    condition     = alltrue([for pool in var.node_pools : pool.gpu_type == null ? true : can(regex("^(?:n1|g2|g4|a2|a3|a4)-", pool.machine_type)) && (can(regex("^nvidia-(?:tesla-)?[tpv][0-9]+$", pool.gpu_type)) == startswith(pool.machine_type, "n1-"))])
    error_message = "This GPU does not fit the machine type: T4, P4, P100 and V100 go with N1 machines, newer ones with theirs, such as nvidia-l4 with G2."
  }

  validation {
    condition     = alltrue([for pool in var.node_pools : contains([1, 2, 4, 8], pool.gpu_count)])
    error_message = "Choose 1, 2, 4 or 8 GPUs."
  }

  validation {
    condition     = alltrue(flatten([for pool in var.node_pools : [for taint in pool.taints : contains(["NO_SCHEDULE", "PREFER_NO_SCHEDULE", "NO_EXECUTE"], taint.effect)]]))
    error_message = "Choose NO_SCHEDULE, PREFER_NO_SCHEDULE or NO_EXECUTE as the effect of a taint."
  }
}

variable "node_zones" {
  type        = set(string)
  description = "Zones of the nodes, such as `europe-west1-b`. Empty lets Google choose three."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for zone in var.node_zones : startswith(zone, "${join("-", slice(split("-", "${var.location}--"), 0, 2))}-")])
    error_message = "Choose zones that are in the region of the cluster."
  }

  validation {
    condition     = !contains(var.node_zones, var.location)
    error_message = "The zone of the cluster has nodes anyway: name further ones only."
  }
}

variable "notification_topic" {
  type        = string
  description = "Pub/Sub topic that is told of upgrades and security bulletins: `projects/<project>/topics/<name>`. Null tells nobody."
  default     = null

  validation {
    condition     = var.notification_topic == null ? true : can(regex("^projects/[^/]+/topics/[^/]+$", var.notification_topic))
    error_message = "Write the topic as projects/<project>/topics/<name>."
  }
}

variable "owner" {
  type        = string
  description = "Person or team that answers for the cluster, kept as the label `owner`."
  default     = null
}

variable "pods_cidr" {
  type        = string
  description = "Range of pods in the new subnetwork; each node takes a /24 of it."
  default     = "10.20.0.0/14"
  nullable    = false

  validation {
    condition     = can(cidrhost(var.pods_cidr, 0)) && can(regex("/(?:9|1[0-9]|2[01])$", var.pods_cidr))
    error_message = "Give pods a CIDR range between /9 and /21, such as 10.20.0.0/14."
  }
}

variable "pods_range_name" {
  type        = string
  description = "Name of the secondary range for pods in the existing subnetwork. Null lets GKE make one."
  default     = null

  validation {
    condition     = var.pods_range_name == null ? var.services_range_name == null : var.services_range_name != null && var.subnetwork != null
    error_message = "Name both ranges of an existing subnetwork, that of pods and that of services, or neither."
  }
}

variable "private_nodes_enabled" {
  type        = bool
  description = "Nodes without public addresses."
  default     = true
  nullable    = false
}

variable "project_id" {
  type        = string
  description = "Project that holds the cluster. Null takes the one of the cloud account."
  default     = null

  validation {
    condition     = var.project_id == null ? true : can(regex("^[a-z][-a-z0-9]{4,28}[a-z0-9]$", var.project_id))
    error_message = "Give the project by its id: 6 to 30 lowercase letters, digits and dashes."
  }
}

variable "release_channel" {
  type        = string
  description = "How soon new versions come by themselves: `RAPID`, `REGULAR`, `STABLE`, or `EXTENDED`, which supports a version longer for a price."
  default     = "REGULAR"
  nullable    = false

  validation {
    condition     = contains(["RAPID", "REGULAR", "STABLE", "EXTENDED"], var.release_channel)
    error_message = "Choose RAPID, REGULAR, STABLE or EXTENDED as the release channel."
  }
}

variable "secret_manager_enabled" {
  type        = bool
  description = "Let pods mount secrets from Secret Manager."
  default     = true
  nullable    = false
}

variable "security_group" {
  type        = string
  description = "Google group whose nested groups can be given rights in the cluster: `gke-security-groups@<domain>`. Null is without."
  default     = null

  validation {
    condition     = var.security_group == null ? true : can(regex("^gke-security-groups@[^@\\s]+\\.[a-z]+$", var.security_group))
    error_message = "The group must be called gke-security-groups@ and your domain."
  }
}

variable "security_posture_mode" {
  type        = string
  description = "Look for insecure settings of workloads: `BASIC` or `DISABLED`."
  default     = "BASIC"
  nullable    = false

  validation {
    condition     = contains(["BASIC", "DISABLED"], var.security_posture_mode)
    error_message = "Choose BASIC or DISABLED."
  }
}

variable "service_account_email" {
  type        = string
  description = "Existing service account of the nodes. Null creates one with the rights that nodes need."
  default     = null

  validation {
    condition     = var.service_account_email == null ? true : can(regex("^[^@\\s]+@[^@\\s]+\\.gserviceaccount\\.com$", var.service_account_email))
    error_message = "Give the service account by its address, such as nodes@my-project.iam.gserviceaccount.com."
  }
}

variable "service_account_roles" {
  type        = set(string)
  description = "More roles of the nodes' new service account; pulling images from Artifact Registry is one."
  default     = ["roles/artifactregistry.reader"]
  nullable    = false

  validation {
    condition     = alltrue([for role in var.service_account_roles : can(regex("^(?:roles|projects/[^/]+/roles|organizations/[^/]+/roles)/[A-Za-z0-9_.]+$", role))])
    error_message = "Write each role with its prefix, such as roles/artifactregistry.reader."
  }

  validation {
    condition     = length(setintersection(var.service_account_roles, ["roles/owner", "roles/editor"])) == 0
    error_message = "Owner and Editor are too much for nodes: give workloads rights of their own instead."
  }
}

variable "services_cidr" {
  type        = string
  description = "Range of services in the new subnetwork."
  default     = "10.24.0.0/20"
  nullable    = false

  validation {
    condition     = can(cidrhost(var.services_cidr, 0)) && can(regex("/(?:1[6-9]|2[0-7])$", var.services_cidr))
    error_message = "Give services a CIDR range between /16 and /27, such as 10.24.0.0/20."
  }
}

variable "services_range_name" {
  type        = string
  description = "Name of the secondary range for services in the existing subnetwork. Null lets GKE make one."
  default     = null
}

variable "subnet_cidr" {
  type        = string
  description = "Range of nodes in the new subnetwork. Choose one that no connected network uses."
  default     = "10.10.0.0/20"
  nullable    = false

  validation {
    condition     = can(cidrhost(var.subnet_cidr, 0)) && can(regex("/(?:[89]|1[0-9]|2[0-8])$", var.subnet_cidr))
    error_message = "Give nodes a CIDR range between /8 and /28, such as 10.10.0.0/20."
  }

  validation {
    condition = alltrue(flatten([for i, a in [var.subnet_cidr, var.pods_cidr, var.services_cidr] : [for j, b in [var.subnet_cidr, var.pods_cidr, var.services_cidr] : i >= j ? true : try(
      cidrhost("${split("/", a)[0]}/${min(tonumber(split("/", a)[1]), tonumber(split("/", b)[1]))}", 0) !=
      cidrhost("${split("/", b)[0]}/${min(tonumber(split("/", a)[1]), tonumber(split("/", b)[1]))}", 0),
      true
    )]]))
    error_message = "The ranges of nodes, pods and services overlap: give each addresses of its own."
  }
}

variable "subnetwork" {
  type        = string
  description = "Existing subnetwork in the region of the cluster: `projects/<project>/regions/<region>/subnetworks/<name>`. Null creates a network with a subnetwork."
  default     = null

  validation {
    condition     = var.subnetwork == null ? true : can(regex("^projects/[^/]+/regions/[^/]+/subnetworks/[^/]+$", var.subnetwork))
    error_message = "Write the subnetwork as projects/<project>/regions/<region>/subnetworks/<name>."
  }

  validation {
    condition     = var.subnetwork == null ? true : strcontains(var.subnetwork, "/regions/${join("-", slice(split("-", "${var.location}--"), 0, 2))}/")
    error_message = "Choose a subnetwork in the region of the cluster."
  }
}

variable "terrace_deployment" {
  type        = string
  description = "Name of the deployment in the portal, which fills it in; kept as the label `terrace_deployment`."
  default     = null
}
