/** Hosts that are this machine. */
const LOOPBACK = /^(?:(?:.+\.)?localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** True for a hostname, as `URL` writes it, that is this machine. */
export const isLoopback = (hostname: string): boolean => LOOPBACK.test(hostname);
