import type { Look, Trigger } from './trigger.ts';

type Bad = Extract<Look, { readonly is: 'bad' }>;

/** What a look changes. */
export type AlarmChange =
  | { readonly is: 'none' }
  | { readonly is: 'fired'; readonly look: Bad; readonly again: boolean }
  | { readonly is: 'cleared' };

type State = { readonly is: 'quiet' } | { readonly is: 'firing'; readonly toldAt: number; readonly goodInARow: number };

/** k of n looks raise the alarm, some good ones in a row end it. Looks that could not look count for neither. */
export class Alarm {
  readonly #rule: Pick<Trigger, 'confirm' | 'clear' | 'repeat'>;
  #window: readonly boolean[] = [];
  #state: State = { is: 'quiet' };

  constructor(rule: Pick<Trigger, 'confirm' | 'clear' | 'repeat'>) {
    this.#rule = rule;
  }

  get isFiring(): boolean {
    return this.#state.is === 'firing';
  }

  take(look: Look, now: number): AlarmChange {
    if (look.is === 'unknown') return { is: 'none' };
    const { confirm, clear, repeat } = this.#rule;
    this.#window = [...this.#window, look.is === 'good'].slice(-confirm.of);
    const state = this.#state;
    if (state.is === 'quiet') {
      const bad = this.#window.filter((good) => !good).length;
      if (look.is === 'good' || bad < confirm.failures) return { is: 'none' };
      this.#state = { is: 'firing', toldAt: now, goodInARow: 0 };
      return { is: 'fired', look, again: false };
    }
    if (look.is === 'bad') {
      const isDue = now - state.toldAt >= repeat;
      this.#state = { ...state, goodInARow: 0, toldAt: isDue ? now : state.toldAt };
      return isDue ? { is: 'fired', look, again: true } : { is: 'none' };
    }
    if (state.goodInARow + 1 < clear) {
      this.#state = { ...state, goodInARow: state.goodInARow + 1 };
      return { is: 'none' };
    }
    this.#state = { is: 'quiet' };
    this.#window = [];
    return { is: 'cleared' };
  }
}
