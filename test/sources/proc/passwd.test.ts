import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createPasswd, parsePasswd } from '../../../src/sources/proc/passwd.ts';

describe('createPasswd', () => {
  let path = '';
  beforeEach(async () => {
    path = join(await mkdtemp(join(tmpdir(), 'passwd-')), 'passwd');
  });
  afterEach(() => rm(join(path, '..'), { recursive: true }));

  test('knows root on this host', () => {
    expect(createPasswd().nameOf(0)).toBe('root');
  });

  test('reads the file again when it was replaced', async () => {
    await writeFile(path, 'ada:x:1000:1000::/:/bin/sh\n');
    const passwd = createPasswd(path);
    expect([passwd.nameOf(1000), passwd.nameOf(1001)]).toEqual(['ada', undefined]);
    await writeFile(`${path}.new`, 'bob:x:1000:1000::/:/bin/sh\n');
    await rename(`${path}.new`, path);
    expect(passwd.nameOf(1000)).toBe('bob');
  });

  test('knows nobody without the file, and everybody once it is there', async () => {
    const passwd = createPasswd(path);
    expect(passwd.nameOf(0)).toBeUndefined();
    await writeFile(path, 'root:x:0:0::/:/bin/sh\n');
    expect(passwd.nameOf(0)).toBe('root');
    await rm(path);
    expect(passwd.nameOf(0)).toBeUndefined();
  });
});

describe('parsePasswd', () => {
  test('takes the first name of a uid and passes over what is no user', () => {
    const text =
      '# comment\n+nis::::::\n-x:x:3:3\nroot:x:0:0:root:/root:/bin/bash\ntoor:x:0:0\nbad:x:y:0\n\nshort\nlast:x:5:5:::';
    expect([...parsePasswd(text)]).toEqual([
      [0, 'root'],
      [5, 'last'],
    ]);
  });

  test('takes any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(parsePasswd(text)).toBeInstanceOf(Map);
      }),
    );
  });
});
