resource "azurerm_api_management_api" "this" {
  for_each = { for api in var.apis : api.name => api }

  name                  = each.key
  api_management_name   = azurerm_api_management.this.name
  resource_group_name   = local.resource_group_name
  revision              = "1"
  display_name          = coalesce(each.value.display_name, each.key)
  path                  = each.value.path
  protocols             = ["https"]
  service_url           = each.value.service_url
  subscription_required = each.value.subscription_required

  dynamic "import" {
    for_each = each.value.openapi_url == null ? [] : [each.value.openapi_url]

    content {
      content_format = endswith(lower(import.value), ".json") ? "openapi+json-link" : "openapi-link"
      content_value  = import.value
    }
  }
}

resource "azurerm_api_management_product" "this" {
  for_each = { for product in var.products : product.name => product }

  product_id            = each.key
  api_management_name   = azurerm_api_management.this.name
  resource_group_name   = local.resource_group_name
  display_name          = coalesce(each.value.display_name, each.key)
  description           = each.value.description
  published             = each.value.published
  subscription_required = each.value.subscription_required
  approval_required     = each.value.subscription_required ? each.value.approval_required : null
  subscriptions_limit   = each.value.subscriptions_limit
}

resource "azurerm_api_management_product_api" "this" {
  for_each = merge([for product in var.products : { for api in product.apis : "${product.name}/${api}" => { product = product.name, api = api } }]...)

  product_id          = azurerm_api_management_product.this[each.value.product].product_id
  api_name            = azurerm_api_management_api.this[each.value.api].name
  api_management_name = azurerm_api_management.this.name
  resource_group_name = local.resource_group_name
}

# Consumption knows no people, so no groups either.
resource "azurerm_api_management_product_group" "this" {
  for_each = merge([for product in var.products : { for group in(local.is_consumption ? [] : product.groups) : "${product.name}/${group}" => { product = product.name, group = group } }]...)

  product_id          = azurerm_api_management_product.this[each.value.product].product_id
  group_name          = each.value.group
  api_management_name = azurerm_api_management.this.name
  resource_group_name = local.resource_group_name
}

resource "azurerm_api_management_named_value" "this" {
  for_each = { for item in var.named_values : item.name => item }

  name                = replace(each.key, "/[._]/", "-")
  display_name        = each.key
  api_management_name = azurerm_api_management.this.name
  resource_group_name = local.resource_group_name
  value               = each.value.value
  secret              = each.value.key_vault_secret_id != null
  tags                = length(each.value.tags) == 0 ? null : each.value.tags

  dynamic "value_from_key_vault" {
    for_each = each.value.key_vault_secret_id == null ? [] : [each.value.key_vault_secret_id]

    content {
      secret_id = value_from_key_vault.value
    }
  }

  depends_on = [azurerm_role_assignment.secrets]
}
