import type { Resolver } from 'node:dns/promises';
import type { DnsRecord } from './dns-options.ts';

/** Answers of one type as text in presentation format (RFC 1035), without times to live. */
export async function dnsAnswers(resolver: Resolver, host: string, record: DnsRecord): Promise<string[]> {
  switch (record) {
    case 'A':
      return resolver.resolve4(host);
    case 'AAAA':
      return resolver.resolve6(host);
    case 'CNAME':
      return resolver.resolveCname(host);
    case 'NS':
      return resolver.resolveNs(host);
    case 'PTR':
      return resolver.resolvePtr(host);
    case 'MX':
      return (await resolver.resolveMx(host)).map(({ priority, exchange }) => `${priority} ${exchange}`);
    case 'SRV':
      return (await resolver.resolveSrv(host)).map(
        ({ priority, weight, port, name }) => `${priority} ${weight} ${port} ${name}`,
      );
    case 'TXT':
      return (await resolver.resolveTxt(host)).map((chunks) => chunks.join(''));
    case 'SOA': {
      const { nsname, hostmaster, serial, refresh, retry, expire, minttl } = await resolver.resolveSoa(host);
      return [[nsname, hostmaster, serial, refresh, retry, expire, minttl].join(' ')];
    }
  }
}
