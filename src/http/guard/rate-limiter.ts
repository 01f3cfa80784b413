import type { RateLimit } from '../../web-config/web-config.ts';

export interface RateLimiter {
  /** Whether one more request may be answered now; takes a token where it may. */
  allows(limit: RateLimit, nowMs: number): boolean;
}

/** A token bucket, full at first; of all clients together, as with exporter-toolkit. */
export function createRateLimiter(): RateLimiter {
  let known: RateLimit | undefined;
  let tokens = 0;
  let filledMs = 0;
  return {
    allows(limit, nowMs) {
      if (known?.burst !== limit.burst || known.intervalMs !== limit.intervalMs) {
        known = limit;
        tokens = limit.burst;
        filledMs = nowMs;
      }
      tokens = Math.min(limit.burst, tokens + (nowMs - filledMs) / limit.intervalMs);
      filledMs = nowMs;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
