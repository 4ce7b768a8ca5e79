/** One element of DER (X.690): its tag, and its bytes with tag and length. */
export interface Node {
  readonly tag: number;
  readonly bytes: Buffer;
}

/** The elements within a constructed element. */
export function children(der: Buffer): Node[] {
  const { start, end } = extent(der, 0);
  const found: Node[] = [];
  for (let at = start; at < end; ) {
    const next = extent(der, at).end;
    found.push({ tag: der.readUInt8(at), bytes: der.subarray(at, next) });
    at = next;
  }
  return found;
}

/** Where the content of the element at `at` begins, and where it ends. */
function extent(der: Buffer, at: number): { start: number; end: number } {
  const first = der.readUInt8(at + 1);
  if (first < 0x80) return { start: at + 2, end: at + 2 + first };
  const octets = first & 0x7f;
  const start = at + 2 + octets;
  return { start, end: start + der.readUIntBE(at + 2, octets) };
}

export function encode(tag: number, parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  if (content.length < 0x80) return Buffer.concat([Buffer.of(tag, content.length), content]);
  const octets = Math.ceil(content.length.toString(16).length / 2);
  const length = Buffer.alloc(octets);
  length.writeUIntBE(content.length, 0, octets);
  return Buffer.concat([Buffer.of(tag, 0x80 | octets), length, content]);
}

/** UTCTime, good for the years 1950 to 2049. */
export function utcTime(time: Date): Buffer {
  const digits = time.toISOString().replace(/\D/g, '').slice(2, 14);
  return encode(0x17, [Buffer.from(`${digits}Z`)]);
}
