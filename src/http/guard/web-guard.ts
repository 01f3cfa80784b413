import type { Request, RequestHandler, Response } from 'express';
import type { WebConfig } from '../../web-config/web-config.ts';
import { HttpProblem } from '../http-problem.ts';
import { parseBasicLogin } from './basic-login.ts';
import { hasProvenCertificate } from './client-certificate.ts';
import type { PasswordCheck } from './password-check.ts';
import { createRateLimiter } from './rate-limiter.ts';

/** What `--web.config.file` asks of every request, in the order of exporter-toolkit: rate, headers, log-in. */
export function webGuard(config: () => WebConfig, passwords: PasswordCheck): RequestHandler {
  const limiter = createRateLimiter();
  return async (request, response, next) => {
    const { headers, users, rateLimit } = config();
    response.set(headers);
    if (rateLimit !== undefined && !limiter.allows(rateLimit, performance.now()))
      throw new HttpProblem(429, 'Too many requests: --web.config.file limits them');
    if (users.size > 0) await authenticate({ request, response, users }, passwords);
    else response.locals['isKnown'] = hasProvenCertificate(request.socket);
    next();
  };
}

interface Authentication {
  readonly request: Request;
  readonly response: Response;
  readonly users: ReadonlyMap<string, string>;
}

async function authenticate({ request, response, users }: Authentication, passwords: PasswordCheck): Promise<void> {
  const login = parseBasicLogin(request.get('Authorization'));
  const isRight = login === undefined ? false : await passwords.isRight(login, users);
  if (isRight === undefined) throw new HttpProblem(503, 'Too many log-ins at once');
  if (!isRight) {
    response.set('WWW-Authenticate', 'Basic realm="systemd-stop-exporter", charset="UTF-8"');
    throw new HttpProblem(401, 'User and password are needed here');
  }
  response.locals['isKnown'] = true;
}

/** Whether it was proven who asks: by a password, or by a certificate that was checked. */
export function isKnown(response: Response): boolean {
  return response.locals['isKnown'] === true;
}
