/** The part of an address that a heading is known by, as GitHub makes it. */
export function headingSlug(text: string): string {
  return text
    .toLowerCase()
    .slice(0, 200)
    .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, "")
    .trim()
    .replaceAll(" ", "-");
}
