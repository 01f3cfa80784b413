import { type Evidence, maxRawLength } from '../../model/evidence.ts';
import { unitType } from '../../model/unit.ts';
import { discard } from '../discard.ts';
import type { LineParser, LinePlace } from '../line-parser.ts';
import type { Observation } from '../source.ts';
import { unitRelations } from './initial-states.ts';
import type { Properties } from './unit-properties.ts';
import { busWitness } from './witness.ts';

const property = /^(?<name>[A-Z]\w{0,63})=(?<value>.*)$/;
/** More than systemd has. */
const maxProperties = 512;

/**
 * Reads `systemctl show UNIT…`: what other units each of them depends on, and its type. No signal of the bus tells these;
 * without them a stop that another unit pulled in looks as if somebody had asked for it.
 */
export function createSystemctlShowParser(): LineParser {
  let unit = new Map<string, string>();
  let place: LinePlace | undefined;

  function finish(): readonly Observation[] {
    const observations = place === undefined ? [] : evidenceOf(unit, place);
    unit = new Map();
    place = undefined;
    return observations;
  }

  return {
    accept(line, at) {
      if (line.trim() === '') return finish();
      const { name = '', value = '' } = property.exec(line)?.groups ?? {};
      if (name === '') return [discard('dbus', 'unreadable', line, at)];
      place ??= at;
      if (unit.size < maxProperties) unit.set(name, value);
      return [];
    },
    finish,
    get isUnfinished() {
      return place !== undefined;
    },
  };
}

function evidenceOf(shown: ReadonlyMap<string, string>, { file, line, readAtUsec }: LinePlace): readonly Evidence[] {
  const unit = shown.get('Id');
  if (unit === undefined || unitType(unit) === 'unknown') return [];
  const properties: Properties = new Map([...shown].map(([name, value]) => [name, typed(name, value)]));
  const witness = busWitness(readAtUsec, { file, line });
  const { atUsec: _, ...relations } = unitRelations(unit, properties, 0);
  const serviceType = shown.get('Type');
  const type: readonly Evidence[] =
    serviceType === undefined || unitType(unit) !== 'service'
      ? []
      : [{ kind: 'service-state', ...witness, unit, serviceType, raw: `Type=${serviceType}`.slice(0, maxRawLength) }];
  return [...type, { ...relations, ...witness }];
}

/** systemctl prints words; the bus has lists and truth values. */
function typed(name: string, value: string): unknown {
  if (name === 'StopWhenUnneeded') return value === 'yes';
  return value.split(' ').filter(Boolean);
}
