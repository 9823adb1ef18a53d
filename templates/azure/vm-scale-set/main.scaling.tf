locals {
  # Without rules the setting holds the number that was asked for.
  everyday = {
    name     = "everyday"
    minimum  = try(var.autoscale.minimum, var.instances)
    maximum  = try(var.autoscale.maximum, var.instances)
    schedule = []
  }

  profiles = concat([local.everyday], [for schedule in try(var.autoscale.schedules, []) : {
    name     = schedule.name
    minimum  = schedule.minimum
    maximum  = schedule.maximum
    schedule = [schedule]
  }])

  gigabyte = 1073741824

  scaling_rules = var.autoscale == null ? [] : concat(
    [
      { metric = "Percentage CPU", operator = "GreaterThan", threshold = var.autoscale.cpu_out_percent, direction = "Increase", window = "PT5M", cooldown = "PT5M" },
      { metric = "Percentage CPU", operator = "LessThan", threshold = var.autoscale.cpu_in_percent, direction = "Decrease", window = "PT10M", cooldown = "PT10M" },
    ],
    var.autoscale.free_memory_out_gb == null ? [] : [
      { metric = "Available Memory Bytes", operator = "LessThan", threshold = var.autoscale.free_memory_out_gb * local.gigabyte, direction = "Increase", window = "PT5M", cooldown = "PT5M" },
    ],
    # Azure takes machines away only when every rule for it agrees.
    var.autoscale.free_memory_in_gb == null ? [] : [
      { metric = "Available Memory Bytes", operator = "GreaterThan", threshold = var.autoscale.free_memory_in_gb * local.gigabyte, direction = "Decrease", window = "PT10M", cooldown = "PT10M" },
    ]
  )
}

resource "azurerm_monitor_autoscale_setting" "this" {
  name                = "as-${var.name}"
  resource_group_name = local.resource_group_name
  location            = var.location
  target_resource_id  = local.scale_set_id
  enabled             = true
  tags                = local.tags

  dynamic "profile" {
    for_each = local.profiles

    content {
      name = profile.value.name

      capacity {
        default = profile.value.minimum
        minimum = profile.value.minimum
        maximum = profile.value.maximum
      }

      dynamic "rule" {
        for_each = local.scaling_rules

        content {
          metric_trigger {
            metric_name        = rule.value.metric
            metric_resource_id = local.scale_set_id
            operator           = rule.value.operator
            statistic          = "Average"
            threshold          = rule.value.threshold
            time_aggregation   = "Average"
            time_grain         = "PT1M"
            time_window        = rule.value.window
          }

          scale_action {
            direction = rule.value.direction
            type      = "ChangeCount"
            value     = rule.value.direction == "Increase" ? var.autoscale.step : 1
            cooldown  = rule.value.cooldown
          }
        }
      }

      dynamic "recurrence" {
        for_each = profile.value.schedule

        content {
          timezone = var.time_zone
          days     = recurrence.value.days
          hours    = [tonumber(split(":", recurrence.value.time)[0])]
          minutes  = [tonumber(split(":", recurrence.value.time)[1])]
        }
      }
    }
  }

  dynamic "notification" {
    for_each = length(try(var.autoscale.notify_emails, [])) == 0 ? [] : [var.autoscale.notify_emails]

    content {
      email {
        custom_emails = notification.value
      }
    }
  }
}
