import { describe, expect, it } from 'vitest';
import { type Episode, episodes } from '../../src/run/episode.ts';
import { type FaultTimes, type TimelineFacts, timeline } from '../../src/run/timeline.ts';

const episode = (onset: number, recovered: number | null, changes: Partial<Episode> = {}): Episode => ({
  probes: ['p'],
  onset,
  confirmedBad: onset + 200,
  recovered,
  confirmed: recovered === null ? null : recovered + 10_000,
  flaps: 0,
  ...changes,
});

const fault = (requestedAt: number, removedAt: number | null, momentary = false): FaultTimes => ({
  momentary,
  requestedAt,
  acknowledgedAt: requestedAt + 10,
  effectiveAt: requestedAt + 20,
  removedAt,
});

const line = (facts: Partial<TimelineFacts>) =>
  timeline({ episodes: [], faults: [fault(1_000, 21_000)], signals: [], observedUntil: 60_000, ...facts });

const trigger = (at: number) => ({ kind: 'trigger', name: 'watchtower', at }) as const;

describe('the time line', () => {
  it('without impact has the marks of the fault alone', () => {
    const { marks, timings } = line({});
    expect(marks).toEqual({
      request: 1_000,
      ack: 1_010,
      effect: 1_020,
      impact: null,
      detect: null,
      act: null,
      removed: 21_000,
      recovered: null,
      confirmed: null,
    });
    expect(Object.values(timings).filter((value) => value !== null && value !== false)).toEqual([]);
  });

  it('measures detection from impact and from effect', () => {
    const { timings } = line({ episodes: [episode(2_000, 25_000)], signals: [trigger(5_000), trigger(9_000)] });
    expect(timings).toMatchObject({
      timeToDetect: 3_000,
      timeToDetectFromEffect: 3_980,
      timeToDetectAtLeast: null,
      predicted: false,
    });
  });

  it('clips a detection before the impact to 0 and flags it', () => {
    const { timings } = line({ episodes: [episode(2_000, 25_000)], signals: [trigger(1_500)] });
    expect(timings).toMatchObject({ timeToDetect: 0, predicted: true });
  });

  it('does not take a trigger from before the fault for a detection', () => {
    const { marks, timings } = line({ episodes: [episode(2_000, 25_000)], signals: [trigger(500)] });
    expect(marks.detect).toBeNull();
    expect(timings.timeToDetectAtLeast).toBe(23_000);
  });

  it('splits the time to recover at the removal', () => {
    const { timings } = line({ episodes: [episode(2_000, 25_000)] });
    expect(timings).toMatchObject({ timeToRecover: 23_000, healAfterRemoval: 4_000, selfHeal: null });
  });

  it('knows self-healing: before the removal, or of a momentary fault', () => {
    const early = line({ episodes: [episode(2_000, 12_000)] });
    expect(early.timings).toMatchObject({ timeToRecover: 10_000, healAfterRemoval: 0, selfHeal: 10_000 });
    const undone = { ...fault(1_000, 21_000), revertingAt: 20_900 };
    const byUndo = line({ episodes: [episode(3_000, 20_950)], faults: [undone] });
    expect(byUndo.timings).toMatchObject({ timeToRecover: 17_950, selfHeal: null });
    const killed = line({ episodes: [episode(2_000, 12_000)], faults: [fault(1_000, null, true)] });
    expect(killed.timings).toMatchObject({ healAfterRemoval: null, selfHeal: 10_000 });
    const leaked = line({ episodes: [episode(2_000, 12_000)], faults: [fault(1_000, null)] });
    expect(leaked.timings.selfHeal).toBeNull();
  });

  it('censors what was not over when the data ended', () => {
    const { marks, timings } = line({ episodes: [episode(2_000, null)], observedUntil: 60_000 });
    expect(marks.recovered).toBeNull();
    expect(timings).toMatchObject({ timeToRecover: null, timeToRecoverAtLeast: 58_000, timeToDetectAtLeast: 58_000 });
  });

  it('tells the episode that lasted longest, with the fault that came before it', () => {
    const faults = [fault(1_000, 5_000), fault(30_000, 45_000)];
    const both = [episode(2_000, 6_000), episode(31_000, 50_000)];
    const { marks, timings, relapses } = line({ episodes: both, faults, signals: [trigger(3_000), trigger(33_000)] });
    expect(marks).toMatchObject({ request: 30_000, impact: 31_000, detect: 33_000, removed: 45_000 });
    expect(timings.timeToRecover).toBe(19_000);
    expect(relapses).toBe(0);
    expect(line({ episodes: [episode(2_000, 6_000), episode(31_000, 32_000)], faults }).marks).toMatchObject({
      request: 1_000,
      removed: 5_000,
    });
  });

  it('takes a check that was on its way when a fault was asked for as part of what that fault did', () => {
    const faults = [fault(1_000, 5_000), fault(31_010, null, true)];
    expect(line({ episodes: [episode(2_000, 6_000), episode(31_000, 32_000)], faults }).relapses).toBe(0);
  });

  it('tells that fault as the cause, unless an earlier one was still there', () => {
    const late = [{ ...episode(30_990, 50_000), confirmedBad: 31_200 }];
    const signals = [trigger(3_000), trigger(33_000)];
    const { marks, timings } = line({ episodes: late, faults: [fault(1_000, 5_000), fault(31_000, 45_000)], signals });
    expect(marks).toMatchObject({ request: 31_000, impact: 30_990, detect: 33_000 });
    expect(timings).toMatchObject({ timeToDetect: 2_010, predicted: false });
    const two = line({ episodes: late, faults: [fault(1_000, 40_000), fault(31_000, 45_000)], signals });
    expect(two.marks).toMatchObject({ request: 1_000 });
  });

  it('calls an episode that no fault explains a relapse', () => {
    expect(line({ episodes: [episode(2_000, 6_000), episode(31_000, 32_000)] }).relapses).toBe(1);
  });
});

describe('episodes', () => {
  const incident = (onset: number, recovered: number | null, flaps = 0) => ({
    onset,
    confirmedBad: onset + 1,
    flaps,
    recovered,
    confirmed: recovered === null ? null : recovered + 10,
  });

  it('are the overlapping incidents of all probes', () => {
    const merged = episodes(
      new Map([
        ['a', [incident(10, 50, 1), incident(200, 300)]],
        ['b', [incident(40, 90, 2)]],
        ['c', [incident(250, null)]],
      ]),
    );
    expect(merged).toEqual([
      { probes: ['a', 'b'], onset: 10, confirmedBad: 11, recovered: 90, confirmed: 100, flaps: 2 },
      { probes: ['a', 'c'], onset: 200, confirmedBad: 201, recovered: null, confirmed: null, flaps: 0 },
    ]);
  });
});
