locals {
  records = { for record in var.records : "${record.name} ${record.type}" => merge(record, {
    fqdn = record.name == "@" ? local.dns_name : "${record.name}.${local.dns_name}"
  }) }

  # DNS carries text in quoted pieces of at most 255 characters.
  texts = { for text in distinct(flatten([for record in var.records : concat(
    record.values, [for answer in record.weighted : answer.values], [for answer in record.geo : answer.values]
    ) if record.type == "TXT"])) : text => startswith(text, "\"") ? text : join(" ", [
    for piece in regexall("(?s).{1,255}", text) : "\"${replace(piece, "\"", "\\\"")}\""
  ]) }
}

resource "google_dns_record_set" "this" {
  for_each = local.records

  project      = google_dns_managed_zone.this.project
  managed_zone = google_dns_managed_zone.this.name
  name         = each.value.fqdn
  type         = each.value.type
  ttl          = each.value.ttl
  rrdatas      = length(each.value.values) == 0 ? null : [for value in each.value.values : each.value.type == "TXT" ? local.texts[value] : value]

  dynamic "routing_policy" {
    for_each = length(each.value.values) == 0 ? [each.value] : []

    content {
      enable_geo_fencing = routing_policy.value.geo_fencing_enabled ? true : null

      dynamic "wrr" {
        for_each = routing_policy.value.weighted

        content {
          weight  = wrr.value.weight
          rrdatas = [for value in wrr.value.values : each.value.type == "TXT" ? local.texts[value] : value]
        }
      }

      dynamic "geo" {
        for_each = routing_policy.value.geo

        content {
          location = geo.value.location
          rrdatas  = [for value in geo.value.values : each.value.type == "TXT" ? local.texts[value] : value]
        }
      }
    }
  }
}
