type Rgb = readonly [red: number, green: number, blue: number];

interface Palette {
  readonly below: string;
  /** Of zero. */
  readonly surface: string;
  readonly above: string;
}

/** Colors of shares from -1 over 0 to 1: red, green and blue, 0 to 255. @param palette as #rrggbb or #rgb */
export function divergingColors({ below, surface, above }: Palette): (share: number) => Rgb {
  const [least, zero, most] = [below, surface, above].map(rgbOf) as [Rgb, Rgb, Rgb];
  return (share) => {
    if (!Number.isFinite(share)) return zero;
    const end = share < 0 ? least : most;
    const part = Math.min(1, Math.abs(share));
    const mix = (i: 0 | 1 | 2) => Math.round(zero[i] + (end[i] - zero[i]) * part);
    return [mix(0), mix(1), mix(2)];
  };
}

/** @param hex with three digits or six */
function rgbOf(hex: string): Rgb {
  const digits = hex.slice(1);
  const pairs = digits.length === 3 ? digits.replace(/./g, '$&$&') : digits;
  const number = Number.parseInt(pairs, 16);
  return [number >> 16, (number >> 8) & 255, number & 255];
}
