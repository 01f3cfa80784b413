/** What a package puts on a host for systemd, the bus and the hook, beside the program itself. */
export const shippedFiles = [
  '/usr/lib/systemd/system/systemd-stop-exporter.service',
  '/usr/lib/systemd/system/systemd-stop-exporter.socket',
  '/usr/lib/systemd/system/systemd-stop-exporter-probe.service',
  '/usr/share/dbus-1/system.d/systemd-stop-exporter.conf',
  '/usr/lib/systemd-stop-exporter/pstree-hook',
  '/usr/share/doc/systemd-stop-exporter/examples/stop-witness.conf',
];
