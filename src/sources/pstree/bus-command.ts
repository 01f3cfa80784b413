import type { RequestAction } from '../../model/evidence.ts';
import { unitOfObjectPath } from '../../model/unit.ts';
import { actionOf, findStopMethod, systemdName } from '../dbus/stop-methods.ts';
import type { StopCommand } from './stop-command.ts';

interface Call {
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly args: readonly string[];
}

const stoppingActions: ReadonlySet<RequestAction> = new Set([
  'stop',
  'restart',
  'try-restart',
  'reload-or-restart',
  'reload-or-try-restart',
  'kill',
  'shutdown',
]);

/** `busctl call org.freedesktop.systemd1 PATH INTERFACE MEMBER SIGNATURE ARGS…`. */
export function parseBusctl(args: readonly string[]): StopCommand | undefined {
  if (args.some((word) => /^(?:--user$|--host|--machine|--address|-[HMC])/.test(word))) return undefined;
  const call = args.indexOf('call');
  const [service, path = '', interfaceName = '', member = '', , ...rest] = call === -1 ? [] : args.slice(call + 1);
  return service === systemdName ? commandOf({ path, interface: interfaceName, member, args: rest }) : undefined;
}

/** `dbus-send --system --dest=org.freedesktop.systemd1 PATH INTERFACE.MEMBER string:ARG…`. */
export function parseDbusSend(args: readonly string[]): StopCommand | undefined {
  if (!args.includes('--system') || !args.includes(`--dest=${systemdName}`)) return undefined;
  const [path = '', name = '', ...rest] = args.filter((word) => !word.startsWith('-'));
  return commandOf({ path, ...splitMember(name), args: rest.map((word) => word.slice(word.indexOf(':') + 1)) });
}

/** `gdbus call --system --dest org.freedesktop.systemd1 --object-path PATH --method INTERFACE.MEMBER ARGS…`. */
export function parseGdbus(args: readonly string[]): StopCommand | undefined {
  if (args[0] !== 'call' || !args.some((word) => word === '--system' || word === '-y')) return undefined;
  if (optionValue(args, '--dest', '-d').value !== systemdName) return undefined;
  const method = optionValue(args, '--method', '-m');
  const path = optionValue(args, '--object-path', '-o').value ?? '';
  const rest = args.slice(method.next).filter((word) => !word.startsWith('-'));
  return commandOf({ path, ...splitMember(method.value ?? ''), args: rest.map((word) => word.replaceAll(/^["']|["']$/g, '')) });
}

function optionValue(args: readonly string[], long: string, short: string): { readonly value?: string; readonly next: number } {
  const index = args.findIndex((word) => word === long || word === short || word.startsWith(`${long}=`));
  const word = args[index];
  if (word === undefined) return { next: args.length };
  if (word.startsWith(`${long}=`)) return { value: word.slice(long.length + 1), next: index + 1 };
  const value = args[index + 1];
  return value === undefined ? { next: args.length } : { value, next: index + 2 };
}

function splitMember(name: string): { readonly interface: string; readonly member: string } {
  const dot = name.lastIndexOf('.');
  return { interface: name.slice(0, Math.max(dot, 0)), member: name.slice(dot + 1) };
}

/** Names given over the bus are whole: systemd adds no suffix to them. */
function commandOf(call: Call): StopCommand | undefined {
  const method = findStopMethod(call.path, call.interface, call.member);
  if (method === undefined) return undefined;
  const action = actionOf(method, method.jobType === undefined ? undefined : call.args[method.jobType]);
  const mode = method.mode === undefined ? undefined : call.args[method.mode];
  if (!stoppingActions.has(action) && !(action === 'start' && mode === 'isolate')) return undefined;
  if (method.unit === undefined) return action === 'shutdown' ? { action, units: [] } : undefined;
  const unit = method.unit === 'path' ? unitOfObjectPath(call.path) : call.args[method.unit];
  return unit === undefined || unit === '' ? undefined : { action, units: [unit] };
}
