/** One function PID 1 was in. */
export interface Frame {
  /** Symbol without compiler suffixes; undefined where the unwinder found none. */
  readonly function?: string;
  /** Bytes from the start of the function, or of the module where there is no function. */
  readonly offset?: number;
  /** Bytes of the function, as the symbol table has it. */
  readonly size?: number;
  readonly module?: string;
  /** False where the symbol may be a wrong neighbour's: such a frame is shown but never decides. */
  readonly reliable: boolean;
}

/** Innermost first. */
export type Frames = readonly Frame[];

const compilerSuffix = /\.(?:lto_priv|part|isra|constprop|cold|llvm)(?:\.\d+)*/g;

/** GCC names clones of a function `f.isra.0`, `f.cold`, …: the same function to a reader (SYSTEMD.md §2.2). */
export function stripCompilerSuffix(symbol: string): string {
  return symbol.replace(compilerSuffix, '');
}
