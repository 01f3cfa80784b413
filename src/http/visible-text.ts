/** Cc controls, Cf format characters (bidi overrides, zero widths, tags), line and paragraph separators. */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u{115f}\u{1160}\u{3164}\u{ffa0}]/gu;
const invisibleButLayout = /[^\P{Cc}\n\t]|[\p{Cf}\p{Zl}\p{Zp}\u{115f}\u{1160}\u{3164}\u{ffa0}]/gu;

/** Shows what cannot be seen: `⟨U+000A⟩` for a newline, `⟨U+202E⟩` for a right-to-left override. One line comes out. */
export function visibleText(text: string): string {
  return text.toWellFormed().replace(invisible, visibleCharacter);
}

/** The same for text that has lines: newlines and tabs stay. */
export function visibleLines(text: string): string {
  return text.toWellFormed().replaceAll('\r\n', '\n').replace(invisibleButLayout, visibleCharacter);
}

function visibleCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
}
