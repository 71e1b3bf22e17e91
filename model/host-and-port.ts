/** `127.0.0.1:9464` or `[::1]:9464`, as it stands in a URL. */
export function hostAndPort(host: string, port: number): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}
