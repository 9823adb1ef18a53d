mock_provider "azurerm" {}

variables {
  name     = "vpn-acme"
  location = "westeurope"
}

run "name_does_not_end_in_a_dash" {
  command = plan

  variables {
    name = "vpn-"
  }

  expect_failures = [var.name]
}

run "location_is_the_short_form" {
  command = plan

  variables {
    location = "West Europe"
  }

  expect_failures = [var.location]
}

run "bgp_numbers_are_not_reserved" {
  command = plan

  variables {
    bgp = { asn = 65518 }
  }

  expect_failures = [var.bgp]
}

run "bgp_weights_are_in_bounds" {
  command = plan

  variables {
    bgp = { peer_weight = 101 }
  }

  expect_failures = [var.bgp]
}

run "apipa_addresses_are_in_range" {
  command = plan

  variables {
    bgp = { apipa_addresses = ["169.254.20.1"] }
  }

  expect_failures = [var.bgp]
}

run "connection_names_are_plain" {
  command = plan

  variables {
    shared_keys = { Office = "not-a-real-shared-key-1" }
    connections = [{ name = "Office", gateway_address = "198.51.100.7", address_space = ["192.168.0.0/16"] }]
  }

  expect_failures = [var.connections]
}

run "connection_names_differ" {
  command = plan

  variables {
    shared_keys = { office = "not-a-real-shared-key-1" }
    connections = [{ name = "office", gateway_address = "198.51.100.7", address_space = ["192.168.0.0/16"] }, { name = "office", gateway_address = "198.51.100.7", address_space = ["192.168.0.0/16"] }]
  }

  expect_failures = [var.connections]
}

run "devices_are_somewhere" {
  command = plan

  variables {
    shared_keys = { office = "not-a-real-shared-key-1" }
    connections = [{ name = "office", address_space = ["192.168.0.0/16"] }]
  }

  expect_failures = [var.connections]
}

run "devices_are_public" {
  command = plan

  variables {
    shared_keys = { office = "not-a-real-shared-key-1" }
    connections = [{ name = "office", gateway_address = "192.168.1.1", address_space = ["192.168.0.0/16"] }]
  }

  expect_failures = [var.connections]
}

run "ranges_begin_at_their_first_address" {
  command = plan

  variables {
    shared_keys = { office = "not-a-real-shared-key-1" }
    connections = [{ name = "office", gateway_address = "198.51.100.7", address_space = ["192.168.1.1/16"] }]
  }

  expect_failures = [var.connections]
}

run "ranges_are_known_or_learnt" {
  command = plan

  variables {
    shared_keys = { office = "not-a-real-shared-key-1" }
    connections = [{ name = "office", gateway_address = "198.51.100.7" }]
  }

  expect_failures = [var.connections]
}

run "bgp_needs_two_sides" {
  command = plan

  variables {
    shared_keys = { office = "not-a-real-shared-key-1" }
    connections = [{ name = "office", gateway_address = "198.51.100.7", address_space = ["192.168.0.0/16"], bgp = { asn = 65010, peering_address = "192.168.0.1" } }]
  }

  expect_failures = [var.connections]
}

run "bgp_sides_differ" {
  command = plan

  variables {
    bgp         = {}
    shared_keys = { office = "not-a-real-shared-key-1" }
    connections = [{ name = "office", gateway_address = "198.51.100.7", address_space = ["192.168.0.0/16"], bgp = { asn = 65515, peering_address = "192.168.0.1" } }]
  }

  expect_failures = [var.connections]
}

run "weak_encryption_is_refused" {
  command = plan

  variables {
    shared_keys = { office = "not-a-real-shared-key-1" }
    connections = [{ name = "office", gateway_address = "198.51.100.7", address_space = ["192.168.0.0/16"], ipsec_policy = { dh_group = "DHGroup2" } }]
  }

  expect_failures = [var.connections]
}

run "gcm_does_both" {
  command = plan

  variables {
    shared_keys = { office = "not-a-real-shared-key-1" }
    connections = [{ name = "office", gateway_address = "198.51.100.7", address_space = ["192.168.0.0/16"], ipsec_policy = { ipsec_encryption = "GCMAES256" } }]
  }

  expect_failures = [var.connections]
}

run "keys_live_long_enough" {
  command = plan

  variables {
    shared_keys = { office = "not-a-real-shared-key-1" }
    connections = [{ name = "office", gateway_address = "198.51.100.7", address_space = ["192.168.0.0/16"], ipsec_policy = { sa_lifetime_seconds = 299 } }]
  }

  expect_failures = [var.connections]
}

run "modes_are_known" {
  command = plan

  variables {
    shared_keys = { office = "not-a-real-shared-key-1" }
    connections = [{ name = "office", gateway_address = "198.51.100.7", address_space = ["192.168.0.0/16"], connection_mode = "Both" }]
  }

  expect_failures = [var.connections]
}

run "custom_routes_are_ranges" {
  command = plan

  variables {
    point_to_site = { address_space = ["172.16.200.0/24"] }
    custom_routes = ["office"]
  }

  expect_failures = [var.custom_routes]
}

run "custom_routes_are_for_people" {
  command = plan

  variables {
    custom_routes = ["192.168.0.0/16"]
  }

  expect_failures = [var.custom_routes]
}

run "environment_is_known" {
  command = plan

  variables {
    environment = "prod"
  }

  expect_failures = [var.environment]
}

run "the_subnet_has_its_name" {
  command = plan

  variables {
    gateway_subnet_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/app"
  }

  expect_failures = [var.gateway_subnet_id]
}

run "the_subnet_is_large_enough" {
  command = plan

  variables {
    gateway_subnet_prefix = "10.0.255.0/28"
  }

  expect_failures = [var.gateway_subnet_prefix]
}

run "the_subnet_is_in_the_network" {
  command = plan

  variables {
    gateway_subnet_prefix = "192.168.255.0/27"
  }

  expect_failures = [var.gateway_subnet_prefix]
}

run "generation_is_known" {
  command = plan

  variables {
    sku        = "VpnGw2AZ"
    generation = "2"
  }

  expect_failures = [var.generation]
}

run "generation_fits_the_size" {
  command = plan

  variables {
    generation = "Generation2"
  }

  expect_failures = [var.generation]
}

run "workspace_is_a_resource_id" {
  command = plan

  variables {
    log_analytics_workspace_id = "logs"
  }

  expect_failures = [var.log_analytics_workspace_id]
}

run "people_have_addresses" {
  command = plan

  variables {
    point_to_site = { address_space = [] }
  }

  expect_failures = [var.point_to_site]
}

run "ways_in_are_known" {
  command = plan

  variables {
    point_to_site = { address_space = ["172.16.200.0/24"], auth_types = ["Password"] }
  }

  expect_failures = [var.point_to_site]
}

run "protocols_are_known" {
  command = plan

  variables {
    point_to_site = { address_space = ["172.16.200.0/24"], protocols = ["OpenVPN", "SSTP"] }
  }

  expect_failures = [var.point_to_site]
}

run "entra_needs_openvpn" {
  command = plan

  variables {
    point_to_site = { address_space = ["172.16.200.0/24"], protocols = ["IkeV2"] }
  }

  expect_failures = [var.point_to_site]
}

run "certificates_need_a_root" {
  command = plan

  variables {
    point_to_site = { address_space = ["172.16.200.0/24"], auth_types = ["Certificate"] }
  }

  expect_failures = [var.point_to_site]
}

run "root_certificates_are_base64" {
  command = plan

  variables {
    point_to_site = { address_space = ["172.16.200.0/24"], auth_types = ["Certificate"], root_certificates = [{ name = "root", public_cert_data = "-----BEGIN CERTIFICATE-----" }] }
  }

  expect_failures = [var.point_to_site]
}

run "thumbprints_are_hexadecimal" {
  command = plan

  variables {
    point_to_site = { address_space = ["172.16.200.0/24"], auth_types = ["Certificate"], root_certificates = [{ name = "root", public_cert_data = "MIIC5zCCAcMIIC5zCCAcMIIC5zCCAcMIIC5zCCAcMIIC5zCCAcMIIC5zCCAcMIIC5zCCAcMIIC5zCCAcMIIC5zCCAcMIIC5zCCAcMIIC5zCCAcMIIC5zCCAcMIIC5zCCAcMIIC5zCCAcMIIC5zCCAcMIIC5zCCAcMIIC5zCCAcMIIC5zCCAcMIIC5zCCAcMIIC5zCCAcMIIC5zCCAcMIIC5zCCAc" }], revoked_certificates = [{ name = "lost", thumbprint = "laptop" }] }
  }

  expect_failures = [var.point_to_site]
}

run "tenants_are_ids" {
  command = plan

  variables {
    point_to_site = { address_space = ["172.16.200.0/24"], tenant_id = "example.com" }
  }

  expect_failures = [var.point_to_site]
}

run "existing_groups_are_named" {
  command = plan

  variables {
    create_resource_group = false
  }

  expect_failures = [var.resource_group_name]
}

run "group_names_do_not_end_in_a_dot" {
  command = plan

  variables {
    resource_group_name = "rg."
  }

  expect_failures = [var.resource_group_name]
}

run "every_connection_has_a_key" {
  command = plan

  variables {
    connections = [{ name = "office", gateway_address = "198.51.100.7", address_space = ["192.168.0.0/16"] }]
  }

  expect_failures = [var.shared_keys]
}

run "keys_are_long" {
  command = plan

  variables {
    shared_keys = { office = "secret" }
    connections = [{ name = "office", gateway_address = "198.51.100.7", address_space = ["192.168.0.0/16"] }]
  }

  expect_failures = [var.shared_keys]
}

run "size_is_known" {
  command = plan

  variables {
    sku = "VpnGw1"
  }

  expect_failures = [var.sku]
}

run "tag_names_are_plain" {
  command = plan

  variables {
    tags = { "a/b" = "c" }
  }

  expect_failures = [var.tags]
}

run "network_is_large_enough" {
  command = plan

  variables {
    virtual_network_address_space = "10.0.0.0/28"
    gateway_subnet_id             = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/GatewaySubnet"
  }

  expect_failures = [var.virtual_network_address_space]
}

run "network_is_a_resource_id" {
  command = plan

  variables {
    virtual_network_id = "vnet"
  }

  expect_failures = [var.virtual_network_id]
}

run "network_or_subnet" {
  command = plan

  variables {
    virtual_network_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet"
    gateway_subnet_id  = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/GatewaySubnet"
  }

  expect_failures = [var.virtual_network_id]
}

run "zones_are_known" {
  command = plan

  variables {
    zones = ["4"]
  }

  expect_failures = [var.zones]
}
