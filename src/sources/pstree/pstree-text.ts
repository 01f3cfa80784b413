import type { ProcessTree, TreeRequest } from '../../model/evidence.ts';
import type { Process } from '../../model/process.ts';
import { redactCommand, redactText } from '../../model/redact.ts';
import { discard } from '../discard.ts';
import type { LineParser, LinePlace } from '../line-parser.ts';
import type { Observation } from '../source.ts';
import { parseStopCommand } from './stop-command.ts';
import { parseTreeLine, type TreeNode } from './tree-line.ts';

const maxDepth = 256;
const maxRequests = 256;

interface Branch {
  readonly column: number;
  readonly process: Process;
  readonly args: string;
  readonly line: string;
  /** What it asks for itself, unless a process below it does. */
  request?: Candidate;
}

interface Candidate {
  readonly request: TreeRequest;
  readonly lines: readonly string[];
  readonly place: LinePlace;
  isSuperseded: boolean;
}

/** Reads one dump of `pstree -psa`, or a piece of it: who asks systemd to stop something. Knows neither its time nor its unit. */
export function createPstreeParser(): LineParser {
  const reader = new TreeReader();
  return {
    accept(line, place): readonly Observation[] {
      if (line.trim() === '') return [];
      const nodes = parseTreeLine(line);
      if (nodes.length === 0) return [discard('pstree', 'unreadable', line, place)];
      return nodes.every((node) => node.isThread || reader.add(node, line, place))
        ? []
        : [discard('pstree', 'out-of-bounds', line, place)];
    },
    finish: () => reader.tree(),
  };
}

class TreeReader {
  /** The processes above the last one, and itself. */
  readonly #branches: Branch[] = [];
  readonly #candidates: Candidate[] = [];
  #first: { readonly line: string; readonly place: LinePlace } | undefined;

  /** False where the dump is beyond any bound. */
  add(node: TreeNode, line: string, place: LinePlace): boolean {
    this.#first ??= { line, place };
    while ((this.#branches.at(-1)?.column ?? -1) >= node.column) this.#branches.pop();
    if (this.#branches.length >= maxDepth) return false;
    const branch: Branch = { column: node.column, process: processOf(node), args: node.args ?? '', line };
    this.#branches.push(branch);
    const command = parseStopCommand(node.name, node.args ?? '');
    if (command === undefined || this.#branches.slice(0, -1).some(isOtherManager)) return true;
    if (this.#candidates.length >= maxRequests) return false;
    this.#supersede();
    const ancestry = this.#branches.map(({ process }) => process);
    const lines = [...new Set(this.#branches.map((one) => one.line))];
    branch.request = { request: { ...command, ancestry }, lines, place, isSuperseded: false };
    this.#candidates.push(branch.request);
    return true;
  }

  /** `sudo systemctl stop x` asks through its child. */
  #supersede(): void {
    for (const { request } of this.#branches) {
      if (request !== undefined) request.isSuperseded = true;
    }
  }

  tree(): readonly ProcessTree[] {
    if (this.#first === undefined) return [];
    const found = this.#candidates.filter(({ isSuperseded }) => !isSuperseded);
    const { file, line, readAtUsec } = found[0]?.place ?? this.#first.place;
    const lines = found.length === 0 ? [this.#first.line] : [...new Set(found.flatMap((candidate) => candidate.lines))];
    const tree: ProcessTree = {
      kind: 'process-tree',
      source: 'pstree',
      ...(readAtUsec === undefined ? {} : { atUsec: readAtUsec }),
      requests: found.map(({ request }) => request),
      origin: { file, line },
      raw: redactText(lines.join('\n')),
    };
    return [tree];
  }
}

/** The system manager of a container: what is below it asks that one. */
function isOtherManager({ process: { name, pid }, args }: Branch): boolean {
  return (name === 'systemd' || name === 'init') && pid !== undefined && pid !== 1 && !/(?:^| )--user(?: |$)/.test(args);
}

function processOf({ name, pid, args }: TreeNode): Process {
  const command = args === undefined || args === '' ? undefined : redactCommand(`${name} ${args}`);
  return { name, ...(pid === undefined ? {} : { pid }), ...(command === undefined ? {} : { command }) };
}
