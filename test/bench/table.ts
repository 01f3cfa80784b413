import type { Finding } from './finding.ts';
import { median, quantile } from './statistics.ts';

const columns = ['measured', 'of', 'median', 'p99', 'n', 'unit', 'ratio to ours', 'reach'] as const;

/** A Markdown table, readable as it is. The ratio is that of the medians; above 1 ours is smaller. */
export function renderTable(findings: readonly Finding[]): string {
  const rows = [columns, ...findings.flatMap(rowsOf)];
  const widths = columns.map((_, place) => Math.max(...rows.map((row) => row[place]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, place) => cell.padEnd(widths[place] ?? 0)).join(' | ')} |`;
  const [head, ...body] = rows.map(line);
  return [head, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body].join('\n');
}

function rowsOf({ what, unit, samples, reach }: Finding): string[][] {
  const ours = median([...samples.values()][0] ?? []);
  return [...samples].map(([name, values], place) => [
    place === 0 ? what : '',
    name,
    short(median(values)),
    values.length > 1 ? short(quantile(values, 0.99)) : '',
    String(values.length),
    unit,
    place === 0 ? '' : short(median(values) / ours),
    place === 0 && reach !== undefined ? `${reach.isReached ? 'yes' : 'NO'}: ${reach.words}` : '',
  ]);
}

function short(value: number): string {
  if (!Number.isFinite(value)) return '–';
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
