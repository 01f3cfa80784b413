import { type ReadText, textReader, unsigned32 } from './event-bytes.ts';
import { type EventFormat, fieldOf } from './event-format.ts';

/** TASK_COMM_LEN: the name of a task. */
const nameBytes = 16;
const wordsOfName = 4;
const slots = 256;

/**
 * The name of a task. A host's events have few different ones: what was read before is known by its bytes, and is no new string.
 * @throws where the event has no such field
 */
export function nameReader(format: EventFormat, name: string): ReadText {
  const { offset, size, isElsewhere } = fieldOf(format, name);
  const readText = textReader(format, name);
  if (isElsewhere || size !== nameBytes) return readText;
  const keys = new Uint32Array(slots * wordsOfName);
  /** Of the keys there are in the beginning, too: nothing but NULs is no name. */
  const names = Array<string>(slots).fill('');
  return (page, dataOffset) => {
    const at = dataOffset + offset;
    const a = unsigned32(page, at);
    const b = unsigned32(page, at + 4);
    const c = unsigned32(page, at + 8);
    const d = unsigned32(page, at + 12);
    const slot = slotOf(a, b, c, d);
    const key = slot * wordsOfName;
    if (keys[key] !== a || keys[key + 1] !== b || keys[key + 2] !== c || keys[key + 3] !== d) {
      keys.set([a, b, c, d], key);
      names[slot] = readText(page, dataOffset);
    }
    return names[slot] ?? '';
  };
}

/** Which of the slots a name may be in: names that share one push each other out. */
function slotOf(a: number, b: number, c: number, d: number): number {
  return Math.imul(a ^ Math.imul(b, 31) ^ Math.imul(c, 961) ^ Math.imul(d, 29_791), 0x9e37_79b1) >>> 24;
}
