import { withServiceSuffix } from '../../model/unit.ts';

/** The characters of unit names, and those of patterns for them. A path names a mount or a device, `$X` nothing we know. */
const namePattern = /^[\w:.\\@*?[\]!^-]{1,255}$/;
/** Nobody types more. */
const maxUnits = 256;

/** Names as systemctl understands them: `nginx` is `nginx.service`; patterns stay as they are. */
export function unitNames(words: readonly string[], suffix: '.service' | '.target' = '.service'): readonly string[] {
  return words
    .filter((word) => namePattern.test(word))
    .slice(0, maxUnits)
    .map((word) => (/[*?[]/.test(word) ? word : withSuffix(word, suffix)));
}

function withSuffix(word: string, suffix: string): string {
  return withServiceSuffix(word) === word ? word : `${word}${suffix}`;
}
