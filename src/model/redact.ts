import { maxRawLength } from './evidence.ts';
import { redactAssignments } from './redact-assignments.ts';
import { isSecretName, optionsOfProgram, type ProgramOptions, usualOptions } from './redact-names.ts';
import { redactRandom } from './redact-random.ts';
import { strictCommand } from './redact-strict.ts';

const mark = '***';
const cutMark = '…';
const maxCommandLength = 1024;

/** How much is hidden; an operator decides once, before anything is read. */
export interface Redaction {
  /** `strict`: of commands the program, names of options and units are left, and of evidence its fields. `off`: nothing is hidden. */
  readonly mode: (typeof redactionModes)[number];
  /** What else to hide, wherever it stands. */
  readonly patterns: readonly RegExp[];
}

export const redactionModes = ['default', 'strict', 'off'] as const;

/** One for the process, and not an argument of every parser: one that forgot it would show what it should not. */
let redaction: Redaction = { mode: 'default', patterns: [] };

export function setRedaction(chosen: Redaction): void {
  redaction = chosen;
}

/** Hides secrets in a command line: `--password X`, `PGPASSWORD=X`, URLs, headers, key material. At most 1024 characters. */
export function redactCommand(command: string): string {
  const known = redaction.mode === 'off' ? command : redactLine(command, true);
  return shorten(hidePatterns(redaction.mode === 'strict' ? strictCommand(known) : known), maxCommandLength);
}

/**
 * Hides secrets in what a witness printed, line by line. Hexadecimal identifiers stay (invocation, boot, machine):
 * they are evidence. At most `maxRawLength` characters.
 */
export function redactText(text: string): string {
  if (redaction.mode === 'strict') return text === '' ? text : mark;
  const lines = redaction.mode === 'off' ? [text] : text.split('\n').map((line) => redactLine(line, false));
  return shorten(hidePatterns(lines.join('\n')), maxRawLength);
}

function hidePatterns(text: string): string {
  return redaction.patterns.reduce((shown, pattern) => shown.replace(pattern, mark), text);
}

/** Cuts where no word is cut: half a word may look like a secret, and half a secret like none. */
function shorten(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  for (let end = maxLength - cutMark.length; end > 0; end--) {
    if (/[\s"'`=,;&()<>|{}[\]]/.test(text.charAt(end - 1))) return `${text.slice(0, end)}${cutMark}`;
  }
  return cutMark;
}

/** What the words so far say about the next one. */
interface Reading {
  readonly expects: 'nothing' | 'value' | 'header' | 'login';
  /** A quotation mark that an earlier word opened. */
  readonly quote?: string | undefined;
  /** What comes before that quotation mark closes is secret. */
  readonly isHiding?: boolean;
  readonly options: ProgramOptions;
  readonly hexIsSecret: boolean;
}

interface Step {
  readonly text: string;
  readonly next: Reading;
}

/** Hiding one secret may bring to light that the next word is one too: until nothing changes. */
function redactLine(line: string, hexIsSecret: boolean): string {
  let redacted = line;
  for (let pass = 0; pass < maxPasses; pass++) {
    const again = redactOnce(redacted, hexIsSecret);
    if (again === redacted) break;
    redacted = again;
  }
  return redacted;
}

const maxPasses = 8;

function redactOnce(line: string, hexIsSecret: boolean): string {
  let reading: Reading = { expects: 'nothing', options: usualOptions, hexIsSecret };
  let result = '';
  for (const word of line.split(/(\s+)/)) {
    if (word === '' || /^\s/.test(word)) {
      if (reading.isHiding !== true) result += word;
      continue;
    }
    const step = readWord(word, reading);
    result += step.text;
    reading = step.next;
  }
  return result;
}

function readWord(word: string, reading: Reading): Step {
  if (reading.isHiding === true) return readHidden(word, reading);
  if (reading.expects === 'login') return readPlain(redactLogin(word, ''), reading);
  if (reading.expects !== 'nothing' && !isOption(word)) return readSecret(word, reading);
  return readPlain(word, reading);
}

/** Still inside a quoted secret of several words. */
function readHidden(word: string, reading: Reading): Step {
  const end = reading.quote === undefined ? 0 : word.indexOf(reading.quote);
  return end === -1 ? { text: '', next: reading } : readPlain(word.slice(end), { ...reading, isHiding: false });
}

const authorizationSchemes = /^(?:basic|bearer|digest|negotiate|token|apikey)$/i;

function readSecret(word: string, reading: Reading): Step {
  if (reading.expects === 'header' && authorizationSchemes.test(word))
    return { text: word, next: { ...reading, expects: 'value' } };
  if (word === cutMark) return { text: word, next: { ...reading, expects: 'nothing' } };
  const own = /^["']/.exec(word)?.[0];
  const quote = own ?? reading.quote;
  const start = own?.length ?? 0;
  const end = quote === undefined ? -1 : word.indexOf(quote, start);
  const hidden = `${word.slice(0, start)}${mark}`;
  if (end !== -1) {
    const step = readPlain(word.slice(end), { ...reading, quote });
    return { text: `${hidden}${step.text}`, next: step.next };
  }
  if (quote !== undefined) return { text: hidden, next: { ...reading, expects: 'nothing', quote, isHiding: true } };
  const goesOn = reading.expects === 'header' && word.endsWith(';');
  return { text: goesOn ? `${hidden};` : hidden, next: { ...reading, expects: goesOn ? 'header' : 'nothing' } };
}

/** `-x` or `--long`: no value of the option before it. */
function isOption(word: string): boolean {
  return /^(?:-[A-Za-z]$|--[a-z])/.test(word);
}

function readPlain(word: string, reading: Reading): Step {
  const options = optionsOfProgram(word) ?? reading.options;
  // `-H Authorization:Bearer` has its secret in the next word.
  if (attachedScheme.test(word)) return { text: word, next: { ...reading, expects: 'value', options } };
  const attached = redactAttached(redactUserInfo(word), options);
  const assigned = redactAssignments(attached, reading.quote, { secret: mark, cut: cutMark });
  const text = redactRandom(assigned.text, mark, reading.hexIsSecret && options.namesHashes !== true);
  const quote = openQuote(text, reading.quote);
  return {
    text,
    next: { ...reading, expects: expectedAfter(text, options), isHiding: assigned.isOpen && quote !== undefined, quote, options },
  };
}

const attachedScheme = /^["']?(?:proxy-)?authorization:(?:basic|bearer|digest|negotiate|token|apikey)$/i;

/** `scheme://user:secret@host`. */
function redactUserInfo(word: string): string {
  if (!word.includes('://')) return word;
  return word.replace(/:\/\/[^\s/"'`]*@/g, `://${mark}@`);
}

function redactAttached(word: string, options: ProgramOptions): string {
  const option = options.attached?.find((letter) => word.startsWith(letter) && word.length > letter.length);
  if (option !== undefined) return option + mark;
  const login = /^(?:-u|-U|--user=|--proxy-user=)/.exec(word)?.[0];
  return login === undefined ? word : redactLogin(word, login);
}

/** `user:secret`, and Samba's `user%secret`; not `uid:gid`. */
function redactLogin(word: string, prefix: string): string {
  const login = word.slice(prefix.length);
  const separator = login.search(/[:%]/);
  if (separator === -1 || separator === login.length - 1 || /^\d+:\d+$/.test(login)) return word;
  const quote = /["']$/.exec(login)?.[0] ?? '';
  return `${prefix}${login.slice(0, separator + 1)}${mark}${quote}`;
}

/** The quotation mark that is open after a word; an apostrophe within a word opens none. */
function openQuote(word: string, quote: string | undefined): string | undefined {
  if (!/["']/.test(word)) return quote;
  let open = quote;
  let before = ' ';
  for (const character of word) {
    if (character === open) open = undefined;
    else if (open === undefined && /["']/.test(character) && /[\s=:({[,]/.test(before)) open = character;
    before = character;
  }
  return open;
}

const loginOptions: ReadonlySet<string> = new Set(['-u', '-U', '--user', '--proxy-user']);

function expectedAfter(word: string, options: ProgramOptions): Reading['expects'] {
  if (loginOptions.has(word)) return 'login';
  if (options.separate.includes(word)) return 'value';
  if (/^-{1,2}[A-Za-z][\w.-]+$/.test(word)) return isSecretName(word) ? 'value' : 'nothing';
  const name = /^["'`({[,]*(?<name>[\w.-]{1,128})["']?:$/.exec(word)?.groups?.['name'];
  if (name !== undefined && isSecretName(name)) return 'header';
  // `aws configure set aws_secret_access_key X`: one word is not enough, people grep for passwords.
  if (/^[A-Za-z]+(?:_[A-Za-z]+)+$/.test(word)) return isSecretName(word) ? 'value' : 'nothing';
  return /^["']?bearer$/i.test(word) ? 'value' : 'nothing';
}
