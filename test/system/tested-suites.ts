import { type Suite, suites } from './machine.ts';

/** For work on one thing: a comma-separated part of them. CI tests them all. */
const only = process.env['SSE_SUITES']?.split(',');

export const testedSuites: readonly Suite[] = suites.filter((suite) => only?.includes(suite) ?? true);
export const isPartOfSuites = only !== undefined;
