import { logindName, stopMethods, systemdName } from './stop-methods.ts';

const systemdRoot = '/org/freedesktop/systemd1';
const logindRoot = '/org/freedesktop/login1';
const fromSystemd = `sender='${systemdName}'`;
const nameOwnerChanged = "type='signal',sender='org.freedesktop.DBus',interface='org.freedesktop.DBus',member='NameOwnerChanged'";

/** What the manager says about units and jobs. `sender` is checked by the bus: others may send signals from these paths. */
export const signalRules: readonly string[] = [
  ...['Unit', 'Service'].map(
    (name) =>
      `type='signal',${fromSystemd},interface='org.freedesktop.DBus.Properties',member='PropertiesChanged',` +
      `path_namespace='${systemdRoot}/unit',arg0='${systemdName}.${name}'`,
  ),
  ...['JobNew', 'JobRemoved', 'UnitRemoved', 'Reloading'].map(
    (member) => `type='signal',${fromSystemd},interface='${systemdName}.Manager',member='${member}'`,
  ),
];

/** When systemd joins or leaves the bus: at its own re-execution, and after a restart of the bus. */
export const managerNameRule = `${nameOwnerChanged},arg0='${systemdName}'`;

/**
 * Everything that a monitor has to see and nothing else: a method call is matched by its object and its member, so that
 * it is seen whether it goes to systemd's name or to its unique name, also when that changes. The destination is for the
 * translator to check.
 */
export const monitorRules: readonly string[] = [...callRules(), ...replyRules(), ...signalRules, nameOwnerChanged];

function callRules(): readonly string[] {
  const rules = stopMethods.map((method) => {
    const root = method.interface.startsWith(logindName) ? logindRoot : systemdRoot;
    return `type='method_call',path_namespace='${root}',member='${method.member}'`;
  });
  return [...new Set(rules)];
}

/**
 * Refusals, and the replies that name a job. Of all other replies none is wanted: they can be large (ListUnits), frequent
 * (a collector that reads properties), or carry file descriptors, which dbus-next cannot read.
 */
function replyRules(): readonly string[] {
  const refusals = [systemdName, logindName, 'org.freedesktop.DBus'].map((sender) => `type='error',sender='${sender}'`);
  // `o` of StopUnit and its like, `uosos…` of EnqueueUnitJob.
  const jobs = ['arg0path', 'arg1path'].map((key) => `type='method_return',${fromSystemd},${key}='${systemdRoot}/job/'`);
  return [...refusals, ...jobs];
}
