import type { CallPath } from '../model/evidence.ts';
import { type CallPathRow, callPathRows, reloadFunctions, stopFunctions } from './call-paths.ts';

/** The row that a call path matches; `unrecognised` where it has frames to judge by and no row fits. */
export type CallPathMatch =
  | { readonly path: CallPath; readonly row: CallPathRow }
  | { readonly path: CallPath; readonly row: undefined };

/**
 * The first function of the stop decides: later ones are its further steps. Records without a frame that
 * can be relied on are passed over.
 */
export function matchFirstCallPath(paths: readonly CallPath[]): CallPathMatch | undefined {
  const first = paths.find((path) => path.frames.some(({ reliable }) => reliable));
  return first === undefined ? undefined : { path: first, row: findRow(first) };
}

const reloadRow: CallPathRow = {
  name: 'manager-reload',
  conclusion: 'not-a-stop',
  frames: [],
  reference: 'manager.c manager_deserialize(), service.c service_coldplug(): PID 1 reads its own state back',
  recordings: [],
};

function findRow(path: CallPath): CallPathRow | undefined {
  if (path.frames.some((frame) => frame.reliable && frame.function !== undefined && reloadFunctions.has(frame.function)))
    return reloadRow;
  const cut = path.frames.findIndex(
    (frame) => !(frame.reliable && frame.function !== undefined && stopFunctions.has(frame.function)),
  );
  const passed = new Set(path.frames.slice(0, cut === -1 ? undefined : cut).map((frame) => frame.function));
  if (path.function !== undefined) passed.add(path.function);
  const behind = cut === -1 ? [] : path.frames.slice(cut);
  return callPathRows.find((row: CallPathRow) => fits(row, { path, passed, behind }));
}

interface Split {
  readonly path: CallPath;
  /** The functions every stop passes. */
  readonly passed: ReadonlySet<string | undefined>;
  /** What brought PID 1 there. */
  readonly behind: CallPath['frames'];
}

function fits(row: CallPathRow, { path, passed, behind }: Split): boolean {
  if (!row.frames.every((name, index) => behind[index]?.reliable === true && behind[index].function === name)) return false;
  if (row.through !== undefined && !row.through.some((name) => passed.has(name))) return false;
  if (row.results !== undefined && !(path.result !== undefined && row.results.includes(path.result))) return false;
  return row.oldStates === undefined || row.oldStates.some((state) => path.oldState?.startsWith(state) === true);
}
