/** The total, and as RFC 8288 has them the pages around this one; `page` comes first, where Supabase's client looks. */
export function paginationHeaders(
  path: string,
  { total, page, size }: { readonly total: number; readonly page: number; readonly size: number },
): Record<string, string> {
  const last = Math.max(1, Math.ceil(total / size));
  const link = (target: number, relation: string) => `<${path}?page=${target}&per_page=${size}>; rel="${relation}"`;
  const links = [...(page < last ? [link(page + 1, "next")] : []), link(last, "last")];
  return { "x-total-count": String(total), link: links.join(", ") };
}
