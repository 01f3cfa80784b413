import { parseCommandLine as parseFlags } from '../../src/config.ts';
import { parseBasicLogin } from '../../src/http/guard/basic-login.ts';
import { alternativeNames } from '../../src/http/guard/client-certificate.ts';
import { HttpProblem } from '../../src/http/http-problem.ts';
import { parseIncidentFilter } from '../../src/http/incident-filter.ts';
import { redactCommand, redactText } from '../../src/model/redact.ts';
import { parseElf } from '../../src/probe/elf/elf-file.ts';
import { parseTraceLine } from '../../src/probe/trace-line.ts';
import { foldUnitName } from '../../src/sinks/prometheus/fold-unit-name.ts';
import { negotiateFormat } from '../../src/sinks/prometheus/negotiate-format.ts';
import { createBusctlJsonParser } from '../../src/sources/dbus/busctl-json.ts';
import { createBusctlListParser } from '../../src/sources/dbus/busctl-list.ts';
import { createDbusMonitorParser } from '../../src/sources/dbus/dbus-monitor-text.ts';
import { createSystemctlShowParser } from '../../src/sources/dbus/systemctl-show.ts';
import { parseDumpName } from '../../src/sources/files/dump-name.ts';
import { createJournalParser } from '../../src/sources/journal/journal-json.ts';
import type { LineParser } from '../../src/sources/line-parser.ts';
import { parseBootTime } from '../../src/sources/proc/boot-time.ts';
import { parseCgroup } from '../../src/sources/proc/cgroup-text.ts';
import { parsePasswd } from '../../src/sources/proc/passwd.ts';
import { parseStat } from '../../src/sources/proc/stat-line.ts';
import { parseStatus } from '../../src/sources/proc/status-text.ts';
import { createPstreeParser } from '../../src/sources/pstree/pstree-text.ts';
import { parseStopCommand } from '../../src/sources/pstree/stop-command.ts';
import { createStapParser } from '../../src/sources/stap/stap-parser.ts';
import { parseWebConfig } from '../../src/web-config/parse-web-config.ts';
import { smallElf } from '../probe/elf/small-elf.ts';
import { createPipelineTarget } from './pipeline-target.ts';
import { commandLines, procTexts, recordedLines, recordedTraces, requestHeads, webConfigs } from './seeds.ts';

/** Something that reads what comes from outside. */
export interface Target {
  readonly name: string;
  readonly seeds: readonly string[];
  /** Throws where a promise is broken. */
  readonly run: (text: string) => void;
  /** How many of some thousand inputs: few of the slow ones, so that a run of ten million takes minutes. */
  readonly share: number;
}

/** A new parser now and then: the end of an input is an input too. */
const linesPerParser = 500;

function lines(name: string, prefix: string, share: number, create: () => LineParser): Target {
  let parser = create();
  let line = 0;
  const run = (text: string): void => {
    line += 1;
    parser.accept(text, { file: name, line });
    if (line % linesPerParser !== 0) return;
    parser.finish();
    parser = create();
  };
  return { name, seeds: recordedLines(prefix), run, share };
}

function expectSame(once: string, again: string): void {
  if (once !== again) throw new Error(`Not the same again: ${JSON.stringify(once)} and ${JSON.stringify(again)}`);
}

function elfSeeds(): readonly string[] {
  const symbols = { unit_notify: 0x1010, service_vtable: 0x3000 };
  return [smallElf({ symbols, staticSymbols: { service_stop: 0x1020 }, relocations: { 12296: 0x1020 } }).toString('latin1')];
}

export function createTargets(): readonly Target[] {
  return [
    lines('record protocol and older scripts', 'stap', 30, () => createStapParser()),
    lines('dbus-monitor', 'dbus-monitor', 20, createDbusMonitorParser),
    lines('busctl monitor', 'busctl-monitor', 2, createBusctlJsonParser),
    lines('busctl list', 'busctl-list', 8, createBusctlListParser),
    lines('systemctl show', 'systemctl-show', 8, createSystemctlShowParser),
    lines('pstree', 'pstree', 40, createPstreeParser),
    lines('journal', 'journal', 3, createJournalParser),
    { name: 'kernel trace', seeds: recordedTraces(), run: (text) => void parseTraceLine(text), share: 400 },
    { name: 'ELF', seeds: elfSeeds(), run: (text) => void parseElf(Buffer.from(text, 'latin1')), share: 40 },
    { name: '/proc', seeds: procTexts, run: readProc, share: 150 },
    { name: 'command lines', seeds: commandLines, run: readCommand, share: 100 },
    { name: 'redaction', seeds: commandLines, run: redact, share: 2 },
    { name: 'names', seeds: ['nginx.service.1600766128', 'getty@tty1.service', 'run-u12.service'], run: readName, share: 150 },
    { name: 'HTTP values', seeds: requestHeads, run: readHttpValues, share: 100 },
    {
      name: 'flags',
      seeds: ['--web.listen-address=:1 --log.level=debug', 'analyze --stap x --unit a'],
      run: readFlags,
      share: 1,
    },
    { name: 'web configuration', seeds: webConfigs, run: (text) => void parseWebConfig(text), share: 0.4 },
    createPipelineTarget(1),
  ];
}

function readProc(text: string): void {
  for (const parse of [parseStat, parseStatus, parseCgroup, parseBootTime, parsePasswd]) parse(text);
}

function readCommand(text: string): void {
  const [name = '', ...rest] = text.split(' ');
  parseStopCommand(name, rest.join(' '));
}

function redact(text: string): void {
  const once = redactCommand(text);
  expectSame(redactCommand(once), once);
  const shown = redactText(text);
  expectSame(redactText(shown), shown);
}

function readName(text: string): void {
  parseDumpName(text);
  const folded = foldUnitName(text);
  if (folded.length > text.length + 8) throw new Error(`Folding made ${JSON.stringify(text)} longer`);
}

function readHttpValues(text: string): void {
  negotiateFormat(text);
  parseBasicLogin(text);
  alternativeNames(text);
  try {
    parseIncidentFilter(Object.fromEntries(new URLSearchParams(text.slice(0, 200))));
  } catch (error) {
    if (!(error instanceof HttpProblem) || error.status !== 400) throw error;
  }
}

function readFlags(text: string): void {
  const line = parseFlags(text.replaceAll('config.file', '').split(' '), {});
  if (!('command' in line || 'help' in line) && line.mistakes.length === 0) throw new Error('Refused without a reason');
}
