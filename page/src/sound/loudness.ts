/** Loudness after ITU-R BS.1770-4, so that two sounds can be compared at the same one. */

const SILENT_LUFS = -70;
/** The service's energy: -50 LUFS is 0 and -5 LUFS is 1. */
const QUIET_LUFS = -50;
const LOUD_LUFS = -5;

/** Integrated loudness in LUFS, gated; -70 where all is silent. */
export function integratedLufs(channels: Float32Array[], rateHz: number): number {
  const hop = Math.round(rateHz * HOP_S);
  const hops = hopPowers(channels, rateHz, hop);
  const blocks: number[] = [];
  for (let at = 0; at + 4 <= hops.length; at++) blocks.push(mean(hops.slice(at, at + 4)));
  const loud = blocks.filter((power) => lufs(power) > SILENT_LUFS);
  if (!loud.length) return SILENT_LUFS;
  const gate = lufs(mean(loud)) - 10;
  const kept = loud.filter((power) => lufs(power) > gate);
  return lufs(mean(kept));
}

/** Energy 0..1 of each half second, by loudness alone: the service's own also weighs onsets and brightness, by a tenth. */
export function energyOf(channels: Float32Array[], rateHz: number, stepS = 0.5): number[] {
  return hopPowers(channels, rateHz, Math.round(rateHz * stepS)).map((power) =>
    Math.min(1, Math.max(0, (lufs(power) - QUIET_LUFS) / (LOUD_LUFS - QUIET_LUFS))),
  );
}

const HOP_S = 0.1;

/** Where the loudest stretch of so many samples begins, to a tenth of a second. */
export function loudestFrom(channels: Float32Array[], length: number, rateHz: number): number {
  const hop = Math.round(rateHz * HOP_S);
  const powers = hopPowers(channels, rateHz, hop);
  const many = Math.ceil(length / hop);
  let [sum, most, best] = [0, 0, 0];
  for (const [at, power] of powers.entries()) {
    sum += power - (powers[at - many] ?? 0);
    if (sum > most && at >= many) [most, best] = [sum, at - many + 1];
    else if (at < many) most = sum;
  }
  return Math.max(0, Math.min(best * hop, (channels[0]?.length ?? 0) - length));
}

function lufs(power: number): number {
  return power <= 0 ? Number.NEGATIVE_INFINITY : -0.691 + 10 * Math.log10(power);
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** K-weighted power of each hop, summed over the channels; one channel counts as two, as a mono file is played. */
function hopPowers(channels: Float32Array[], rateHz: number, hop: number): number[] {
  const length = channels[0]?.length ?? 0;
  const powers = new Array<number>(Math.floor(length / hop)).fill(0);
  const weight = channels.length === 1 ? 2 : 1;
  for (const channel of channels) {
    const shelf = biquad(shelfOf(rateHz));
    const high = biquad(highPassOf(rateHz));
    for (let at = 0, place = 0; at < powers.length; at++) {
      let sum = 0;
      for (let end = place + hop; place < end; place++) {
        const y = high(shelf(channel[place] ?? 0));
        sum += y * y;
      }
      powers[at] = (powers[at] ?? 0) + (weight * sum) / hop;
    }
  }
  return powers;
}

type Coefficients = [b0: number, b1: number, b2: number, a1: number, a2: number];

function biquad([b0, b1, b2, a1, a2]: Coefficients): (x: number) => number {
  let z1 = 0;
  let z2 = 0;
  return (x) => {
    const y = b0 * x + z1;
    z1 = b1 * x - a1 * y + z2;
    z2 = b2 * x - a2 * y;
    return y;
  };
}

// The standard gives both filters at 48 kHz; these analogue prototypes give them at any rate (De Man 2014, BS.1770 at
// other sample rates).
function shelfOf(rateHz: number): Coefficients {
  const k = Math.tan((Math.PI * 1681.974450955533) / rateHz);
  const q = 0.7071752369554196;
  const high = 10 ** (3.999843853973347 / 20);
  const band = high ** 0.4996667741545416;
  const a0 = 1 + k / q + k * k;
  return [
    (high + (band * k) / q + k * k) / a0,
    (2 * (k * k - high)) / a0,
    (high - (band * k) / q + k * k) / a0,
    (2 * (k * k - 1)) / a0,
    (1 - k / q + k * k) / a0,
  ];
}

function highPassOf(rateHz: number): Coefficients {
  const k = Math.tan((Math.PI * 38.13547087602444) / rateHz);
  const q = 0.5003270373238773;
  const a0 = 1 + k / q + k * k;
  return [1, -2, 1, (2 * (k * k - 1)) / a0, (1 - k / q + k * k) / a0];
}
