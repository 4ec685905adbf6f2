/** A first look at a file name: is it meant to be a distribution file? Whether it is a good one, its parser says. */

/**
 * True where a file is meant as an sdist, by its name: an sdist's extension, and a hyphen with a digit after it.
 * `docs.zip` and `manual-draft.tar.gz` are not.
 */
export function looksLikeSdist(filename: string): boolean {
  return (filename.endsWith(".tar.gz") || filename.endsWith(".zip")) && /-[0-9]/.test(filename);
}

/** Whether a file name means a wheel or an sdist, well-formed or not. */
export function looksLikeDistribution(filename: string): boolean {
  return filename.endsWith(".whl") || /\.whl$/i.test(filename) || looksLikeSdist(filename);
}
