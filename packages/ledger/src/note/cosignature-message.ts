/** A cosignature/v1: when the witness saw the checkpoint, and its signature (C2SP tlog-cosignature). */
export interface Cosignature {
  /** Seconds since the Unix epoch. */
  readonly time: bigint;
  readonly signature: Buffer;
}

/** What a cosigner signs: `cosignature/v1`, the time, the note's text. */
export function cosignedMessage(text: string, time: bigint): Buffer {
  return Buffer.from(`cosignature/v1\ntime ${time}\n${text}`);
}

export function readCosignature(bytes: Uint8Array): Cosignature | undefined {
  if (bytes.length !== 72) return undefined;
  const buffer = Buffer.from(bytes);
  return { time: buffer.readBigUInt64BE(0), signature: buffer.subarray(8) };
}

export function writeCosignature(cosignature: Cosignature): Buffer {
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(cosignature.time);
  return Buffer.concat([time, cosignature.signature]);
}
