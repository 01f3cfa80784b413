import { createKeptText } from './kept-text.ts';
import { type FormatName, type MetricFamily, type Sample, scannableText } from './metric-family.ts';

/** What differs between the two text formats. */
interface TextFormat {
  readonly contentType: string;
  readonly typeName: (family: MetricFamily) => string;
  readonly escapeHelp: (help: string) => string;
  readonly bound: (le: number) => string;
  readonly created: boolean;
  readonly exemplars: boolean;
  readonly end: string;
}

export const formats = {
  text: {
    contentType: 'text/plain; version=0.0.4; charset=utf-8',
    typeName: ({ name, type }) => (type === 'counter' ? `${name}_total` : name),
    escapeHelp: (help) => help.replace(/[\\\n]/g, escaped),
    bound: numberText,
    created: false,
    exemplars: false,
    end: '',
  },
  openmetrics: {
    contentType: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
    typeName: ({ name }) => name,
    escapeHelp: (help) => help.replace(/[\\\n"]/g, escaped),
    bound: canonicalNumber,
    created: true,
    exemplars: true,
    end: '# EOF\n',
  },
} as const satisfies Record<FormatName, TextFormat>;

/** So many samples are written together, and again where one of them has changed: 4 kB. */
const runLength = 32;

/**
 * One scrape's answer, in short texts that are written as they are asked for. Families come in the order of their names,
 * samples as they were given.
 */
export function* renderExposition(
  families: readonly MetricFamily[],
  formatName: FormatName,
  kept = createKeptText(),
): Generator<Buffer, void, undefined> {
  const format: TextFormat = formats[formatName];
  for (const family of families.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    yield Buffer.from(head(family, format));
    for (let from = 0; from < family.samples.length; from += runLength) {
      const run = family.samples.slice(from, from + runLength);
      const write = (): Buffer => Buffer.from(run.map((sample) => sampleLines(family.name, sample, format)).join(''));
      yield family.lasting ? kept.textOf(`${formatName} ${family.name} ${from}`, run, write) : write();
    }
  }
  yield Buffer.from(format.end);
}

function head(family: MetricFamily, format: TextFormat): string {
  const name = format.typeName(family);
  return `# HELP ${name} ${format.escapeHelp(scannableText(family.help))}\n# TYPE ${name} ${family.type}\n`;
}

function sampleLines(name: string, sample: Sample, format: TextFormat): string {
  const { suffix, labels, le, value, createdSeconds } = sample;
  const bound = le === undefined ? '' : `le="${format.bound(le)}"`;
  const all = labels !== '' && bound !== '' ? `${labels},${bound}` : labels + bound;
  const line = `${name}${suffix}${inBraces(all)} ${numberText(value)}${format.exemplars ? exemplarText(sample) : ''}\n`;
  if (createdSeconds === undefined || !format.created) return line;
  return `${line}${name}_created${inBraces(labels)} ${numberText(createdSeconds)}\n`;
}

function inBraces(labels: string): string {
  return labels === '' ? '' : `{${labels}}`;
}

function exemplarText({ exemplar }: Sample): string {
  if (exemplar === undefined) return '';
  return ` # {trace_id="${exemplar.traceId}"} 1 ${numberText(exemplar.atUsec / 1_000_000)}`;
}

function numberText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value);
}

/** OpenMetrics writes the bound 1 as `1.0`, so that a label means the same number everywhere. */
function canonicalNumber(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e21 ? `${value}.0` : numberText(value);
}

function escaped(character: string): string {
  return character === '\n' ? '\\n' : `\\${character}`;
}
