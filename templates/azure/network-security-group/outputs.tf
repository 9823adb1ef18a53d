output "id" {
  description = "Resource id of the network security group."
  value       = azurerm_network_security_group.this.id
}

output "name" {
  description = "Name of the network security group."
  value       = azurerm_network_security_group.this.name
}

output "resource_group_name" {
  description = "Resource group that holds everything."
  value       = local.resource_group_name
}

output "rules" {
  description = "Every rule in one line, in the order in which Azure reads them; Azure's own rules come after these."
  value = [for key in sort([for name, rule in local.rules : format("%s %04d %s", rule.direction, rule.priority, name)]) : join(" ", [
    key,
    local.rules[split(" ", key)[2]].access,
    local.rules[split(" ", key)[2]].protocol,
    join(",", local.rules[split(" ", key)[2]].ports),
    "from",
    join(",", concat(local.rules[split(" ", key)[2]].sources, local.rules[split(" ", key)[2]].source_groups)),
    "to",
    join(",", concat(local.rules[split(" ", key)[2]].destinations, local.rules[split(" ", key)[2]].destination_groups)),
  ])]
}

output "rule_ids" {
  description = "Resource id of each rule by its name."
  value       = { for name, rule in azurerm_network_security_rule.this : name => rule.id }
}

output "application_security_group_ids" {
  description = "Resource id of each application security group that was created, by its name."
  value       = { for name, group in azurerm_application_security_group.this : name => group.id }
}

output "subnet_association_ids" {
  description = "Id of the association with each subnet, by the subnet's id."
  value       = { for subnet, association in azurerm_subnet_network_security_group_association.this : subnet => association.id }
}

output "network_interface_association_ids" {
  description = "Id of the association with each network interface, by the interface's id."
  value       = { for card, association in azurerm_network_interface_security_group_association.this : card => association.id }
}

output "flow_log_ids" {
  description = "Resource id of the flow log of each subnet, by the subnet's id."
  value       = { for subnet, log in azurerm_network_watcher_flow_log.this : subnet => log.id }
}

output "portal_url" {
  description = "The network security group in the Azure portal."
  value       = "https://portal.azure.com/#resource${azurerm_network_security_group.this.id}"
}
