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
    recovery_service {
      # Without this a destroy stops at the vault, which keeps deleted backups for two weeks.
      purge_protected_items_from_vault_on_destroy          = true
      vm_backup_stop_protection_and_retain_data_on_destroy = false
    }
  }
}
