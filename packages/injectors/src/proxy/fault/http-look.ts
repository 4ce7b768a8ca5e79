import { once } from 'node:events';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { systemClock } from '@bridge/chaos-core';
import type { Address } from '../address.ts';
import type { HttpEffect } from '../control/http-effect.ts';
import { type SoundAnswer, soundAnswer } from '../plane/http/sound-answer.ts';
import type { Look } from './echo.ts';

/** No look takes longer; a fault that delays more shows itself by silence. */
const PATIENCE = 250;
const MARGIN = 0.9;
/** A look shorter than this could be mistaken for a busy machine. */
const CLEAR = 20;

/** Sends requests as a client would, and looks whether all of them are answered soundly and in time. In real time. */
export async function lookAtHttp(address: Address, effect: HttpEffect, signal: AbortSignal): Promise<Look> {
  const { rounds, floor } = roundsFor(effect);
  const deadline = AbortSignal.timeout(floor);
  const begun = systemClock.now();
  for (let round = 0; round < rounds; round += 1) {
    const answer = await ask(address, AbortSignal.any([signal, deadline])).catch(() => undefined);
    signal.throwIfAborted();
    if (answer === undefined || !isSound(answer, soundAnswer(effect))) return 'disturbed';
  }
  return systemClock.now() - begun < floor ? 'clean' : 'disturbed';
}

/** Many where one could be short by chance: a small delay, or one that jitter can cancel. */
function roundsFor(effect: HttpEffect): { rounds: number; floor: number } {
  if (effect.kind !== 'delay') return { rounds: 1, floor: PATIENCE };
  const { delay, jitter } = effect;
  const once = jitter > delay / 2 ? delay / 2 : (delay - jitter) * MARGIN;
  const rounds = jitter > delay / 2 || once < CLEAR ? 8 : 1;
  return { rounds, floor: Math.min(PATIENCE, once * rounds) };
}

async function ask({ host, port }: Address, signal: AbortSignal): Promise<SoundAnswer> {
  const sent = request({ host, port, path: '/', agent: false, signal });
  sent.end();
  const [answer] = await once(sent, 'response');
  const body = await text(answer);
  return { status: answer.statusCode, headers: answer.headers, body };
}

function isSound(answer: SoundAnswer, sound: SoundAnswer): boolean {
  const sameHeaders = Object.entries(sound.headers).every(([name, value]) => answer.headers[name] === value);
  return sameHeaders && answer.status === sound.status && answer.body === sound.body;
}
