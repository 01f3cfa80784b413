// Run as root in a mount namespace of its own: looks at a /proc with hidepid= as a user without rights.
import { createProcessReader } from '../../../src/sources/proc/process-reader.ts';

const [procDirectory = ''] = process.argv.slice(2);
process.setgroups?.([]);
process.setgid?.(65534);
process.setuid?.(65534);
const reader = createProcessReader({ procDirectory });
const seen = { visibility: reader.visibility(), first: reader.inspect(1), own: reader.inspect(process.pid) };
process.stdout.write(JSON.stringify({ pid: process.pid, ...seen }));
