/**
 * libfaketime shows a process another time than the machine's: a time namespace does not cover CLOCK_REALTIME, and the
 * machine's own clock is not ours to set.
 */
const library = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1';

type Environment = Readonly<Record<string, string>>;

/** All clocks and all timers run so many times as fast. */
export function fastClock(times: number): Environment {
  return { LD_PRELOAD: library, FAKETIME: `+0 x${times}` };
}

/** CLOCK_REALTIME is off by what the file says at the moment, such as `-3h`; CLOCK_MONOTONIC is left alone. */
export function steppedClock(file: string): Environment {
  return { LD_PRELOAD: library, FAKETIME_TIMESTAMP_FILE: file, FAKETIME_NO_CACHE: '1', FAKETIME_DONT_FAKE_MONOTONIC: '1' };
}
