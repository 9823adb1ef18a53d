"""Types that cost nothing by design: what they configure is charged elsewhere, if at all."""

from __future__ import annotations

NO_CLOUD = ("random_", "null_", "time_", "tls_", "local_", "terraform_", "archive_")
"""Prefixes of types that exist in no cloud."""
TYPES: frozenset[str] = frozenset({
    # Groups, rights and rules.
    "azurerm_resource_group", "azurerm_role_assignment", "azurerm_management_lock", "azurerm_user_assigned_identity",
    "azurerm_monitor_diagnostic_setting", "azurerm_monitor_autoscale_setting", "azurerm_monitor_data_collection_endpoint",
    "azurerm_monitor_data_collection_rule", "azurerm_monitor_data_collection_rule_association",
    "azurerm_monitor_private_link_scope", "azurerm_monitor_private_link_scoped_service",
    # Networks.
    "azurerm_virtual_network", "azurerm_subnet", "azurerm_route", "azurerm_route_table", "azurerm_network_interface",
    "azurerm_network_security_group", "azurerm_network_security_rule", "azurerm_application_security_group",
    "azurerm_subnet_network_security_group_association", "azurerm_subnet_route_table_association",
    "azurerm_subnet_nat_gateway_association", "azurerm_network_interface_security_group_association",
    "azurerm_nat_gateway_public_ip_association", "azurerm_private_dns_zone_virtual_network_link",
    "azurerm_local_network_gateway", "azurerm_virtual_network_gateway_connection",
    "azurerm_web_application_firewall_policy", "azurerm_lb_backend_address_pool", "azurerm_lb_backend_address_pool_address",
    "azurerm_lb_nat_rule", "azurerm_lb_outbound_rule", "azurerm_lb_probe", "azurerm_lb_rule",
    # Parts of what is charged as a whole.
    "azurerm_api_management_api", "azurerm_api_management_custom_domain", "azurerm_api_management_diagnostic",
    "azurerm_api_management_logger", "azurerm_api_management_named_value", "azurerm_api_management_policy",
    "azurerm_api_management_product", "azurerm_api_management_product_api", "azurerm_api_management_product_group",
    "azurerm_app_service_custom_hostname_binding", "azurerm_app_service_managed_certificate",
    "azurerm_linux_web_app", "azurerm_linux_web_app_slot", "azurerm_windows_web_app", "azurerm_windows_web_app_slot",
    "azurerm_linux_function_app", "azurerm_linux_function_app_slot",
    "azurerm_backup_policy_vm", "azurerm_recovery_services_vault", "azurerm_dev_test_global_vm_shutdown_schedule",
    "azurerm_virtual_machine_data_disk_attachment", "azurerm_virtual_machine_extension",
    "azurerm_container_registry_cache_rule", "azurerm_container_registry_webhook", "azurerm_cosmosdb_sql_role_assignment",
    "azurerm_data_factory_credential_user_managed_identity", "azurerm_data_factory_linked_service_azure_blob_storage",
    "azurerm_data_factory_linked_service_azure_sql_database", "azurerm_data_factory_linked_service_key_vault",
    "azurerm_key_vault_secret", "azurerm_key_vault_certificate_contacts",
    "azurerm_log_analytics_saved_search", "azurerm_log_analytics_workspace_table",
    "azurerm_log_analytics_workspace_table_custom_log",
    "azurerm_managed_redis_access_policy_assignment", "azurerm_managed_redis_geo_replication",
    "azurerm_mssql_server", "azurerm_mssql_server_extended_auditing_policy", "azurerm_mssql_failover_group",
    "azurerm_mssql_firewall_rule", "azurerm_mssql_outbound_firewall_rule", "azurerm_mssql_virtual_network_rule",
    "azurerm_servicebus_namespace_authorization_rule", "azurerm_servicebus_namespace_disaster_recovery_config",
    "azurerm_servicebus_queue", "azurerm_servicebus_topic", "azurerm_servicebus_subscription",
    "azurerm_servicebus_subscription_rule",
    "azurerm_storage_account_static_website", "azurerm_storage_container", "azurerm_storage_management_policy",
    "azurerm_storage_queue", "azurerm_storage_table",
    # Google Cloud: rights, networks, and parts of what is charged as a whole.
    "google_bigquery_dataset_iam_member", "google_bigquery_table_iam_member", "google_cloud_run_v2_service_iam_member",
    "google_compute_instance_iam_member", "google_compute_subnetwork_iam_member", "google_dns_managed_zone_iam_member",
    "google_iap_tunnel_instance_iam_member", "google_iap_web_backend_service_iam_member",
    "google_iap_web_cloud_run_service_iam_member", "google_kms_crypto_key_iam_member", "google_project_iam_member",
    "google_pubsub_subscription_iam_member", "google_pubsub_topic_iam_member", "google_secret_manager_secret_iam_member",
    "google_service_account", "google_service_account_iam_member", "google_storage_bucket_iam_member",
    "google_compute_firewall", "google_compute_network", "google_compute_network_peering",
    "google_compute_network_peering_routes_config", "google_compute_route", "google_compute_router",
    "google_compute_subnetwork", "google_compute_shared_vpc_host_project", "google_compute_shared_vpc_service_project",
    "google_service_networking_connection", "google_compute_global_address",
    "google_compute_region_network_endpoint_group", "google_compute_health_check", "google_compute_ssl_policy",
    "google_compute_managed_ssl_certificate", "google_compute_target_http_proxy", "google_compute_target_https_proxy",
    "google_compute_url_map", "google_compute_backend_bucket_signed_url_key", "google_compute_disk_resource_policy_attachment",
    "google_certificate_manager_certificate", "google_certificate_manager_certificate_map",
    "google_certificate_manager_certificate_map_entry", "google_certificate_manager_dns_authorization",
    "google_bigquery_routine", "google_bigquery_table", "google_cloud_run_domain_mapping", "google_dns_record_set",
    "google_os_config_os_policy_assignment", "google_pubsub_schema", "google_sql_database", "google_sql_user",
    "google_storage_notification",
})  # fmt: skip
