const prefix = '/org/freedesktop/systemd1/unit/';

/** bus_label_escape() of systemd: everything but letters and digits, and a digit at the beginning, as `_` and two hexadecimal digits. */
export function objectPathOfUnit(unit: string): string {
  const label = [...Buffer.from(unit)].map((byte, index) => {
    const character = String.fromCharCode(byte);
    const isKept = /[A-Za-z]/.test(character) || (index > 0 && /[0-9]/.test(character));
    return isKept ? character : `_${byte.toString(16).padStart(2, '0')}`;
  });
  return `${prefix}${label.join('') || '_'}`;
}
