// What can be said of a photo of a document before anybody opens it. Pure functions over
// ImageData ({data, width, height}, RGBA, about 1,400 px on its longer side); no page, no network.
// Advice, never a wall: the thresholds were set on half of the labelled photos that
// tests/dossiers/photos.py draws and are measured on the other half (test_papers_photos.py).

const TILE = 14; // px: about two lines of small print

/** Codes of what is wrong, the gravest first: dark, bright, blank, blur, cut, upside, sideways. */
export function check(image) {
  const seen = look(image);
  if (seen.light.dark) return ["dark"];
  if (seen.light.bright) return ["bright"];
  if (seen.written < 0.012) return [seen.light.marks > 14 ? "blur" : "blank"];
  const found = [];
  if (seen.sharp < 0.45) found.push("blur");
  if (seen.cut.length) found.push("cut");
  if (!found.includes("blur") && seen.way) found.push(seen.way);
  return found;
}

/** All that is measured of a photo. */
export function look(image) {
  const grey = luminance(image);
  const tiles = tilesOf(grey);
  const paper = paperMask(tiles);
  const page = tiles.list.filter((_, at) => !paper || inside(paper, at, tiles));
  const ink = inkMask(grey);
  const lines = reading(ink, grey, tiles, paper);
  return {
    light: exposure(grey, page),
    written: page.filter(isWriting).length / (page.length || 1),
    sharp: sharpness(page),
    cut: cutSides(ink, grey, tiles, paper),
    way: way(lines),
    paper: Boolean(paper),
    lines,
  };
}

/** A square of paper with paper all around it. */
function inside(paper, at, { across, down }) {
  const column = at % across;
  const row = (at - column) / across;
  if (!column || !row || column === across - 1 || row === down - 1) return paper[at];
  return paper[at] && paper[at - 1] && paper[at + 1] && paper[at - across] && paper[at + across];
}

function luminance({ data, width, height }) {
  const values = new Float32Array(width * height);
  for (let i = 0, p = 0; p < values.length; i += 4, p += 1) {
    values[p] = 0.299 * data[i] + 0.587 * data[i + 1] + 0.114 * data[i + 2];
  }
  return { values, width, height };
}

const sorted = (numbers) => Float32Array.from(numbers).sort();
const quantile = (ordered, share) =>
  ordered.length ? ordered[Math.min(ordered.length - 1, Math.floor(share * ordered.length))] : 0;

/** Each square of the picture: how light its paper is, how dark its ink, how much of the
 * picture's detail is in it (`crossings` of the middle per row) and how crisp that detail is. */
function tilesOf({ values, width, height }) {
  const across = Math.floor(width / TILE);
  const down = Math.floor(height / TILE);
  const list = [];
  for (let row = 0; row < down; row += 1) {
    for (let column = 0; column < across; column += 1) {
      list.push(oneTile(values, width, column * TILE, row * TILE));
    }
  }
  return { list, across, down };
}

function oneTile(values, width, left, top) {
  let low = 255;
  let high = 0;
  let sum = 0;
  let squares = 0;
  for (let y = top; y < top + TILE; y += 1) {
    for (let x = left; x < left + TILE; x += 1) {
      const value = values[y * width + x];
      if (value < low) low = value;
      if (value > high) high = value;
      sum += value;
      squares += value * value;
    }
  }
  const count = TILE * TILE;
  const mean = sum / count;
  const variance = squares / count - mean * mean;
  const { edges, bends } = detail(values, width, left, top, (low + high) / 2, high - low);
  return { low, high, mean, range: high - low, variance, edges, bends };
}

/** How often the rows cross the middle, and how much the brightness bends along each of four
 * directions (the parts of the Laplacian): a hand that moves smears only one of them. */
function detail(values, width, left, top, middle, range) {
  const slack = range * 0.15;
  const steps = [1, width, width + 1, width - 1];
  const bends = [0, 0, 0, 0];
  let edges = 0;
  for (let y = top + 1; y < top + TILE - 1; y += 1) {
    let above = values[y * width + left] > middle;
    for (let x = left + 1; x < left + TILE - 1; x += 1) {
      const at = y * width + x;
      const value = values[at];
      if (above ? value < middle - slack : value > middle + slack) {
        above = !above;
        edges += 1;
      }
      for (let way = 0; way < 4; way += 1) {
        bends[way] += (values[at - steps[way]] + values[at + steps[way]] - 2 * value) ** 2;
      }
    }
  }
  const count = (TILE - 2) ** 2;
  return { edges: edges / (TILE - 2), bends: bends.map((sum) => sum / count) };
}

/** Squares that hold writing: several strokes side by side, with some contrast. */
const isWriting = (tile) => tile.range > 35 && tile.edges > 1.1;

function exposure({ values }, page) {
  const sample = [];
  for (let i = 0; i < values.length; i += 17) sample.push(values[i]);
  const ordered = sorted(sample);
  const contrast = quantile(sorted(page.map((tile) => tile.range)), 0.93);
  const top = quantile(ordered, 0.95);
  const middle = quantile(sorted(page.map((tile) => tile.mean)), 0.5);
  const dark = top < 95 || (top < 120 && contrast < 55);
  const bright = !dark && middle > 225 && contrast < 95 && contrast > 14;
  const marks = contrast - quantile(sorted(page.map((tile) => tile.range)), 0.25);
  return { dark, bright, contrast, marks, top, middle };
}

/** The variance of the Laplacian over the variance of the brightness, where there is writing,
 * in the direction in which it is least: it does not ask how dark the ink or how large the
 * letters are, only how crisp. The sensor's noise, as found where nothing is written, is taken
 * off both. */
function sharpness(page) {
  const limit = quantile(sorted(page.map((tile) => tile.range)), 0.25);
  const quiet = page.filter((tile) => tile.range <= limit);
  const writing = page.filter((tile) => tile.range > 35 && tile.edges > 0.5);
  const along = [0, 1, 2, 3].map((way) => {
    const noise = quantile(sorted(quiet.map((tile) => tile.bends[way])), 0.5);
    const crisp = writing.map((tile) => {
      const own = Math.max(tile.variance - noise / 6, 1);
      return Math.max(tile.bends[way] - 1.3 * noise, 0) / (own + 25);
    });
    return quantile(sorted(crisp), 0.75);
  });
  return Math.min(...along);
}

// --- is all of the paper on it? ----------------------------------------------------------------

/** Sides of the picture over which the paper (or its text) goes on. */
function cutSides(ink, { width, height }, { across, down }, paper) {
  const row = (at) => Array.from({ length: across }, (_, i) => at * across + i);
  const column = (at) => Array.from({ length: down }, (_, i) => i * across + at);
  const sides = { top: row(0), bottom: row(down - 1), left: column(0), right: column(across - 1) };
  if (paper) {
    const share = (side) => sides[side].filter((at) => paper[at]).length / sides[side].length;
    return Object.keys(sides).filter((side) => share(side) > 0.12);
  }
  // Nothing but paper: a scan has a margin, a photo from too near runs through the text.
  const strip = Math.round(Math.max(width, height) * 0.011);
  const runs = {
    top: letters(width, strip, (along, deep) => ink[(deep + 2) * width + along]),
    bottom: letters(width, strip, (along, deep) => ink[(height - 3 - deep) * width + along]),
    left: letters(height, strip, (along, deep) => ink[along * width + deep + 2]),
    right: letters(height, strip, (along, deep) => ink[along * width + width - 3 - deep]),
  };
  return Object.keys(runs).filter((side) => runs[side] >= 5);
}

/** Pieces of 12 px along a side with ink in them. */
function letters(length, strip, at) {
  let found = 0;
  for (let start = 0; start + 12 <= length; start += 12) {
    let dots = 0;
    for (let along = start; along < start + 12; along += 1) {
      for (let deep = 0; deep < strip; deep += 1) dots += at(along, deep);
    }
    if (dots >= 10) found += 1;
  }
  return found;
}

/** Which squares are paper, where paper lies on something darker; null where there is no
 * border between the two (a scan, a white table, or only light falling off). */
function paperMask({ list, across, down }) {
  const levels = list.map((tile) => tile.high);
  const limit = otsu(levels);
  const light = mean(levels.filter((value) => value > limit));
  const shade = mean(levels.filter((value) => value <= limit));
  const dim = levels.filter((value) => value <= limit).length / levels.length;
  if (light - shade < 30 || dim < 0.02) return null;
  const mask = largest(levels.map((value) => value > limit), across, down);
  if (mask.filter(Boolean).length / mask.length < 0.12) return null;
  const jumps = [];
  for (let row = 0; row < down; row += 1) {
    for (let column = 0; column < across; column += 1) {
      const at = row * across + column;
      if (!mask[at]) continue;
      for (const [dx, dy] of [[2, 0], [-2, 0], [0, 2], [0, -2]]) {
        const [x, y] = [column + dx, row + dy];
        if (x < 0 || y < 0 || x >= across || y >= down) continue;
        const there = y * across + x;
        const between = (row + dy / 2) * across + column + dx / 2;
        if (!mask[there] && !mask[between]) jumps.push(levels[at] - levels[there]);
      }
    }
  }
  return jumps.length > 8 && quantile(sorted(jumps), 0.5) > 28 ? mask : null;
}

const mean = (numbers) => numbers.reduce((sum, one) => sum + one, 0) / (numbers.length || 1);

function otsu(levels) {
  const counts = new Float64Array(256);
  for (const level of levels) counts[Math.round(level)] += 1;
  let [below, sumBelow, best, limit] = [0, 0, -1, 128];
  const all = levels.length;
  const sumAll = counts.reduce((sum, count, level) => sum + count * level, 0);
  for (let level = 0; level < 255; level += 1) {
    below += counts[level];
    sumBelow += counts[level] * level;
    if (!below || below === all) continue;
    const apart = sumBelow / below - (sumAll - sumBelow) / (all - below);
    const between = below * (all - below) * apart * apart;
    if (between > best) [best, limit] = [between, level];
  }
  return limit;
}

/** The largest connected piece of a mask. */
function largest(mask, across, down) {
  const label = new Int32Array(mask.length);
  let [best, bestSize, next] = [0, 0, 0];
  for (let start = 0; start < mask.length; start += 1) {
    if (!mask[start] || label[start]) continue;
    next += 1;
    let size = 0;
    const open = [start];
    label[start] = next;
    while (open.length) {
      const at = open.pop();
      size += 1;
      const column = at % across;
      const row = (at - column) / across;
      for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
        const [x, y] = [column + dx, row + dy];
        const there = y * across + x;
        if (x < 0 || y < 0 || x >= across || y >= down || !mask[there] || label[there]) continue;
        label[there] = next;
        open.push(there);
      }
    }
    if (size > bestSize) [best, bestSize] = [next, size];
  }
  return Array.from(label, (one) => one === best && best > 0);
}

// --- which way do the lines run, which way up do they stand? ---------------------------------------

/** "upside", "sideways" or "" (upright, or not enough text to tell). */
function way({ lying, standing, vote, weight }) {
  if (!lying) return "";
  if (standing.clarity > lying.clarity * 1.5 && standing.clarity > 0.45) return "sideways";
  if (lying.clarity < standing.clarity * 1.15 || lying.clarity < 0.4) return "";
  return weight > 6 && vote < -0.1 ? "upside" : "";
}

/** How clearly lines lie and stand, and which way up they are. */
function reading(mask, { width, height }, tiles, paper) {
  const ink = dots(mask, width, height, tiles, paper);
  if (ink.count < 600) return {};
  const lying = lines(ink, width, height);
  const standing = lines({ xs: ink.ys, ys: ink.xs, count: ink.count }, height, width);
  return { lying, standing, ...uprightness(lying, ink) };
}

/** Dark strokes against what is around them; long rules (tables, underlines) are left out. */
function inkMask({ values, width, height }) {
  const around = boxMean(values, width, height, 12);
  const mask = new Uint8Array(values.length);
  for (let i = 0; i < mask.length; i += 1) {
    mask[i] = values[i] < around[i] - 14 - around[i] * 0.08 ? 1 : 0;
  }
  drop(mask, width, height, 1, width);
  drop(mask, height, width, width, 1);
  return mask;
}

function dots(mask, width, height, tiles, paper) {
  const xs = [];
  const ys = [];
  for (let y = 0; y < tiles.down * TILE; y += 1) {
    for (let x = 0; x < tiles.across * TILE; x += 1) {
      if (!mask[y * width + x]) continue;
      const tile = Math.floor(y / TILE) * tiles.across + Math.floor(x / TILE);
      if (tiles.list[tile].edges > 0.5 && (!paper || inside(paper, tile, tiles))) {
        xs.push(x);
        ys.push(y);
      }
    }
  }
  return { xs, ys, count: xs.length };
}

/** Clear runs longer than a letter is wide. */
function drop(mask, length, rows, step, stride) {
  const most = 45;
  for (let row = 0; row < rows; row += 1) {
    let run = 0;
    for (let i = 0; i <= length; i += 1) {
      const at = row * stride + i * step;
      if (i < length && mask[at]) {
        run += 1;
        continue;
      }
      if (run > most) for (let back = 1; back <= run; back += 1) mask[at - back * step] = 0;
      run = 0;
    }
  }
}

function boxMean(values, width, height, radius) {
  const sums = new Float64Array((width + 1) * (height + 1));
  for (let y = 0; y < height; y += 1) {
    let row = 0;
    for (let x = 0; x < width; x += 1) {
      row += values[y * width + x];
      sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1] + row;
    }
  }
  const out = new Float32Array(values.length);
  for (let y = 0; y < height; y += 1) {
    const top = Math.max(0, y - radius);
    const bottom = Math.min(height, y + radius + 1);
    for (let x = 0; x < width; x += 1) {
      const left = Math.max(0, x - radius);
      const right = Math.min(width, x + radius + 1);
      const sum =
        sums[bottom * (width + 1) + right] -
        sums[top * (width + 1) + right] -
        sums[bottom * (width + 1) + left] +
        sums[top * (width + 1) + left];
      out[y * width + x] = sum / ((bottom - top) * (right - left));
    }
  }
  return out;
}

/** The slope at which rows of ink are told apart best, and how well they are: how much the
 * density of ink changes from row to row, where there is any. */
function lines(ink, width, height) {
  let best = { peaks: 0, slope: 0 };
  const every = Math.max(1, Math.floor(ink.count / 20000));
  for (let degrees = -9; degrees <= 9; degrees += 0.5) {
    const slope = Math.tan((degrees * Math.PI) / 180);
    let peaks = 0;
    for (const profile of profiles(ink, slope, width, height, every)) {
      for (const here of profile) peaks += here * here;
    }
    if (peaks > best.peaks) best = { peaks, slope };
  }
  const changes = profiles(ink, best.slope, width, height).map(variation).filter((one) => one > 0);
  return { slope: best.slope, clarity: mean(changes), width, height };
}

/** Standard deviation over mean of a smoothed profile between its first and last ink. */
function variation(profile) {
  const smooth = profile.map((_, i) => (profile[i - 1] ?? 0) + profile[i] + (profile[i + 1] ?? 0));
  const all = smooth.reduce((sum, one) => sum + one, 0);
  if (all < 300) return 0;
  let [first, last, seen] = [0, 0, 0];
  for (let i = 0; i < smooth.length; i += 1) {
    seen += smooth[i];
    if (seen < all * 0.03) first = i;
    if (seen < all * 0.97) last = i;
  }
  const part = smooth.slice(first, last + 1);
  const middle = mean([...part]);
  return Math.sqrt(mean([...part].map((one) => (one - middle) ** 2))) / (middle || 1);
}

const STRIPS = 4; // a page that is bent has lines that are straight for a quarter of its width

function profiles(ink, slope, width, height, every = 1) {
  const rise = Math.ceil(Math.abs(slope) * width) + 2;
  const found = Array.from({ length: STRIPS }, () => new Float32Array(height + 2 * rise));
  for (let i = 0; i < ink.count; i += every) {
    const strip = Math.min(STRIPS - 1, Math.floor((ink.xs[i] / width) * STRIPS));
    found[strip][Math.round(ink.ys[i] - slope * ink.xs[i]) + rise] += 1;
  }
  return found;
}

/** Letters reach above their row of small letters (b, d, h, capitals, the marks of Vietnamese)
 * more than below it (g, p, y, the dot). vote: -1 all below … 1 all above; weight: lines read. */
function uprightness({ slope, width, height }, ink) {
  let [above, below, weight] = [0, 0, 0];
  for (const profile of profiles(ink, slope, width, height)) {
    for (const { first, last, peak } of bands(profile)) {
      const tall = last - first + 1;
      const reach = Math.max(2, Math.round(tall * 0.75));
      let [up, under] = [0, 0];
      for (let step = 1; step <= reach; step += 1) {
        up += profile[first - step] ?? 0;
        under += profile[last + step] ?? 0;
      }
      above += up / peak;
      below += under / peak;
      weight += 1;
    }
  }
  return { vote: (above - below) / (above + below || 1), weight };
}

/** Rows of small letters: where a line of text is at least half as dense as at its densest. */
function bands(profile) {
  const found = [];
  let at = 0;
  const floor = quantile(sorted(profile.filter((one) => one > 0)), 0.9) * 0.25;
  while (at < profile.length) {
    if (profile[at] <= floor) {
      at += 1;
      continue;
    }
    let end = at;
    while (end < profile.length && profile[end] > floor * 0.5) end += 1;
    let peak = 0;
    for (let i = at; i < end; i += 1) peak = Math.max(peak, profile[i]);
    let first = at;
    while (profile[first] < peak * 0.5) first += 1;
    let last = end - 1;
    while (profile[last] < peak * 0.5) last -= 1;
    const tall = last - first + 1;
    if (tall >= 3 && tall <= 40) found.push({ first, last, peak });
    at = end + 1;
  }
  return found;
}
