output "id" {
  description = "Id of the zone: `projects/…/managedZones/…`."
  value       = google_dns_managed_zone.this.id
}

output "name" {
  description = "Name of the zone inside the project."
  value       = google_dns_managed_zone.this.name
}

output "dns_name" {
  description = "Domain that the zone answers for, with the dot at its end."
  value       = google_dns_managed_zone.this.dns_name
}

output "project" {
  description = "Project that holds the zone."
  value       = google_dns_managed_zone.this.project
}

output "name_servers" {
  description = "Name servers of the zone. For a public zone enter them at the registrar of the domain, or as NS record in the zone above."
  value       = google_dns_managed_zone.this.name_servers
}

output "ds_record" {
  description = "DS record for the registrar or the zone above, which completes signing. Null when the zone is not signed."
  value       = local.signed ? try(data.google_dns_keys.this[0].key_signing_keys[0].ds_record, null) : null
}

output "record_fqdns" {
  description = "Full name of each record, by its name and type."
  value       = { for key, record in google_dns_record_set.this : key => record.name }
}

output "check_command" {
  description = "Command that asks for the zone: a public one its first name server, a private one from a machine in its network."
  value       = local.public ? "dig ${local.dns_name} SOA @${try(google_dns_managed_zone.this.name_servers[0], "8.8.8.8")}" : "dig ${local.dns_name} SOA"
}

output "console_url" {
  description = "The zone in the Google Cloud console."
  value       = "https://console.cloud.google.com/net-services/dns/zones/${var.name}/details?project=${google_dns_managed_zone.this.project}"
}
