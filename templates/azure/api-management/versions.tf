terraform {
  required_version = ">= 1.11"

  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 5.0"
    }
  }
}

# Subscription, tenant and credentials come from ARM_* environment variables.
provider "azurerm" {
  features {
    api_management {
      # A deleted service can be brought back for two days; deploying it again does that.
      purge_soft_delete_on_destroy = false
      recover_soft_deleted         = true
    }
  }
}
