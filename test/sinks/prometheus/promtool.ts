import { spawnSync } from 'node:child_process';

/** In CI a missing promtool is a failure and not a skip. */
export const canCheck = process.env['CI'] === 'true' || spawnSync('promtool', ['--version']).status === 0;

/** What `promtool check metrics` says about a text; empty where it is content. It reads the 0.0.4 format alone. */
export function promtoolComplaints(text: string): string {
  const { status, stdout, stderr, error } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
  if (error !== undefined) throw error;
  return status === 0 ? stdout + stderr : `${stdout}${stderr}exit ${status}`;
}
