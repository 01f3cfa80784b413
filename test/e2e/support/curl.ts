import { execFile } from 'node:child_process';

/** What the real curl makes of an address: the status of the answer, or its own exit status as `curl 56`. */
export function curl(address: string, ...parameters: readonly string[]): Promise<number | string> {
  const all = ['-sS', '--noproxy', '*', '--max-time', '20', '-o', '/dev/null', '-w', '%{http_code}', ...parameters, address];
  return new Promise((resolve, reject) => {
    execFile('curl', all, (error, stdout) => {
      if (error === null) resolve(Number(stdout));
      else if (typeof error.code === 'number') resolve(`curl ${error.code}`);
      else reject(error);
    });
  });
}
