/** The owner's colour, as far as it can be read on the page: https://www.w3.org/TR/WCAG22/#contrast-minimum */

type Color = readonly [red: number, green: number, blue: number];

/** The least lively of the page's own grounds in light and in dark: what is readable there is readable on the others. */
const LIGHT_GROUND: Color = [240, 240, 238];
const DARK_GROUND: Color = [42, 44, 50];
const LEAST_CONTRAST = 4.6;

/** Colours of the form `#rrggbb`, made darker for light pages and lighter for dark ones where they have to be. */
export function readableAccents(
  accent: string | undefined,
  accentDark: string | undefined,
): { readonly light: string | undefined; readonly dark: string | undefined } {
  const dark = accentDark ?? accent;
  return {
    light: accent && blendUntilReadable(accent, [0, 0, 0], LIGHT_GROUND),
    dark: dark && blendUntilReadable(dark, [255, 255, 255], DARK_GROUND),
  };
}

function blendUntilReadable(text: string, towards: Color, ground: Color): string {
  const color = parseColor(text);
  for (let share = 0; share < 1; share += 0.02) {
    const [red, green, blue] = color.map((value, index) =>
      Math.round(value + ((towards[index] ?? 0) - value) * share),
    );
    const blended: Color = [red ?? 0, green ?? 0, blue ?? 0];
    if (contrast(blended, ground) >= LEAST_CONTRAST) return formatColor(blended);
  }
  return formatColor(towards);
}

function parseColor(text: string): Color {
  const number = Number.parseInt(text.slice(1), 16);
  return [(number >> 16) & 255, (number >> 8) & 255, number & 255];
}

function formatColor(color: Color): string {
  return `#${color.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

function contrast(a: Color, b: Color): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].toSorted((left, right) => right - left);
  return (light + 0.05) / (dark + 0.05);
}

/** https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
function luminance(color: Color): number {
  const [red = 0, green = 0, blue = 0] = color.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
