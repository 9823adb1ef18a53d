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
    key_vault {
      # A deleted vault rests until its retention has passed; deploying it again brings it back.
      purge_soft_delete_on_destroy    = false
      recover_soft_deleted_key_vaults = true
    }
  }
}
