import type { ErrorRequestHandler, RequestHandler } from 'express';
import { HttpProblem } from './http-problem.ts';
import { STATUS_CODES } from './node-http.ts';
import { errorPage } from './pages/error-page.ts';

export const unknownAddress: RequestHandler = () => {
  throw new HttpProblem(404, 'Nothing is at this address');
};

/** Answers every failure in the form asked for. Only an HttpProblem's words reach whoever asked; `onError` gets the rest. */
export function errorAnswer(onError: (error: unknown) => void): ErrorRequestHandler {
  return (error: unknown, _request, response, _next) => {
    const problem = toProblem(error);
    if (problem.status >= 500) onError(error);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const text = `${problem.message}\n`;
    response.status(problem.status).format({
      text: () => response.send(text),
      html: () => response.send(errorPage(problem.status, problem.message).toString()),
      json: () => response.json({ error: problem.message }),
      default: () => response.type('text').send(text),
    });
  };
}

function toProblem(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  const status = refusalStatus(error);
  if (status !== undefined) return new HttpProblem(status, STATUS_CODES[status] ?? 'Bad Request');
  return new HttpProblem(500, 'Something went wrong here; the log of the exporter says what');
}

/** The status of what Express itself refuses, such as an address that is not UTF-8. */
function refusalStatus(error: unknown): number | undefined {
  if (!(error instanceof Error && 'status' in error && typeof error.status === 'number')) return undefined;
  return error.status >= 400 && error.status < 500 ? error.status : undefined;
}
