/**
 * Functions that are static in systemd, and `main` and `_start` of its binary: none of them is ever in a
 * dynamic symbol table, so a stack that names one was resolved with the full symbols. Checked with `nm -D`
 * against Debian's stripped 247, 252, 257 and 262. Where a version exports a name it must not be here
 * (`bus_match_run`, `manager_dispatch_load_queue`, `job_run_and_invalidate`).
 */
const staticFunctionNames = `
  service_set_state service_start service_stop service_reload service_kill service_coldplug service_reset_failed
  service_enter_stop service_enter_stop_by_notify service_enter_stop_post service_enter_signal service_enter_dead
  service_enter_running service_enter_exited_or_stop service_enter_restart service_enter_start service_enter_start_pre
  service_enter_start_post service_enter_condition service_enter_reload service_enter_reload_by_notify
  service_enter_reload_signal service_enter_reload_mounting service_enter_reload_post
  service_enter_refresh_extensions service_enter_refresh_credentials
  service_run_next_control service_run_next_main service_retry_pid_file service_arm_timer service_force_watchdog
  service_sigchld_event service_notify_cgroup_empty_event service_notify_cgroup_oom_event
  service_notify_message service_notify_message_process_state service_bus_name_owner_change service_live_mount
  service_dispatch_timer service_dispatch_watchdog service_dispatch_exec_io service_dispatch_inotify_io
  service_dispatch_io service_dispatch_bus_name_grace service_can_start service_test_startable

  job_perform_on_unit job_dispatch_timer job_set_state job_fail_dependencies
  unit_check_cgroup_events unit_check_unneeded unit_check_binds_to unit_process_job
  retroactively_start_dependencies retroactively_stop_dependencies
  transaction_apply transaction_add_one_job transaction_collect_garbage

  manager_dispatch_run_queue manager_dispatch_sigchld manager_dispatch_signal_fd manager_dispatch_cgroups_agent_fd
  manager_dispatch_notify_fd manager_dispatch_stop_when_bound_queue manager_dispatch_stop_when_unneeded_queue
  manager_dispatch_start_when_upheld_queue manager_dispatch_stop_notify_queue manager_dispatch_release_resources_queue
  manager_dispatch_dbus_queue manager_dispatch_cleanup_queue manager_dispatch_gc_unit_queue manager_dispatch_gc_job_queue
  manager_dispatch_idle_pipe_fd manager_dispatch_time_change_fd manager_dispatch_user_lookup_fd
  manager_dispatch_jobs_in_progress manager_dispatch_handoff_timestamp_fd manager_dispatch_pidref_transport_fd
  manager_dispatch_sync_bus_names manager_dispatch_bus_name_owner_changed
  manager_invoke_sigchld_event invoke_sigchld_event manager_invoke_notify_message
  manager_start_special manager_coldplug manager_catchup

  on_cgroup_empty_event on_cgroup_inotify_event on_cgroup_oom_event on_rewatch_pids_event

  signal_name_owner_changed signal_name_owner_changed_install_handler get_name_owner_handler
  signal_agent_released signal_activation_request signal_disconnected bus_on_connection async_polkit_callback
  method_start_unit method_stop_unit method_restart_unit method_try_restart_unit method_kill_unit
  method_start_unit_generic method_generic_unit_operation method_enqueue_unit_job method_enqueue_unit_job_many

  source_dispatch event_prepare process_timer process_filter process_match process_message io_callback time_callback

  invoke_main_loop main _start
`;

export const staticFunctions: ReadonlySet<string> = new Set(staticFunctionNames.trim().split(/\s+/));

/** Functions whose code may be longer than any distance between two exported neighbours. */
export const giantFunctions: ReadonlySet<string> = new Set(['main', 'manager_loop', 'invoke_main_loop']);
