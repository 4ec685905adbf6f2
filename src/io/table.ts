/** Tables that fit the terminal: the last column gives way. */

/** Lines of a table with a head. `width` is the terminal's, or undefined where the output is no terminal: then nothing is cut. */
export function formatTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  width: number | undefined,
): string[] {
  const widths = head.map((title, column) =>
    rows.reduce((widest, row) => Math.max(widest, (row[column] ?? "").length), title.length),
  );
  return [head, ...rows].map((row) => {
    const line = row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join("  ")
      .trimEnd();
    return width !== undefined && line.length > width ? `${line.slice(0, Math.max(1, width - 1))}…` : line;
  });
}
