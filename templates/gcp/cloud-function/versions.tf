terraform {
  required_version = ">= 1.11"

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "~> 8.0"
    }
  }
}

# Credentials and the default project come from GOOGLE_* environment variables.
provider "google" {}
