variable "name" {
  type        = string
  description = "Name of the machine. Everything beside it (network, firewall rules, service account) is named after it."
  nullable    = false

  validation {
    condition     = can(regex("^[a-z](?:[-a-z0-9]{0,25}[a-z0-9])?$", var.name)) && length(var.name) >= 3
    error_message = "Use 3 to 27 lowercase letters, digits and dashes for the name, beginning with a letter and not ending in a dash."
  }
}

variable "zone" {
  type        = string
  description = "Zone that the machine runs in, such as `europe-west1-b`. It cannot be changed later without building the machine anew."
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+-[a-z]$", var.zone))
    error_message = "Write the zone with its letter, such as europe-west1-b."
  }
}

variable "allowed_management_cidrs" {
  type        = list(string)
  description = "Networks from which SSH (Linux) or Remote Desktop (Windows) is allowed directly, such as your office's. Google's tunnel (IAP) needs none."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for cidr in var.allowed_management_cidrs : can(cidrhost(cidr, 0))])
    error_message = "Write each network as a CIDR range, such as 203.0.113.0/24, or 203.0.113.7/32 for a single address."
  }

  validation {
    condition     = alltrue([for cidr in var.allowed_management_cidrs : !can(regex("/[0-7]$", cidr))])
    error_message = "Opening the management port to the whole internet is not allowed: name your own network, such as 203.0.113.0/24."
  }
}

variable "boot_disk_size_gb" {
  type        = number
  description = "Size of the system disk in GB, 10 to 65536, for Windows 50 or more. It can grow later, never shrink."
  default     = 50
  nullable    = false

  validation {
    condition     = var.boot_disk_size_gb >= (startswith(var.image, "windows") ? 50 : 10) && var.boot_disk_size_gb <= 65536
    error_message = "Set the system disk to 10 to 65536 GB, for Windows to 50 GB or more."
  }

  validation {
    condition     = floor(var.boot_disk_size_gb) == var.boot_disk_size_gb
    error_message = "Give the size of the system disk as a whole number."
  }
}

variable "boot_disk_type" {
  type        = string
  description = "Kind of system disk: `pd-standard` magnetic, `pd-balanced` and `pd-ssd` faster; C4, C4A and N4 machines take only `hyperdisk-balanced`."
  default     = "pd-balanced"
  nullable    = false

  validation {
    condition     = contains(["pd-standard", "pd-balanced", "pd-ssd", "hyperdisk-balanced"], var.boot_disk_type)
    error_message = "Choose pd-standard, pd-balanced, pd-ssd or hyperdisk-balanced as the system disk."
  }

  validation {
    condition     = can(regex("^(?:c4|c4a|c4d|n4|n4a|n4d)-", var.machine_type)) ? startswith(var.boot_disk_type, "hyperdisk") : true
    error_message = "Machines of the C4 and N4 families only take Hyperdisk: choose hyperdisk-balanced as the system disk."
  }

  validation {
    condition     = can(regex("^(?:e2|n1|n2d|t2d|f1|g1)-", var.machine_type)) ? !startswith(var.boot_disk_type, "hyperdisk") : true
    error_message = "This machine type cannot start from Hyperdisk: choose pd-balanced or pd-ssd as the system disk."
  }
}

variable "cost_center" {
  type        = string
  description = "Cost center that pays, kept as the label `cost_center`."
  default     = null
}

variable "data_disks" {
  type = list(object({
    name    = string
    size_gb = number
    type    = optional(string, "pd-balanced")
    mode    = optional(string, "READ_WRITE")
  }))
  description = <<-EOT
    More disks, attached empty.
    - `name` - lowercase letters, digits and dashes; the disk is called `<machine>-<name>` and seen by the machine as `google-<name>`.
    - `size_gb` - size in GB, 10 to 65536. It can grow later, never shrink.
    - `type` - `pd-standard`, `pd-balanced`, `pd-ssd` or `hyperdisk-balanced`.
    - `mode` - `READ_WRITE` or `READ_ONLY`.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for disk in var.data_disks : can(regex("^[a-z0-9](?:[-a-z0-9]{0,28}[a-z0-9])?$", disk.name))])
    error_message = "Name each disk with 1 to 30 lowercase letters, digits and dashes, such as data."
  }

  validation {
    condition     = length(distinct([for disk in var.data_disks : disk.name])) == length(var.data_disks)
    error_message = "Give every disk a name of its own: two have the same."
  }

  validation {
    condition     = alltrue([for disk in var.data_disks : disk.size_gb >= 10 && disk.size_gb <= 65536 && floor(disk.size_gb) == disk.size_gb])
    error_message = "Set the size of each disk to a whole number from 10 to 65536 GB."
  }

  validation {
    condition     = alltrue([for disk in var.data_disks : contains(["pd-standard", "pd-balanced", "pd-ssd", "hyperdisk-balanced"], disk.type)])
    error_message = "Choose pd-standard, pd-balanced, pd-ssd or hyperdisk-balanced as the type of a disk."
  }

  validation {
    condition     = alltrue([for disk in var.data_disks : contains(["READ_WRITE", "READ_ONLY"], disk.mode)])
    error_message = "Choose READ_WRITE or READ_ONLY as the mode of a disk."
  }
}

variable "deletion_protection" {
  type        = bool
  description = "Refuse to delete the machine until this is turned off again, in the portal's destroy runs too."
  default     = false
  nullable    = false
}

variable "disk_kms_key" {
  type        = string
  description = "Key of your own in Cloud KMS that encrypts all disks: `projects/…/locations/…/keyRings/…/cryptoKeys/…`. Compute Engine's service agent must be allowed to use it. Null uses Google's keys."
  default     = null

  validation {
    condition     = var.disk_kms_key == null ? true : can(regex("^projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+$", var.disk_kms_key))
    error_message = "Write the key as projects/<project>/locations/<location>/keyRings/<ring>/cryptoKeys/<key>."
  }
}

variable "environment" {
  type        = string
  description = "What the machine is for, kept as the label `environment`."
  default     = "dev"
  nullable    = false

  validation {
    condition     = contains(["dev", "test", "staging", "production"], var.environment)
    error_message = "Choose dev, test, staging or production as the environment."
  }
}

variable "external_ip" {
  type        = string
  description = "Public address: `none`, `ephemeral` (may change when the machine stops) or `static` (reserved). Nobody can connect to it until networks are allowed."
  default     = "none"
  nullable    = false

  validation {
    condition     = contains(["none", "ephemeral", "static"], var.external_ip)
    error_message = "Choose none, ephemeral or static as the public address."
  }
}

variable "gpu_count" {
  type        = number
  description = "Number of GPUs: 1, 2, 4 or 8."
  default     = 1
  nullable    = false

  validation {
    condition     = contains([1, 2, 4, 8], var.gpu_count)
    error_message = "Choose 1, 2, 4 or 8 GPUs."
  }
}

variable "gpu_type" {
  type        = string
  description = "GPU to attach to an N1 machine, such as `nvidia-tesla-t4`. G2 and A2 machines have theirs built in. Null attaches none."
  default     = null

  validation {
    condition     = var.gpu_type == null ? true : contains(["nvidia-tesla-t4", "nvidia-tesla-p4", "nvidia-tesla-p100", "nvidia-tesla-v100"], var.gpu_type)
    error_message = "Choose nvidia-tesla-t4, nvidia-tesla-p4, nvidia-tesla-p100 or nvidia-tesla-v100, or leave it empty."
  }

  validation {
    condition     = var.gpu_type == null ? true : startswith(var.machine_type, "n1-")
    error_message = "GPUs can only be attached to N1 machines: choose a machine type such as n1-standard-4."
  }
}

variable "hostname" {
  type        = string
  description = "Full host name inside the machine, such as `web.example.com`. Null takes Google's internal name."
  default     = null

  validation {
    condition     = var.hostname == null ? true : can(regex("^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)+$", var.hostname)) && length(var.hostname) <= 253
    error_message = "Give the host name with its domain, such as web.example.com."
  }
}

variable "iap_enabled" {
  type        = bool
  description = "Let SSH or Remote Desktop through Google's tunnel (Identity-Aware Proxy), which needs no public address and asks who you are."
  default     = true
  nullable    = false
}

variable "image" {
  type        = string
  description = "Operating system to start with."
  default     = "debian-12"
  nullable    = false

  validation {
    condition     = contains(["debian-12", "debian-13", "ubuntu-22.04", "ubuntu-24.04", "rocky-9", "rhel-9", "windows-2022", "windows-2025"], var.image)
    error_message = "Choose debian-12, debian-13, ubuntu-22.04, ubuntu-24.04, rocky-9, rhel-9, windows-2022 or windows-2025 as the image."
  }

  validation {
    condition     = startswith(var.image, "windows") ? !can(regex("^(?:t2a|c4a|n4a)-", var.machine_type)) : true
    error_message = "Windows does not run on Arm machines: choose another machine type or image."
  }
}

variable "inbound_rules" {
  type = list(object({
    name         = string
    protocol     = optional(string, "tcp")
    ports        = list(string)
    source_cidrs = list(string)
  }))
  description = <<-EOT
    Ports that others may reach, besides the management port.
    - `name` - lowercase letters, digits and dashes.
    - `protocol` - `tcp` or `udp`.
    - `ports` - ports or ranges, such as `443` or `8000-8080`.
    - `source_cidrs` - networks that may connect; `0.0.0.0/0` is everybody, which is refused for SSH, Remote Desktop and databases.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for rule in var.inbound_rules : can(regex("^[a-z0-9](?:[-a-z0-9]{0,22}[a-z0-9])?$", rule.name))])
    error_message = "Name each rule with 1 to 24 lowercase letters, digits and dashes, such as https."
  }

  validation {
    condition     = length(distinct([for rule in var.inbound_rules : rule.name])) == length(var.inbound_rules)
    error_message = "Give every rule a name of its own: two have the same."
  }

  validation {
    condition     = alltrue([for rule in var.inbound_rules : contains(["tcp", "udp"], rule.protocol)])
    error_message = "Choose tcp or udp as the protocol of a rule."
  }

  validation {
    condition = alltrue(flatten([for rule in var.inbound_rules : [for port in rule.ports :
      can(regex("^[0-9]{1,5}(?:-[0-9]{1,5})?$", port)) ? alltrue([for end in split("-", port) : tonumber(end) >= 1 && tonumber(end) <= 65535]) : false
    ]]))
    error_message = "Write each port as a number from 1 to 65535 or a range, such as 443 or 8000-8080."
  }

  validation {
    condition     = alltrue([for rule in var.inbound_rules : length(rule.ports) > 0 && length(rule.source_cidrs) > 0])
    error_message = "Give every rule at least one port and one network."
  }

  validation {
    condition     = alltrue(flatten([for rule in var.inbound_rules : [for cidr in rule.source_cidrs : can(cidrhost(cidr, 0))]]))
    error_message = "Write the networks of a rule as CIDR ranges, such as 203.0.113.0/24."
  }

  validation {
    condition = alltrue(flatten([for rule in var.inbound_rules : [for port in rule.ports : [for managed in [22, 3389, 5985, 5986, 1433, 3306, 5432] :
      try(tonumber(split("-", port)[0]) > managed || tonumber(reverse(split("-", port))[0]) < managed, true)
      ? true : alltrue([for cidr in rule.source_cidrs : !can(regex("/[0-7]$", cidr))])
    ]]]))
    error_message = "Do not open SSH, Remote Desktop or a database to the whole internet: name the networks that need the port."
  }
}

variable "labels" {
  type        = map(string)
  description = "More labels for everything that can have them: lowercase letters, digits, dashes and underscores."
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for key, value in var.labels : can(regex("^[a-z][-_a-z0-9]{0,62}$", key)) && can(regex("^[-_a-z0-9]{0,63}$", value))])
    error_message = "Use lowercase letters, digits, dashes and underscores in labels, at most 63, with a letter first in the name."
  }
}

variable "machine_type" {
  type        = string
  description = "Type of machine, which decides vCPUs, memory and price, such as `e2-medium`. It can be changed later; the machine restarts."
  default     = "e2-medium"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9]*-[a-z0-9-]+$", var.machine_type))
    error_message = "Choose a machine type by its full name, such as e2-medium or n2-standard-4."
  }
}

variable "nat_enabled" {
  type        = bool
  description = "Let the machine reach the internet through Cloud NAT, for updates and downloads. Without it and without a public address only Google's own services can be reached."
  default     = false
  nullable    = false

  validation {
    condition     = var.nat_enabled ? var.subnetwork == null : true
    error_message = "NAT is only created together with the network: leave the subnetwork empty, or NAT off."
  }
}

variable "network_ip" {
  type        = string
  description = "Fixed private address inside the subnetwork. Null lets Google choose one."
  default     = null

  validation {
    condition     = var.network_ip == null ? true : can(cidrhost("${var.network_ip}/32", 0))
    error_message = "Write the private address as an IPv4 address, such as 10.10.0.10."
  }
}

variable "network_tags" {
  type        = set(string)
  description = "More network tags, by which firewall rules and routes of your own find the machine."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for tag in var.network_tags : can(regex("^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$", tag))])
    error_message = "Write each network tag with lowercase letters, digits and dashes, beginning with a letter."
  }
}

variable "network_tier" {
  type        = string
  description = "Route of public traffic: `PREMIUM` over Google's network, `STANDARD` over the internet, cheaper."
  default     = "PREMIUM"
  nullable    = false

  validation {
    condition     = contains(["PREMIUM", "STANDARD"], var.network_tier)
    error_message = "Choose PREMIUM or STANDARD as the network tier."
  }
}

variable "ops_agent_enabled" {
  type        = bool
  description = "Install Google's Ops Agent, which sends logs, memory and disk figures to Cloud Logging and Monitoring."
  default     = true
  nullable    = false

  validation {
    condition     = var.ops_agent_enabled && var.source_image == null ? !can(regex("^(?:t2a|c4a|n4a)-", var.machine_type)) || !contains(["rocky-9", "rhel-9"], var.image) : true
    error_message = "The Ops Agent is not packaged for this image on Arm machines: turn it off, or choose Debian or Ubuntu."
  }
}

variable "owner" {
  type        = string
  description = "Person or team that answers for the machine, kept as the label `owner`."
  default     = null
}

variable "project_id" {
  type        = string
  description = "Project that holds the machine. Null takes the one of the cloud account."
  default     = null

  validation {
    condition     = var.project_id == null ? true : can(regex("^[a-z][-a-z0-9]{4,28}[a-z0-9]$", var.project_id))
    error_message = "Give the project by its id: 6 to 30 lowercase letters, digits and dashes."
  }
}

variable "schedule" {
  type = object({
    start     = optional(string)
    stop      = string
    time_zone = optional(string, "UTC")
  })
  description = <<-EOT
    Start and stop the machine by the clock to save money. Null never does.
    - `start` - when it starts, as a cron expression such as `0 7 * * 1-5`. Null leaves starting to you.
    - `stop` - when it stops, such as `0 19 * * *`.
    - `time_zone` - time zone of both, such as `Europe/Berlin`.
  EOT
  default     = null

  validation {
    condition     = var.schedule == null ? true : can(regex("^\\S+ \\S+ \\S+ \\S+ \\S+$", var.schedule.stop))
    error_message = "Write the time to stop as a cron expression of five parts, such as 0 19 * * *."
  }

  validation {
    condition     = var.schedule == null ? true : var.schedule.start == null ? true : can(regex("^\\S+ \\S+ \\S+ \\S+ \\S+$", var.schedule.start))
    error_message = "Write the time to start as a cron expression of five parts, such as 0 7 * * 1-5."
  }
}

variable "secure_boot_enabled" {
  type        = bool
  description = "Start only signed systems. Turn it off only for drivers or images that are not signed; the virtual TPM and integrity checks stay on."
  default     = true
  nullable    = false
}

variable "service_account_email" {
  type        = string
  description = "Existing service account that programs on the machine act as. Null creates one without any rights but logging and monitoring."
  default     = null

  validation {
    condition     = var.service_account_email == null ? true : can(regex("^[^@\\s]+@[^@\\s]+\\.gserviceaccount\\.com$", var.service_account_email))
    error_message = "Give the service account by its address, such as web@my-project.iam.gserviceaccount.com."
  }
}

variable "service_account_roles" {
  type        = set(string)
  description = "Roles on the project that the new service account gets, such as `roles/storage.objectViewer`."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for role in var.service_account_roles : can(regex("^(?:roles|projects/[^/]+/roles|organizations/[^/]+/roles)/[A-Za-z0-9_.]+$", role))])
    error_message = "Write each role with its prefix, such as roles/storage.objectViewer."
  }

  validation {
    condition     = length(setintersection(var.service_account_roles, ["roles/owner", "roles/editor"])) == 0
    error_message = "Owner and Editor are too much for a machine: choose the roles that its programs need."
  }

  validation {
    condition     = length(var.service_account_roles) == 0 ? true : var.service_account_email == null
    error_message = "Roles are only given to a new service account: leave its address empty, or the roles."
  }
}

variable "snapshot_retention_days" {
  type        = number
  description = "Days for which daily snapshots of all disks are kept. Null takes no snapshots."
  default     = null

  validation {
    condition     = var.snapshot_retention_days == null ? true : var.snapshot_retention_days >= 1 && var.snapshot_retention_days <= 3650 && floor(var.snapshot_retention_days) == var.snapshot_retention_days
    error_message = "Keep snapshots for 1 to 3650 whole days, or leave the field empty."
  }
}

variable "source_image" {
  type        = string
  description = "Image or image family of your own, such as `projects/my-project/global/images/family/web`, of the same operating system as the chosen image. Null takes Google's."
  default     = null

  validation {
    condition     = var.source_image == null ? true : can(regex("^projects/[^/]+/global/images/(?:family/)?[^/]+$", var.source_image))
    error_message = "Write the image as projects/<project>/global/images/<image> or …/images/family/<family>."
  }
}

variable "spot_enabled" {
  type        = bool
  description = "Use spare capacity at a large discount. Google may stop the machine at any time with 30 seconds' notice."
  default     = false
  nullable    = false
}

variable "spot_termination_action" {
  type        = string
  description = "What happens when Google needs the capacity back: `STOP` keeps the machine, `DELETE` removes it."
  default     = "STOP"
  nullable    = false

  validation {
    condition     = contains(["STOP", "DELETE"], var.spot_termination_action)
    error_message = "Choose STOP or DELETE as the action."
  }
}

variable "ssh_members" {
  type        = set(string)
  description = "Who may sign in as administrator with their Google account, such as `user:ada@example.com` or `group:ops@example.com`."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for member in var.ssh_members : can(regex("^(?:user|group|serviceAccount|domain|principal|principalSet):.+$", member))])
    error_message = "Write each member with its kind, such as user:ada@example.com or group:ops@example.com."
  }
}

variable "startup_script" {
  type        = string
  description = "Script that runs at every start: a shell script, for Windows PowerShell. It can be read by programs on the machine, so put no secrets into it."
  default     = null

  validation {
    condition     = var.startup_script == null ? true : length(var.startup_script) <= 262144
    error_message = "Shorten the script to 256 KB, or let it download the rest."
  }
}

variable "subnet_cidr" {
  type        = string
  description = "Address range of the new subnetwork. Choose one that no connected network uses."
  default     = "10.10.0.0/24"
  nullable    = false

  validation {
    condition     = can(cidrhost(var.subnet_cidr, 0)) && can(regex("/(?:[89]|1[0-9]|2[0-9])$", var.subnet_cidr))
    error_message = "Give the subnetwork as a CIDR range between /8 and /29, such as 10.10.0.0/24."
  }
}

variable "subnetwork" {
  type        = string
  description = "Existing subnetwork in the region of the zone: `projects/<project>/regions/<region>/subnetworks/<name>`. Null creates a network with a subnetwork."
  default     = null

  validation {
    condition     = var.subnetwork == null ? true : can(regex("^projects/[^/]+/regions/[^/]+/subnetworks/[^/]+$", var.subnetwork))
    error_message = "Write the subnetwork as projects/<project>/regions/<region>/subnetworks/<name>."
  }

  validation {
    condition     = var.subnetwork == null ? true : strcontains(var.subnetwork, "/regions/${join("-", slice(split("-", "${var.zone}--"), 0, 2))}/")
    error_message = "Choose a subnetwork in the region of the zone."
  }

  validation {
    condition     = var.subnetwork == null ? true : !endswith(var.subnetwork, "/subnetworks/default")
    error_message = "The default network is open too widely: choose another subnetwork, or let one be created."
  }
}

variable "terrace_deployment" {
  type        = string
  description = "Name of the deployment in the portal, which fills it in; kept as the label `terrace_deployment`."
  default     = null
}
