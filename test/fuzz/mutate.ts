import type { Random } from './random.ts';

/** What parsers stumble over, whatever they parse. */
const tokens = [
  ...[
    '',
    ' ',
    '\t',
    '\n',
    '\r\n',
    '\0',
    '\x1b[31m',
    '"',
    "'",
    '\\',
    '\\n',
    '\\x',
    '`',
    '=',
    ':',
    ';',
    ',',
    '.',
    '/',
    '../',
    '@',
    '%',
    '#',
  ],
  ...[
    '{',
    '}',
    '[',
    ']',
    '(',
    ')',
    '<',
    '>',
    '<script>',
    '&amp;',
    '-',
    '--',
    '---',
    '…',
    '\u202e',
    '\u2066',
    '\ud800',
    '\udc00',
    '😀',
    'é',
  ],
  ...[
    '0',
    '-1',
    '1e308',
    '4294967296',
    '9007199254740993',
    '18446744073709551615',
    'NaN',
    'null',
    'true',
    '__proto__',
    'constructor',
  ],
  ...[
    '.service',
    'pid=1',
    'unit=',
    'begin 1 stop ',
    'end 1 stop lines=',
    '0x',
    '+0x',
    '{"',
    '":',
    '[{}]',
    'a'.repeat(300),
    ' '.repeat(300),
  ],
];

type Mutation = (text: string, random: Random, other: string) => string;

const mutations: readonly Mutation[] = [
  (text, random) => insert(text, random, tokens[random.below(tokens.length)] ?? ''),
  (text, random) => insert(text, random, String.fromCharCode(random.below(256))),
  (text, random) => insert(text, random, String.fromCharCode(random.below(65_536))),
  (text, random) => cut(text, random, ''),
  (text, random) => cut(text, random, String.fromCharCode(32 + random.below(95))),
  (text, random) => text.slice(0, random.below(text.length + 1)),
  (text, random) => text.slice(random.below(text.length + 1)),
  (text, random, other) => text.slice(0, random.below(text.length + 1)) + other.slice(random.below(other.length + 1)),
  (text, random) => repeated(text, random),
  (text, random) => text.replace(/\d+/, () => tokens[random.below(tokens.length)] ?? ''),
  (text, random) =>
    text.replace(/[A-Za-z_]+/g, (word) => (random.below(6) === 0 ? (tokens[random.below(tokens.length)] ?? '') : word)),
];

const maxLength = 20_000;

/** The text as it is one time in sixteen, else changed in one to six places. */
export function mutate(text: string, other: string, random: Random): string {
  if (random.below(16) === 0) return text;
  let mutated = text;
  for (let left = 1 + random.below(6); left > 0; left--) {
    mutated = mutations[random.below(mutations.length)]?.(mutated, random, other) ?? mutated;
    if (mutated.length > maxLength) mutated = mutated.slice(0, maxLength);
  }
  return mutated;
}

function insert(text: string, random: Random, what: string): string {
  const at = random.below(text.length + 1);
  return text.slice(0, at) + what + text.slice(at);
}

function cut(text: string, random: Random, put: string): string {
  const at = random.below(text.length + 1);
  return text.slice(0, at) + put + text.slice(at + 1 + random.below(8));
}

function repeated(text: string, random: Random): string {
  const at = random.below(text.length + 1);
  const piece = text.slice(at, at + 1 + random.below(40));
  return text.slice(0, at) + piece.repeat(1 + random.below(20)) + text.slice(at);
}
