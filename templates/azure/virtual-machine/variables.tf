variable "name" {
  type        = string
  description = "Name of the virtual machine. Everything beside it (network, address, disks) is named after it."
  nullable    = false

  validation {
    condition     = can(regex("^[a-z](?:[-a-z0-9]{0,38}[a-z0-9])?$", var.name))
    error_message = "Use lowercase letters, digits and dashes for the name: at most 40, beginning with a letter and not ending in a dash."
  }
}

variable "location" {
  type        = string
  description = "Azure region in its short form, such as `westeurope`. It cannot be changed later without building the machine anew."
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9]+$", var.location))
    error_message = "Write the region in its short form, such as westeurope or eastus2."
  }
}

variable "admin_ssh_key" {
  type        = string
  description = "Your public SSH key, one line that begins with `ssh-ed25519` or `ssh-rsa`; `ssh-keygen` puts it into a file that ends in `.pub`. For Windows set null."

  validation {
    condition     = var.os_type == "Windows" ? true : can(regex("^(?:ssh-ed25519|ssh-rsa) AAAA[0-9A-Za-z+/]+={0,3}(?: [^\\r\\n]*)?\\s*$", var.admin_ssh_key))
    error_message = "Paste your public SSH key: one line that begins with ssh-ed25519 or ssh-rsa, from a file that ends in .pub."
  }
}

variable "accelerated_networking_enabled" {
  type        = bool
  description = "Let the network card bypass the host for speed. Most sizes with two or more vCPUs can; the older B sizes cannot."
  default     = false
  nullable    = false
}

variable "admin_password" {
  type        = string
  description = "Password of the administrator. Only Windows uses it: 12 to 123 characters of at least three kinds (lowercase, capitals, digits, others)."
  default     = null
  sensitive   = true

  validation {
    condition     = var.os_type == "Linux" ? true : var.admin_password != null
    error_message = "Windows needs a password for the administrator: enter one, or have one made."
  }

  validation {
    condition     = var.admin_password == null ? true : length(var.admin_password) >= 12 && length(var.admin_password) <= 123
    error_message = "Choose a password of 12 to 123 characters."
  }

  validation {
    condition = var.admin_password == null ? true : length([
      for kind in ["[a-z]", "[A-Z]", "[0-9]", "[^a-zA-Z0-9]"] : kind if can(regex(kind, var.admin_password))
    ]) >= 3
    error_message = "Mix at least three kinds of characters in the password: lowercase letters, capitals, digits, others."
  }
}

variable "admin_username" {
  type        = string
  description = "Name of the administrator's account on the machine."
  default     = "azureuser"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z_][a-z0-9_-]{0,19}$", var.admin_username))
    error_message = "Use 1 to 20 lowercase letters, digits, dashes and underscores for the user name, not beginning with a digit."
  }

  validation {
    condition     = !contains(["a", "admin", "admin1", "admin2", "administrator", "root", "guest", "test", "test1", "test2", "test3", "user", "user1", "user2", "user3", "user4", "user5", "backup", "console", "owner", "server", "sql", "support", "support_388945a0", "sys", "david", "john", "aspnet", "actuser", "adm"], var.admin_username)
    error_message = "Azure reserves this user name: choose another, such as azureuser."
  }
}

variable "allowed_management_cidrs" {
  type        = list(string)
  description = "Networks from which SSH (Linux) or Remote Desktop (Windows) is allowed, such as your office's. Empty allows nobody from outside."
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

variable "auto_shutdown_email" {
  type        = string
  description = "Address that is told half an hour before the daily shutdown."
  default     = null

  validation {
    condition     = var.auto_shutdown_email == null ? true : can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", var.auto_shutdown_email))
    error_message = "Enter one e-mail address, such as ada@example.com."
  }
}

variable "auto_shutdown_time" {
  type        = string
  description = "Time of day, `HHMM`, at which the machine is shut down to save money. Null never shuts it down."
  default     = null

  validation {
    condition     = var.auto_shutdown_time == null ? true : can(regex("^(?:[01][0-9]|2[0-3])[0-5][0-9]$", var.auto_shutdown_time))
    error_message = "Write the time as four digits, such as 1930 for half past seven in the evening."
  }
}

variable "automatic_patching_enabled" {
  type        = bool
  description = "Let Azure install critical and security updates by itself, in quiet hours. Turn it off for images of your own that Azure cannot patch."
  default     = true
  nullable    = false
}

variable "backup_enabled" {
  type        = bool
  description = "Back the machine up every day into a vault of its own. Destroying the deployment deletes the backups too."
  default     = false
  nullable    = false
}

variable "backup_retention_days" {
  type        = number
  description = "Days for which a daily backup is kept, 7 to 9999."
  default     = 30
  nullable    = false

  validation {
    condition     = var.backup_retention_days >= 7 && var.backup_retention_days <= 9999
    error_message = "Keep backups for 7 to 9999 days."
  }

  validation {
    condition     = floor(var.backup_retention_days) == var.backup_retention_days
    error_message = "Give the days for backups as a whole number."
  }
}

variable "backup_time" {
  type        = string
  description = "Time of day, `HH:MM` on the hour or half hour, at which the backup starts."
  default     = "23:00"
  nullable    = false

  validation {
    condition     = can(regex("^(?:[01][0-9]|2[0-3]):(?:00|30)$", var.backup_time))
    error_message = "Write the backup time on the hour or half hour, such as 23:00 or 04:30."
  }
}

variable "bastion_sku" {
  type        = string
  description = "Azure Bastion, which reaches the machine through the browser without a public address: `Developer` is free, for one connection at a time and only in some regions; `Basic` and `Standard` are billed by the hour. Null creates none."
  default     = null

  validation {
    condition     = var.bastion_sku == null ? true : contains(["Developer", "Basic", "Standard"], var.bastion_sku)
    error_message = "Choose Developer, Basic or Standard for the Bastion, or leave it empty."
  }

  validation {
    condition     = var.bastion_sku == null ? true : var.subnet_id == null
    error_message = "A Bastion is only created together with the network: leave the subnet empty, or the Bastion."
  }
}

variable "bastion_subnet_prefix" {
  type        = string
  description = "Address range of the Bastion's own subnet, /26 or larger, inside the network's range."
  default     = "10.0.255.0/26"
  nullable    = false

  validation {
    condition     = can(cidrhost(var.bastion_subnet_prefix, 0)) && can(regex("/(?:[89]|1[0-9]|2[0-6])$", var.bastion_subnet_prefix))
    error_message = "Give the Bastion's subnet as a CIDR range of /26 or larger, such as 10.0.255.0/26."
  }
}

variable "computer_name" {
  type        = string
  description = "Host name inside the machine. Null takes the name, for Windows its first 15 characters."
  default     = null

  validation {
    condition     = var.computer_name == null ? true : can(regex("^[A-Za-z0-9](?:[-A-Za-z0-9]{0,62}[A-Za-z0-9])?$", var.computer_name))
    error_message = "Use letters, digits and dashes for the host name: at most 64, not beginning or ending with a dash."
  }

  validation {
    condition     = var.computer_name == null ? true : var.os_type == "Linux" || length(var.computer_name) <= 15
    error_message = "Windows takes host names of at most 15 characters."
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

variable "custom_data" {
  type        = string
  description = "Text that is handed to the machine at its first start: a cloud-init file on Linux, a file `CustomData.bin` on Windows. At most 65,535 bytes."
  default     = null
  sensitive   = true

  validation {
    condition     = var.custom_data == null ? true : length(var.custom_data) <= 65535
    error_message = "Shorten the custom data to 65,535 characters."
  }
}

variable "data_disks" {
  type = list(object({
    name         = string
    size_gb      = number
    storage_type = optional(string, "StandardSSD_LRS")
    caching      = optional(string, "ReadOnly")
    lun          = optional(number)
  }))
  description = <<-EOT
    More disks, attached empty.
    - `name` - lowercase letters, digits and dashes; the disk is called `disk-<machine>-<name>`.
    - `size_gb` - size in GB, 1 to 32767. It can grow later, never shrink.
    - `storage_type` - `Standard_LRS`, `StandardSSD_LRS`, `StandardSSD_ZRS`, `Premium_LRS` or `Premium_ZRS`.
    - `caching` - `None`, `ReadOnly` or `ReadWrite`.
    - `lun` - number under which the machine sees the disk, 0 to 63. Null takes its place in the list; set it when disks may be removed later.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for disk in var.data_disks : can(regex("^[a-z0-9](?:[-a-z0-9]{0,22}[a-z0-9])?$", disk.name))])
    error_message = "Name each disk with 1 to 24 lowercase letters, digits and dashes, such as data."
  }

  validation {
    condition     = length(distinct([for disk in var.data_disks : disk.name])) == length(var.data_disks)
    error_message = "Give every disk a name of its own: two have the same."
  }

  validation {
    condition     = alltrue([for disk in var.data_disks : disk.size_gb >= 1 && disk.size_gb <= 32767 && floor(disk.size_gb) == disk.size_gb])
    error_message = "Set the size of each disk to a whole number from 1 to 32767 GB."
  }

  validation {
    condition     = alltrue([for disk in var.data_disks : contains(["Standard_LRS", "StandardSSD_LRS", "StandardSSD_ZRS", "Premium_LRS", "Premium_ZRS"], disk.storage_type)])
    error_message = "Choose Standard_LRS, StandardSSD_LRS, StandardSSD_ZRS, Premium_LRS or Premium_ZRS as the type of a disk."
  }

  validation {
    condition     = alltrue([for disk in var.data_disks : contains(["None", "ReadOnly", "ReadWrite"], disk.caching)])
    error_message = "Choose None, ReadOnly or ReadWrite as the caching of a disk."
  }

  validation {
    condition     = alltrue([for disk in var.data_disks : disk.lun == null ? true : disk.lun >= 0 && disk.lun <= 63 && floor(disk.lun) == disk.lun])
    error_message = "Give the number (LUN) of a disk as 0 to 63."
  }

  validation {
    condition     = length(distinct([for index, disk in var.data_disks : disk.lun == null ? index : disk.lun])) == length(var.data_disks)
    error_message = "Two disks have the same number (LUN): number all of them, or none."
  }
}

variable "delete_lock_enabled" {
  type        = bool
  description = "Put a lock on the machine, so that nobody deletes it in the Azure portal by mistake. A destroy run of this deployment removes the lock first."
  default     = false
  nullable    = false
}

variable "disk_encryption_set_id" {
  type        = string
  description = "Resource id of a disk encryption set, to encrypt all disks with a key of your own. Null uses Microsoft's keys."
  default     = null

  validation {
    condition     = var.disk_encryption_set_id == null ? true : can(regex("(?i)/diskEncryptionSets/[^/]+$", var.disk_encryption_set_id))
    error_message = "Give the disk encryption set by its full resource id, which ends in /diskEncryptionSets/<name>."
  }
}

variable "domain_name_label" {
  type        = string
  description = "First part of a DNS name for the public address, as in `<label>.westeurope.cloudapp.azure.com`."
  default     = null

  validation {
    condition     = var.domain_name_label == null ? true : can(regex("^[a-z][a-z0-9-]{1,61}[a-z0-9]$", var.domain_name_label))
    error_message = "Use 3 to 63 lowercase letters, digits and dashes for the DNS label, beginning with a letter."
  }

  validation {
    condition     = var.domain_name_label == null ? true : var.public_ip_enabled
    error_message = "A DNS label belongs to a public address: turn that on, or leave the label empty."
  }
}

variable "encryption_at_host_enabled" {
  type        = bool
  description = "Encrypt temporary disks and caches on the host too. The subscription needs the feature `EncryptionAtHost` of Microsoft.Compute registered once."
  default     = true
  nullable    = false
}

variable "entra_login_enabled" {
  type        = bool
  description = "Let people sign in to the machine with Microsoft Entra ID instead of local accounts."
  default     = false
  nullable    = false
}

variable "entra_login_principal_ids" {
  type        = set(string)
  description = "Object ids of users or groups in Microsoft Entra ID who may sign in as administrators."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.entra_login_principal_ids : can(regex("^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", id))])
    error_message = "Give each person or group by its object id, such as 00000000-0000-0000-0000-000000000000; an e-mail address will not do."
  }

  validation {
    condition     = length(var.entra_login_principal_ids) == 0 ? true : var.entra_login_enabled
    error_message = "Turn sign-in with Microsoft Entra ID on before naming who may use it."
  }
}

variable "environment" {
  type        = string
  description = "What the machine is for, kept as the tag `environment`."
  default     = "dev"
  nullable    = false

  validation {
    condition     = contains(["dev", "test", "staging", "production"], var.environment)
    error_message = "Choose dev, test, staging or production as the environment."
  }
}

variable "inbound_rules" {
  type = list(object({
    name         = string
    ports        = list(string)
    protocol     = optional(string, "Tcp")
    source_cidrs = list(string)
  }))
  description = <<-EOT
    Ports that others may reach, besides the management port.
    - `name` - lowercase letters, digits and dashes.
    - `ports` - ports or ranges, such as `443` or `8000-8080`.
    - `protocol` - `Tcp` or `Udp`.
    - `source_cidrs` - networks that may connect; `0.0.0.0/0` is everybody, which is refused for SSH, Remote Desktop and databases.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for rule in var.inbound_rules : can(regex("^[a-z0-9](?:[-a-z0-9]{0,58}[a-z0-9])?$", rule.name))])
    error_message = "Name each rule with lowercase letters, digits and dashes, such as https."
  }

  validation {
    condition     = length(distinct([for rule in var.inbound_rules : rule.name])) == length(var.inbound_rules)
    error_message = "Give every rule a name of its own: two have the same."
  }

  validation {
    condition     = alltrue([for rule in var.inbound_rules : contains(["Tcp", "Udp"], rule.protocol)])
    error_message = "Choose Tcp or Udp as the protocol of a rule."
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

variable "license_type" {
  type        = string
  description = "Licence that you own already and bring along: `Windows_Server` or `Windows_Client`, for Linux `RHEL_BYOS`, `SLES_BYOS` or `UBUNTU_PRO`. Null bills it with the machine."
  default     = null

  validation {
    condition     = var.license_type == null ? true : contains(var.os_type == "Windows" ? ["Windows_Server", "Windows_Client"] : ["RHEL_BYOS", "SLES_BYOS", "UBUNTU_PRO"], var.license_type)
    error_message = "Choose a licence that fits the operating system: Windows_Server or Windows_Client for Windows, RHEL_BYOS, SLES_BYOS or UBUNTU_PRO for Linux."
  }
}

variable "linux_image" {
  type        = string
  description = "Linux distribution to start with."
  default     = "ubuntu-24.04"
  nullable    = false

  validation {
    condition     = contains(["ubuntu-24.04", "ubuntu-22.04", "debian-12", "rhel-9"], var.linux_image)
    error_message = "Choose ubuntu-24.04, ubuntu-22.04, debian-12 or rhel-9 as the image."
  }
}

variable "nat_gateway_enabled" {
  type        = bool
  description = "Let the machine reach the internet through a NAT gateway, for updates and downloads. The new network has no other way out unless the machine gets a public address."
  default     = false
  nullable    = false

  validation {
    condition     = var.nat_gateway_enabled ? var.subnet_id == null : true
    error_message = "A NAT gateway is only created together with the network: leave the subnet empty, or the gateway off."
  }
}

variable "os_disk_size_gb" {
  type        = number
  description = "Size of the system disk in GB, up to 4095. Null takes the size of the image. It can grow later, never shrink."
  default     = null

  validation {
    condition     = var.os_disk_size_gb == null ? true : var.os_disk_size_gb >= (var.os_type == "Windows" ? 127 : 30) && var.os_disk_size_gb <= 4095
    error_message = "Set the system disk to 30 to 4095 GB, for Windows to 127 GB or more."
  }

  validation {
    condition     = var.os_disk_size_gb == null ? true : floor(var.os_disk_size_gb) == var.os_disk_size_gb
    error_message = "Give the size of the system disk as a whole number."
  }
}

variable "os_disk_type" {
  type        = string
  description = "Kind of system disk: `Standard_LRS` magnetic, `StandardSSD_LRS`, `Premium_LRS`; the `ZRS` kinds survive the loss of a zone."
  default     = "StandardSSD_LRS"
  nullable    = false

  validation {
    condition     = contains(["Standard_LRS", "StandardSSD_LRS", "StandardSSD_ZRS", "Premium_LRS", "Premium_ZRS"], var.os_disk_type)
    error_message = "Choose Standard_LRS, StandardSSD_LRS, StandardSSD_ZRS, Premium_LRS or Premium_ZRS as the system disk."
  }
}

variable "os_type" {
  type        = string
  description = "Operating system: `Linux` is reached with an SSH key, `Windows` with a password."
  default     = "Linux"
  nullable    = false

  validation {
    condition     = contains(["Linux", "Windows"], var.os_type)
    error_message = "Choose Linux or Windows as the operating system."
  }
}

variable "owner" {
  type        = string
  description = "Person or team that answers for the machine, kept as the tag `owner`."
  default     = null
}

variable "private_ip_address" {
  type        = string
  description = "Fixed private address inside the subnet. Null lets Azure choose one."
  default     = null

  validation {
    condition     = var.private_ip_address == null ? true : can(cidrhost("${var.private_ip_address}/32", 0))
    error_message = "Write the private address as an IPv4 address, such as 10.0.1.10."
  }
}

variable "public_ip_enabled" {
  type        = bool
  description = "Give the machine a public address. Nobody can connect to it until networks are allowed."
  default     = false
  nullable    = false
}

variable "resource_group_name" {
  type        = string
  description = "Resource group that holds everything. Null names a new one after the machine."
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

variable "size" {
  type        = string
  description = "Size of the machine, which decides vCPUs, memory and price, such as `Standard_B2s_v2`. It can be changed later; the machine restarts."
  default     = "Standard_B2s_v2"
  nullable    = false

  validation {
    condition     = can(regex("^Standard_[A-Za-z0-9_-]+$", var.size))
    error_message = "Choose a size by its full name, such as Standard_B2s_v2."
  }
}

variable "source_image_id" {
  type        = string
  description = "Resource id of an image of your own, instead of the ready-made ones. It must have been made for the chosen operating system."
  default     = null

  validation {
    condition     = var.source_image_id == null ? true : can(regex("(?i)^/(?:subscriptions|communityGalleries|sharedGalleries)/.+/images/[^/]+(?:/versions/[^/]+)?$", var.source_image_id))
    error_message = "Give the image by its full resource id, which holds /images/<name>."
  }
}

variable "spot_enabled" {
  type        = bool
  description = "Use spare capacity at a large discount. Azure may stop the machine at any time with 30 seconds' notice."
  default     = false
  nullable    = false
}

variable "spot_eviction_policy" {
  type        = string
  description = "What happens when Azure needs the capacity back: `Deallocate` keeps the disks, `Delete` removes the machine."
  default     = "Deallocate"
  nullable    = false

  validation {
    condition     = contains(["Deallocate", "Delete"], var.spot_eviction_policy)
    error_message = "Choose Deallocate or Delete as the eviction policy."
  }
}

variable "spot_max_bid_price" {
  type        = number
  description = "Most that the machine may cost an hour, in US dollars, before it is stopped. -1 means up to the normal price."
  default     = -1
  nullable    = false

  validation {
    condition     = var.spot_max_bid_price == -1 ? true : var.spot_max_bid_price > 0
    error_message = "Set the highest price to -1 or to an amount above zero."
  }
}

variable "subnet_address_prefix" {
  type        = string
  description = "Address range of the new subnet, inside the network's range."
  default     = "10.0.1.0/24"
  nullable    = false

  validation {
    condition     = can(cidrhost(var.subnet_address_prefix, 0)) && can(regex("/(?:[89]|1[0-9]|2[0-9])$", var.subnet_address_prefix))
    error_message = "Give the subnet as a CIDR range between /8 and /29, such as 10.0.1.0/24."
  }

  validation {
    condition = try(
      cidrhost("${cidrhost(var.subnet_address_prefix, 0)}/${split("/", var.virtual_network_address_space)[1]}", 0) == cidrhost(var.virtual_network_address_space, 0)
      && tonumber(split("/", var.subnet_address_prefix)[1]) >= tonumber(split("/", var.virtual_network_address_space)[1]),
      true
    )
    error_message = "Choose a subnet range that lies inside the range of the network."
  }
}

variable "subnet_id" {
  type        = string
  description = "Resource id of a subnet that is there already. Null creates a network with a subnet."
  default     = null

  validation {
    condition     = var.subnet_id == null ? true : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.Network/virtualNetworks/[^/]+/subnets/[^/]+$", var.subnet_id))
    error_message = "Give the subnet by its full resource id: /subscriptions/…/virtualNetworks/…/subnets/…"
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

variable "time_zone" {
  type        = string
  description = "Time zone of the shutdown and backup times, by its Windows name."
  default     = "UTC"
  nullable    = false

  validation {
    condition     = length(var.time_zone) >= 3
    error_message = "Choose a time zone by its Windows name, such as UTC or W. Europe Standard Time."
  }
}

variable "trusted_launch_enabled" {
  type        = bool
  description = "Start only signed systems (secure boot) and give the machine a virtual TPM. Turn it off only for images that cannot."
  default     = true
  nullable    = false
}

variable "user_assigned_identity_ids" {
  type        = set(string)
  description = "Resource ids of managed identities that programs on the machine may use, besides its own."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.user_assigned_identity_ids : can(regex("(?i)/userAssignedIdentities/[^/]+$", id))])
    error_message = "Give each identity by its full resource id, which ends in /userAssignedIdentities/<name>."
  }
}

variable "virtual_network_address_space" {
  type        = string
  description = "Address range of the new network. Choose one that no connected network uses."
  default     = "10.0.0.0/16"
  nullable    = false

  validation {
    condition     = can(cidrhost(var.virtual_network_address_space, 0)) && can(regex("/(?:[89]|1[0-9]|2[0-9])$", var.virtual_network_address_space))
    error_message = "Give the network as a CIDR range between /8 and /29, such as 10.0.0.0/16."
  }
}

variable "windows_image" {
  type        = string
  description = "Version of Windows to start with."
  default     = "windows-server-2022"
  nullable    = false

  validation {
    condition     = contains(["windows-server-2025", "windows-server-2022"], var.windows_image)
    error_message = "Choose windows-server-2025 or windows-server-2022 as the image."
  }
}

variable "zone" {
  type        = string
  description = "Availability zone, `1`, `2` or `3`. Null lets Azure choose and works in every region."
  default     = null

  validation {
    condition     = var.zone == null ? true : contains(["1", "2", "3"], var.zone)
    error_message = "Choose zone 1, 2 or 3, or leave it empty."
  }
}
