variable "name" {
  type        = string
  description = "Name of the scale set. Everything beside it (network, load balancer, machines) is named after it."
  nullable    = false

  validation {
    condition     = can(regex("^[a-z](?:[-a-z0-9]{0,38}[a-z0-9])?$", var.name))
    error_message = "Use lowercase letters, digits and dashes for the name: at most 40, beginning with a letter and not ending in a dash."
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
  description = "Let network cards bypass the host for speed. Most sizes with two or more vCPUs can; the older B sizes cannot."
  default     = false
  nullable    = false
}

variable "admin_password" {
  type        = string
  description = "Password of the administrator of every machine. Only Windows uses it: 12 to 123 characters of at least three kinds (lowercase, capitals, digits, others)."
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
  description = "Name of the administrator's account on every machine."
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

variable "application_gateway_backend_pool_ids" {
  type        = set(string)
  description = "Resource ids of backend pools of application gateways that the machines join."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.application_gateway_backend_pool_ids : can(regex("(?i)/applicationGateways/[^/]+/backendAddressPools/[^/]+$", id))])
    error_message = "Give each pool of an application gateway by its full resource id: …/applicationGateways/…/backendAddressPools/…"
  }
}

variable "automatic_instance_repair_enabled" {
  type        = bool
  description = "Replace a machine that does not answer the health check."
  default     = true
  nullable    = false
}

variable "automatic_os_upgrade_enabled" {
  type        = bool
  description = "Move the machines to new versions of the image as they appear, batch by batch, and back when they turn out ill. Null means on wherever Azure can: uniform scale sets with Ubuntu or Windows that do not upgrade by hand."
  default     = null

  validation {
    condition     = coalesce(var.automatic_os_upgrade_enabled, false) ? var.orchestration_mode == "Uniform" && var.upgrade_mode != "Manual" : true
    error_message = "Automatic upgrades of the system need the Uniform mode and upgrades that are Rolling or Automatic: change these, or leave the field empty."
  }

  validation {
    condition     = coalesce(var.automatic_os_upgrade_enabled, false) && var.os_type == "Linux" && var.source_image_id == null ? startswith(var.linux_image, "ubuntu-") : true
    error_message = "Azure upgrades Ubuntu and Windows by itself, but not this distribution: choose Ubuntu, or leave the field empty."
  }
}

variable "autoscale" {
  type = object({
    minimum            = optional(number, 2)
    maximum            = optional(number, 10)
    cpu_out_percent    = optional(number, 70)
    cpu_in_percent     = optional(number, 30)
    free_memory_out_gb = optional(number)
    free_memory_in_gb  = optional(number)
    step               = optional(number, 1)
    notify_emails      = optional(list(string), [])
    schedules = optional(list(object({
      name    = string
      days    = list(string)
      time    = string
      minimum = number
      maximum = number
    })), [])
  })
  description = <<-EOT
    Let the number of machines follow the work. Null keeps it at `instances`.
    - `minimum`, `maximum` - fewest and most machines.
    - `cpu_out_percent` - more machines when the processors are busier than this for five minutes.
    - `cpu_in_percent` - fewer when they are less busy than this for ten minutes.
    - `free_memory_out_gb` - more machines when less memory than this is free. Null ignores memory.
    - `free_memory_in_gb` - fewer only while more memory than this is free. Null ignores memory.
    - `step` - machines that are added at once.
    - `notify_emails` - addresses that are told about every change.
    - `schedules` - other limits from a time of the week on, until the next schedule begins: `name`, `days` (`Monday` to `Sunday`), `time` (`HH:MM`), `minimum` and `maximum`.
  EOT
  default     = null

  validation {
    condition     = var.autoscale == null ? true : alltrue([for limits in concat([{ minimum = var.autoscale.minimum, maximum = var.autoscale.maximum }], [for schedule in var.autoscale.schedules : { minimum = schedule.minimum, maximum = schedule.maximum }]) : limits.minimum >= 0 && limits.minimum <= limits.maximum && limits.maximum <= 1000 && floor(limits.minimum) == limits.minimum && floor(limits.maximum) == limits.maximum])
    error_message = "Set the fewest machines to 0 or more, and the most to no fewer than that and no more than 1000."
  }

  validation {
    condition     = var.autoscale == null ? true : var.autoscale.cpu_in_percent >= 0 && var.autoscale.cpu_out_percent <= 100 && var.autoscale.cpu_out_percent - var.autoscale.cpu_in_percent >= 10
    error_message = "Leave at least 10 percent between the load that adds machines and the one that takes them away, or they come and go without end."
  }

  validation {
    condition     = var.autoscale == null ? true : (var.autoscale.free_memory_out_gb == null) == (var.autoscale.free_memory_in_gb == null) && coalesce(var.autoscale.free_memory_in_gb, 1) > coalesce(var.autoscale.free_memory_out_gb, 0) && coalesce(var.autoscale.free_memory_out_gb, 1) > 0
    error_message = "Give both limits of free memory: the one that lets machines go must be larger than the one that adds them."
  }

  validation {
    condition     = var.autoscale == null ? true : var.autoscale.step >= 1 && var.autoscale.step <= 100 && floor(var.autoscale.step) == var.autoscale.step
    error_message = "Add 1 to 100 machines at once."
  }

  validation {
    condition     = var.autoscale == null ? true : alltrue([for email in var.autoscale.notify_emails : can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", email))])
    error_message = "Write each address that is told as an e-mail address, such as ada@example.com."
  }

  validation {
    condition     = var.autoscale == null ? true : alltrue([for schedule in var.autoscale.schedules : can(regex("^(?:[01][0-9]|2[0-3]):[0-5][0-9]$", schedule.time)) && length(schedule.days) > 0 && length(setsubtract(schedule.days, ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"])) == 0])
    error_message = "Let each schedule begin at a time such as 08:00, on days such as Monday."
  }

  validation {
    condition     = var.autoscale == null ? true : length(distinct(concat(["everyday"], [for schedule in var.autoscale.schedules : lower(schedule.name)]))) == length(var.autoscale.schedules) + 1
    error_message = "Give every schedule a name of its own, other than everyday."
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
  description = "Text that is handed to every machine at its first start: a cloud-init file on Linux, a file `CustomData.bin` on Windows. At most 65,535 bytes."
  default     = null
  sensitive   = true

  validation {
    condition     = var.custom_data == null ? true : length(var.custom_data) <= 65535
    error_message = "Shorten the custom data to 65,535 characters."
  }
}

variable "data_disks" {
  type = list(object({
    size_gb      = number
    storage_type = optional(string, "StandardSSD_LRS")
    caching      = optional(string, "ReadOnly")
    lun          = optional(number)
  }))
  description = <<-EOT
    More disks of every machine, attached empty. They are deleted with their machine.
    - `size_gb` - size in GB, 1 to 32767.
    - `storage_type` - `Standard_LRS`, `StandardSSD_LRS`, `StandardSSD_ZRS`, `Premium_LRS` or `Premium_ZRS`.
    - `caching` - `None`, `ReadOnly` or `ReadWrite`.
    - `lun` - number under which the machine sees the disk, 0 to 63. Null takes its place in the list.
  EOT
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for disk in var.data_disks : disk.size_gb >= 1 && disk.size_gb <= 32767 && floor(disk.size_gb) == disk.size_gb])
    error_message = "Set the size of each disk to a whole number from 1 to 32767 GB."
  }

  validation {
    condition     = alltrue([for disk in var.data_disks : contains(["Standard_LRS", "StandardSSD_LRS", "StandardSSD_ZRS", "Premium_LRS", "Premium_ZRS"], disk.storage_type) && contains(["None", "ReadOnly", "ReadWrite"], disk.caching)])
    error_message = "Choose Standard_LRS, StandardSSD_LRS, StandardSSD_ZRS, Premium_LRS or Premium_ZRS as the type of a disk, and None, ReadOnly or ReadWrite as its caching."
  }

  validation {
    condition     = alltrue([for disk in var.data_disks : disk.lun == null ? true : disk.lun >= 0 && disk.lun <= 63 && floor(disk.lun) == disk.lun]) && length(distinct([for index, disk in var.data_disks : disk.lun == null ? index : disk.lun])) == length(var.data_disks)
    error_message = "Give each disk a number (LUN) of its own from 0 to 63: number all of them, or none."
  }
}

variable "delete_lock_enabled" {
  type        = bool
  description = "Put a lock on the scale set, so that nobody deletes it in the Azure portal by mistake. A destroy run of this deployment removes the lock first."
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

variable "encryption_at_host_enabled" {
  type        = bool
  description = "Encrypt temporary disks and caches on the host too. The subscription needs the feature `EncryptionAtHost` of Microsoft.Compute registered once."
  default     = true
  nullable    = false
}

variable "environment" {
  type        = string
  description = "What the machines are for, kept as the tag `environment`."
  default     = "dev"
  nullable    = false

  validation {
    condition     = contains(["dev", "test", "staging", "production"], var.environment)
    error_message = "Choose dev, test, staging or production as the environment."
  }
}

variable "health" {
  type = object({
    protocol = optional(string, "Tcp")
    port     = optional(number)
    path     = optional(string)
  })
  description = <<-EOT
    How each machine shows that it is well. Upgrades wait for it and ill machines are replaced, so ask for your program once it is there.
    - `protocol` - `Tcp` (it listens), `Http` or `Https` (it answers 200).
    - `port` - port on the machine. Null takes 22, for Windows 3389.
    - `path` - page that is asked for with Http and Https, such as `/health`.
  EOT
  default     = {}
  nullable    = false

  validation {
    condition     = contains(["Tcp", "Http", "Https"], var.health.protocol)
    error_message = "Choose Tcp, Http or Https as the protocol of the health check."
  }

  validation {
    condition     = var.health.protocol == "Tcp" ? var.health.path == null : var.health.port != null && (var.health.path == null ? false : startswith(var.health.path, "/"))
    error_message = "Give a health check by Http or Https its port and a path that begins with a slash, such as /health; Tcp has no path."
  }

  validation {
    condition     = var.health.port == null ? true : var.health.port >= 1 && var.health.port <= 65535 && floor(var.health.port) == var.health.port
    error_message = "Set the port of the health check to 1 to 65535."
  }
}

variable "health_probe_id" {
  type        = string
  description = "Resource id of a load balancer's probe that tells whether machines are well, instead of the health check on the machine."
  default     = null

  validation {
    condition     = var.health_probe_id == null ? true : can(regex("(?i)/loadBalancers/[^/]+/probes/[^/]+$", var.health_probe_id))
    error_message = "Give the probe by its full resource id, which ends in /probes/<name>."
  }

  validation {
    condition     = var.health_probe_id == null ? true : var.orchestration_mode == "Uniform" && length(var.load_balancer_backend_pool_ids) > 0
    error_message = "A probe needs the Uniform mode, and machines in a pool of its load balancer: list that under load_balancer_backend_pool_ids."
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
    Ports that others may reach on the machines. Nothing is open without a rule, through the load balancer neither.
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

variable "instances" {
  type        = number
  description = "Number of machines. With autoscale it is only how many start first."
  default     = 2
  nullable    = false

  validation {
    condition     = var.instances >= 0 && var.instances <= 1000 && floor(var.instances) == var.instances
    error_message = "Choose 0 to 1000 machines."
  }

  validation {
    condition     = var.autoscale == null ? true : var.instances >= var.autoscale.minimum && var.instances <= var.autoscale.maximum
    error_message = "Start with a number of machines that lies between the fewest and the most of autoscale."
  }
}

variable "license_type" {
  type        = string
  description = "Windows licence that you own already and bring along: `Windows_Server` or `Windows_Client`. Null bills it with the machines."
  default     = null

  validation {
    condition     = var.license_type == null ? true : contains(["Windows_Client", "Windows_Server"], var.license_type)
    error_message = "Choose Windows_Server or Windows_Client as the licence, or leave it empty."
  }

  validation {
    condition     = var.license_type == null ? true : var.os_type == "Windows"
    error_message = "Licences of your own are for Windows here: leave the field empty for Linux."
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

variable "load_balancer" {
  type        = string
  description = "Load balancer that shares the work among the machines: `internal` is reached from its own and connected networks, `public` from the internet, `none` makes none."
  default     = "internal"
  nullable    = false

  validation {
    condition     = contains(["none", "internal", "public"], var.load_balancer)
    error_message = "Choose none, internal or public as the load balancer."
  }
}

variable "load_balancer_backend_pool_ids" {
  type        = set(string)
  description = "Resource ids of backend pools of load balancers that are there already and that the machines join."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.load_balancer_backend_pool_ids : can(regex("(?i)/loadBalancers/[^/]+/backendAddressPools/[^/]+$", id))])
    error_message = "Give each pool of a load balancer by its full resource id: …/loadBalancers/…/backendAddressPools/…"
  }
}

variable "load_balancer_rules" {
  type = list(object({
    name          = string
    frontend_port = number
    backend_port  = optional(number)
    probe_path    = optional(string)
  }))
  description = <<-EOT
    What the new load balancer shares out. The ports must be opened in `inbound_rules`, too.
    - `name` - name of the rule.
    - `frontend_port` - port that visitors use.
    - `backend_port` - port on the machines. Null takes the same.
    - `probe_path` - page that must answer 200 by Http, such as `/health`. Null only looks whether the port listens.
  EOT
  default     = [{ name = "http", frontend_port = 80 }]
  nullable    = false

  validation {
    condition     = length(distinct([for rule in var.load_balancer_rules : lower(rule.name)])) == length(var.load_balancer_rules) && alltrue([for rule in var.load_balancer_rules : can(regex("^[A-Za-z0-9](?:[\\w.-]{0,78}\\w)?$", rule.name))])
    error_message = "Give every rule of the load balancer a name of its own, with letters, digits and dashes."
  }

  validation {
    condition     = alltrue([for rule in var.load_balancer_rules : rule.frontend_port >= 1 && rule.frontend_port <= 65534 && (rule.backend_port == null ? true : rule.backend_port >= 1 && rule.backend_port <= 65535)]) && length(distinct([for rule in var.load_balancer_rules : rule.frontend_port])) == length(var.load_balancer_rules)
    error_message = "Give every rule of the load balancer a port of its own from 1 to 65534."
  }

  validation {
    condition     = alltrue([for rule in var.load_balancer_rules : rule.probe_path == null ? true : startswith(rule.probe_path, "/")])
    error_message = "Let the page of a probe begin with a slash, such as /health."
  }
}

variable "nat_gateway_enabled" {
  type        = bool
  description = "Let the machines reach the internet through a NAT gateway, for updates and downloads. A new network has no other way out, unless the load balancer is public."
  default     = false
  nullable    = false

  validation {
    condition     = var.nat_gateway_enabled ? var.subnet_id == null : true
    error_message = "A NAT gateway is only created together with the network: leave the subnet empty, or the gateway off."
  }
}

variable "orchestration_mode" {
  type        = string
  description = "`Uniform` makes equal machines that upgrade their system by themselves; `Flexible` makes ordinary virtual machines, and can mix sizes and spot machines."
  default     = "Uniform"
  nullable    = false

  validation {
    condition     = contains(["Uniform", "Flexible"], var.orchestration_mode)
    error_message = "Choose Uniform or Flexible as the mode."
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
  description = "Kind of system disks: `Standard_LRS` magnetic, `StandardSSD_LRS`, `Premium_LRS`; the `ZRS` kinds survive the loss of a zone."
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
  description = "Person or team that answers for the machines, kept as the tag `owner`."
  default     = null
}

variable "repair_grace_minutes" {
  type        = number
  description = "Minutes that a new machine has to become well before it counts as ill, 10 to 90."
  default     = 30
  nullable    = false

  validation {
    condition     = var.repair_grace_minutes >= 10 && var.repair_grace_minutes <= 90 && floor(var.repair_grace_minutes) == var.repair_grace_minutes
    error_message = "Give new machines 10 to 90 minutes to become well."
  }
}

variable "resource_group_name" {
  type        = string
  description = "Resource group that holds everything. Null names a new one after the scale set."
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

variable "rolling_upgrade" {
  type = object({
    batch_percent              = optional(number, 20)
    unhealthy_percent          = optional(number, 20)
    unhealthy_upgraded_percent = optional(number, 20)
    pause_seconds              = optional(number, 0)
  })
  description = <<-EOT
    How upgrades go through the machines.
    - `batch_percent` - share that is upgraded at once, 5 to 100.
    - `unhealthy_percent` - share that may be ill before the upgrade stops, 5 to 100.
    - `unhealthy_upgraded_percent` - share of the upgraded ones that may be ill, 0 to 100.
    - `pause_seconds` - wait between two batches.
  EOT
  default     = {}
  nullable    = false

  validation {
    condition     = var.rolling_upgrade.batch_percent >= 5 && var.rolling_upgrade.batch_percent <= var.rolling_upgrade.unhealthy_percent && var.rolling_upgrade.unhealthy_percent <= 100
    error_message = "Upgrade 5 percent or more at once, but no more than may be ill at the same time."
  }

  validation {
    condition     = var.rolling_upgrade.unhealthy_upgraded_percent >= 0 && var.rolling_upgrade.unhealthy_upgraded_percent <= 100 && var.rolling_upgrade.pause_seconds >= 0 && var.rolling_upgrade.pause_seconds <= 86400 && floor(var.rolling_upgrade.pause_seconds) == var.rolling_upgrade.pause_seconds
    error_message = "Let 0 to 100 percent of the upgraded machines be ill, and wait up to 86400 seconds between batches."
  }
}

variable "scale_in_policy" {
  type        = string
  description = "Which machines go first when there are too many: `Default` keeps the zones even, `NewestVM` and `OldestVM` go by age. Flexible scale sets decide for themselves."
  default     = "Default"
  nullable    = false

  validation {
    condition     = contains(["Default", "NewestVM", "OldestVM"], var.scale_in_policy)
    error_message = "Choose Default, NewestVM or OldestVM as the order in which machines go."
  }

  validation {
    condition     = var.scale_in_policy == "Default" ? true : var.orchestration_mode == "Uniform"
    error_message = "Only the Uniform mode can choose which machines go first: leave it at Default."
  }
}

variable "size" {
  type        = string
  description = "Size of the machines, which decides vCPUs, memory and price, such as `Standard_B2s_v2`."
  default     = "Standard_B2s_v2"
  nullable    = false

  validation {
    condition     = can(regex("^Standard_[A-Za-z0-9_-]+$", var.size))
    error_message = "Choose a size by its full name, such as Standard_B2s_v2."
  }
}

variable "size_mix" {
  type = object({
    sizes               = list(string)
    allocation_strategy = optional(string, "CapacityOptimized")
  })
  description = <<-EOT
    Several sizes instead of one, so that machines are found when one size is short. Only for the Flexible mode.
    - `sizes` - two to five sizes with similar vCPUs and memory.
    - `allocation_strategy` - `CapacityOptimized` takes what is there, `LowestPrice` the cheapest, `Prioritized` goes by the order of the list, of up to three.
  EOT
  default     = null

  validation {
    condition     = var.size_mix == null ? true : length(var.size_mix.sizes) >= 2 && length(distinct(var.size_mix.sizes)) == length(var.size_mix.sizes) && length(var.size_mix.sizes) <= (var.size_mix.allocation_strategy == "Prioritized" ? 3 : 5) && alltrue([for size in var.size_mix.sizes : can(regex("^Standard_[A-Za-z0-9_-]+$", size))])
    error_message = "Mix two to five different sizes by their full names, such as Standard_D2s_v5; in an order of preference up to three."
  }

  validation {
    condition     = var.size_mix == null ? true : contains(["CapacityOptimized", "LowestPrice", "Prioritized"], var.size_mix.allocation_strategy)
    error_message = "Choose CapacityOptimized, LowestPrice or Prioritized as the way in which sizes are taken."
  }

  validation {
    condition     = var.size_mix == null ? true : var.orchestration_mode == "Flexible"
    error_message = "Sizes are mixed in the Flexible mode only: choose that, or leave the mix empty."
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

variable "spot" {
  type = object({
    max_bid_price                 = optional(number, -1)
    eviction_policy               = optional(string, "Delete")
    base_regular_count            = optional(number, 0)
    regular_percentage_above_base = optional(number, 0)
  })
  description = <<-EOT
    Use spare capacity at a much lower price; Azure takes the machines back when it needs them. Null uses ordinary machines.
    - `max_bid_price` - highest price an hour in USD; -1 pays up to the ordinary price.
    - `eviction_policy` - `Delete` or `Deallocate` machines that are taken back.
    - `base_regular_count` - machines that stay ordinary (Flexible mode).
    - `regular_percentage_above_base` - share of the others that stays ordinary (Flexible mode).
  EOT
  default     = null

  validation {
    condition     = var.spot == null ? true : var.spot.max_bid_price == -1 || var.spot.max_bid_price > 0
    error_message = "Give the highest price as more than 0 USD, or -1 for up to the ordinary price."
  }

  validation {
    condition     = var.spot == null ? true : contains(["Delete", "Deallocate"], var.spot.eviction_policy)
    error_message = "Choose Delete or Deallocate for machines that are taken back."
  }

  validation {
    condition     = var.spot == null ? true : var.spot.base_regular_count >= 0 && var.spot.base_regular_count <= 1000 && var.spot.regular_percentage_above_base >= 0 && var.spot.regular_percentage_above_base <= 100
    error_message = "Keep 0 to 1000 machines ordinary, and 0 to 100 percent of the others."
  }

  validation {
    condition     = var.spot == null ? true : var.orchestration_mode == "Flexible" || (var.spot.base_regular_count == 0 && var.spot.regular_percentage_above_base == 0)
    error_message = "Spot and ordinary machines are mixed in the Flexible mode only: choose that, or leave the ordinary ones at 0."
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

variable "termination_notice_minutes" {
  type        = number
  description = "Minutes that a program has to finish before its machine is deleted, 5 to 15; it learns of it from Azure's metadata service. Null gives none."
  default     = null

  validation {
    condition     = var.termination_notice_minutes == null ? true : var.termination_notice_minutes >= 5 && var.termination_notice_minutes <= 15 && floor(var.termination_notice_minutes) == var.termination_notice_minutes
    error_message = "Give 5 to 15 minutes of notice, or leave the field empty."
  }
}

variable "terrace_deployment" {
  type        = string
  description = "Name of the deployment in the portal, which fills it in; kept as the tag `terrace_deployment`."
  default     = null
}

variable "time_zone" {
  type        = string
  description = "Time zone of schedules and of Windows, by its Windows name."
  default     = "UTC"
  nullable    = false

  validation {
    condition     = length(var.time_zone) >= 3
    error_message = "Choose a time zone by its Windows name, such as UTC or W. Europe Standard Time."
  }
}

variable "trusted_launch_enabled" {
  type        = bool
  description = "Start only signed systems (secure boot) and give every machine a virtual TPM. Turn it off only for images that cannot. Flexible scale sets leave it to Azure."
  default     = true
  nullable    = false
}

variable "upgrade_mode" {
  type        = string
  description = "How a change of image or settings reaches machines that run: `Rolling` batch by batch while they stay well, `Automatic` all at once, `Manual` when somebody does it."
  default     = "Rolling"
  nullable    = false

  validation {
    condition     = contains(["Automatic", "Manual", "Rolling"], var.upgrade_mode)
    error_message = "Choose Rolling, Automatic or Manual for upgrades."
  }
}

variable "user_assigned_identity_ids" {
  type        = set(string)
  description = "Resource ids of managed identities that programs on the machines may use, besides their own."
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

variable "zone_balance_enabled" {
  type        = bool
  description = "Insist on equal numbers in all zones, even if that means fewer machines when a zone is short."
  default     = false
  nullable    = false

  validation {
    condition     = var.zone_balance_enabled ? length(var.zones) > 1 : true
    error_message = "Only machines in several zones can be balanced: choose zones, or turn the balance off."
  }
}

variable "zones" {
  type        = set(string)
  description = "Availability zones that the machines are spread over. All three survive the loss of one; empty works in every region."
  default     = []
  nullable    = false

  validation {
    condition     = length(setsubtract(var.zones, ["1", "2", "3"])) == 0
    error_message = "Choose zones 1, 2 and 3, or leave them empty."
  }
}
