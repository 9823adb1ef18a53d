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
  features {}
}
