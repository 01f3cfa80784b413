import type { Frame } from '../model/frame.ts';
import type { Verdict } from '../model/incident.ts';
import { semantic, systemd } from './attribute-names.ts';
import type { PlannedSpan } from './planned-span.ts';
import { foldLevels, type Level } from './span-chain.ts';
import { boundedName, boundedText } from './trace-bounds.ts';

/** The call path as a caller's nest of calls, outermost first; nothing where there is no backtrace. */
export function frameLevels({ callPath }: Verdict): readonly Level[] {
  if (callPath.length === 0) return [];
  const levels = callPath.toReversed().map((frame, index): Level => {
    return { key: `frame ${index}`, role: 'frame', name: boundedName(frameName(frame)), attributes: frameAttributes(frame) };
  });
  return [{ key: 'call path', role: 'call-path', name: 'systemd call path', attributes: {} }, ...foldLevels(levels)];
}

/** A stripped library's far offset from an exported neighbour is shown with it: the reader sees why it does not count. */
function frameName({ function: name, offset, module, reliable }: Frame): string {
  const place = offset === undefined ? '' : `+0x${offset.toString(16)}`;
  if (name === undefined) return `${baseName(module)}${place}${reliable ? '' : '?'}`;
  return reliable ? name : `${name}${place}?`;
}

function baseName(module: string | undefined): string {
  return module === undefined ? 'unknown' : module.slice(module.lastIndexOf('/') + 1);
}

function frameAttributes({ function: name, offset, module, reliable }: Frame): PlannedSpan['attributes'] {
  return {
    ...(name !== undefined && { [semantic.functionName]: boundedText(name) }),
    ...(module !== undefined && { [semantic.filePath]: boundedText(module) }),
    ...(offset !== undefined && { [systemd.frameOffset]: offset }),
    [systemd.frameReliable]: reliable,
  };
}
