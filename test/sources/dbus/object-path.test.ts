import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unitOfObjectPath } from '../../../src/model/unit.ts';
import { objectPathOfUnit } from '../../../src/sources/dbus/object-path.ts';

describe('objectPathOfUnit()', () => {
  test.each([
    ['ovs-vswitchd.service', '/org/freedesktop/systemd1/unit/ovs_2dvswitchd_2eservice'],
    ['1a.service', '/org/freedesktop/systemd1/unit/_31a_2eservice'],
    ['a1@b\\x2d.service', '/org/freedesktop/systemd1/unit/a1_40b_5cx2d_2eservice'],
    ['', '/org/freedesktop/systemd1/unit/_'],
  ])('escapes "%s" as systemd does', (unit, path) => {
    expect(objectPathOfUnit(unit)).toBe(path);
  });

  test('is undone by unitOfObjectPath()', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (unit) => {
        expect(unitOfObjectPath(objectPathOfUnit(unit))).toBe(unit);
      }),
    );
  });
});
