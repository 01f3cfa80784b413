import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

/**
 * Adds up vitest's JSON reports and ends CI with one plain line. A skipped test is a failure here.
 * Before it, each test that did not pass with its message: of a long log often only the end is kept.
 */
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly success: boolean;
  readonly testResults: readonly TestFile[];
}

interface TestFile {
  readonly name: string;
  readonly status: string;
  readonly message: string;
  readonly assertionResults: readonly Test[];
}

interface Test {
  readonly status: string;
  readonly fullName: string;
  readonly failureMessages?: readonly string[] | null;
}

const reports = process.argv.slice(2).map((file) => JSON.parse(readFileSync(file, 'utf8')) as Report);
const sum = (count: (report: Report) => number): number => reports.reduce((total, report) => total + count(report), 0);
const passed = sum((report) => report.numPassedTests);
const failed = sum((report) => report.numFailedTests);
const skipped = sum((report) => report.numPendingTests + report.numTodoTests);

for (const file of reports.flatMap(({ testResults }) => testResults)) {
  const path = relative(process.cwd(), file.name);
  for (const test of file.assertionResults.filter(({ status }) => status !== 'passed')) {
    process.stdout.write(
      `${test.status}: ${path}: ${test.fullName}\n${(test.failureMessages ?? []).join('\n').slice(0, 4000)}\n`,
    );
  }
  // A file that could not be loaded has no tests to name.
  if (file.status === 'failed' && file.message !== '') process.stdout.write(`failed: ${path}\n${file.message}\n`);
}
process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
process.exitCode = passed > 0 && failed === 0 && skipped === 0 && reports.every(({ success }) => success) ? 0 : 1;
