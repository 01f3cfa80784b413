import type { BusMessage } from './bus-message.ts';
import { systemdName } from './stop-methods.ts';

/** Whether systemd is on the bus. */
export interface ManagerPresence {
  readonly isPresent: boolean;
  /** The owner of systemd's name as it was asked for; a change that the bus has told meanwhile is newer. */
  begin(owner: string | undefined): void;
  /** Nobody is told of a change before the beginning. */
  follow(message: BusMessage): void;
  /** Rejects once systemd has been away for too long. */
  readonly lost: Promise<never>;
  stop(): void;
}

export interface ManagerPresenceOptions {
  /** systemd is away for a moment at its re-execution, and comes after the bus where that was restarted. */
  readonly maxAbsenceMs: number;
  readonly onPresent: (uniqueName: string) => void;
  readonly onAbsent: () => void;
}

export function followManager({ maxAbsenceMs, onPresent, onAbsent }: ManagerPresenceOptions): ManagerPresence {
  const { promise: lost, reject } = Promise.withResolvers<never>();
  // It may be lost when nobody waits for it any more.
  lost.catch(() => undefined);
  let isPresent = false;
  let hasBegun = false;
  let heard: { readonly owner: string | undefined } | undefined;
  let absence: NodeJS.Timeout | undefined;

  function set(owner: string | undefined): void {
    clearTimeout(absence);
    isPresent = owner !== undefined;
    if (owner === undefined) {
      absence = setTimeout(() => reject(new Error(`systemd has not been on the bus for ${maxAbsenceMs} ms`)), maxAbsenceMs);
      onAbsent();
    } else onPresent(owner);
  }

  function follow({ sender, member, body }: BusMessage): void {
    const [name, , newOwner] = body;
    if (sender !== 'org.freedesktop.DBus' || member !== 'NameOwnerChanged' || name !== systemdName) return;
    heard = { owner: typeof newOwner === 'string' && newOwner !== '' ? newOwner : undefined };
    if (hasBegun) set(heard.owner);
  }

  function begin(owner: string | undefined): void {
    hasBegun = true;
    set(heard === undefined ? owner : heard.owner);
  }

  return {
    get isPresent() {
      return isPresent;
    },
    begin,
    follow,
    lost,
    stop: () => clearTimeout(absence),
  };
}
