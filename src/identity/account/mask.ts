/** For lists: enough to know one's own, too little to call it. `13812345678` → `138****5678`, `0431-12345678` → `0431-****5678`. */
export function maskTelephone(telephone: string): string {
  const shown = telephone.replace(/\d/g, '').length;
  const digits = telephone.length - shown;
  if (digits < 7) return '*'.repeat(telephone.length);
  let seen = 0;
  return telephone.replace(/\d/g, (digit) => {
    seen += 1;
    return seen > digits - 8 && seen <= digits - 4 ? '*' : digit;
  });
}

/** `zhangsan@gov.example` → `z***n@gov.example` */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@');
  if (at < 0) return email === '' ? '' : '***';
  const name = [...email.slice(0, at)];
  return `${name[0] ?? ''}***${name.length > 2 ? name.at(-1) : ''}${email.slice(at)}`;
}
