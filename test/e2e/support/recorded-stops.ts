/** What the demo's recordings hold, in the order in which the stops ended. */
export const recordedStops = [
  { unit: 'ovs-vswitchd.service', cause: 'requested', sender: 'systemctl' },
  { unit: 'ovs-vswitchd.service', cause: 'exited', sender: 'unknown' },
  { unit: 'ovs-vswitchd.service', cause: 'cgroup-empty', sender: 'systemd' },
  { unit: 'sleepy.service', cause: 'requested', sender: 'systemctl' },
  { unit: 'bound.service', cause: 'dependency', sender: 'systemctl' },
  { unit: 'sleepy.service', cause: 'requested', sender: 'unknown' },
  { unit: 'sleepy.service', cause: 'requested', sender: 'systemctl' },
  { unit: 'sleepy.service', cause: 'signal', sender: 'pkill' },
  { unit: 'sleepy.service', cause: 'signal', sender: 'pkill' },
] as const;

/** The trace ids in the log lines of stops, in their order. */
export function loggedTraceIds(output: string): readonly string[] {
  return [...output.matchAll(/ stopped: .* trace=([0-9a-f]{32})/g)].map(([, traceId = '']) => traceId);
}
