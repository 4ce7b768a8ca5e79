import { isIP } from 'node:net';
import * as z from 'zod';
import { numberExpectation } from '../expectation/number-expectation.ts';

/** Record types whose answers have a form of their own here. */
export const DNS_RECORDS = ['A', 'AAAA', 'CNAME', 'MX', 'NS', 'PTR', 'SOA', 'SRV', 'TXT'] as const;

export type DnsRecord = (typeof DNS_RECORDS)[number];

const SERVER =
  'expected an IP address of a DNS server, with or without a port: "10.0.0.2", "10.0.0.2:5353", "[::1]:53"';
const WITH_PORT = /^(?:\[(?<six>[^\]]+)\]|(?<four>[\d.]+)):(?<port>\d{1,5})$/;

const server = z.string({ error: SERVER }).refine(isServer, { error: SERVER });

function isServer(text: string): boolean {
  if (isIP(text) !== 0) return true;
  const { six, four, port } = WITH_PORT.exec(text)?.groups ?? {};
  return isIP(six ?? four ?? '') !== 0 && Number(port) >= 1 && Number(port) <= 65_535;
}

/** Options of the `dns` probe. */
export const dnsOptions = z.strictObject({
  /** Name to resolve. */
  host: z.string().min(1).max(253, { error: 'expected a domain name of at most 253 characters (RFC 1035)' }),
  /** Type of record. Default A. */
  record: z.enum(DNS_RECORDS, { error: `expected one of ${DNS_RECORDS.join(', ')}` }).default('A'),
  /** Servers to ask instead of the system's. */
  servers: z.array(server).min(1).optional(),
  expect: z
    .strictObject({
      /** Each of these must be among the answers, written as the value of the probe shows them. */
      answers: z.array(z.string().min(1)).min(1).optional(),
      /** Number of answers. Default at least 1. */
      count: numberExpectation.optional(),
      /** The name must not exist, or have no such record. */
      absent: z.literal(true).optional(),
    })
    .refine(({ absent, answers, count }) => absent === undefined || (answers ?? count) === undefined, {
      path: ['absent'],
      error: 'expected absent alone, since there are no answers to look at',
    })
    .prefault({}),
});

export type DnsOptions = z.output<typeof dnsOptions>;
