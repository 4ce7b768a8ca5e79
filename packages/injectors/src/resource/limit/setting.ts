import * as z from 'zod';

/** One file of a cgroup that a limit changes. */
export const setting = z.object({
  file: z.string(),
  /** For files with a line for each device: which line. */
  device: z.string().optional(),
  before: z.string(),
  during: z.string(),
});
export type Setting = z.output<typeof setting>;

/** What a file says about this setting; a device without a line has no limit. */
export function valueIn({ file, device }: Pick<Setting, 'file' | 'device'>, content: string): string {
  if (device === undefined) return content;
  const line = content.split('\n').find((one) => one.startsWith(`${device} `));
  return line?.slice(device.length + 1) ?? unlimited(file);
}

/** What is written so that the file says this. */
export function written({ device }: Pick<Setting, 'device'>, value: string): string {
  return device === undefined ? value : `${device} ${value}`;
}

function unlimited(file: string): string {
  return file === 'io.max' ? 'rbps=max wbps=max riops=max wiops=max' : '0';
}
