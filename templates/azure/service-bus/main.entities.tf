locals {
  subscriptions = { for subscription in flatten([for topic in var.topics : [
    for subscription in topic.subscriptions : merge(subscription, { topic = topic.name })
  ]]) : "${subscription.topic}/${subscription.name}" => subscription }
  rules = { for rule in flatten([for key, subscription in local.subscriptions : [
    for rule in subscription.rules : merge(rule, { subscription = key })
  ]]) : "${rule.subscription}/${rule.name}" => rule }
}

# What others forward to must be there before them.
resource "azurerm_servicebus_queue" "collecting" {
  for_each = var.collecting_queues

  name                                 = each.value
  namespace_id                         = azurerm_servicebus_namespace.this.id
  dead_lettering_on_message_expiration = true
  partitioning_enabled                 = local.partitioned
}

resource "azurerm_servicebus_queue" "this" {
  for_each = { for queue in var.queues : queue.name => queue }

  name                                    = each.key
  namespace_id                            = azurerm_servicebus_namespace.this.id
  max_size_in_megabytes                   = each.value.max_size_mb
  max_message_size_in_kilobytes           = each.value.max_message_size_kb
  default_message_ttl                     = each.value.message_ttl
  lock_duration                           = each.value.lock_duration
  max_delivery_count                      = each.value.max_delivery_count
  dead_lettering_on_message_expiration    = each.value.dead_letter_on_expiry
  requires_session                        = each.value.requires_session
  requires_duplicate_detection            = each.value.requires_duplicate_detection
  duplicate_detection_history_time_window = each.value.duplicate_detection_window
  partitioning_enabled                    = local.premium ? local.partitioned : each.value.partitioning_enabled
  auto_delete_on_idle                     = each.value.auto_delete_on_idle
  forward_to                              = each.value.forward_to
  forward_dead_lettered_messages_to       = each.value.forward_dead_letters_to

  depends_on = [azurerm_servicebus_queue.collecting]
}

resource "azurerm_servicebus_topic" "this" {
  for_each = { for topic in var.topics : topic.name => topic }

  name                                    = each.key
  namespace_id                            = azurerm_servicebus_namespace.this.id
  max_size_in_megabytes                   = each.value.max_size_mb
  max_message_size_in_kilobytes           = each.value.max_message_size_kb
  default_message_ttl                     = each.value.message_ttl
  requires_duplicate_detection            = each.value.requires_duplicate_detection
  duplicate_detection_history_time_window = each.value.duplicate_detection_window
  support_ordering                        = each.value.ordering_enabled
  partitioning_enabled                    = local.premium ? local.partitioned : each.value.partitioning_enabled
  batched_operations_enabled              = true
}

resource "azurerm_servicebus_subscription" "this" {
  for_each = local.subscriptions

  name                                      = each.value.name
  topic_id                                  = azurerm_servicebus_topic.this[each.value.topic].id
  default_message_ttl                       = each.value.message_ttl
  lock_duration                             = each.value.lock_duration
  max_delivery_count                        = each.value.max_delivery_count
  dead_lettering_on_message_expiration      = each.value.dead_letter_on_expiry
  dead_lettering_on_filter_evaluation_error = each.value.dead_letter_on_filter_error
  requires_session                          = each.value.requires_session
  forward_to                                = each.value.forward_to
  forward_dead_lettered_messages_to         = each.value.forward_dead_letters_to
  batched_operations_enabled                = true

  depends_on = [azurerm_servicebus_queue.this, azurerm_servicebus_queue.collecting]
}

resource "azurerm_servicebus_subscription_rule" "this" {
  for_each = local.rules

  name            = each.value.name
  subscription_id = azurerm_servicebus_subscription.this[each.value.subscription].id
  filter_type     = each.value.sql == null ? "CorrelationFilter" : "SqlFilter"
  sql_filter      = each.value.sql
  action          = each.value.action

  dynamic "correlation_filter" {
    for_each = each.value.sql == null ? [each.value] : []

    content {
      label          = correlation_filter.value.subject
      correlation_id = correlation_filter.value.correlation
      properties     = correlation_filter.value.properties
    }
  }
}
