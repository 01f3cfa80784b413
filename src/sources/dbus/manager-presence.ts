import type { BusMessage } from './bus-message.ts';
import { systemdName } from './stop-methods.ts';

export interface ManagerPresence {
  /** Whoever owns systemd's name now; undefined where nobody does. */
  readonly owner: string | undefined;
  /** Follows the name; true where the message is about it. */
  follow(message: BusMessage): boolean;
  set(owner: string | undefined): void;
  /** Rejects once the name has had no owner for too long. */
  readonly lost: Promise<never>;
  stop(): void;
}

export interface ManagerPresenceOptions {
  /** systemd is away for a moment at its re-execution, and comes after the bus where that was restarted. */
  readonly maxAbsenceMs: number;
  readonly onPresent: (owner: string) => void;
  readonly onAbsent: () => void;
}

/** Whether systemd is on the bus. */
export function followManager({ maxAbsenceMs, onPresent, onAbsent }: ManagerPresenceOptions): ManagerPresence {
  const { promise: lost, reject } = Promise.withResolvers<never>();
  // Where nobody waits for it any more.
  lost.catch(() => undefined);
  let owner: string | undefined;
  let absence: NodeJS.Timeout | undefined;

  function set(next: string | undefined): void {
    clearTimeout(absence);
    const isNew = next !== owner;
    owner = next;
    if (next === undefined) {
      absence = setTimeout(() => reject(new Error(`systemd has not been on the bus for ${maxAbsenceMs} ms`)), maxAbsenceMs);
      onAbsent();
    } else if (isNew) onPresent(next);
  }

  function follow({ sender, member, body }: BusMessage): boolean {
    const [name, , newOwner] = body;
    if (sender !== 'org.freedesktop.DBus' || member !== 'NameOwnerChanged' || name !== systemdName) return false;
    set(typeof newOwner === 'string' && newOwner !== '' ? newOwner : undefined);
    return true;
  }

  return {
    get owner() {
      return owner;
    },
    follow,
    set,
    lost,
    stop: () => clearTimeout(absence),
  };
}
