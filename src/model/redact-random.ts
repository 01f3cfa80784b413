import { unitType } from './unit.ts';

/** How issuers mark their tokens. */
const issuedToken =
  /\b(?:gh[opsur]_|github_pat_|glpat-|xox[a-z]-|[rs]k[-_](?:live_|test_|ant-|proj-)?|npm_|pypi-|hv[bs]\.|dop_v1_|AIza|SG\.|eyJ)[\w.-]{16,}|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g;

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/**
 * Replaces what looks like key material: at least 24 characters in which the kinds of character change too often for
 * words. Paths, unit names with their suffix and UUIDs stay: they say what was stopped, and where.
 */
export function redactRandom(word: string, mark: string, hexIsSecret: boolean): string {
  if (word.length < 20) return word;
  return word.replace(/[^\s"'`=,;&()<>|{}[\]]{20,}/g, (piece) => {
    if (isPath(piece) || isUnitName(piece)) return piece;
    if (isBase64WithSlashes(piece)) return mark;
    return piece
      .replace(issuedToken, mark)
      .replace(/[A-Za-z0-9+_-]{24,}/g, (run) => (isRandom(run, hexIsSecret) && !uuid.test(run) ? mark : run));
  });
}

function isPath(piece: string): boolean {
  return /^(?:~|\.{1,2})?\//.test(piece);
}

function isUnitName(piece: string): boolean {
  return unitType(piece.replace(/[.:]{1,3}$/, '')) !== 'unknown';
}

function isBase64WithSlashes(piece: string): boolean {
  return /^[A-Za-z0-9+/]{24,}$/.test(piece) && piece.includes('/') && isRandom(piece.replaceAll('/', ''), false);
}

function isRandom(run: string, hexIsSecret: boolean): boolean {
  const hasDigit = /\d/.test(run);
  const hasLetter = /[a-z]/i.test(run);
  if (!hasDigit || !hasLetter) return false;
  if (/^[0-9a-f]+$/i.test(run)) return hexIsSecret;
  const isMixedCase = /[a-z]/.test(run) && /[A-Z]/.test(run);
  const hasSeparator = /[+_-]/.test(run);
  if (!isMixedCase && hasSeparator) return false;
  return changesPerCharacter(run) >= (isMixedCase ? 0.4 : 0.25);
}

/** How often lower case, upper case, digits and signs follow another kind. */
function changesPerCharacter(run: string): number {
  let changes = 0;
  let last = kindOf(run.charCodeAt(0));
  for (let index = 1; index < run.length; index++) {
    const kind = kindOf(run.charCodeAt(index));
    if (kind !== last) changes++;
    last = kind;
  }
  return changes / run.length;
}

function kindOf(code: number): 'lower' | 'upper' | 'digit' | 'sign' {
  if (code >= 97 && code <= 122) return 'lower';
  if (code >= 65 && code <= 90) return 'upper';
  return code >= 48 && code <= 57 ? 'digit' : 'sign';
}
