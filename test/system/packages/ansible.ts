import { execFile } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { pathOf } from '../../e2e/support/installed.ts';
import type { Machine } from '../machine.ts';

/** What a run of the playbook did to the one host, as its recap counts. */
export type Recap = Readonly<Record<'ok' | 'changed' | 'unreachable' | 'failed', number>>;

export type ExtraVariables = Readonly<Record<`systemd_stop_exporter_${string}`, unknown>>;

/** Runs the playbook that we ship against a machine, over ssh from the machine's own network. */
export async function runPlaybook(machine: Machine, directory: string, variables: ExtraVariables): Promise<Recap> {
  await machine.exec('systemctl start ssh.service');
  const ansible = realpathSync(pathOf('ansible-playbook'));
  const words = ['--inventory', writeInventory(machine, directory), '--extra-vars', JSON.stringify(variables), 'playbook.yml'];
  const { PATH = '' } = process.env;
  const env = {
    PATH: `${dirname(ansible)}:${PATH}`,
    HOME: directory,
    LC_ALL: 'C.UTF-8',
    ANSIBLE_LOCAL_TEMP: join(directory, 'temporary'),
    ANSIBLE_NOCOLOR: '1',
    // One connection for each task instead of five.
    ANSIBLE_PIPELINING: '1',
  };
  const { stdout } = await promisify(execFile)(ansible, words, { cwd: 'deploy/ansible', env });
  return recapOf(stdout);
}

/** Beside the settings of the connection nothing: the host is one as any. */
function writeInventory(machine: Machine, directory: string): string {
  mkdirSync(directory, { recursive: true });
  const key = join(directory, 'key');
  copyFileSync(`${machine.rootDirectory}/root/.ssh/id_ed25519`, key);
  chmodSync(key, 0o600);
  const ssh = join(directory, 'ssh');
  writeFileSync(ssh, `#!/bin/sh\nexec nsenter --net=/proc/${machine.hostPid}/ns/net -- ssh "$@"\n`, { mode: 0o755 });
  const inventory = join(directory, 'inventory.json');
  const host = {
    ansible_host: '127.0.0.1',
    ansible_user: 'root',
    ansible_ssh_executable: ssh,
    ansible_ssh_private_key_file: key,
    // A shared connection would outlive the test.
    ansible_ssh_common_args:
      '-F none -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o ControlMaster=no',
    ansible_ssh_args: '',
    ansible_ssh_transfer_method: 'piped',
    ansible_python_interpreter: '/usr/bin/python3',
  };
  writeFileSync(inventory, JSON.stringify({ all: { hosts: { [machine.suite]: host } } }));
  return inventory;
}

function recapOf(text: string): Recap {
  const line = /^PLAY RECAP \*+\n(.+)$/m.exec(text)?.[1] ?? '';
  const count = (name: string): number => Number(new RegExp(`\\b${name}=(\\d+)`).exec(line)?.[1]);
  return { ok: count('ok'), changed: count('changed'), unreachable: count('unreachable'), failed: count('failed') };
}
