import type { Cause } from '../model/cause.ts';

/** How a trace shows a cause. `{sender}` and `{signal}` are filled in. */
export interface CauseDisplay {
  /** Asked for, or done of its own accord: the trace is not an error. */
  readonly orderly: boolean;
  /** Name of the span above the sender's ancestry. */
  readonly bySender: string;
  /** … where the sender's signal is known. */
  readonly bySignal?: string;
  /** … where the sender is PID 1, which acted on what it noticed. */
  readonly bySystemd?: string;
}

const signalled = 'signal {signal} by {sender}';

export const causeDisplay: Readonly<Record<Cause, CauseDisplay>> = {
  requested: { orderly: true, bySender: 'requested by {sender}' },
  dependency: { orderly: true, bySender: 'requested by {sender}', bySystemd: 'pulled in by {sender}' },
  shutdown: { orderly: true, bySender: 'shutdown requested by {sender}' },
  exited: { orderly: true, bySender: 'ended by {sender}', bySignal: signalled },
  'exit-code': { orderly: false, bySender: 'ended by {sender}', bySignal: signalled },
  signal: { orderly: false, bySender: 'signal by {sender}', bySignal: signalled },
  'core-dump': { orderly: false, bySender: 'signal by {sender}', bySignal: signalled },
  'cgroup-empty': { orderly: false, bySender: 'cgroup emptied by {sender}', bySystemd: 'cgroup found empty by {sender}' },
  'oom-kill': { orderly: false, bySender: 'killed for memory by {sender}' },
  watchdog: { orderly: false, bySender: 'watchdog enforced by {sender}' },
  timeout: { orderly: false, bySender: 'timeout enforced by {sender}' },
  'notify-stopping': { orderly: true, bySender: 'ended by {sender}', bySignal: signalled },
  'bus-name-lost': { orderly: false, bySender: 'stopped by {sender}' },
  resources: { orderly: false, bySender: 'stopped by {sender}' },
  protocol: { orderly: false, bySender: 'stopped by {sender}' },
  unknown: { orderly: false, bySender: 'stopped by {sender}' },
};
