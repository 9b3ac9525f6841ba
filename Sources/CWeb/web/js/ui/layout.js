// How large a tile may be so that all of them fit. Pure.

/**
 * The widest tile of which `count` fit into a box.
 * @param {number} count
 * @param {number} width of the box, px
 * @param {number} height
 * @param {number} gap
 * @returns {{width: number, height: number}}
 */
export function bestTile(count, width, height, gap) {
  // A tall box wastes less with squarer tiles: cameras are cropped, never stretched.
  const ratios = width < height ? [16 / 9, 4 / 3, 1, 3 / 4] : [16 / 9];
  let best = { width: 0, height: 0 };
  for (const ratio of ratios) {
    for (let columns = 1; columns <= Math.max(1, count); columns++) {
      const rows = Math.ceil(count / columns);
      const across = (width - gap * (columns - 1)) / columns;
      const down = ((height - gap * (rows - 1)) / rows) * ratio;
      const tile = Math.floor(Math.min(across, down));
      if (tile * (tile / ratio) > best.width * best.height) best = { width: tile, height: Math.floor(tile / ratio) };
    }
  }
  return best;
}
