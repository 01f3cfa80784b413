import { fetchTimed, keptConnection } from '../support/timed-request.ts';

/** Scrapes ports in turns; prints the times of each as JSON. Arguments: rounds, ports. */
const [rounds = '1', ...ports] = process.argv.slice(2);
const agents = new Map(ports.map((port) => [port, keptConnection()]));
const times: Record<string, number[]> = Object.fromEntries(ports.map((port) => [port, []]));
for (let round = -2; round < Number(rounds); round++)
  for (const [port, agent] of agents) {
    const ms = await fetchTimed(Number(port), agent);
    if (round >= 0) times[port]?.push(ms);
  }
for (const agent of agents.values()) agent.destroy();
console.log(JSON.stringify(times));
