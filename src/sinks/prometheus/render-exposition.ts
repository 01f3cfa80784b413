import { type MetricFamily, type Sample, scannableText } from './metric-family.ts';

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
} as const satisfies Record<string, TextFormat>;

export type FormatName = keyof typeof formats;

/** One scrape's answer. Families come in the order of their names, samples as they were given. */
export function renderExposition(families: readonly MetricFamily[], formatName: FormatName): string {
  return [...renderPieces(families, formatName)].join('');
}

/** About two milliseconds of work. */
const pieceLength = 200_000;

/** The same in pieces: 10,000 series are 2.5 MB, and what else the process does, such as to ask who stopped a unit, can not wait. */
export function* renderPieces(families: readonly MetricFamily[], formatName: FormatName): Generator<string, void, undefined> {
  const format: TextFormat = formats[formatName];
  let text = '';
  for (const family of families.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    text += head(family, format);
    for (const sample of family.samples) {
      if (sample.suffix === '_created' && !format.created) continue;
      text += sampleLine(family.name, sample, format);
      if (text.length < pieceLength) continue;
      yield text;
      text = '';
    }
  }
  yield text + format.end;
}

function head(family: MetricFamily, format: TextFormat): string {
  const name = format.typeName(family);
  return `# HELP ${name} ${format.escapeHelp(scannableText(family.help))}\n# TYPE ${name} ${family.type}\n`;
}

function sampleLine(name: string, { suffix, labels, le, value, exemplar }: Sample, format: TextFormat): string {
  const bound = le === undefined ? '' : `le="${format.bound(le)}"`;
  const all = labels !== '' && bound !== '' ? `${labels},${bound}` : labels + bound;
  const line = `${name}${suffix}${all === '' ? '' : `{${all}}`} ${numberText(value)}`;
  if (exemplar === undefined || !format.exemplars) return `${line}\n`;
  return `${line} # {trace_id="${exemplar.traceId}"} 1 ${numberText(exemplar.atUsec / 1_000_000)}\n`;
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
