import { createHash } from 'node:crypto';

/** How far a log was read, and enough of its beginning to know it again. */
export interface TailPosition {
  readonly device: string;
  readonly inode: string;
  /** Of the byte after the last line that was read. */
  readonly offset: number;
  /** Lines before it. */
  readonly lines: number;
  readonly fingerprint: Fingerprint;
}

/** Inodes are reused and copies have new ones: the first bytes tell whether a file is the same. */
export interface Fingerprint {
  readonly bytes: number;
  /** SHA-256 of those first bytes, 32 hexadecimal digits. */
  readonly hash: string;
}

/** A log's first bytes, from its header to the time of its first record, are its own. */
export const fingerprintBytes = 256;

export function fingerprintOf(head: Uint8Array): Fingerprint {
  return { bytes: head.length, hash: createHash('sha256').update(head).digest('hex').slice(0, 32) };
}

export function formatPosition({ device, inode, offset, lines, fingerprint }: TailPosition): string {
  return `1 ${device} ${inode} ${offset} ${lines} ${fingerprint.bytes} ${fingerprint.hash}`;
}

const positionPattern =
  /^1 (?<device>\d{1,20}) (?<inode>\d{1,20}) (?<offset>\d{1,15}) (?<lines>\d{1,15}) (?<bytes>\d{1,3}) (?<hash>[0-9a-f]{32})$/;

/** Undefined where the text is no position that this version wrote. */
export function parsePosition(text: string): TailPosition | undefined {
  const groups = positionPattern.exec(text)?.groups;
  if (groups === undefined) return undefined;
  const { device = '', inode = '', offset, lines, bytes, hash = '' } = groups;
  return {
    device,
    inode,
    offset: Number(offset),
    lines: Number(lines),
    fingerprint: { bytes: Number(bytes), hash },
  };
}

/** A file as it is found again. */
export interface FoundFile {
  readonly device: string;
  readonly inode: string;
  readonly size: number;
  /** Its first `fingerprintBytes`, or all there are. */
  readonly head: Uint8Array;
}

/**
 * Whether a file is the one the position was taken in. The device may get another number at a reboot and a
 * rotated copy has another inode: where the fingerprint is a full one, it alone decides.
 */
export function positionFits(position: TailPosition, file: FoundFile): boolean {
  const { bytes, hash } = position.fingerprint;
  if (file.size < position.offset || file.head.length < bytes) return false;
  if (fingerprintOf(file.head.subarray(0, bytes)).hash !== hash) return false;
  return bytes === fingerprintBytes || (file.device === position.device && file.inode === position.inode);
}
