/** Cookies of the desk. In production their names bind them to this very host over TLS (`__Host-`). */
export interface CookieJar {
  read(header: string | undefined, name: CookieName): string | null;
  /** A `Set-Cookie` value. `seconds`: how long it is kept; without it until the browser closes. */
  set(name: CookieName, value: string, seconds?: number): string;
  clear(name: CookieName): string;
}

/** session: the token; device: a browser known to an account; notice: told once; sign-in: an outside sign-in under way. */
export type CookieName = 'session' | 'device' | 'notice' | 'oidc';

export function cookieJar(production: boolean): CookieJar {
  const full = (name: CookieName) => `${production ? '__Host-' : ''}jiyue-${name}`;
  const attributes = `Path=/; HttpOnly; SameSite=Lax${production ? '; Secure' : ''}`;
  return {
    read(header, name) {
      if (!header) return null;
      const wanted = `${full(name)}=`;
      for (const part of header.split(';')) {
        const cookie = part.trim();
        if (cookie.startsWith(wanted)) return decode(cookie.slice(wanted.length));
      }
      return null;
    },
    set: (name, value, seconds) =>
      `${full(name)}=${encodeURIComponent(value)}; ${attributes}${seconds === undefined ? '' : `; Max-Age=${seconds}`}`,
    clear: (name) => `${full(name)}=; ${attributes}; Max-Age=0`,
  };
}

function decode(value: string): string | null {
  try {
    return decodeURIComponent(value);
  } catch {
    return null;
  }
}
