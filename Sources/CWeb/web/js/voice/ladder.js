// What each simulcast encoding is told to be: capture × 1, ½, ¼, cut at the top by a tier. Pure, so that it can be read as a table.

/**
 * @typedef {object} Ceiling a stream tier, or what the server's publish hint asks for
 * @property {number} [width]
 * @property {number} [height]
 * @property {number} [framerate]
 * @property {number} [bitrate] bit/s
 */

/** @type {Record<string, {divisor: number, share: number}>} */
const rungs = {
  f: { divisor: 1, share: 1 },
  h: { divisor: 2, share: 500 / 1700 },
  q: { divisor: 4, share: 150 / 1700 },
};

/** The top rung's rate at 1280×720 (ARCHITECTURE §6); it grows with the ¾ power of the pixel count, the usual rule for one encoder at one quality. */
const referenceBitrate = 1_700_000;
const referencePixels = 1280 * 720;
/** Below this no rung is useful: a picture 80 lines high shows nobody. Chosen. */
const leastHeight = 90;
const leastBitrate = 60_000;

/**
 * @param {object} input
 * @param {string[]} input.rids
 * @param {number} input.width of the capture
 * @param {number} input.height
 * @param {number} input.frameRate
 * @param {Ceiling[]} input.ceilings the strictest wins
 * @param {Map<string, boolean>} input.watched by rid; absent is watched
 * @returns {{rid: string, active: boolean, scaleResolutionDownBy: number, maxBitrate: number, maxFramerate: number}[]}
 */
export function ladder({ rids, width, height, frameRate, ceilings, watched }) {
  const most = (/** @type {keyof Ceiling} */ key) => Math.min(...ceilings.map((c) => c[key] || Infinity), Infinity);
  // A tier is written for landscape; a portrait capture is measured the other way round.
  const [long, short] = width >= height ? [width, height] : [height, width];
  const fit = Math.max(1, long / most('width'), short / most('height'));
  const pixels = (width / fit) * (height / fit);
  const top = Math.min(most('bitrate'), referenceBitrate * (pixels / referencePixels) ** 0.75);
  const framerate = Math.round(Math.min(most('framerate'), frameRate || 30));
  return rids.map((rid) => {
    const { divisor, share } = rungs[rid];
    const useful = divisor === 1 || short / fit / divisor >= leastHeight;
    return {
      rid,
      active: useful && (watched.get(rid) ?? true),
      scaleResolutionDownBy: fit * divisor,
      maxBitrate: Math.round(Math.max(leastBitrate, top * share)),
      maxFramerate: framerate,
    };
  });
}
