# A variable for every hint whose effect is more than a word beside the input.

variable "name" {
  type        = string
  description = "Name of the thing."
  nullable    = false
}

variable "address_space" {
  type        = list(string)
  description = "Ranges of the network."
  default     = ["10.0.0.0/16"]
}

variable "admin_password" {
  type        = string
  description = "Password of the administrator."
  default     = null
  sensitive   = true
}

variable "boot_image" {
  type        = string
  description = "What it starts with."
  default     = "debian-13"
}

variable "disk" {
  type        = number
  description = "Size of the disk."
  default     = 32
}

variable "engine" {
  type        = string
  description = "What runs inside."
  default     = "sql"
}

variable "key_source" {
  type        = string
  description = "Who keeps the key."
  default     = "service"
}

variable "legacy_size" {
  type        = string
  description = "Size in words."
  default     = null
}

variable "machine_key" {
  type        = string
  description = "A key that no person needs to see."
  default     = null
  sensitive   = true
}

variable "memory" {
  type        = number
  description = "Memory of each node."
  default     = 2048

  validation {
    condition     = var.memory >= 512 && var.memory <= 65536
    error_message = "Choose 512 to 65536 MiB."
  }
}

variable "nodes" {
  type        = number
  description = "How many nodes."
  default     = 3
}

variable "pools" {
  type = list(object({
    name  = string
    zones = optional(set(string), [])
    size  = optional(number, 1)
    spot  = optional(bool, false)
    price = optional(number)
  }))
  description = "Pools of machines."
  default     = []
}

variable "public" {
  type        = bool
  description = "Whether the world may reach it."
  default     = false
}

variable "rules" {
  type = list(object({
    name  = string
    match = optional(object({ ports = optional(list(number), []) }), {})
  }))
  description = "Rules, deeper than a table."
  default     = []
}

variable "services" {
  type        = string
  description = "Range of the services."
  default     = "10.96.0.0/16"
}

variable "subnet_id" {
  type        = string
  description = "Where it lives."
  default     = null
}

variable "subnet_ids" {
  type        = list(string)
  description = "What may reach it."
  default     = []
}

variable "subnets" {
  type        = map(object({ prefixes = list(string), private = optional(bool, true) }))
  description = "Subnets by name."
  default     = {}
}

variable "vault_id" {
  type        = string
  description = "The vault that keeps the key."
  default     = null
}

variable "zone" {
  type        = string
  description = "Which zone."
  default     = null
}
