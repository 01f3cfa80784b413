import { type CallPathRow, callPathRows, reloadFunctions, stopFunctions } from '../../src/classify/call-paths.ts';
import { causeRules } from '../../src/classify/cause-rules.ts';
import { serviceResultCauses } from '../../src/classify/service-results.ts';
import { causes } from '../../src/model/cause.ts';
import { code, page, table } from './markdown.ts';
import { causeMeanings, causeRuleMeanings, senderRuleMeanings } from './verdict-meanings.ts';

/** Each cause with its evidence and its rows. */
export function verdictsPage(): string {
  return page(
    'Verdicts',
    'src/classify',
    introduction,
    '## Causes\n',
    table(['cause', 'the stop began because', 'what shows it', 'sender'], causes.map(causeRow)),
    '## Rules, the strongest first\n',
    'The first that finds something decides; its name is the `rule` of the verdict.\n',
    table(
      ['rule', 'what it looks at'],
      causeRules.map(({ name }) => [code(name), meaningOf(causeRuleMeanings, name)]),
    ),
    '## Who\n',
    table(
      ['sender rule', 'who it says'],
      Object.entries(senderRuleMeanings).map(([name, meaning]) => [code(name), meaning]),
    ),
    '## Call paths\n',
    callPathText,
    table(
      ['row', 'says', 'frames, innermost first', 'and only if', 'in systemd', 'proven by recordings'],
      callPathRows.map(pathRow),
    ),
    "## systemd's results\n",
    'For a stop that no job and no call path explains. `success` tells nothing.\n',
    table(
      ['result', 'says'],
      Object.entries(serviceResultCauses).map(([word, cause]) => [code(word), words(cause)]),
    ),
  );
}

function causeRow(cause: (typeof causes)[number]): readonly string[] {
  const { because, shownBy, sender } = causeMeanings[cause];
  return [code(cause), because, shownBy, sender];
}

function pathRow(row: CallPathRow): readonly string[] {
  const { name, conclusion, frames, through, results, oldStates, reference, recordings } = row;
  const conditions = [
    through === undefined ? '' : `through ${list(through)}`,
    results === undefined ? '' : `result ${list(results)}`,
    oldStates === undefined ? '' : `old state ${list(oldStates)}`,
  ];
  const proof = recordings.length === 0 ? "none: systemd's source alone" : list(recordings);
  return [code(name), words(conclusion), list(frames), conditions.filter((one) => one !== '').join('; '), reference, proof];
}

function list(names: readonly string[]): string {
  return names.map(code).join(' ');
}

function words(conclusion: string): string {
  if (conclusion === 'not-a-stop') return 'not a stop';
  return conclusion === 'process-failed' ? 'a process ended; its exit says how' : code(conclusion);
}

function meaningOf(meanings: Readonly<Record<string, string>>, name: string): string {
  const meaning = meanings[name];
  if (meaning === undefined) throw new Error(`Say in docs/src/verdict-meanings.ts what the rule "${name}" looks at`);
  return meaning;
}

const introduction = `One stop has one cause, the first link of the chain and not its last step: a unit that ignores SIGTERM and is killed at the stop
timeout after \`systemctl stop\` was \`requested\`. Every verdict names its rule and shows the evidence it rests on.
\`proven\`: direct evidence names the cause. \`inferred\`: it is what is left when the evidence excludes the rest. Where the evidence does
not tell, the cause is \`unknown\`, and counted so.
`;

const callPathText = `Functions PID 1 was in when it began the stop, matched on names and never on versions: distributions backport, names move, static
functions are inlined. First match decides. Frames are looked for right behind those that every stop passes (${list([...stopFunctions])}). With one
of ${list([...reloadFunctions])} anywhere, PID 1 rebuilds its state and nothing stops.
`;
