import { expect, test } from 'vitest';
import { followArguments, rangeArguments } from '../../../src/sources/journal/journalctl-arguments.ts';

const matches =
  '_PID=1 + _SYSTEMD_UNIT=systemd-logind.service _SYSTEMD_UNIT=systemd-oomd.service + MESSAGE_ID=fc2e22bc6ee647b6b90729ab34a250b1';

test('the first start asks for what comes from now on', () => {
  expect(followArguments({}, undefined).join(' ')).toBe(`--output=json --no-pager --follow --lines=0 ${matches}`);
});

test('a resumed one asks for the entry it knows, too', () => {
  expect(followArguments({ directory: '/j' }, { kind: 'entry', cursor: 's=1' }).join(' ')).toBe(
    `--output=json --no-pager --directory=/j --follow --no-tail --cursor=s=1 ${matches}`,
  );
});

test.each([
  [1_795_444_306_849_981, '@1795444306.849981'],
  [1_000_000, '@1.000000'],
  [7, '@0.000007'],
])('%d µs is %s', (atUsec, text) => {
  expect(rangeArguments({}, { kind: 'time', atUsec }, atUsec)).toEqual(
    expect.arrayContaining([`--since=${text}`, `--until=${text}`]),
  );
});
