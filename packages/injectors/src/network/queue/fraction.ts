/** A share as the packet queue takes it: 32 bits, 4294967295 = always. */
export function fraction(share: number): number {
  return Math.round(share * 0xffff_ffff);
}

/** A share as tc takes it. */
export function percent(share: number): string {
  return `${Number((share * 100).toFixed(6))}%`;
}
