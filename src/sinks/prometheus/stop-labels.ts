import type { StopLabels } from '../../incident-log/incident-log.ts';
import type { ClassifiedIncident, Verdict } from '../../model/incident.ts';
import type { Process } from '../../model/process.ts';
import { unitType } from '../../model/unit.ts';
import { foldUnitName, type UnitFolding } from './fold-unit-name.ts';

/** Words of ours in the place of a sender's or a unit's name. */
export const noSender = 'none';
export const unknownSender = 'unknown';
export const overflow = 'other';

const maxLabelLength = 128;

/** Labels of one stop: folded and safe to print, not yet bounded in number. Never a pid, never an argument. */
export function stopLabels({ incident, verdict }: ClassifiedIncident, folding?: UnitFolding): StopLabels {
  return {
    name: printable(foldUnitName(incident.unit, folding)),
    type: unitType(incident.unit),
    cause: verdict.cause,
    sender: senderName(verdict),
    sender_unit: senderUnit(verdict.sender),
  };
}

function senderName({ sender, endedByItself }: Verdict): string {
  if (sender === undefined) return endedByItself ? noSender : unknownSender;
  if (isPid1(sender)) return 'systemd';
  const name = printable(sender.name);
  if (name === '') return unknownSender;
  // A process chooses its own name, and must not pass for one of our words.
  return name === noSender || name === unknownSender ? overflow : name;
}

/** PID 1 is in init.scope; witnesses that name it do not always say so, and one actor is one series. */
function senderUnit(sender: Process | undefined): string {
  if (sender === undefined) return '';
  if (isPid1(sender)) return 'init.scope';
  return printable(foldUnitName(sender.unit ?? ''));
}

function isPid1({ pid, name }: Process): boolean {
  return pid === undefined ? name === 'systemd' : pid === 1;
}

/** Controls, marks that turn the direction of text, unassigned characters, line separators. */
const unprintable = /[\p{C}\p{Zl}\p{Zp}]+/gu;

function printable(text: string): string {
  const visible = text.toWellFormed().replace(unprintable, '').trim();
  if (visible.length <= maxLabelLength) return visible;
  return visible.slice(0, maxLabelLength).replace(/[\ud800-\udbff]$/, '');
}
