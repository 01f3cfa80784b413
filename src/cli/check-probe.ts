import { describeError, type Logger } from '../logger.ts';
import { checkProbe } from '../probe/probe.ts';
import type { ProbeStatus, Sight } from '../probe/probe-status.ts';
import type { Finding } from './check-finding.ts';

const silent: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };

function nothing(): void {
  // What is worth saying is in the status.
}

/** Attaches to PID 1 for a moment, as the probe does for good; only root can. */
export async function checkTracefs(isRoot: boolean, look: () => Promise<ProbeStatus> = lookHere): Promise<Finding> {
  const source = 'probe';
  if (!isRoot)
    return { source, sees: 'part', text: 'only root can tell what it would see', remedy: 'sudo systemd-stop-exporter check' };
  try {
    return { source, ...judge(await look()) };
  } catch (error) {
    return { source, sees: 'part', text: describeError(error), remedy: 'mount -t tracefs tracefs /sys/kernel/tracing' };
  }
}

function lookHere(): Promise<ProbeStatus> {
  return checkProbe({ log: silent });
}

/** What each of them is good for, and what would give it where it is missing. */
const needs: readonly { readonly sight: Sight; readonly tells: string; readonly remedy: string }[] = [
  {
    sight: 'callers',
    tells: "root's systemctl",
    remedy:
      "add this build of systemd to src/probe/struct-offsets.ts (CONTRIBUTING.md), or run systemtap's probe (stap/README.md)",
  },
  { sight: 'call-paths', tells: 'why PID 1 stops a service', remedy: "run systemtap's probe (stap/README.md)" },
  { sight: 'dependencies', tells: 'what pulled in a stop', remedy: "run systemtap's probe (stap/README.md)" },
  { sight: 'signals', tells: 'who killed', remedy: 'a kernel with CONFIG_ENABLE_DEFAULT_TRACERS or CONFIG_FTRACE' },
  { sight: 'oom-kills', tells: 'whom the kernel killed for memory', remedy: 'a kernel since 4.14' },
  { sight: 'cgroups', tells: 'who emptied a cgroup', remedy: 'a kernel since 5.2 with CONFIG_CGROUPS' },
];

function judge({ systemd, sees, problems }: ProbeStatus): Omit<Finding, 'source'> {
  const [seen, unseen] = [needs.filter(({ sight }) => sees[sight]), needs.filter(({ sight }) => !sees[sight])];
  const where = systemd?.version === undefined ? '' : ` in systemd ${systemd.version} (table by ${systemd.table ?? 'nothing'})`;
  const words = (list: typeof needs): string => list.map(({ tells }) => tells).join(', ');
  const [worst] = unseen;
  if (worst === undefined) return { sees: 'all', text: `would see ${words(seen)}${where}` };
  const reasons = problems.length === 0 ? '' : `: ${problems.join('; ')}`;
  const text = `would see ${words(seen) || 'nothing'}${where}, but not ${words(unseen)}${reasons}`;
  return { sees: 'part', text, remedy: worst.remedy };
}
