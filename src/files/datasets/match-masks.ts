/** An image or a mask, by its kind of defect and its name. */
export interface Named {
  path: string;
  /** Folders of the kind, joined by `/`. */
  kind: string;
  stem: string;
}

/**
 * The masks of each image. A mask belongs to the image of its kind and stem; else to the image whose stem is the mask's without a suffix; else
 * to the image that its folder is named after (`KIND/STEM/000.png`). An image may have several masks.
 *
 * @param suffixes what the stem of a mask may add to that of its image, such as `_mask`
 * @returns paths of masks, sorted, by the path of their image; images without masks are missing
 */
export function matchMasks(
  images: readonly Named[],
  masks: readonly Named[],
  suffixes: readonly string[],
): Map<string, string[]> {
  const imagesAt = new Map<string, string[]>();
  for (const { path, kind, stem } of images) {
    const key = `${kind}/${stem}`;
    imagesAt.set(key, [...(imagesAt.get(key) ?? []), path]);
  }
  const matched = new Map<string, string[]>();
  for (const { path, kind, stem } of masks) {
    const shortened = suffixes
      .filter((suffix) => stem.endsWith(suffix))
      .map((suffix) => stem.slice(0, -suffix.length));
    const keys = [...[stem, ...shortened].map((name) => `${kind}/${name}`), kind];
    const key = keys.find((one) => imagesAt.has(one));
    for (const image of (key !== undefined && imagesAt.get(key)) || [])
      matched.set(image, [...(matched.get(image) ?? []), path].sort());
  }
  return matched;
}
