# A variable of every type that Terraform has, and a validation of every kind that the form understands.

variable "name" {
  type        = string
  description = "Name of the *thing*, see [the rules](https://example.com/rules)."
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]*$", var.name))
    error_message = "Begin the name with a lower-case letter, then use letters, digits and dashes."
  }

  validation {
    condition     = length(var.name) >= 3 && length(var.name) <= 24
    error_message = "Use 3 to 24 characters for the name."
  }
}

variable "owner" {
  type        = string
  description = "Who owns it. It may be null, but it must be said."
}

variable "replicas" {
  type        = number
  description = "How many there are."
  nullable    = false

  validation {
    condition     = var.replicas >= 1 && var.replicas <= 10
    error_message = "Choose 1 to 10 replicas."
  }

  validation {
    condition     = var.replicas == floor(var.replicas)
    error_message = "Choose a whole number of replicas."
  }
}

variable "anything" {
  type        = any
  description = "A value of any type."
  default     = { a = [1, "two", null] }
}

variable "api_token" {
  type        = string
  description = "A secret without a default of use."
  default     = null
  sensitive   = true

  validation {
    condition     = var.api_token == null ? true : length(var.api_token) >= 12
    error_message = "The token ${coalesce(var.api_token, "(none)")} is too short."
  }
}

variable "chosen" {
  type        = list(string)
  description = "Some of three."
  default     = []

  validation {
    condition     = alltrue([for item in var.chosen : contains(["red", "green", "blue"], item)])
    error_message = "Choose among red, green and blue."
  }
}

variable "disks" {
  type = list(object({
    name = string
    size = optional(number, 32)
    kind = optional(string, "standard")
    tags = optional(map(string), {})
  }))
  description = "Disks, as many as needed."
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for disk in var.disks : disk.size >= 4 && disk.size <= 1024])
    error_message = "Disks have 4 to 1024 GiB."
  }

  validation {
    condition     = alltrue([for disk in var.disks : contains(["standard", "fast"], disk.kind)])
    error_message = "A disk is standard or fast."
  }

  validation {
    condition     = length(distinct([for disk in var.disks : disk.name])) == length(var.disks)
    error_message = "Give each disk another name."
  }
}

variable "enabled" {
  type        = bool
  description = "Whether it does anything."
  default     = true
  nullable    = false
}

variable "flags" {
  type        = map(bool)
  description = "Switches by name."
  default     = {}
}

variable "greeting" {
  type        = string
  description = "A text of several lines."
  default     = <<-EOT
    Hello
      world
  EOT
}

variable "labels" {
  type        = map(string)
  description = "Labels."
  default     = { team = "core" }

  validation {
    condition     = alltrue([for key, value in var.labels : can(regex("^[a-z]+$", value))])
    error_message = "Labels have lower-case letters only."
  }
}

variable "matrix" {
  type        = list(list(number))
  description = "Rows of numbers."
  default     = [[1, 2], [3]]
}

variable "maybe" {
  type        = string
  description = "Unset, null and an empty text are three things."
  default     = "unset"
}

variable "mode" {
  type        = string
  description = "How it works."
  default     = "simple"
  nullable    = false

  validation {
    condition     = contains(["simple", "cluster"], var.mode)
    error_message = "Choose simple or cluster."
  }
}

variable "network" {
  type = object({
    cidr    = string
    subnets = optional(list(string), [])
    dns = optional(object({
      servers = optional(set(string), [])
      zone    = optional(string)
    }), {})
    peering = optional(object({ target = string, both_ways = optional(bool, true) }))
  })
  description = "Objects in objects, with optional attributes."
  default     = { cidr = "10.0.0.0/16" }

  validation {
    condition     = can(cidrhost(var.network.cidr, 0))
    error_message = "Write the network like 10.0.0.0/16."
  }
}

variable "one_time" {
  type        = string
  description = "An ephemeral value: it is never stored."
  default     = null
  ephemeral   = true
}

variable "pair" {
  type        = tuple([string, number, bool])
  description = "Three values of three types."
  default     = ["a", 1, true]
}

variable "pools" {
  type = map(object({
    size  = number
    zones = optional(set(number), [1])
  }))
  description = "Pools by name."
  default     = {}

  validation {
    condition     = alltrue([for name, pool in var.pools : pool.size > 0])
    error_message = "Each pool has at least one machine."
  }
}

variable "ports" {
  type        = set(number)
  description = "Open ports."
  default     = [443]

  validation {
    condition     = alltrue([for port in var.ports : port >= 1 && port <= 65535])
    error_message = "Ports go from 1 to 65535."
  }

  validation {
    condition     = length(var.ports) <= 5
    error_message = "At most five ports."
  }
}

variable "quorum" {
  type        = number
  description = "How many must agree; for clusters only."
  default     = 1

  validation {
    condition     = var.quorum == null ? true : var.quorum <= var.replicas
    error_message = "The quorum cannot exceed the ${var.replicas} replicas."
  }
}

variable "ratio" {
  type        = number
  description = "A number with many digits."
  default     = 0.1234567890123456789
}

variable "tier" {
  type        = string
  description = "Null leaves it to the service."
  default     = null

  validation {
    condition     = var.tier == null ? true : contains(["basic", "premium"], var.tier)
    error_message = "Choose basic or premium, or leave it out."
  }
}

variable "users" {
  type        = set(object({ login = string, admin = optional(bool, false) }))
  description = "A set of objects."
  default     = []
}

variable "words" {
  type        = set(string)
  description = "Words without doubles."
  default     = []
}
