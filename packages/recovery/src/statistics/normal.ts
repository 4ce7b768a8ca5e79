const SQRT_2_PI = Math.sqrt(2 * Math.PI);

function density(x: number): number {
  return Math.exp((-x * x) / 2) / SQRT_2_PI;
}

/** P(Z > x) of the standard normal distribution, to about 15 digits also far out in the tail. */
export function normalUpperTail(x: number): number {
  if (x < 0) return 1 - normalUpperTail(-x);
  return x < 2 ? 0.5 - density(x) * centralSeries(x) : density(x) * tailFraction(x);
}

/** P(Z <= x) of the standard normal distribution. */
export function normalCdf(x: number): number {
  return normalUpperTail(-x);
}

/** x + x^3/3 + x^5/(3·5) + … (Marsaglia 2004, J. Stat. Soft. 11(4)). */
function centralSeries(x: number): number {
  let sum = x;
  let term = x;
  for (let odd = 3; Math.abs(term) > Number.EPSILON * Math.abs(sum) * 0.01; odd += 2) {
    term *= (x * x) / odd;
    sum += term;
  }
  return sum;
}

/** 1/(x+ 1/(x+ 2/(x+ 3/(x+ … (Abramowitz and Stegun 26.2.14), from the far end inwards. */
function tailFraction(x: number): number {
  const depth = Math.ceil(20 + 400 / (x * x));
  let fraction = 0;
  for (let term = depth; term > 0; term -= 1) fraction = term / (x + fraction);
  return 1 / (x + fraction);
}

/** The x with P(Z <= x) = p. -Infinity at 0, Infinity at 1. */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`expected a probability, got ${p}`);
  if (p === 0) return Number.NEGATIVE_INFINITY;
  if (p > 0.5) return -normalQuantile(1 - p);
  // Abramowitz and Stegun 26.2.23 starts within 4.5e-4; each Halley step triples the digits.
  const t = Math.sqrt(-2 * Math.log(p));
  let upper = t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  for (let step = 0; step < 3; step += 1) {
    const error = (normalUpperTail(upper) - p) / density(upper);
    upper += error / (1 - (upper * error) / 2);
  }
  return -upper;
}
