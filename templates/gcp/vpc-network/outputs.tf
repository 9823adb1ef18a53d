output "id" {
  description = "Id of the network: `projects/…/global/networks/…`."
  value       = google_compute_network.this.id
}

output "name" {
  description = "Name of the network."
  value       = google_compute_network.this.name
}

output "self_link" {
  description = "Address of the network in the API."
  value       = google_compute_network.this.self_link
}

output "project" {
  description = "Project that holds the network."
  value       = google_compute_network.this.project
}

output "subnet_ids" {
  description = "Id of each subnetwork by its name: what other templates ask for as *Existing subnetwork*."
  value       = { for name, subnet in google_compute_subnetwork.this : name => subnet.id }
}

output "subnets" {
  description = "Each subnetwork by its name, with its full name, address in the API, region, ranges and gateway."
  value = { for name, subnet in google_compute_subnetwork.this : name => {
    name             = subnet.name
    self_link        = subnet.self_link
    region           = subnet.region
    cidr             = subnet.ip_cidr_range
    gateway          = subnet.gateway_address
    secondary_ranges = { for range in subnet.secondary_ip_range : range.range_name => range.ip_cidr_range }
  } }
}

output "nat_ips" {
  description = "Fixed public addresses of NAT by region; empty where Google chooses them."
  value       = { for region in local.nat_regions : region => [for key, home in local.nat_addresses : google_compute_address.nat[key].address if home == region] }
}

output "private_service_access_range" {
  description = "Range that Google's managed services use, or null without Private Service Access."
  value       = one([for range in google_compute_global_address.services : "${range.address}/${range.prefix_length}"])
}

output "serverless_connector_ids" {
  description = "Id of each serverless connector by its name."
  value       = { for name, connector in google_vpc_access_connector.this : name => connector.id }
}

output "peering_states" {
  description = "State of each peering by its name; `ACTIVE` once the other side has peered too."
  value       = { for name, peering in google_compute_network_peering.this : name => peering.state }
}

output "firewall_rules" {
  description = "Names of all firewall rules of the network."
  value = sort(concat(
    [for rule in google_compute_firewall.ingress : rule.name],
    [for rule in google_compute_firewall.egress : rule.name],
    [for rule in google_compute_firewall.rule : rule.name],
    [google_compute_firewall.deny_ingress.name],
    google_compute_firewall.deny_egress[*].name
  ))
}

output "console_url" {
  description = "The network in the Google Cloud console."
  value       = "https://console.cloud.google.com/networking/networks/details/${var.name}?project=${google_compute_network.this.project}"
}
