/** Domains of AWS's partitions other than `amazonaws.com`, by the beginning of their regions' names. */
const DOMAINS = [
  ['cn-', 'amazonaws.com.cn'],
  ['eusc-', 'amazonaws.eu'],
  ['us-iso-', 'c2s.ic.gov'],
  ['us-isob-', 'sc2s.sgov.gov'],
  ['us-isof-', 'csp.hci.ic.gov'],
  ['eu-isoe-', 'cloud.adc-e.uk'],
] as const;

/** Host of a service in a region, such as `sts.eu-central-1.amazonaws.com`. Its domain is that of the region's partition. */
export function awsHost(service: string, region: string): string {
  const [, domain = 'amazonaws.com'] = DOMAINS.find(([begin]) => region.startsWith(begin)) ?? [];
  return `${service}.${region}.${domain}`;
}
