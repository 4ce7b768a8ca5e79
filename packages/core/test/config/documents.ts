/** The configuration blocks of the source documents, word for word. */
export const DOCUMENTS = {
  '000': `
runtime:
  health:
    recovery: true
    chaos:
      enabled: false      # Disabled by default
      interval: 600       # 10 minutes
      probability: 0.15   # 15% chance
  ledger:
    forward:
      - federation/heartbeat
      - federation/consensus
      - recovery
`,
  '001 safety': `
safety:
  production_mode: false
  require_approval_for_critical: true
  auto_rollback_enabled: true
  safety_monitoring_interval: 5.0

  # Safety thresholds
  max_cpu_usage: 90.0
  max_memory_usage: 85.0
  max_error_rate: 50.0
  max_response_time: 5000.0
`,
  '001 chaos_engineer.yaml': `
global:
  max_concurrent_experiments: 3
  safety_check_interval: 10.0
  emergency_stop_threshold: 0.8

fault_injectors:
  network_delay:
    enabled: true
    max_delay_ms: 2000

  cpu_stress:
    enabled: true
    max_cpu_load: 95

integration:
  auto_recovery_url: "http://172.30.0.41:8080"
  health_monitor_url: "http://172.30.0.38:8080"
`,
  '003 schedules': `
schedules:
  - name: "daily-container-chaos"
    frequency: "daily"
    schedule_pattern: "02:30"
    probability: 0.3
    safe_mode: true
    maintenance_window_only: true
`,
  '003 safety': `
safety:
  min_healthy_services: 0.8
  max_cpu_usage: 85
  max_memory_usage: 90
  protected_services:
    - "sutazai-postgres"
    - "sutazai-prometheus"
    - "sutazai-grafana"
`,
} as const;
