mock_provider "azurerm" {}

variables {
  name     = "acme-messages"
  location = "westeurope"
}

run "queues_and_topics_are_created" {
  command = plan

  variables {
    create_resource_group = false
    resource_group_name   = "rg-there"
    collecting_queues     = ["dead-letters"]
    queues                = [{ name = "orders", requires_session = true, partitioning_enabled = true, forward_dead_letters_to = "dead-letters" }]
    data_access           = [{ principal_id = "11111111-1111-1111-1111-111111111111", role = "receiver", entity = "orders" }]
    topics = [{
      name = "events"
      subscriptions = [{
        name  = "billing"
        rules = [{ name = "large", sql = "amount > 100" }, { name = "refunds", subject = "refund" }]
      }]
    }]
  }

  assert {
    condition     = azurerm_servicebus_queue.this["orders"].dead_lettering_on_message_expiration && azurerm_servicebus_queue.this["orders"].requires_session && azurerm_servicebus_queue.this["orders"].forward_dead_lettered_messages_to == "dead-letters"
    error_message = "The queue must keep what ended and forward its dead letters."
  }

  assert {
    condition     = azurerm_servicebus_subscription_rule.this["events/billing/large"].filter_type == "SqlFilter" && azurerm_servicebus_subscription_rule.this["events/billing/refunds"].correlation_filter[0].label == "refund"
    error_message = "Rules must be made of SQL or of the subject."
  }

  assert {
    condition     = length(azurerm_role_assignment.data) == 1 && azurerm_servicebus_namespace.this.resource_group_name == "rg-there"
    error_message = "The role must be granted in the existing group."
  }
}

run "premium_is_closed_and_partitioned" {
  command = plan

  variables {
    sku                          = "Premium"
    capacity                     = 4
    premium_messaging_partitions = 2
    queues                       = [{ name = "orders" }]
    private_endpoint             = { subnet_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app" }
    log_analytics_workspace_id   = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/logs"
  }

  assert {
    condition     = !azurerm_servicebus_namespace.this.public_network_access_enabled && length(azurerm_servicebus_namespace.this.network_rule_set) == 0
    error_message = "A Premium namespace must be closed to the internet."
  }

  assert {
    condition     = azurerm_servicebus_namespace.this.capacity == 4 && azurerm_servicebus_queue.this["orders"].partitioning_enabled
    error_message = "Queues must follow the partitions of the namespace."
  }

  assert {
    condition     = azurerm_private_endpoint.this[0].private_service_connection[0].subresource_names[0] == "namespace" && length(azurerm_monitor_diagnostic_setting.this[0].enabled_log) == 5
    error_message = "Private endpoint and logs must be there."
  }
}

run "chosen_networks_are_let_in" {
  command = plan

  variables {
    sku                        = "Premium"
    network_access             = "selected"
    allowed_ip_ranges          = ["198.51.100.0/24"]
    trusted_services_allowed   = true
    sas_authentication_enabled = true
    sas_policies               = [{ name = "old", send = true }]
    delete_lock_enabled        = true
    disaster_recovery          = { secondary_location = "northeurope" }
    customer_managed_key       = { key_vault_key_id = "https://acme.vault.azure.net/keys/bus", user_assigned_identity_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/key" }
  }

  assert {
    condition     = azurerm_servicebus_namespace.this.network_rule_set[0].default_action == "Deny" && azurerm_servicebus_namespace.this.network_rule_set[0].trusted_services_allowed
    error_message = "Everybody else must be denied."
  }

  assert {
    condition     = !azurerm_servicebus_namespace_authorization_rule.this["old"].manage && azurerm_servicebus_namespace_authorization_rule.this["old"].send && length(azurerm_management_lock.this) == 1
    error_message = "Policies must have few rights."
  }

  assert {
    condition     = azurerm_servicebus_namespace.secondary[0].location == "northeurope" && output.hostname == "acme-messages-alias.servicebus.windows.net"
    error_message = "The second namespace must be behind the alias."
  }

  assert {
    condition     = azurerm_servicebus_namespace.this.customer_managed_key[0].infrastructure_encryption_enabled
    error_message = "The own key must encrypt twice."
  }
}
