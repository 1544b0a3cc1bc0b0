/** The curve at `count` places, by straight lines between its values: itself where it has that many. */
export function stretched(curve: number[], count: number): number[] {
  if (curve.length === count) return curve;
  return Array.from({ length: count }, (_, place) => {
    const at = count === 1 ? 0 : (place * (curve.length - 1)) / (count - 1);
    const low = Math.floor(at);
    const [left = 0, right = left] = [curve[low], curve[low + 1]];
    return Math.round((left + (right - left) * (at - low)) * 1000) / 1000;
  });
}
