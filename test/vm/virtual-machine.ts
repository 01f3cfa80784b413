import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { ExecResult } from '../system/machine.ts';

export interface VirtualMachineOptions {
  /** What is written goes to this copy-on-write disk, which outlives the machine. */
  readonly disk: string;
  /** Where its socket and its console's log are. */
  readonly directory: string;
  /** The build root, which has qemu, and the kernel. */
  readonly build: string;
}

/** A machine of its own, with a kernel of its own; what happens in it is asked for over a virtio port. */
export interface VirtualMachine {
  /** Runs a shell command as root, in a service of the bed. Rejects where it fails. */
  exec(command: string): Promise<string>;
  /** Runs a shell command as a child of an operator: `operator` or `saboteur`. */
  operate(operator: string, command: string): Promise<ExecResult>;
  /** Resolves after a reboot, once the machine answers again. */
  rebooted(): Promise<void>;
  /** Resolves when it is off. */
  readonly ended: Promise<void>;
  /** Takes its power away. */
  stop(): Promise<void>;
}

interface Answer {
  readonly resolve: (result: ExecResult) => void;
  readonly reject: (error: Error) => void;
}

/** What an emulated machine pays dearly for, and no scenario needs. */
const kernelLine =
  'root=/dev/nvme0n1 rw console=ttyS0 quiet systemd.show_status=no mitigations=off audit=0 apparmor=0 init_on_alloc=0 ' +
  'transparent_hugepage=never nowatchdog rcupdate.rcu_expedited=1';

/** Emulated, and on a busy host: minutes, where a real machine needs seconds. */
const bootLimitMs = 1_200_000;
const commandLimitMs = 600_000;

export async function bootVirtualMachine(options: VirtualMachineOptions): Promise<VirtualMachine> {
  const socketPath = join(options.directory, 'agent.sock');
  const emulator = spawn('nice', ['-n', '10', 'chroot', options.build, ...emulatorLine(options, socketPath)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = once(emulator, 'exit').then(() => undefined);
  const agent = new Agent(await connect(join(options.build, socketPath), ended));
  const stop = async () => {
    emulator.kill('SIGTERM');
    await ended;
  };
  void ended.then(() => agent.end());
  try {
    await agent.ready();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    exec: async (command) => checked(command, await agent.run(command)).stdout,
    operate: (operator, command) => agent.run(`operate ${operator} ${quote(command)}`),
    rebooted: () => agent.ready(),
    ended,
    stop,
  };
}

function emulatorLine({ disk, directory }: VirtualMachineOptions, socketPath: string): readonly string[] {
  return [
    'qemu-system-x86_64',
    // No newer processor: AVX is emulated word by word, and V8 switches protection keys, each of which flushes all of the
    // translated addresses. With them a stop took 15 seconds instead of one.
    ...['-machine', 'q35', '-accel', 'tcg', '-cpu', 'Nehalem', '-smp', '1', '-m', '2048'],
    // Its clock goes with its instructions, a nanosecond for each, and with real time while it idles: however busy the
    // host is, nothing in the machine is too slow for a time limit.
    ...['-icount', 'shift=0,sleep=on'],
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-rtc', 'base=utc'],
    ...['-kernel', '/kernel/vmlinuz', '-append', kernelLine],
    ...['-drive', `if=none,id=disk,format=qcow2,cache=unsafe,file=${disk}`, '-device', 'nvme,serial=disk,drive=disk'],
    ...['-serial', `file:${join(directory, 'console.log')}`],
    ...['-chardev', `socket,id=agent,path=${socketPath},server=on,wait=off`],
    ...['-device', 'virtio-serial', '-device', 'virtserialport,chardev=agent,name=agent'],
  ];
}

async function connect(path: string, ended: Promise<void>): Promise<Socket> {
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  for (;;) {
    const socket = createConnection(path);
    const outcome = await Promise.race([once(socket, 'connect'), once(socket, 'error')]).catch((error: unknown) => [error]);
    if (outcome.length === 0) return socket;
    if (isOver) throw new Error('The virtual machine ended before it began');
    await delay(50);
  }
}

/** The host's end of guest/agent. */
class Agent {
  readonly #socket: Socket;
  readonly #answers = new Map<number, Answer>();
  #number = 0;
  #ready = Promise.withResolvers<void>();

  constructor(socket: Socket) {
    this.#socket = socket;
    createInterface(socket).on('line', (line) => this.#accept(line));
  }

  /** Each boot is waited for once. */
  async ready(): Promise<void> {
    const tooLong = delay(bootLimitMs, undefined, { ref: false }).then(() => {
      throw new Error(`The virtual machine has not booted within ${bootLimitMs} ms`);
    });
    await Promise.race([this.#ready.promise, tooLong]);
    this.#ready = Promise.withResolvers<void>();
  }

  run(command: string): Promise<ExecResult> {
    this.#number += 1;
    const number = this.#number;
    const { promise, resolve, reject } = Promise.withResolvers<ExecResult>();
    this.#answers.set(number, { resolve, reject });
    this.#socket.write(`${number} ${Buffer.from(command).toString('base64')}\n`);
    const limit = setTimeout(() => reject(new Error(`"${command}" has not ended within ${commandLimitMs} ms`)), commandLimitMs);
    return promise.finally(() => {
      clearTimeout(limit);
      this.#answers.delete(number);
    });
  }

  end(): void {
    this.#forget('The virtual machine has ended');
    this.#ready.reject(new Error('The virtual machine has ended'));
    this.#ready.promise.catch(() => undefined);
    this.#socket.destroy();
  }

  #forget(why: string): void {
    for (const { reject } of this.#answers.values()) reject(new Error(why));
    this.#answers.clear();
  }

  #accept(line: string): void {
    const [first = '', status, stdout = '', stderr = ''] = line.trim().split(' ');
    if (first === 'ready') {
      this.#forget('The virtual machine has booted anew');
      this.#ready.resolve();
      return;
    }
    this.#answers.get(Number(first))?.resolve({ status: Number(status), stdout: decoded(stdout), stderr: decoded(stderr) });
  }
}

/** An empty value would be no word of the line: each begins with "=". */
function decoded(word: string): string {
  return Buffer.from(word.slice(1), 'base64').toString('utf8');
}

function checked(command: string, result: ExecResult): ExecResult {
  if (result.status === 0) return result;
  throw new Error(`"${command}" ended with ${result.status}: ${result.stderr.trim() || result.stdout.trim()}`);
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
