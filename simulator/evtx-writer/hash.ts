/**
 * The hash of names (over UTF-16 units) and of template GUIDs (over 16-bit words), by which a chunk's two tables are indexed: 32 bits of a
 * polynomial in 65599. Found in, and compared with, the names of real files and all 1156 templates of 3 chunks of each.
 */
export function hash65599(units: Iterable<number>): number {
  let hash = 0;
  for (const unit of units) hash = (Math.imul(hash, 65_599) + unit) >>> 0;
  return hash;
}
