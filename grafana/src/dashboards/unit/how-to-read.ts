/** For whoever opens the dashboard at night, for the first time. */
export const howToRead = `
**One stop has one cause**, the first link of the chain: a service that ignores SIGTERM after \`systemctl stop\` and is
killed by systemd was *requested*.

- **cgroup-empty**: no process was left, and systemd knew of no main process that ended
- **signal**, **core-dump**: the main process was killed; the sender is who sent the signal
- **requested**: somebody asked; **dependency**: another unit's job pulled it in
- **exited**, **exit-code**: the service ended by itself
- **unknown**: the evidence does not tell

**Senders**: a command, and the unit it ran in. \`systemd\`: PID 1 acted by itself. \`none\`: nobody outside.
\`unknown\`: not seen.

**Next**: click a row of *Senders* for the exporter's incident page (sentence, proof, ancestry, call path), or a dot in
the graph for the trace in Jaeger. Counts come from Prometheus' \`increase()\`, rounded; the incident page has each stop.
`.trim();
