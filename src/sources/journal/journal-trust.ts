import type { JournalFields } from './journal-fields.ts';

/** Who is believed to write an event. Fields with `_` in front are journald's own: a process cannot forge them. */
export type Author = 'pid-1' | 'logind' | 'oomd' | 'coredump';

const services: Readonly<Record<Exclude<Author, 'pid-1'>, RegExp>> = {
  logind: /^systemd-logind\.service$/,
  oomd: /^systemd-oomd\.service$/,
  coredump: /^systemd-coredump@[^/]*\.service$/,
};

/** Anybody can write MESSAGE_ID= and UNIT=, only PID 1 has `_PID=1`. */
export function isWrittenBy(author: Author, fields: JournalFields): boolean {
  if (author === 'pid-1') return fields.text('_PID') === '1';
  return services[author].test(fields.text('_SYSTEMD_UNIT') ?? '');
}
