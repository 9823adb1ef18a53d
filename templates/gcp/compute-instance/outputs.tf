output "id" {
  description = "Id of the machine: `projects/…/zones/…/instances/…`."
  value       = google_compute_instance.this.id
}

output "instance_id" {
  description = "Number by which Google knows the machine."
  value       = google_compute_instance.this.instance_id
}

output "name" {
  description = "Name of the machine."
  value       = google_compute_instance.this.name
}

output "self_link" {
  description = "Address of the machine in the API."
  value       = google_compute_instance.this.self_link
}

output "project" {
  description = "Project that holds the machine."
  value       = google_compute_instance.this.project
}

output "zone" {
  description = "Zone that the machine runs in."
  value       = google_compute_instance.this.zone
}

output "internal_ip" {
  description = "Private address of the machine."
  value       = google_compute_instance.this.network_interface[0].network_ip
}

output "external_ip" {
  description = "Public address of the machine, or null when it has none."
  value       = var.external_ip == "none" ? null : google_compute_instance.this.network_interface[0].access_config[0].nat_ip
}

output "connect_command" {
  description = "Command that connects to the machine: over SSH, for Windows a tunnel for Remote Desktop on localhost:3389."
  value = join(" ", compact([
    local.windows ? "gcloud compute start-iap-tunnel ${var.name} 3389 --local-host-port=localhost:3389" : "gcloud compute ssh ${var.name}",
    "--zone=${var.zone}",
    "--project=${google_compute_instance.this.project}",
    var.iap_enabled && !local.windows ? "--tunnel-through-iap" : "",
  ]))
}

output "service_account_email" {
  description = "Service account that programs on the machine act as."
  value       = local.service_account_email
}

output "network" {
  description = "Network that the machine is in."
  value       = local.network
}

output "subnetwork" {
  description = "Subnetwork that the machine is in."
  value       = local.subnetwork
}

output "data_disk_ids" {
  description = "Id of each data disk by its name."
  value       = { for name, disk in google_compute_disk.this : name => disk.id }
}

output "console_url" {
  description = "The machine in the Google Cloud console."
  value       = "https://console.cloud.google.com/compute/instancesDetail/zones/${var.zone}/instances/${var.name}?project=${google_compute_instance.this.project}"
}
