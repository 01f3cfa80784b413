/** What became of one attempt to send one trace. */
export type ExportOutcome =
  | { readonly kind: 'sent' }
  /** OTEL_TRACES_SAMPLER decided against it. */
  | { readonly kind: 'sampled' }
  /** The collector does not want this trace, or not all of it. */
  | { readonly kind: 'rejected'; readonly reason: string }
  /** It cannot be made into spans, now or later. */
  | { readonly kind: 'undrawable'; readonly reason: string }
  /** The collector is away, busy or misconfigured: nothing to do with this trace. */
  | { readonly kind: 'failed'; readonly reason: string };

/**
 * Answers that are about the trace itself. All others are about the collector or its configuration (401, 404, 5xx)
 * and can be put right before the trace is given up.
 */
const rejectingStatus: ReadonlySet<number> = new Set([400, 413, 422]);

export function failureOutcome(error: unknown): ExportOutcome {
  const status = statusOf(error);
  const reason = error instanceof Error && error.message !== '' ? error.message : 'no reason given';
  if (status === undefined) return { kind: 'failed', reason };
  return { kind: rejectingStatus.has(status) ? 'rejected' : 'failed', reason: `${status} ${reason}` };
}

/** OTLPExporterError has the HTTP status in `code`; a network error has a word there. */
function statusOf(error: unknown): number | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'number' ? code : undefined;
}
