import type { Leadership, Standing } from '../../src/leadership/leadership.ts';

/** Resolves with the first standing, from now on, that fits. */
export function standingThat(leadership: Leadership, fits: (standing: Standing) => boolean): Promise<Standing> {
  return new Promise((resolve) => {
    const listening = leadership.onChange((standing) => look(standing));
    const look = (standing: Standing): void => {
      if (!fits(standing)) return;
      listening[Symbol.dispose]();
      resolve(standing);
    };
    look(leadership.standing);
  });
}
