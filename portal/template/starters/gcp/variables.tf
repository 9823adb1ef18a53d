variable "name" {
  type        = string
  description = "Name of the topic: 3 to 200 letters, digits and dashes, beginning with a letter. It cannot be changed later."
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z][-A-Za-z0-9]{2,199}$", var.name))
    error_message = "Use 3 to 200 letters, digits and dashes for the name, beginning with a letter."
  }

  validation {
    condition     = !startswith(lower(var.name), "goog")
    error_message = "Google reserves names with goog at the beginning: choose another name."
  }
}

variable "cost_center" {
  type        = string
  description = "Cost center that pays, kept as the label `cost_center`."
  default     = null
}

variable "environment" {
  type        = string
  description = "What the topic is for, kept as the label `environment`."
  default     = "dev"
  nullable    = false

  validation {
    condition     = contains(["dev", "test", "staging", "production"], var.environment)
    error_message = "Choose dev, test, staging or production as the environment."
  }
}

variable "labels" {
  type        = map(string)
  description = "More labels for everything that is created."
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for key, value in var.labels : can(regex("^[a-z][-_a-z0-9]{0,62}$", key)) && can(regex("^[-_a-z0-9]{0,63}$", value))])
    error_message = "Write labels with lowercase letters, digits, dashes and underscores, up to 63, the name beginning with a letter."
  }
}

variable "owner" {
  type        = string
  description = "Person or team that answers for the topic, kept as the label `owner`."
  default     = null
}

variable "project_id" {
  type        = string
  description = "Project that holds the topic. Null means the cloud account's own."
  default     = null
}

variable "retention_days" {
  type        = number
  description = "How many days messages can be read again after they were received, 1 to 31; 0 keeps none."
  default     = 0
  nullable    = false

  validation {
    condition     = var.retention_days >= 0 && var.retention_days <= 31 && var.retention_days == floor(var.retention_days)
    error_message = "Keep messages for 1 to 31 whole days, or for none with 0."
  }
}

variable "subscription_enabled" {
  type        = bool
  description = "Create a subscription from which messages are pulled."
  default     = false
  nullable    = false
}

variable "terrace_deployment" {
  type        = string
  description = "Name of the deployment in the portal, which fills it in; kept as the label `terrace_deployment`."
  default     = null
}
