/**
 * What Python's `str.strip()` and `\s` take for white space. It is not what JavaScript's `trim()` and `\s` take:
 * U+001C to U+001F and U+0085 are in, U+FEFF is not.
 */
const PYTHON_WHITESPACE = new Set(
  "\t\n\v\f\r\u001c\u001d\u001e\u001f \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000",
);

/** True where `text` has a character that Python takes for white space. */
export function hasPythonWhitespace(text: string): boolean {
  for (const character of text) if (PYTHON_WHITESPACE.has(character)) return true;
  return false;
}

/** `text` without white space at either end, as Python's `str.strip()`. Linear, also for a megabyte of blanks. */
export function stripPythonWhitespace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && PYTHON_WHITESPACE.has(text.charAt(start))) start += 1;
  while (end > start && PYTHON_WHITESPACE.has(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}
