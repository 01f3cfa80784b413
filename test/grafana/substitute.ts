/** Puts values into a query as Grafana does; throws where a variable has none. */
export function substitute(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\$(?:\{(\w+)\}|(\w+))/g, (whole, braced, bare) => {
    const value = values[braced ?? bare];
    if (value === undefined) throw new Error(`No value for "${whole}" in "${text}"`);
    return value;
  });
}

/** Everything, over an hour: so long that nothing of a test is left out. */
export const everything = {
  job: '.+',
  instance: '.+',
  unit: '.+',
  cause: '.+',
  sender: '.+',
  __range: '1h',
  __rate_interval: '1h',
} as const;
