import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { type Plugin, rolldown } from 'rolldown';
import { demoRecordings } from '../src/cli/demo.ts';
import { checkout } from './checkout.ts';
import { insteadOf, isTableOfMediaTypes, onlyOurMediaTypes } from './left-out.ts';
import { licensesOf } from './licenses.ts';

/**
 * `npm run bundle`: everything that runs, in a few files and without node_modules: build/bundle/. The parts that are
 * loaded when they are needed (the SDK, the web server) stay files of their own.
 */
const bundleDirectory = join(checkout, 'build/bundle');
const scenarios = join(checkout, 'test/scenarios');

export async function bundle(directory: string): Promise<void> {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const build = await rolldown({
    // The thread that compares passwords is started by its name, beside the chunk that starts it.
    input: {
      main: join(checkout, 'src/main.ts'),
      'lib/bcrypt-worker': join(checkout, 'src/http/guard/bcrypt-worker.ts'),
    },
    platform: 'node',
    // dbus-next can do without: file descriptors over the bus, and the bus of a desktop session.
    external: ['usocket', 'x11'],
    plugins: [leaveOut],
    // A module that is not found, above all: it would be missed when it is wanted.
    onLog: (level, log) => {
      if (level === 'warn') throw new Error(`Cannot bundle: ${log.message}`);
    },
  });
  const { output } = await build.write({
    dir: directory,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'lib/[name].js',
    // The licences are in a file of their own.
    comments: false,
  });
  await build.close();
  for (const part of output)
    if (part.type === 'chunk') writeFileSync(join(directory, part.fileName), onlyAscii(withoutUnusedBuiltins(part.code)));
  const files = output.flatMap((part) => (part.type === 'chunk' ? part.moduleIds : []));
  writeFileSync(join(directory, 'third-party-licenses'), licensesOf(files));
  writePackageJson(directory);
  for (const name of demoRecordings) cpSync(join(scenarios, name), join(directory, 'test/scenarios', name), { recursive: true });
}

const leaveOut: Plugin = {
  name: 'leave-out',
  resolveId: (source, importer = '') => {
    const text = insteadOf(source, importer);
    return text === undefined ? undefined : `\0left-out:${source}:${text}`;
  },
  load: (id) => /^\0left-out:[^:]*:(.*)$/.exec(id)?.[1],
  transform: (code, id) => (isTableOfMediaTypes(id) ? onlyOurMediaTypes(code) : undefined),
};

/** An `import` reads every export of a module of Node's, and some are getters that load more modules: 0.3 MB. */
function withoutUnusedBuiltins(code: string): string {
  const parts = /^import (?:\{(?<names>.*)\}|(?:\* as )?(?<whole>[\w$]+)) from "(?<module>.+)";$/gm;
  return code.replace(parts, (statement: string, ...matched: unknown[]) => {
    const { names, whole, module = '' } = matched.at(-1) as Readonly<Record<string, string | undefined>>;
    if (!isBuiltin(module)) return statement;
    return `const ${whole ?? `{${names?.replaceAll(' as ', ': ')}}`} = globalThis.process.getBuiltinModule("${module}");`;
  });
}

/** V8 keeps the text of what it runs, with two bytes for each character where one of them needs two: 2 MB for a few arrows. */
function onlyAscii(code: string): string {
  return code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Says that the files are ES modules, and which version this is. */
function writePackageJson(directory: string): void {
  const { name, version, license }: Readonly<Record<string, unknown>> = JSON.parse(
    readFileSync(join(checkout, 'package.json'), 'utf8'),
  );
  const content = { name, version, license, private: true, type: 'module' };
  writeFileSync(join(directory, 'package.json'), `${JSON.stringify(content, undefined, 2)}\n`);
}

if (import.meta.main) await bundle(bundleDirectory);
