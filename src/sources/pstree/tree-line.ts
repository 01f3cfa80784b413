/** A process as one line of a dump shows it. */
export interface TreeNode {
  readonly name: string;
  readonly pid?: number;
  /** Its arguments as printed; absent where there are none. */
  readonly args?: string;
  /** Where its name stands in the line: what stands further left, above it, is its parent. */
  readonly column: number;
  readonly isThread: boolean;
}

/** The line up to the first name: `  |   `-`, in ASCII or with line-drawing characters. */
const branchPattern = /^[ │|]*?(?:[|`]-|[├└]─)/u;
const indentPattern = /^[ │|]*/u;

/** With `-a`: `name,pid args`, also `name,pid,pgid,user args`; a name may hold commas, spaces and more. */
const commaPattern = /^(?<name>.{1,64}?),(?<pid>\d{1,10})(?:,[^\s,]{0,32}){0,2}(?: (?<args>.*)|(?<cut>\.\.\.))?$/su;
/** A process whose arguments cannot be read. */
const swappedPattern = /^\((?<name>.{1,64}?),(?<pid>\d{1,10})(?:,[^\s,]{0,32}){0,2}\)$/su;
/** Without: `name(pid)`, `name(pid,user)`, which may be followed by its only or first child. */
const parenthesisPattern = /^(?<name>.{1,64}?)\((?<pid>\d{1,10})(?:,[^)]{0,64})?\)(?: (?<args>.*))?/su;
/** Without `-p`. */
const namePattern = /^(?<name>[^\s,(){}]{1,64})(?: (?<args>.*))?$/su;
const siblingPattern = /^(?:-\+-|---|─┬─|───)/u;

/** The processes of a line, outermost first: several where pstree draws a chain in one line. Empty where it holds none. */
export function parseTreeLine(line: string): readonly TreeNode[] {
  const branch = branchPattern.exec(line)?.[0];
  const indent = branch ?? indentPattern.exec(line)?.[0] ?? '';
  const text = line.slice(indent.length);
  const comma = (swappedPattern.exec(text) ?? commaPattern.exec(text))?.groups;
  if (comma !== undefined) return [node(comma, indent.length)];
  const chain = parseChain(text, indent.length);
  if (chain.length > 0 || branch === undefined) return chain;
  const plain = namePattern.exec(text)?.groups;
  return plain === undefined ? [] : [node(plain, indent.length)];
}

/** `systemd(1)───sshd(3234)───bash(3265)`. */
function parseChain(text: string, column: number): readonly TreeNode[] {
  const nodes: TreeNode[] = [];
  let at = 0;
  for (;;) {
    const match = parenthesisPattern.exec(text.slice(at, at + maxChainLink));
    if (match === null) return nodes;
    nodes.push(node(match.groups ?? {}, column + at));
    at += match[0].length;
    const link = siblingPattern.exec(text.slice(at, at + 3))?.[0];
    if (link === undefined) return at === text.length || match.groups?.['args'] !== undefined ? nodes : [];
    at += link.length;
  }
}

const maxChainLink = 4096;

function node(groups: Readonly<Record<string, string | undefined>>, column: number): TreeNode {
  const { name = '', pid, args } = groups;
  const isThread = name.startsWith('{') && name.endsWith('}');
  return { name, column, isThread, ...(pid === undefined ? {} : { pid: Number(pid) }), ...(args === undefined ? {} : { args }) };
}
