/**
 * CPU time of this process so far. For tests that tell an input which takes for ever (quadratic, or never ending) from one
 * that does not: unlike a clock it does not depend on what else the machine does.
 */
export function cpuMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
